import type { Kysely } from 'kysely'
import type { Dossier } from '../contract.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import type { RecordKind } from '../record/record.ts'
import { resolveParcel, standingVersion } from './card-store.ts'
import { assembleDossier, type LinkedRecord } from './dossier.ts'
import { knownIn, standingAt, type Moment, type Standing } from './standing-store.ts'

/**
 * The papers of a parcel in the order of its life, with gaps where one is expected and missing.
 * @param language of listed values; persons are masked. Throws as `standingAt` and `resolveParcel`.
 */
export async function dossier(
  db: Kysely<Database>,
  idOrCode: string,
  language: 'zh' | 'en',
  moment: Moment = {},
): Promise<Dossier> {
  const standing = await standingAt(db, moment)
  const parcelId = await resolveParcel(db, standing, idOrCode)
  const parcel = await standingVersion(db, standing, parcelId)
    .select(['v.kind', 'v.stage', 'v.use_group'])
    .executeTakeFirstOrThrow()
  const records = await linkedRecords(db, standing, parcelId)
  const { kind, stage, use_group: useGroup } = parcel
  return {
    parcelId,
    asOf: standing.asOf,
    knownAt: standing.knownAt,
    entries: assembleDossier({ kind, stage, useGroup, records }, language),
  }
}

async function linkedRecords(
  db: Kysely<Database>,
  standing: Standing,
  parcelId: number,
): Promise<LinkedRecord[]> {
  const rows = await db
    .selectFrom('parcel_record as link')
    .innerJoin('record as r', 'r.record_id', 'link.record_id')
    .innerJoin('delivery as d', 'd.delivery_id', 'r.delivery_id')
    .select([
      'r.record_id',
      'r.kind',
      'r.layer',
      'r.doc',
      'r.fields',
      'r.row_no',
      'link.area_m2',
      'link.share_of_parcel',
      'link.evidence',
      'link.certainty',
      'd.delivery_id',
      'd.file_name',
    ])
    .where(inBuild('link', standing.buildId))
    .where('link.parcel_id', '=', parcelId)
    .where(knownIn(standing))
    .orderBy('r.record_id')
    .execute()
  return rows.map((row) => ({
    recordId: row.record_id,
    kind: row.kind as RecordKind,
    layer: row.layer,
    doc: row.doc,
    fields: row.fields,
    areaM2: row.area_m2,
    shareOfParcel: row.share_of_parcel,
    evidence: row.evidence,
    certainty: row.certainty,
    delivery: { deliveryId: row.delivery_id, fileName: row.file_name, row: row.row_no },
  }))
}
