import type { Transaction } from 'kysely'
import { bulkInsert, type BulkColumns } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { accounts } from './account.ts'
import type { City } from './city.ts'
import { flagOf, type FindingDraft } from './findings/finding.ts'
import type { LandLedger } from './ledger.ts'
import type { Links } from './links.ts'
import { mapRows } from './rows.ts'
import type { ParcelKey } from './succession.ts'

/** Writes what a build says of its parcels: links, findings, ledger. Whole, under its own number. */
export async function writeAnswers(
  tx: Transaction<Database>,
  buildId: number,
  city: City,
  parcels: readonly ParcelKey[],
): Promise<void> {
  await bulkInsert(tx, 'parcel_record', linkRows(buildId, city.links, parcels), linkColumns)
  await bulkInsert(
    tx,
    'finding',
    mapRows(city.findings, (finding, at) => findingRow(buildId, finding, at + 1, parcels)),
    findingColumns,
  )
  await bulkInsert(tx, 'ledger_entry', entryRows(buildId, city.ledger), entryColumns)
  await bulkInsert(
    tx,
    'ledger_piece',
    mapRows(city.ledger.pieces, (piece, at) => ({
      build_id: buildId,
      piece_no: at + 1,
      district_code: piece.districtCode,
      account: piece.account,
      record_ids: piece.records.map((record) => record.recordId),
      parcel_id: piece.parcel === null ? null : parcels[piece.parcel]!.parcelId,
      area_m2: piece.areaM2,
      geom: piece.wkb,
    })),
    pieceColumns,
  )
}

function* linkRows(
  buildId: number,
  links: Links,
  parcels: readonly ParcelKey[],
): Generator<Record<string, unknown>> {
  for (const [index, own] of links.entries()) {
    const { countyCode, parcelId } = parcels[index]!
    for (const link of own) {
      yield {
        build_id: buildId,
        county_code: countyCode,
        parcel_id: parcelId,
        record_id: link.record.recordId,
        record_kind: link.record.kind,
        area_m2: link.areaM2,
        share_of_parcel: link.shareOfParcel,
        share_of_record: link.shareOfRecord,
        evidence: link.evidence,
        certainty: link.certainty,
      }
    }
  }
}

function findingRow(
  buildId: number,
  finding: FindingDraft,
  findingNo: number,
  parcels: readonly ParcelKey[],
): Record<string, unknown> {
  const land = finding.parcels.map((index) => parcels[index]!)
  return {
    build_id: buildId,
    finding_no: findingNo,
    county_code: land[0]?.countyCode ?? finding.records[0]!.countyCode,
    code: finding.code,
    severity: flagOf(finding.code).severity,
    noise: finding.noise,
    parcel_ids: land.map(({ parcelId }) => parcelId),
    record_ids: finding.records.map((record) => record.recordId),
    records: finding.records.map((record) => ({
      recordId: record.recordId,
      kind: record.kind,
      doc: record.doc,
      date: dateOf(record),
    })),
    detail: finding.detail,
    area_planar_m2: finding.planarM2,
    area_ellipsoid_m2: finding.ellipsoidM2,
    share_of_first: finding.shareOfFirst,
    share_of_second: finding.shareOfSecond,
    geom: finding.wkb,
  }
}

/** The day a document is known by. */
const dateFields = [
  'approved_on',
  'signed_on',
  'registered_on',
  'accepted_on',
  'in_force_on',
  'issued_on',
  'announced_on',
  'in_on',
] as const
function dateOf(record: LandRecord): IsoDate | null {
  const fields = record.fields as Readonly<Record<string, unknown>>
  const date = dateFields.map((name) => fields[name]).find((value) => typeof value === 'string')
  return (date as string | undefined) ?? null
}

function entryRows(buildId: number, { districts }: LandLedger): Record<string, unknown>[] {
  return districts.flatMap(({ code, accounts: booked }) =>
    accounts.map((account) => ({
      build_id: buildId,
      district_code: code,
      account,
      area_m2: booked[account],
    })),
  )
}

const linkColumns: BulkColumns = {
  build_id: 'int8',
  county_code: 'text',
  parcel_id: 'int8',
  record_id: 'int8',
  record_kind: 'text',
  area_m2: 'float8',
  share_of_parcel: 'float8',
  share_of_record: 'float8',
  evidence: 'text[]',
  certainty: 'text',
}
const findingColumns: BulkColumns = {
  build_id: 'int8',
  finding_no: 'int4',
  county_code: 'text',
  code: 'text',
  severity: 'text',
  noise: 'bool',
  parcel_ids: 'int8[]',
  record_ids: 'int8[]',
  records: 'jsonb',
  detail: 'jsonb',
  area_planar_m2: 'float8',
  area_ellipsoid_m2: 'float8',
  share_of_first: 'float8',
  share_of_second: 'float8',
  geom: 'geometry',
}
const entryColumns: BulkColumns = {
  build_id: 'int8',
  district_code: 'text',
  account: 'text',
  area_m2: 'float8',
}
const pieceColumns: BulkColumns = {
  build_id: 'int8',
  piece_no: 'int4',
  district_code: 'text',
  account: 'text',
  record_ids: 'int8[]',
  parcel_id: 'int8',
  area_m2: 'float8',
  geom: 'geometry',
}
