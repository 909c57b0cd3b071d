import { sql } from 'kysely'
import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { contentHash, sortedJson } from './content-hash.ts'
import { flagOf, type FindingDraft } from './findings/finding.ts'
import type { ParcelKey } from './succession.ts'
import type { KeptTable } from './write-differences.ts'

/** @param keys by parcel of the city, foreign ones included */
export function findingTable(keys: readonly ParcelKey[]): KeptTable<FindingDraft> {
  const landOf = ({ parcels }: FindingDraft): number[] => parcels.map((index) => keys[index]!.parcelId)
  const countyOf = ({ parcels: [first], records }: FindingDraft): string =>
    first === undefined ? records[0]!.countyCode : keys[first]!.countyCode
  return {
    name: 'finding',
    key: ['finding_id', 'from_build'],
    numbered: { column: 'finding_id', counter: 'finding' },
    columns: {
      county_code: ['text', countyOf],
      code: ['text', ({ code }) => code],
      severity: ['text', ({ code }) => flagOf(code).severity],
      noise: ['bool', ({ noise }) => noise],
      parcel_ids: ['int8[]', landOf],
      record_ids: ['int8[]', ({ records }) => records.map(({ recordId }) => recordId)],
      records: ['jsonb', documentsOf],
      detail: ['jsonb', ({ detail }) => detail],
      area_planar_m2: ['float8', ({ planarM2 }) => planarM2],
      area_ellipsoid_m2: ['float8', ({ ellipsoidM2 }) => ellipsoidM2],
      share_of_first: ['float8', ({ shareOfFirst }) => shareOfFirst],
      share_of_second: ['float8', ({ shareOfSecond }) => shareOfSecond],
      geom: ['geometry', ({ wkb }) => wkb],
    },
    ownerOf: ({ records }) => records[0]!.recordId,
    belongsTo: (owned) => sql<boolean>`owner_record_id = any(${owned}::bigint[])`,
    hashOf: (finding) =>
      contentHash(
        sortedJson([
          countyOf(finding),
          finding.code,
          flagOf(finding.code).severity,
          finding.noise,
          landOf(finding),
          documentsOf(finding),
          finding.detail,
          finding.planarM2,
          finding.ellipsoidM2,
          finding.shareOfFirst,
          finding.shareOfSecond,
        ]),
        finding.wkb,
      ),
  }
}

/** Its documents as readers see them. */
const documentsOf = ({ records }: FindingDraft) =>
  records.map((record) => ({
    recordId: record.recordId,
    kind: record.kind,
    doc: record.doc,
    date: dateOf(record),
  }))

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
