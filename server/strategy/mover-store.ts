import { sql, type Kysely } from 'kysely'
import type { Mover } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { toLonLatBox } from '../parcel/box.ts'
import { boxColumns } from '../parcel/row.ts'
import { standsIn } from '../parcel/standing-store.ts'
import { maskField } from '../record/mask-field.ts'
import { idList } from './input-store.ts'

/** What a line of the list says of each parcel besides where it moves. Persons are masked. */
export async function readMovers(
  db: Kysely<Database>,
  buildId: number,
  parcelIds: readonly number[],
): Promise<Map<number, Omit<Mover, 'from' | 'to' | 'planarM2'>>> {
  if (parcelIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('parcel_version as v')
    .select([
      'v.parcel_id',
      'v.parcel_code',
      'v.project',
      'v.holder',
      'v.location',
      'v.district_code',
      ...boxColumns,
    ])
    .where(standsIn(buildId))
    .where(sql<boolean>`v.parcel_id = any(${idList(parcelIds)})`)
    .execute()
  return new Map(
    rows.map((row) => [
      row.parcel_id,
      {
        parcelId: row.parcel_id,
        parcelCode: row.parcel_code,
        project: maskField('project', row.project),
        holder: maskField('holder', row.holder),
        location: maskField('location', row.location),
        district: row.district_code,
        bbox: toLonLatBox(row),
      },
    ]),
  )
}
