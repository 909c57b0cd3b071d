import type { Issue } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { CrsHint } from '../crs-hint.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { note } from '../issue.ts'
import { chooseLayer } from '../layer-choice.ts'
import { typeMismatch } from '../sniff.ts'
import type { Source, SourceRow } from '../source.ts'
import { decodeText } from '../text.ts'
import { crsFromPrj } from '../wkt.ts'
import type { ZipEntry } from '../zip/unzip.ts'
import { openDbf, type Dbf } from './dbf.ts'
import { declaredAs } from './dbf-fields.ts'
import { brokenText, encodingIssues, readCpg, rowsDeleted } from './dbf-issues.ts'
import { openShp, type Shp } from './shp.ts'

/**
 * One shapefile of an archive. Attributes are decoded as the .cpg says, else the language byte, else strict UTF-8, else
 * GB18030; the CRS is that of the .prj, in ESRI or OGC spelling. Shapes and attributes lie unpacked on disk until the
 * source is closed, and are walked side by side.
 * @param layer which one, where the archive holds several: its path or its name
 * @param windowBytes how much of either is in memory at a time
 * @throws Refusal those of `ZipEntry.unpacked`, `openShp` and `openDbf`; SHP_PART_MISSING, SEVERAL_LAYERS, LAYER_UNKNOWN,
 * SHP_DBF_COUNT, FILE_TYPE_MISMATCH for a ZIP of something else
 */
export async function readShapefile(
  entries: readonly ZipEntry[],
  fileName: string,
  layer?: string,
  windowBytes?: number,
): Promise<Source> {
  const parts = findLayer(entries, fileName, layer)
  const files: DeliveredFile[] = []
  const close = async (): Promise<void> => {
    for (const file of files) await file.close()
  }
  const unpacked = async (entry: ZipEntry): Promise<DeliveredFile> => {
    const file = await entry.unpacked()
    files.push(file)
    return file
  }
  try {
    return { ...(await readLayer(parts, unpacked, fileName, windowBytes)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function readLayer(
  parts: LayerParts,
  unpacked: (entry: ZipEntry) => Promise<DeliveredFile>,
  fileName: string,
  windowBytes: number | undefined,
): Promise<Source> {
  const shp = await openShp(await unpacked(parts.shp), windowBytes)
  const issues: Issue[] = []
  const cpg = parts.cpg ? readCpg(await parts.cpg.read(), issues) : null
  const dbf = await openDbf(await unpacked(parts.dbf), cpg, windowBytes)
  if (dbf.rowCount !== shp.count) {
    throw new Refusal(
      'SHP_DBF_COUNT',
      {
        zh: `“${fileName}”的 .shp 有 ${shp.count} 个图形,.dbf 有 ${dbf.rowCount} 行,无法对应。`,
        en: `The .shp of "${fileName}" has ${shp.count} shapes and its .dbf ${dbf.rowCount} rows; they cannot be paired.`,
      },
      {
        zh: '请重新导出,并把同一次导出的各部分一起打包。',
        en: 'Export it again and pack the parts of one export together.',
      },
      { file: fileName },
    )
  }
  issues.push(...encodingIssues(dbf))
  const crs = parts.prj ? readPrj(await parts.prj.read(), fileName, issues) : null
  issues.push(...rowsDeleted(dbf))
  return {
    format: 'shapefile-zip',
    encoding: dbf.encoding,
    crs,
    issues,
    cutNames: dbf.cutNames,
    columns: dbf.fields.map((field) => field.name),
    columnTypes: new Map(
      dbf.fields.flatMap((field) => {
        const declared = declaredAs(field)
        return declared === null ? [] : [[field.name, declared] as const]
      }),
    ),
    about: { layer: parts.layer },
    rowCount: dbf.rowCount - dbf.deleted.length,
    rows: () => readRows(shp, dbf),
  }
}

interface LayerParts {
  readonly layer: string
  readonly shp: ZipEntry
  readonly dbf: ZipEntry
  readonly prj: ZipEntry | undefined
  readonly cpg: ZipEntry | undefined
}

function findLayer(entries: readonly ZipEntry[], fileName: string, wanted: string | undefined): LayerParts {
  const files = entries.filter(({ name }) => !/(?:^|\/)(?:__MACOSX\/|\.)/.test(name))
  const layers = files.filter(({ name }) => /\.shp$/i.test(name))
  if (layers.length === 0) throw noLayer(files, fileName)
  const stemOf = ({ name }: ZipEntry): string => name.slice(0, -'.shp'.length)
  const stem = chooseLayer(layers.map(stemOf), wanted?.replace(/\.shp$/i, ''), fileName)
  const shp = layers.find((entry) => stemOf(entry) === stem)!
  const part = (extension: string) =>
    files.find(({ name }) => name.toLowerCase() === `${stem}${extension}`.toLowerCase())
  const dbf = part('.dbf')
  // The index only repeats where the shapes begin, so it is not missed; without attributes no row says what it is.
  if (!dbf)
    throw partMissing(
      fileName,
      stem,
      ['.shx', '.dbf'].filter((extension) => !part(extension)),
    )
  return { layer: stem, shp, dbf, prj: part('.prj'), cpg: part('.cpg') }
}

function partMissing(fileName: string, stem: string, missing: readonly string[]): Refusal {
  return new Refusal(
    'SHP_PART_MISSING',
    {
      zh: `“${fileName}”缺少 ${missing.map((extension) => `${stem}${extension}`).join('、')}。`,
      en: `"${fileName}" lacks ${missing.map((extension) => `${stem}${extension}`).join(', ')}.`,
    },
    {
      zh: '请把同一图层的 .shp、.shx、.dbf（及 .prj、.cpg）一起打包。',
      en: 'Pack .shp, .shx and .dbf (with .prj and .cpg) of one layer together.',
    },
    { file: fileName },
  )
}

function noLayer(files: readonly ZipEntry[], fileName: string): Refusal {
  const stem = files.find(({ name }) => /\.(?:dbf|shx|prj)$/i.test(name))?.name.replace(/\.\w+$/, '')
  if (stem !== undefined) return partMissing(fileName, stem, ['.shp'])
  return typeMismatch(fileName, { zh: '不含 .shp 的压缩包', en: 'an archive without a .shp' })
}

function readPrj(bytes: Uint8Array, fileName: string, issues: Issue[]): CrsHint | null {
  const hint = crsFromPrj(decodeText(bytes, fileName).text, fileName)
  if (hint === null)
    issues.push(
      note('PRJ_UNREADABLE', {
        zh: '.prj 内容无法识别,视为没有。',
        en: 'The .prj makes no sense and counts as missing.',
      }),
    )
  return hint
}

/** Row by row; those marked as deleted have been named already. */
async function* readRows(shp: Shp, dbf: Dbf): AsyncGenerator<SourceRow> {
  const walk = shp.shapes()
  let rowNo = 0
  for await (const values of dbf.rows()) {
    rowNo++
    const shape = await walk.next(values === null)
    if (values !== null && shape !== null)
      yield { rowNo, values, shape, issues: brokenText(values, rowNo), repaired: false }
  }
}
