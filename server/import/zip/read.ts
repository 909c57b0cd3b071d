import { Refusal } from '../../refusal.ts'
import { DeliveredFile } from '../delivered-file.ts'
import { readFileGdb } from '../file-gdb/read.ts'
import { readKml } from '../kml/read.ts'
import type { Issue } from '../../record/draft.ts'
import { note } from '../issue.ts'
import { chooseLayer } from '../layer-choice.ts'
import type { OpenOptions } from '../open-source.ts'
import { readDbfTable } from '../shapefile-zip/dbf-table.ts'
import { readCpg } from '../shapefile-zip/dbf-issues.ts'
import { readShapefile } from '../shapefile-zip/read.ts'
import { typeMismatch } from '../sniff.ts'
import type { Source } from '../source.ts'
import { readXlsx } from '../xlsx/read.ts'
import { listZip, type ZipEntry } from './unzip.ts'

/** Files that are a delivery of their own when they stand in an archive. */
const otherData = /\.(?:zip|rar|7z|xls|mdb|dwg|kmz)$/i
const inner = /\.(?:geojson|geojsonl|ndjson|json|txt|csv|tsv|gpkg|kml|dxf|xlsx)$/i

/**
 * What a ZIP holds: a shapefile, a workbook, a geodatabase, a KMZ, or one file of another format that somebody packed.
 * @param openInner opens the one file inside; given from outside, because it opens every format
 * @throws Refusal those of the readers; ZIP_NESTED, SEVERAL_LAYERS, FILE_TYPE_MISMATCH
 */
export async function readZip(
  file: DeliveredFile,
  options: OpenOptions,
  openInner: (file: DeliveredFile, options: OpenOptions) => Promise<Source>,
): Promise<Source> {
  const entries = (await listZip(file)).filter(
    ({ name }) => !/(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i.test(name),
  )
  const has = (pattern: RegExp): boolean => entries.some(({ name }) => pattern.test(name))
  if (has(/^\[Content_Types\]\.xml$/)) {
    if (has(/^xl\/workbook\.xml$/)) return readXlsx(file, entries, options.layer)
    throw typeMismatch(
      file.name,
      {
        zh: 'Office 文件（DOCX、PPTX 或二进制工作簿）',
        en: 'an Office file (DOCX, PPTX or a binary workbook)',
      },
      { zh: '请在 Excel 中另存为 XLSX 或“CSV UTF-8”。', en: 'Save it from Excel as XLSX or "CSV UTF-8".' },
    )
  }
  if (has(/\.gdb\/[^/]+\.gdbtable$/i)) return readFileGdb(entries, file.name, options.layer)
  const files = entries.filter(({ name }) => inner.test(name))
  const data = files.filter(({ name }) => !/\.txt$/i.test(name))
  const isShapefile = has(/\.(?:shp|dbf|shx)$/i)
  const picked = options.layer === undefined ? undefined : fileCalled(files, options.layer)
  if (isShapefile && picked === undefined) {
    const tables = entries.filter(({ name }) => /\.dbf$/i.test(name))
    // with its .cpg it was packed as a table; without, the shapes were forgotten
    const isTable = tables.length === 1 && data.length === 0 && has(/\.cpg$/i) && !has(/\.(?:shp|shx|prj)$/i)
    const source = isTable
      ? await dbfTable(tables[0]!, entries)
      : await readShapefile(entries, file.name, options.layer)
    return { ...source, issues: [...source.issues, ...notRead(entries)] }
  }
  if (has(/\.(?:zip|rar|7z)$/i) && data.length === 0) throw nested(file.name)
  if (files.length === 0) return readShapefile(entries, file.name, options.layer)
  const kml = files.filter(({ name }) => /\.kml$/i.test(name))
  // A KMZ is the KML at its top; others in it are what that one points to.
  const [main] = kml.length > 0 ? kml : []
  if (main && kml.length === files.length && options.layer === undefined)
    return opened(kml.find(({ name }) => /^doc\.kml$/i.test(name)) ?? main, (each) => readKml(each))
  const name =
    picked?.name ??
    chooseLayer(
      files.map((each) => each.name),
      options.layer,
      file.name,
    )
  const source = await opened(
    files.find((each) => each.name === name)!,
    (each) => openInner(each, { ...options, layer: undefined, isInner: true }),
    name,
  )
  return { ...source, about: { ...source.about, file: name } }
}

/** The file that is asked for by its path or its name. */
const fileCalled = (files: readonly ZipEntry[], wanted: string): ZipEntry | undefined =>
  files.find(({ name }) => name === wanted) ?? files.find(({ name }) => name.endsWith(`/${wanted}`))

async function dbfTable(table: ZipEntry, entries: readonly ZipEntry[]): Promise<Source> {
  const cpg = entries.find(({ name }) => /\.cpg$/i.test(name))
  const issues: Issue[] = []
  const encoding = cpg ? readCpg(await cpg.read(), issues) : null
  const source = await opened(table, (each) => readDbfTable(each, encoding))
  return { ...source, issues: [...issues, ...source.issues] }
}

/** Data beside a shapefile is told: whoever packed it may think that all of it was read. */
function notRead(entries: readonly ZipEntry[]): Issue[] {
  const stem = (name: string): string => name.slice(0, name.lastIndexOf('.')).toLowerCase()
  const shapes = new Set(entries.flatMap(({ name }) => (/\.shp$/i.test(name) ? [stem(name)] : [])))
  const names = entries
    .map(({ name }) => name)
    .filter(
      (name) =>
        inner.test(name) ||
        otherData.test(name) ||
        (/\.dbf$/i.test(name) && shapes.size > 0 && !shapes.has(stem(name))),
    )
  if (names.length === 0) return []
  const list = `${names.slice(0, 12).join('、')}${names.length > 12 ? '…' : ''}`
  return [
    note('ZIP_NOT_READ', {
      zh: `压缩包内另有 ${names.length} 个文件未读取:${list}。如是数据,请另行导入。`,
      en: `The archive also holds ${names.length} files that were not read: ${list.replaceAll('、', ', ')}. Import them by themselves if they are data.`,
      value: list,
    }),
  ]
}

/** Understands an entry that is a file of its own, and closes both when the source is. */
async function opened(
  entry: ZipEntry,
  understand: (file: DeliveredFile) => Promise<Source>,
  called?: string,
): Promise<Source> {
  const file = await entry.unpacked(called)
  try {
    const source = await understand(file)
    return {
      ...source,
      rows: () => source.rows(),
      async close() {
        await source.close?.()
        await file.close()
      },
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

export const nested = (fileName: string): Refusal =>
  new Refusal(
    'ZIP_NESTED',
    { zh: `“${fileName}”中是另一个压缩包。`, en: `"${fileName}" holds another archive.` },
    { zh: '请先解开外层,再导入内层 ZIP。', en: 'Unpack the outer one and import the inner ZIP.' },
    { file: fileName },
  )
