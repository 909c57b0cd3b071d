import type { DeliveryPreview } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { bboxOf } from '../geo/area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { toLonLat } from '../geo/project.ts'
import { hashOf } from '../record/content-store.ts'
import type { Json } from '../record/draft.ts'
import { labelOf } from '../record/field-label.ts'
import { maskField } from '../record/mask-field.ts'
import { recordKinds, type RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { placeShape, type Crs } from './crs.ts'
import { DeliveredFile } from './delivered-file.ts'
import { headingOf, meaningOf, type ColumnMeaning } from './field-name.ts'
import { canonicalUnit, fieldTypes } from './field-type.ts'
import { columnsOf, crsOf, firstRows } from './look.ts'
import { readMapping, type Mapping } from './mapping.ts'
import { maskValue } from './mask-value.ts'
import { checkColumns, openDelivered, openSource } from './open-source.ts'
import { profileFor, type KnownProfile } from './profile-store.ts'
import type { ImportRequest } from './run.ts'
import { mendRings } from './shape.ts'
import type { Source, SourceRow } from './source.ts'
import { parseTarget, type Target } from './target.ts'
import { Reader } from './understand.ts'
import { parseField } from './value.ts'

export type PreviewRequest = Pick<ImportRequest, 'path' | 'bytes' | 'name' | 'crs' | 'from' | 'mapping'> & {
  /** Absent: told from what is remembered, else from the columns. */
  readonly as?: string | undefined
}

/** Rows looked at, shapes shown, rows shown. */
const LOOKED = 2_000
const SHAPES = 300
const SHOWN = 10
/** Corners of all shapes shown together; a coast line of its own would be half a page. */
const CORNERS = 60_000

/**
 * What is understood of a file before anything is brought in: format, encoding, CRS and how it is known, where it lies,
 * what each column means and with what confidence, and the first rows in both spellings. Writes nothing. A CRS that
 * cannot be settled is part of the answer, so that it can be given.
 * @throws Refusal those of `openSource`, `parseTarget` and `readMapping`
 */
export async function previewFile(base: Base, request: PreviewRequest): Promise<DeliveryPreview> {
  const file = await openDelivered(request)
  try {
    const source = await openSource(file, { layer: request.from })
    try {
      return await describe(base, request, file, source)
    } finally {
      await source.close?.()
    }
  } finally {
    await file.close()
  }
}

async function describe(
  base: Base,
  request: PreviewRequest,
  file: DeliveredFile,
  source: Source,
): Promise<DeliveryPreview> {
  const columns = await columnsOf(source)
  const rows = await firstRows(source, LOOKED)
  const kinds = rankKinds(source, columns)
  const chosen = await chooseTarget(base, request, columns, kinds)
  const { target, profile } = chosen
  const mapping: Mapping =
    request.mapping === undefined ? (profile?.mapping ?? {}) : readMapping(request.mapping, target.kind)
  checkColumns(mapping, source, file.name)
  const declared = request.crs ?? profile?.crs ?? undefined
  const settled = await settle(file.name, source, target, mapping, declared)
  const seen = lookAtShapes(rows, settled.crs, target)
  const reader = new Reader(target.kind, source, mapping)
  const show = shownIn(target.kind, mapping)
  const firsts = rows.slice(0, SHOWN).map((row) => {
    const understood = reader.understand(row)
    return {
      row: row.rowNo,
      values: Object.fromEntries([...row.values].map(([column, value]) => [column, show(column, value)])),
      fields: Object.fromEntries(
        Object.entries(understood.fields).map(([field, value]) => [
          field,
          typeof value === 'string' ? maskField(field, value) : value,
        ]),
      ),
      issues: [...row.issues, ...understood.issues],
    }
  })
  return {
    fileName: file.name,
    sha256: await hashOf(file),
    bytes: file.size,
    format: source.format,
    encoding: source.encoding,
    as: chosen.as,
    asKnownBy: chosen.knownBy,
    kinds,
    crs: settled.crs?.name ?? null,
    crsKnownBy: settled.crs?.knownBy ?? null,
    crsProblem: settled.problem,
    ...seen,
    rows: Math.max(source.rowCount, rows.length),
    looked: rows.length,
    columns: describeColumns({ target, source, mapping, columns, rows }),
    fields: [...fieldTypes(target.kind)].map(([field, { type }]) => ({
      field,
      title: labelOf(field),
      heading: headingOf(target.kind, field),
      type,
      unit: canonicalUnit(field),
    })),
    firstRows: firsts,
    issues: [...source.issues, ...settled.issues],
    mapping,
    profile: request.mapping === undefined ? profile : null,
  }
}

/** What is remembered decides, unless the reader has said; else the register most columns belong to. */
async function chooseTarget(
  base: Base,
  request: PreviewRequest,
  columns: readonly string[],
  kinds: DeliveryPreview['kinds'],
): Promise<{
  as: string
  knownBy: DeliveryPreview['asKnownBy']
  target: Target
  profile: KnownProfile | null
}> {
  if (request.as !== undefined) {
    const target = parseTarget(request.as)
    return {
      as: request.as,
      knownBy: 'given',
      target,
      profile: await profileFor(base.db, target, columns),
    }
  }
  for (const { as } of kinds) {
    const target = parseTarget(as)
    const profile = await profileFor(base.db, target, columns)
    if (profile) return { as, knownBy: 'profile', target, profile }
  }
  const as = kinds[0]?.as ?? 'approval'
  return { as, knownBy: 'columns', target: parseTarget(as), profile: null }
}

/** Registers by how many of their fields the columns name; a survey file without other signs is an approval's. */
function rankKinds(source: Source, columns: readonly string[]): DeliveryPreview['kinds'] {
  return recordKinds
    .filter((kind) => kind !== 'layer')
    .map((kind) => {
      const fields = new Set(
        columns.flatMap((column) => {
          const meaning = meaningOf(kind, column, source.cutNames.get(column))
          return meaning?.kind === 'field' ? [meaning.field] : []
        }),
      )
      return { as: kind as string, fields: fields.size }
    })
    .toSorted((a, b) => b.fields - a.fields)
}

async function settle(
  fileName: string,
  source: Source,
  target: Target,
  mapping: Mapping,
  declared: string | undefined,
) {
  try {
    const { crs, issues } = await crsOf(source, { fileName, target, mapping, declared })
    return { crs, issues, problem: null }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code, text, hint } = error
    return { crs: null, issues: [], problem: { code, message: text, hint } }
  }
}

function lookAtShapes(
  rows: readonly SourceRow[],
  crs: Crs | null,
  target: Target,
): Pick<DeliveryPreview, 'extent' | 'shapes' | 'withShape'> {
  const shapes: DeliveryPreview['shapes'] = []
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  let withShape = 0
  let corners = 0
  for (const { shape, rowNo } of rows) {
    if (shape.kind !== 'polygons') continue
    withShape++
    const lonLat = crs && inLonLat(shape.polygons, crs, target)
    if (!lonLat) continue
    const box = bboxOf(lonLat)
    west = Math.min(west, box[0])
    south = Math.min(south, box[1])
    east = Math.max(east, box[2])
    north = Math.max(north, box[3])
    corners += lonLat.flat().reduce((sum, ring) => sum + ring.length, 0)
    if (shapes.length < SHAPES && corners <= CORNERS)
      shapes.push({ row: rowNo, geometry: { type: 'MultiPolygon', coordinates: lonLat } })
  }
  return { extent: west <= east ? [west, south, east, north] : null, shapes, withShape }
}

function inLonLat(polygons: MultiPolygon, crs: Crs, target: Target): MultiPolygon | null {
  const mended = mendRings(polygons)
  const placed = mended.ok
    ? placeShape(mended.shape, crs, target.kind === 'layer' ? 'touches' : 'inside')
    : null
  return placed && toLonLat(placed.shape)
}

interface Looked {
  readonly target: Target
  readonly source: Source
  readonly mapping: Mapping
  readonly columns: readonly string[]
  readonly rows: readonly SourceRow[]
}

function describeColumns(looked: Looked): DeliveryPreview['columns'] {
  const { target, source, mapping, columns, rows } = looked
  const mapped = fieldsByColumn(mapping)
  const show = shownIn(target.kind, mapping)
  const ignored = new Set(mapping.ignore)
  const read = columns.map((column) => {
    const field = mapped.get(column)
    const byName = meaningOf(target.kind, column, undefined)
    const meaning: ColumnMeaning | null = ignored.has(column)
      ? null
      : field !== undefined
        ? { kind: 'field', field, unit: byName?.kind === 'field' ? byName.unit : null, rank: -1 }
        : (byName ?? meaningOf(target.kind, column, source.cutNames.get(column)))
    const confidence =
      field !== undefined || ignored.has(column)
        ? 'mapped'
        : byName
          ? byName.kind === 'field' && byName.rank === 0
            ? 'exact'
            : 'synonym'
          : meaning
            ? 'cut'
            : 'none'
    return { column, meaning, confidence } as const
  })
  const best = new Map<string, number>()
  for (const { meaning } of read)
    if (meaning?.kind === 'field')
      best.set(meaning.field, Math.min(best.get(meaning.field) ?? Infinity, meaning.rank))
  return read.map(({ column, meaning, confidence }) => {
    const values = rows.flatMap((row) => row.values.get(column) ?? [])
    const field = meaning?.kind === 'field' ? meaning.field : null
    const isBest = meaning?.kind === 'field' && best.get(meaning.field) === meaning.rank
    return {
      column,
      samples: [...new Set(values.map((value) => show(column, value)))].slice(0, 3),
      filled: values.length,
      field,
      role: roleOf(meaning, isBest, ignored.has(column)),
      unit:
        field === null ? null : (mapping.units?.[field] ?? (meaning?.kind === 'field' ? meaning.unit : null)),
      confidence,
      unreadable: field === null ? 0 : unreadable(target.kind, field, values),
    }
  })
}

function roleOf(
  meaning: ColumnMeaning | null,
  isBest: boolean,
  isIgnored: boolean,
): DeliveryPreview['columns'][number]['role'] {
  if (isIgnored) return 'unused'
  if (meaning === null) return 'unknown'
  if (meaning.kind !== 'field') return meaning.kind
  return isBest ? 'field' : 'unused'
}

function unreadable(kind: RecordKind, field: string, values: readonly Json[]): number {
  const type = fieldTypes(kind).get(field)!
  return values.filter((value) => parseField(value, field, type).state === 'wrong').length
}

/** A value as it may be seen, cut where it is long. */
function shownIn(kind: RecordKind, mapping: Mapping): (column: string, value: Json) => string {
  const mapped = fieldsByColumn(mapping)
  return (column, value) => {
    const text = maskValue(kind, column, value, mapped.get(column))
    return text.length > 80 ? `${text.slice(0, 80)}…` : text
  }
}

const fieldsByColumn = (mapping: Mapping): ReadonlyMap<string, string> =>
  new Map(Object.entries(mapping.fields ?? {}).map(([field, column]) => [column, field]))
