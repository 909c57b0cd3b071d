import { sql, type Kysely } from 'kysely'
import { asWkb } from '../db/postgis.ts'
import type { Database } from '../db/schema.ts'
import { nameKeys, namesOf } from './names.ts'
import type { LandRecord } from './record.ts'

const PAGE = 10_000

/** Reads the names of records that came before names were kept. Returns how many there were. */
export async function fillNames(tx: Kysely<Database>): Promise<number> {
  let filled = 0
  let after = -1
  for (;;) {
    const page = await tx
      .selectFrom('record')
      .select(({ ref }) => [
        'county_code',
        'record_id',
        'version_no',
        'kind',
        'fields',
        asWkb(ref('geom')).as('wkb'),
      ])
      .where('name_keys', 'is', null)
      .where('record_id', '>=', after)
      .orderBy('record_id')
      .limit(PAGE)
      .execute()
    if (page.length === 0) return filled
    // arrays of arrays are rectangles in PostgreSQL: each list travels as JSON
    const names = page.map((row) => namesOf(row as unknown as LandRecord))
    const lists = names.map((list) => JSON.stringify(list))
    const keys = names.map((list) => JSON.stringify(nameKeys(list)))
    await sql`
      update record as r set
        names = array(select jsonb_array_elements_text(t.names::jsonb)),
        name_keys = array(select jsonb_array_elements_text(t.keys::jsonb)::bigint)
      from unnest(
        ${page.map((row) => row.county_code)}::text[], ${page.map((row) => row.record_id)}::bigint[],
        ${page.map((row) => row.version_no)}::int[], ${lists}::text[], ${keys}::text[]
      ) as t(county_code, record_id, version_no, names, keys)
      where r.county_code = t.county_code and r.record_id = t.record_id and r.version_no = t.version_no`.execute(
      tx,
    )
    filled += page.length
    // of a record with many versions some may be left for the next page
    after = page.at(-1)!.record_id
  }
}
