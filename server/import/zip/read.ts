import { Refusal } from '../../refusal.ts'
import { DeliveredFile } from '../delivered-file.ts'
import { readFileGdb } from '../file-gdb/read.ts'
import { readKml } from '../kml/read.ts'
import type { Issue } from '../../record/draft.ts'
import { chooseLayer } from '../layer-choice.ts'
import type { OpenOptions } from '../open-source.ts'
import { readDbfTable } from '../shapefile-zip/dbf-table.ts'
import { readCpg, readShapefile } from '../shapefile-zip/read.ts'
import { listZip } from '../shapefile-zip/unzip.ts'
import { typeMismatch } from '../sniff.ts'
import type { Source } from '../source.ts'
import { readXlsx } from '../xlsx/read.ts'

/** Files that are a delivery of their own when they stand in an archive. */
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
  const bytes = await file.whole()
  const entries = (await listZip(bytes, file.name)).filter(
    ({ name }) => !/(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i.test(name),
  )
  const has = (pattern: RegExp): boolean => entries.some(({ name }) => pattern.test(name))
  if (has(/^\[Content_Types\]\.xml$/)) {
    if (has(/^xl\/workbook\.xml$/)) return readXlsx(bytes, entries, file.name, options.layer)
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
  const [dbf, cpg] = ['.dbf', '.cpg'].map((part) =>
    entries.find(({ name }) => name.toLowerCase().endsWith(part)),
  )
  if (dbf && cpg && entries.length === 2) {
    const issues: Issue[] = []
    const source = readDbfTable(await dbf.read(), file.name, readCpg(await cpg.read(), issues))
    return { ...source, issues: [...issues, ...source.issues] }
  }
  const isShapefile = has(/\.(?:shp|dbf|shx)$/i)
  const files = entries.filter(({ name }) => inner.test(name))
  if (isShapefile || files.length === 0) {
    if (!isShapefile && has(/\.zip$/i)) throw nested(file.name)
    return readShapefile(entries, file.name, options.layer)
  }
  const kml = files.filter(({ name }) => /\.kml$/i.test(name))
  // A KMZ is the KML at its top; others in it are what that one points to.
  const [main] = kml.length > 0 ? kml : []
  if (main && kml.length === files.length && options.layer === undefined)
    return readKml(await (kml.find(({ name }) => /^doc\.kml$/i.test(name)) ?? main).read(), file.name)
  const name = chooseLayer(
    files.map((each) => each.name),
    options.layer,
    file.name,
  )
  const chosen = files.find((each) => each.name === name)!
  const unpacked = DeliveredFile.of(await chosen.read(), name)
  const source = await openInner(unpacked, { ...options, layer: undefined, isInner: true })
  return {
    ...source,
    about: { ...source.about, file: name },
    rows: () => source.rows(),
    async close() {
      await source.close?.()
      await unpacked.close()
    },
  }
}

export const nested = (fileName: string): Refusal =>
  new Refusal(
    'ZIP_NESTED',
    { zh: `“${fileName}”中是另一个压缩包。`, en: `"${fileName}" holds another archive.` },
    { zh: '请先解开外层,再导入内层 ZIP。', en: 'Unpack the outer one and import the inner ZIP.' },
    { file: fileName },
  )
