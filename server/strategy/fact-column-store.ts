import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { Dictionary, emptyColumn, putFact, type FactColumn } from '../rule/column.ts'
import { definitionOf, landDictionary } from '../rule/dictionary.ts'
import { factColumn, type FactName, type FactValue } from '../rule/fact.ts'

const ROWS_PER_READ = 20_000

/** The parcels of a run in the order of their numbers: what they have and how large they are. */
export interface AssessedParcels {
  readonly parcelIds: Float64Array
  /** Planar, as measured. */
  readonly areaM2: Float64Array
  /** What readers see. */
  readonly strategies: readonly string[]
  /** 1 where a person decided: rules do not move it. */
  readonly decided: Uint8Array
}

/** Reads what stands, page by page; other requests come between the pages. */
export async function readAssessed(db: Kysely<Database>): Promise<AssessedParcels> {
  const parcelIds: number[] = []
  const areas: number[] = []
  const strategies: string[] = []
  const decided: number[] = []
  for await (const rows of pages(db, [])) {
    for (const row of rows) {
      parcelIds.push(row.parcel_id)
      areas.push(row.unit_area_m2 ?? 0)
      strategies.push(row.strategy)
      decided.push(row.override_id === null ? 0 : 1)
    }
  }
  return {
    parcelIds: Float64Array.from(parcelIds),
    areaM2: Float64Array.from(areas),
    strategies,
    decided: Uint8Array.from(decided),
  }
}

/**
 * Reads facts as columns, rows in the order of `readAssessed`; null where there are not as many of them.
 * @param rows how many it read
 */
export async function readColumns(
  db: Kysely<Database>,
  names: readonly FactName[],
  rows: number,
  dictionary: Dictionary,
): Promise<Map<FactName, FactColumn> | null> {
  const columns = new Map(
    names.map((name) => [name, emptyColumn(definitionOf(landDictionary, name).type, rows)] as const),
  )
  let at = 0
  for await (const page of pages(db, names)) {
    for (const [name, column] of columns) {
      const key = factColumn(name)
      page.forEach((row, i) => {
        const value = (row as unknown as Readonly<Record<string, FactValue | null>>)[key]
        if (value !== null && value !== undefined) putFact(column, at + i, value, dictionary)
      })
    }
    at += page.length
  }
  return at === rows ? columns : null
}

/** The run readers see; null while there is none. */
export async function currentRunId(db: Kysely<Database>): Promise<number | null> {
  const row = await db.selectFrom('base').select('current_run').executeTakeFirst()
  return row?.current_run ?? null
}

interface Row {
  readonly parcel_id: number
  readonly unit_area_m2: number | null
  readonly strategy: string
  readonly override_id: number | null
}

async function* pages(db: Kysely<Database>, names: readonly FactName[]): AsyncGenerator<Row[]> {
  const columns = names.map((name) => sql.ref(`f.${factColumn(name)}`))
  const own = names.length === 0 ? [sql`f.unit_area_m2`, sql`a.strategy`, sql`a.override_id`] : columns
  const joined =
    names.length === 0
      ? sql`join assessment as a on a.county_code = f.county_code and a.parcel_id = f.parcel_id and a.to_run is null`
      : sql``
  for (let after = -1; ;) {
    const { rows } = await sql<Row>`
      select f.parcel_id, ${sql.join(own)} from fact as f ${joined}
      where f.parcel_id > ${after}::bigint order by f.parcel_id limit ${ROWS_PER_READ}`.execute(db)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_PER_READ) return
    after = rows.at(-1)!.parcel_id
  }
}
