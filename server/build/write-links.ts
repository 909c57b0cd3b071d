import { sql } from 'kysely'
import { inBuild } from '../db/in-build.ts'
import type { City } from './city.ts'
import { contentHash } from './content-hash.ts'
import type { Link } from './links.ts'
import type { ParcelKey } from './succession.ts'
import type { KeptTable } from './write-differences.ts'

/** A link and the two ends of it. */
interface NumberedLink {
  readonly key: ParcelKey
  /** The document the parcel comes from. */
  readonly owner: number
  readonly link: Link
}

/** The links of a city's own parcels. */
export function linksOf(
  { parcels, links, ownParcels = parcels.length }: City & { readonly ownParcels?: number },
  keys: readonly ParcelKey[],
): NumberedLink[] {
  return parcels
    .slice(0, ownParcels)
    .flatMap(({ source }, at) => links[at]!.map((link) => ({ key: keys[at]!, owner: source.recordId, link })))
}

export const linkTable: KeptTable<NumberedLink> = {
  name: 'parcel_record',
  key: ['parcel_id', 'record_id'],
  columns: {
    county_code: ['text', ({ key }) => key.countyCode],
    parcel_id: ['int8', ({ key }) => key.parcelId],
    record_id: ['int8', ({ link }) => link.record.recordId],
    record_kind: ['text', ({ link }) => link.record.kind],
    area_m2: ['float8', ({ link }) => link.areaM2],
    share_of_parcel: ['float8', ({ link }) => link.shareOfParcel],
    share_of_record: ['float8', ({ link }) => link.shareOfRecord],
    evidence: ['text[]', ({ link }) => link.evidence],
    certainty: ['text', ({ link }) => link.certainty],
  },
  ownerOf: ({ owner }) => owner,
  // by way of the parcel, which was of the same document: links need no index of their owners
  belongsTo: (owned, previous) => sql<boolean>`parcel_id in (
    select v.parcel_id from parcel_version as v
    where v.source_record_id = any(${owned}::bigint[]) and ${inBuild('v', previous)})`,
  hashOf: ({ key, owner, link }) =>
    contentHash(
      `${key.parcelId} ${owner} ${link.record.recordId} ${link.record.kind} ${link.areaM2} ${link.shareOfParcel} ${link.shareOfRecord} ${link.evidence.join()} ${link.certainty}`,
    ),
}
