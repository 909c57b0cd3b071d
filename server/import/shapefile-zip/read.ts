import type { MultiPolygon } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { openShp } from 'shapefile'
import type { CrsHint } from '../crs-hint.ts'
import { mayFixLater, mustFix, note } from '../issue.ts'
import { chooseLayer } from '../layer-choice.ts'
import { typeMismatch } from '../sniff.ts'
import type { DeliveredShape, Source, SourceRow } from '../source.ts'
import { decodeText } from '../text.ts'
import { crsFromPrj } from '../wkt.ts'
import { checkShp } from './check-shp.ts'
import { declaredAs, readDbf, type Dbf } from './dbf.ts'
import { listZip, type ZipEntry } from './unzip.ts'

export const readShapefileZip = async (bytes: Uint8Array, fileName: string): Promise<Source> =>
  readShapefile(await listZip(bytes, fileName), fileName)

/**
 * One shapefile of an archive. Attributes are decoded as the .cpg says, else the language byte, else strict UTF-8, else
 * GB18030; the CRS is that of the .prj, in ESRI or OGC spelling.
 * @param layer which one, where the archive holds several: its path or its name
 * @throws Refusal those of `listZip`, `checkShp` and `readDbf`; SHP_PART_MISSING, SEVERAL_LAYERS, LAYER_UNKNOWN,
 * SHP_DBF_COUNT, FILE_TYPE_MISMATCH for a ZIP of something else
 */
export async function readShapefile(
  entries: readonly ZipEntry[],
  fileName: string,
  layer?: string,
): Promise<Source> {
  const parts = findLayer(entries, fileName, layer)
  const shp = await parts.shp.read()
  const shapeCount = checkShp(shp, fileName)
  const issues: Issue[] = []
  const cpg = parts.cpg ? readCpg(await parts.cpg.read(), issues) : null
  const dbf = readDbf(await parts.dbf.read(), cpg, fileName)
  if (dbf.rowCount !== shapeCount) {
    throw new Refusal(
      'SHP_DBF_COUNT',
      {
        zh: `“${fileName}”的 .shp 有 ${shapeCount} 个图形,.dbf 有 ${dbf.rowCount} 行,无法对应。`,
        en: `The .shp of "${fileName}" has ${shapeCount} shapes and its .dbf ${dbf.rowCount} rows; they cannot be paired.`,
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
  let rowCount = 0
  for (let i = 0; i < shapeCount; i++) {
    if (!dbf.isDeleted(i)) rowCount++
    else
      issues.push(
        note('ROW_DELETED', {
          row: i + 1,
          zh: '该行在 .dbf 中已标为删除,未计入。',
          en: 'This row is marked as deleted in the .dbf and was not counted.',
        }),
      )
  }
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
    rowCount,
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

/** The encoding a .cpg names; null, with a note, where it makes no sense. */
export function readCpg(bytes: Uint8Array, issues: Issue[]): string | null {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trim()
  if (text.length > 0 && text.length <= 40 && !text.startsWith('<')) return text
  issues.push(
    note('CPG_UNREADABLE', {
      zh: '.cpg 内容无法识别,编码按内容判断。',
      en: 'The .cpg makes no sense; the encoding was told from the content.',
    }),
  )
  return null
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

/** Row by row, so that a large layer is never in memory as objects; rows marked as deleted have been named already. */
async function* readRows(shp: Uint8Array, dbf: Dbf): AsyncGenerator<SourceRow> {
  const source = await openShp(shp)
  for (let i = 0; ; i++) {
    const { done, value } = (await source.read()) as {
      done: boolean
      value: { type: string; coordinates: unknown } | null
    }
    if (done) return
    const values = dbf.row(i)
    if (values === null) continue
    const shape: DeliveredShape =
      value === null
        ? { kind: 'none' }
        : shapeOf(value.type === 'Polygon' ? [value.coordinates] : value.coordinates)
    yield { rowNo: i + 1, values, shape, issues: brokenText(values, i + 1), repaired: false }
  }
}

function shapeOf(coordinates: unknown): DeliveredShape {
  const polygons = coordinates as MultiPolygon // pairs of doubles: checkShp has counted them
  if (
    polygons.every((polygon) =>
      polygon.every((ring) => ring.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))),
    )
  )
    return { kind: 'polygons', polygons }
  return {
    kind: 'unusable',
    issue: mustFix('COORD_NOT_FINITE', {
      field: 'geometry',
      zh: '坐标含无穷大或非数。',
      en: 'A coordinate is infinite or not a number.',
    }),
  }
}

/** What is to be said of how the text of a table was read. */
export function encodingIssues(dbf: Dbf): Issue[] {
  const issues: Issue[] = []
  if (dbf.encodingDenied !== null)
    issues.push(
      note('P614', {
        zh: `.cpg 称编码为 ${dbf.encodingDenied},与内容不符,已按 ${dbf.encoding} 读取。`,
        en: `The .cpg claims ${dbf.encodingDenied}, which the bytes are not; they were read as ${dbf.encoding}.`,
      }),
    )
  if (dbf.encodingAssumed)
    issues.push(
      note('ENCODING_ASSUMED', {
        zh: `文件没有说明文字编码,按用字判断为 ${dbf.encoding};如有乱码,请补 .cpg。`,
        en: `Nothing names the encoding; by its characters it is ${dbf.encoding}. If text looks broken, add a .cpg.`,
        value: dbf.encoding,
      }),
    )
  if (dbf.unread.length > 0)
    issues.push(
      mayFixLater('MEMO_NOT_READ', {
        zh: `${dbf.unread.length} 个备注型字段的内容存于另一文件,未读取:${dbf.unread.join('、')}。`,
        en: `Memo fields keep their text in another file and were not read: ${dbf.unread.join(', ')}.`,
        value: dbf.unread.join(', '),
      }),
    )
  return issues
}

/** Replacement characters mean that the encoding was lost before the file reached us. */
export function brokenText(values: ReadonlyMap<string, Json>, row: number): Issue[] {
  const issues: Issue[] = []
  for (const [field, value] of values) {
    if (typeof value === 'string' && value.includes('\ufffd'))
      issues.push(
        mayFixLater('P614', {
          row,
          field,
          zh: '文字中有乱码。',
          en: 'The text holds broken characters.',
          value,
        }),
      )
  }
  return issues
}
