import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ImportSummary } from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Position } from '../geo/polygon.ts'
import type { Json, Reading } from '../record/draft.ts'
import { recordDrafts } from '../record/store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { readBoundaryTxt } from './boundary-txt/read.ts'
import { settleCrs } from './crs.ts'
import { readCsv } from './csv/read.ts'
import { drafts } from './drafts.ts'
import { readGeoJson } from './geojson/read.ts'
import { readMapping, type Mapping } from './mapping.ts'
import { readShapefileZip } from './shapefile-zip/read.ts'
import { sniffFormat } from './sniff.ts'
import type { Source } from './source.ts'
import { parseTarget } from './target.ts'

export { undoDelivery, type UndoSummary } from '../record/store.ts'

/** One file to bring in. */
export interface ImportRequest {
  /** Where the file lies; or `bytes` and `name`. */
  readonly path?: string
  readonly bytes?: Uint8Array
  readonly name?: string
  /** A record kind, or `layer:NAME`. */
  readonly as: string
  /** `EPSG:4526`, `4526` or `GCJ-02`. */
  readonly crs?: string | undefined
  /** Path of a mapping file (YAML or JSON), or its name and text. */
  readonly mapping?: string | { readonly name: string; readonly text: string } | undefined
  readonly dryRun?: boolean | undefined
  readonly allOrNothing?: boolean | undefined
  /** ISO timestamp. */
  readonly receivedAt: string
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
}

/** Rows whose coordinates are asked about the CRS. */
const SAMPLE_ROWS = 50
/** Fewer changed rows do not change any plan of the database. */
const ANALYZE_FROM = 200

/**
 * Brings one delivery into the base: tell what the file is, read its rows, settle the CRS, understand each row, check
 * its shape, record. Every row ends as used, repaired, unchanged or refused, and those four add up to the rows read.
 *
 * A row that cannot be believed is an issue, never an exception; a file that cannot be read at all is a Refusal, and
 * nothing of it is kept.
 * @throws Refusal, with a code of the step that refused, naming the file and what to do
 */
export async function importFile(base: Base, request: ImportRequest): Promise<ImportSummary> {
  const target = parseTarget(request.as)
  const { bytes, fileName } = await readDelivered(request)
  const source = await readSource(bytes, fileName)
  const mapping = request.mapping === undefined ? {} : readMapping(request.mapping, target.kind)
  checkColumns(mapping, source, fileName)
  const { crs, issues } = settleCrs({
    fileName,
    declared: request.crs,
    hint: source.crs,
    sample: sampleOf(source),
    ...target,
  })
  // A suspicion the sender has already confirmed is none.
  const ofFile = source.issues.filter((issue) => issue.code !== 'GCJ02_SUSPECTED' || crs?.srid !== null)
  const reading: Reading = { issues: [...ofFile, ...issues], refused: 0 }
  const delivery = {
    target,
    source,
    mapping,
    crs,
    reading,
    fileName,
    receivedOn: request.receivedAt.slice(0, 10),
    onProgress: request.onProgress,
  }

  const summary = await recordDrafts(
    base,
    {
      ...target,
      fileName,
      bytes,
      options: {
        as: request.as,
        declared_crs: request.crs ?? null,
        mapping: mapping as Json,
        all_or_nothing: request.allOrNothing ?? false,
        about: source.about,
      },
      crs: crs?.name ?? null,
      crsKnownBy: crs?.knownBy ?? 'none',
      encoding: source.encoding,
      receivedAt: request.receivedAt,
      reading,
      dryRun: request.dryRun ?? false,
      allOrNothing: request.allOrNothing ?? false,
    },
    (tx) => drafts(tx, delivery),
  )
  if (summary.delivery !== null && summary.used + summary.repaired >= ANALYZE_FROM) await base.analyze()
  return summary
}

async function readDelivered({
  path,
  bytes,
  name,
}: ImportRequest): Promise<{ bytes: Uint8Array; fileName: string }> {
  if (bytes !== undefined) return { bytes, fileName: name ?? 'upload' }
  const file = path ?? ''
  try {
    return { bytes: await readFile(file), fileName: name ?? basename(file) }
  } catch (cause) {
    throw new Refusal(
      'FILE_UNREADABLE',
      { zh: `文件“${file}”无法读取。`, en: `The file "${file}" cannot be read.` },
      { zh: '请检查路径与权限。', en: 'Check its path and permissions.' },
      { file },
      { cause },
    )
  }
}

async function readSource(bytes: Uint8Array, fileName: string): Promise<Source> {
  switch (sniffFormat(bytes, fileName)) {
    case 'geojson':
      return readGeoJson(bytes, fileName)
    case 'shapefile-zip':
      return readShapefileZip(bytes, fileName)
    case 'boundary-txt':
      return readBoundaryTxt(bytes, fileName)
    case 'csv':
      return readCsv(bytes, fileName)
  }
}

/** A mapping that names a column the file lacks is for another file. */
function checkColumns(mapping: Mapping, { columns }: Source, fileName: string): void {
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

function sampleOf(source: Source): Position[] {
  const sample: Position[] = []
  for (const { shape } of source.rows()) {
    const first = shape.kind === 'polygons' ? shape.polygons[0]?.[0]?.[0] : undefined
    if (first) sample.push(first)
    if (sample.length === SAMPLE_ROWS) break
  }
  return sample
}
