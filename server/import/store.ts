import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { planarAreaM2 } from '../geo/area.ts'
import { arrange } from '../geo/arrangement.ts'
import { isPlainlyValid } from '../geo/plainly-valid.ts'
import { WORKING_SRID, type MultiPolygon } from '../geo/polygon.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { snapToGrid } from '../geo/project.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../geo/wkb.ts'
import type { Mapping } from './mapping.ts'

/**
 * A shape the database accepts, perhaps after a repair that hardly changed it; one whose repair would change it so much
 * that a person must look; or one that cannot be repaired.
 */
export type CheckedShape =
  | { readonly state: 'valid' }
  | {
      readonly state: 'repaired' | 'needs_decision'
      readonly shape: MultiPolygon
      readonly reason: string
      readonly changedM2: number
    }
  | { readonly state: 'invalid'; readonly reason: string }

/** A repair is made by itself only while it changes the area by no more than this. */
const REPAIR_LIMIT_M2 = 1
const REPAIR_LIMIT_SHARE = 0.001

/**
 * Whether shapes are valid: the database is asked about those that are not plainly so, and for the invalid ones whether
 * ST_MakeValid hardly changes them.
 * @param shapes closed rings of four positions or more, in the working CRS and on its grid
 */
export async function checkShapes(
  tx: Transaction<Database>,
  shapes: readonly MultiPolygon[],
): Promise<CheckedShape[]> {
  const answers: CheckedShape[] = shapes.map(() => ({ state: 'valid' }))
  const doubtful = [...shapes.keys()].filter((i) => !isPlainlyValid(shapes[i]!))
  if (doubtful.length === 0) return answers
  const invalid = await invalidAmong(
    tx,
    doubtful.map((i) => encodeMultiPolygon(shapes[i]!)),
  )
  for (const [at, reason] of invalid) {
    const i = doubtful[at]!
    answers[i] = await repaired(tx, shapes[i]!, reason)
  }
  return answers
}

/** Index of each invalid shape with the reason the engine gives. */
async function invalidAmong(
  tx: Transaction<Database>,
  wkbs: readonly Uint8Array[],
): Promise<Map<number, string>> {
  const hex = wkbs.map((wkb) => Buffer.from(wkb).toString('hex'))
  const { rows } = await sql<{ n: number; reason: string }>`
    select n::int4 as n, st_isvalidreason(geom) as reason
    from (
      select n, st_geomfromwkb(decode(wkb, 'hex'), ${sql.lit(WORKING_SRID)}) as geom
      from unnest(${hex}::text[]) with ordinality as given(wkb, n)
    ) as shape
    where not st_isvalid(geom)
  `.execute(tx)
  return new Map(rows.map(({ n, reason }) => [n - 1, reason]))
}

async function repaired(
  tx: Transaction<Database>,
  shape: MultiPolygon,
  reason: string,
): Promise<CheckedShape> {
  const { rows } = await sql<{ wkb: Uint8Array | null }>`
    select st_asbinary(st_multi(st_collectionextract(st_makevalid(st_geomfromwkb(${encodeMultiPolygon(shape)}, ${sql.lit(WORKING_SRID)})), 3))) as wkb
  `.execute(tx)
  const wkb = rows[0]?.wkb
  if (!wkb) return { state: 'invalid', reason }
  const made = snapToGrid(decodeMultiPolygon(wkb))
  const before = planarAreaM2(shape)
  const changedM2 = Math.abs(planarAreaM2(made) - before)
  const stillInvalid = made.length === 0 || (await invalidAmong(tx, [encodeMultiPolygon(made)])).size > 0
  if (stillInvalid) return { state: 'invalid', reason }
  const isSmall = changedM2 <= REPAIR_LIMIT_M2 && changedM2 <= REPAIR_LIMIT_SHARE * before
  return { state: isSmall ? 'repaired' : 'needs_decision', shape: made, reason, changedM2 }
}

/**
 * Shapes of the standing records a table's rows belong to, by the text that names them there. A field is a canonical
 * one, a column as delivered, or `key`.
 */
export async function shapesNamed(
  tx: Transaction<Database>,
  { kind, layer, field }: NonNullable<Mapping['join']>['to'],
  names: readonly string[],
): Promise<Map<string, MultiPolygon[]>> {
  if (names.length === 0) return new Map()
  const { rows } = await sql<{ name: string; wkb: Uint8Array }>`
    select name, wkb from (
      select
        case when ${field}::text = 'key' then record_key else coalesce(fields ->> ${field}::text, raw ->> ${field}::text) end as name,
        st_asbinary(geom) as wkb, record_id
      from record
      where kind = ${kind} and layer = ${layer ?? ''} and replaced_at is null and geom is not null
    ) as named
    where name = any(${[...names]}::text[])
    order by name, record_id
  `.execute(tx)
  const found = new Map<string, MultiPolygon[]>()
  const seen = new Set<string>()
  for (const { name, wkb } of rows) {
    // The same plot may stand in two registers' deliveries; once is enough.
    const same = `${name} ${Buffer.from(wkb).toString('latin1')}`
    if (seen.has(same)) continue
    seen.add(same)
    found.set(name, [...(found.get(name) ?? []), decodeMultiPolygon(wkb)])
  }
  return found
}

/** Several plots as one shape: their union, part by part. */
export function together(shapes: readonly MultiPolygon[]): MultiPolygon {
  if (shapes.length === 1) return shapes[0]!
  const arrangement = arrange(PolygonSet.fromMultiPolygons(shapes))
  const pieces = arrangement.dissolve(new Int32Array(arrangement.faceCount))
  return pieces.flatMap((piece) => piece.geometry())
}
