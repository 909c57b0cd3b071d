import { sql } from 'kysely'
import type { Base } from '../../../server/db/open.ts'
import { overlappingPairs } from '../../../server/geo/pair-area.ts'
import { PolygonSet } from '../../../server/geo/polygon-set.ts'
import { loadRecords } from '../../../server/record/store.ts'
import type { LandRecord } from '../../../server/record/record.ts'
import type { IsoDate } from '../../../server/units.ts'

/** Shapes of one kind of document, or of one layer. */
export interface Side {
  readonly name: string
  readonly kind: string
  readonly layer?: string
}

const approvals: Side = { name: 'approvals', kind: 'approval' }
const supplies: Side = { name: 'supplies', kind: 'supply' }
const titles: Side = { name: 'titles', kind: 'registration' }
const completions: Side = { name: 'completions', kind: 'completion' }
const zones = (layer: string): Side => ({ name: layer, kind: 'layer', layer })

/**
 * Every overlap a build has to know: within the three registers that claim land, between them, of what was built with
 * all three, and of each claim with the layers that forbid or direct. The raw floor, geopandas and ours measure just these.
 */
export const questions: readonly (readonly [Side, Side | null])[] = [
  [approvals, null],
  [supplies, null],
  [titles, null],
  [supplies, approvals],
  [titles, supplies],
  [titles, approvals],
  ...[approvals, supplies, titles].map((other) => [completions, other] as const),
  ...[approvals, supplies, titles].flatMap((claim) =>
    ['control_plan', 'farmland', 'eco_redline'].map((layer) => [claim, zones(layer)] as const),
  ),
]

export const sides: readonly Side[] = [
  ...new Map(
    questions.flatMap(([a, b]) => (b ? [a, b] : [a])).map((side) => [side.name, side] as const),
  ).values(),
]

/** Shapes by side, in the working plane, true on a day. */
export async function loadSides(base: Base, asOf: IsoDate): Promise<Map<string, LandRecord[]>> {
  const records = await loadRecords(base.db, {
    asOf,
    kinds: ['approval', 'supply', 'registration', 'completion', 'layer'],
  })
  const found = new Map<string, LandRecord[]>(sides.map(({ name }) => [name, []]))
  const nameOf = new Map(sides.map(({ name, kind, layer }) => [`${kind} ${layer ?? ''}`, name]))
  for (const record of records) {
    const name = record.wkb === null ? undefined : nameOf.get(`${record.kind} ${record.layer}`)
    if (name !== undefined) found.get(name)!.push(record)
  }
  return found
}

/** What a finding says of a document, and its shape. */
export interface Document {
  readonly recordId: number
  readonly countyCode: string
  readonly kind: string
  readonly doc: string | null
  readonly areaPlanarM2: number
  readonly wkb: Uint8Array
}

/** The same shapes as `loadSides`, with no more of each document than a finding names. */
export async function loadDocuments(base: Base, asOf: IsoDate): Promise<Map<string, Document[]>> {
  const found = await Promise.all(
    sides.map(async ({ name, kind, layer }) => {
      const { rows } = await sql<Document>`
        select record_id as "recordId", county_code as "countyCode", kind, doc, area_planar_m2 as "areaPlanarM2",
               st_asbinary(geom) as wkb
        from record
        where kind = ${kind} and layer = ${layer ?? ''} and replaced_at is null and geom is not null
          and valid_during @> ${asOf}::date`.execute(base.db)
      return [name, rows] as const
    }),
  )
  return new Map(found)
}

export function shapesOf(records: readonly { readonly wkb: Uint8Array | null }[]): PolygonSet {
  return PolygonSet.fromWkb(records.map((record) => record.wkb!))
}

/** Pairs with land in common and their m² in all, question by question. */
export function measure(
  shapes: ReadonlyMap<string, PolygonSet>,
  visit: (question: number, i: number, j: number, areaM2: number) => void,
): void {
  questions.forEach(([a, b], question) => {
    overlappingPairs(shapes.get(a.name)!, b ? shapes.get(b.name)! : null, (i, j, areaM2) =>
      visit(question, i, j, areaM2),
    )
  })
}
