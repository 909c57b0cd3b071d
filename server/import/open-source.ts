import { recordKinds } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { readBoundaryTxt } from './boundary-txt/read.ts'
import { readCsv } from './csv/read.ts'
import { DeliveredFile } from './delivered-file.ts'
import { readDxf } from './dxf/read.ts'
import { readDbfTable } from './shapefile-zip/dbf-table.ts'
import { readGeoJson } from './geojson/read.ts'
import { readGeoPackage } from './geopackage/read.ts'
import { readJsonTable } from './json-table/read.ts'
import { readKml } from './kml/read.ts'
import { fieldTypes } from './field-type.ts'
import { MAX_JSON_TABLE_BYTES } from './limits.ts'
import type { Mapping } from './mapping.ts'
import { SNIFF_BYTES, sniffFormat } from './sniff.ts'
import type { Source } from './source.ts'
import { packLoose } from './zip/loose.ts'
import { nested, readZip } from './zip/read.ts'

export interface OpenOptions {
  /** Which layer, sheet or packed file, where the file holds several. */
  readonly layer?: string | undefined
  /** Lies in an archive itself, so it may not be one. */
  readonly isInner?: boolean
}

/** Where a delivery lies: its bytes with a name, or a file, together with what belongs to it where it is loose. */
export interface Delivered {
  readonly path?: string | undefined
  readonly bytes?: Uint8Array | undefined
  readonly name?: string | undefined
}

/** @throws Refusal as `DeliveredFile.open` */
export async function openDelivered({ path = '', bytes, name }: Delivered): Promise<DeliveredFile> {
  if (bytes) return DeliveredFile.of(bytes, name ?? 'upload')
  return (await packLoose(path)) ?? DeliveredFile.open(path, name)
}

/**
 * Tells what a file is and understands it as far as its format goes.
 * @throws Refusal those of `sniffFormat` and of the reader of the format
 */
export async function openSource(file: DeliveredFile, options: OpenOptions = {}): Promise<Source> {
  const head = await file.read(0, SNIFF_BYTES)
  switch (sniffFormat(head, file.name, file.size)) {
    case 'geojson':
      return (
        (looksLikeTable(head)
          ? await readJsonTable(await file.whole(MAX_JSON_TABLE_BYTES), file.name)
          : null) ?? readGeoJson(file)
      )
    case 'zip':
      if (options.isInner && !/\.xlsx$/i.test(file.name)) throw nested(file.name)
      return readZip(file, options, openSource)
    case 'geopackage':
      return readGeoPackage(file, { layer: options.layer })
    case 'kml':
      return readKml(file)
    case 'dxf':
      return readDxf(await file.whole(), file.name)
    case 'dbf':
      return readDbfTable(file)
    case 'boundary-txt':
      return readBoundaryTxt(await file.whole(), file.name)
    case 'csv':
      return readCsv(file)
  }
}

/** JSON whose first object says no `type`, as every GeoJSON does: rows, or an answer that holds rows. */
function looksLikeTable(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 4_000)).toString('latin1')
  return /^[\s\xef\xbb\xbf]*[[{]/.test(text) && !/"(?:type|geometryType|geometry|coordinates)"\s*:/.test(text)
}
/** A mapping that names a column the file lacks is for another file. */
export function checkColumns(mapping: Mapping, { columns }: Source, fileName: string): void {
  if (columns === null) return
  const { fields = {}, rowKey, join } = mapping
  const named = [
    ...Object.values(fields),
    ...(rowKey === undefined ? [] : [rowKey]),
    ...(join === undefined || isField(join.on) ? [] : [join.on]),
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

/** What a join goes by may be a field of the register in place of a column. */
const isField = (name: string): boolean => recordKinds.some((kind) => fieldTypes(kind).has(name))
