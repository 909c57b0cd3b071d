import { Refusal } from '../refusal.ts'
import { readBoundaryTxt } from './boundary-txt/read.ts'
import { readCsv } from './csv/read.ts'
import type { DeliveredFile } from './delivered-file.ts'
import { readGeoJson } from './geojson/read.ts'
import type { Mapping } from './mapping.ts'
import { readShapefileZip } from './shapefile-zip/read.ts'
import { SNIFF_BYTES, sniffFormat } from './sniff.ts'
import type { Source } from './source.ts'

/**
 * Tells what a file is and understands it as far as its format goes.
 * @throws Refusal those of `sniffFormat` and of the reader of the format
 */
export async function openSource(file: DeliveredFile): Promise<Source> {
  switch (sniffFormat(await file.read(0, SNIFF_BYTES), file.name, file.size)) {
    case 'geojson':
      return readGeoJson(await file.whole(), file.name)
    case 'shapefile-zip':
      return readShapefileZip(await file.whole(), file.name)
    case 'boundary-txt':
      return readBoundaryTxt(await file.whole(), file.name)
    case 'csv':
      return readCsv(await file.whole(), file.name)
  }
}

/** A mapping that names a column the file lacks is for another file. */
export function checkColumns(mapping: Mapping, { columns }: Source, fileName: string): void {
  if (columns === null) return
  const named = [
    ...Object.values(mapping.fields ?? {}),
    ...(mapping.rowKey === undefined ? [] : [mapping.rowKey]),
  ]
  const missing = named.filter((column) => !columns.includes(column))
  if (missing.length === 0) return
  throw new Refusal(
    'MAPPING_COLUMN_MISSING',
    {
      zh: `映射文件提到的列“${missing.join('”“')}”在“${fileName}”中不存在。`,
      en: `The mapping names columns that "${fileName}" does not have: ${missing.join(', ')}.`,
    },
    { zh: `该文件的列:${columns.join('、')}。`, en: `Its columns are: ${columns.join(', ')}.` },
    { file: fileName, field: missing[0]! },
  )
}
