import { bulkInsert } from '../../server/db/bulk.ts'
import type { Base } from '../../server/db/open.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { Fields, RecordKind } from '../../server/record/record.ts'

export const COUNTY = '430211'
export const AT = '2025-02-01T00:00:00.000Z'

/** A square parcel of 100 m × 100 m unless told otherwise, with the papers that speak of it. */
export interface GivenParcel {
  readonly parcelId: number
  readonly kind: 'titled' | 'supplied' | 'remainder'
  readonly stage: string
  readonly sideM?: number
  readonly parcelCode?: string
  readonly holderCode?: string
  readonly useGroup?: string
  /** The first is the one the parcel comes from. */
  readonly records: readonly GivenRecord[]
}
export type GivenRecord = { [K in RecordKind]: GivenRecordOf<K> }[RecordKind]
interface GivenRecordOf<K extends RecordKind> {
  readonly recordId: number
  readonly kind: K
  readonly layer?: string
  readonly doc?: string
  readonly fields: Fields<K>
  /** Part of the parcel the record covers; 1 unless told otherwise, null when linked by number alone. */
  readonly share?: number | null
}
export interface GivenFinding {
  readonly code: string
  readonly severity: 'block' | 'high' | 'mid' | 'low'
  readonly parcelIds: readonly number[]
  readonly areaM2?: number
  readonly noise?: boolean
}

/** A complete build written straight into the tables, as `runBuild` would leave it, and made the last one. */
export async function givenBuild(
  base: Base,
  {
    asOf,
    layers = [],
    parcels,
    findings = [],
    unlinked = [],
  }: {
    readonly asOf: string
    readonly layers?: readonly string[]
    readonly parcels: readonly GivenParcel[]
    readonly findings?: readonly GivenFinding[]
    readonly unlinked?: readonly GivenRecord[]
  },
): Promise<void> {
  await base.transaction(async (tx) => {
    const records = new Map<number, GivenRecord>()
    for (const record of [...parcels.flatMap((parcel) => parcel.records), ...unlinked])
      records.set(record.recordId, record)
    await bulkInsert(tx, 'delivered_file', [{ sha256: 'given', bytes: new Uint8Array(1) }], {
      sha256: 'text',
      bytes: 'bytea',
    })
    await bulkInsert(
      tx,
      'delivery',
      [
        {
          delivery_id: 1,
          kind: 'mixed',
          file_name: 'given',
          file_sha256: 'given',
          options: {},
          rows_read: 0,
          rows_used: 0,
          rows_repaired: 0,
          rows_unchanged: 0,
          rows_refused: 0,
          received_at: AT,
        },
      ],
      {
        delivery_id: 'int8',
        kind: 'text',
        file_name: 'text',
        file_sha256: 'text',
        options: 'jsonb',
        rows_read: 'int4',
        rows_used: 'int4',
        rows_repaired: 'int4',
        rows_unchanged: 'int4',
        rows_refused: 'int4',
        received_at: 'timestamptz',
      },
    )
    await bulkInsert(
      tx,
      'record',
      [...records.values()].map(({ recordId, kind, layer = '', doc, fields }) => ({
        county_code: COUNTY,
        record_id: recordId,
        version_no: 1,
        kind,
        layer,
        record_key: String(recordId),
        doc: doc ?? null,
        fields,
        raw: {},
        content_hash: String(recordId),
        valid_during: '(,)',
        recorded_at: AT,
        delivery_id: 1,
        row_no: recordId,
      })),
      {
        county_code: 'text',
        record_id: 'int8',
        version_no: 'int4',
        kind: 'text',
        layer: 'text',
        record_key: 'text',
        doc: 'text',
        fields: 'jsonb',
        raw: 'jsonb',
        content_hash: 'text',
        valid_during: 'daterange',
        recorded_at: 'timestamptz',
        delivery_id: 'int8',
        row_no: 'int4',
      },
    )
    await tx
      .insertInto('build')
      .values({
        build_id: 1,
        as_of: asOf,
        known_at: AT,
        started_at: AT,
        finished_at: AT,
        state: 'complete',
        layers: JSON.stringify(Object.fromEntries(layers.map((layer) => [layer, 1]))),
      })
      .execute()
    await bulkInsert(
      tx,
      'parcel',
      parcels.map(({ parcelId }) => ({ county_code: COUNTY, parcel_id: parcelId, born_build: 1 })),
      { county_code: 'text', parcel_id: 'int8', born_build: 'int8' },
    )
    await bulkInsert(tx, 'parcel_version', parcels.map(versionRow), {
      county_code: 'text',
      parcel_id: 'int8',
      from_build: 'int8',
      valid_during: 'daterange',
      recorded_at: 'timestamptz',
      kind: 'text',
      source_record_id: 'int8',
      parcel_code: 'text',
      district_code: 'text',
      stage: 'text',
      holder_code: 'text',
      use_group: 'text',
      area_planar_m2: 'float8',
      area_ellipsoid_m2: 'float8',
      geom: 'geometry',
    })
    await bulkInsert(tx, 'parcel_record', parcels.flatMap(linkRows), {
      from_build: 'int8',
      owner_record_id: 'int8',
      county_code: 'text',
      parcel_id: 'int8',
      record_id: 'int8',
      record_kind: 'text',
      area_m2: 'float8',
      share_of_parcel: 'float8',
      share_of_record: 'float8',
      evidence: 'text[]',
      certainty: 'text',
    })
    await bulkInsert(
      tx,
      'finding',
      findings.map(({ code, severity, parcelIds, areaM2, noise = false }, i) => ({
        from_build: 1,
        owner_record_id: 1,
        finding_id: i + 1,
        county_code: COUNTY,
        code,
        severity,
        noise,
        parcel_ids: parcelIds,
        record_ids: [],
        records: [],
        detail: {},
        area_planar_m2: areaM2 ?? null,
      })),
      {
        from_build: 'int8',
        owner_record_id: 'int8',
        finding_id: 'int8',
        county_code: 'text',
        code: 'text',
        severity: 'text',
        noise: 'bool',
        parcel_ids: 'int8[]',
        record_ids: 'int8[]',
        records: 'jsonb',
        detail: 'jsonb',
        area_planar_m2: 'float8',
      },
    )
    await tx.updateTable('base').set({ latest_build: 1 }).execute()
  })
}

function versionRow({
  parcelId,
  kind,
  stage,
  sideM = 100,
  parcelCode,
  holderCode,
  useGroup,
  records,
}: GivenParcel) {
  const [east, north] = [
    500_000 + (parcelId % 1000) * 1000,
    3_080_000 + (Math.floor(parcelId / 1000) % 1000) * 1000,
  ]
  const square: [number, number][] = [
    [east, north],
    [east + sideM, north],
    [east + sideM, north + sideM],
    [east, north + sideM],
    [east, north],
  ]
  return {
    county_code: COUNTY,
    parcel_id: parcelId,
    from_build: 1,
    valid_during: '[2020-01-01,)',
    recorded_at: AT,
    kind,
    source_record_id: records[0]?.recordId ?? 0,
    parcel_code: parcelCode ?? null,
    district_code: COUNTY,
    stage,
    holder_code: holderCode ?? null,
    use_group: useGroup ?? null,
    area_planar_m2: sideM ** 2,
    area_ellipsoid_m2: sideM ** 2 * 0.99982,
    geom: encodeMultiPolygon([[square]]),
  }
}

function linkRows({ parcelId, sideM = 100, records }: GivenParcel) {
  return records.map(({ recordId, kind, share = 1 }) => ({
    from_build: 1,
    owner_record_id: records[0]!.recordId,
    county_code: COUNTY,
    parcel_id: parcelId,
    record_id: recordId,
    record_kind: kind,
    area_m2: share === null ? null : share * sideM ** 2,
    share_of_parcel: share,
    share_of_record: share,
    evidence: share === null ? ['code'] : ['shape'],
    certainty: share === null || share >= 0.5 ? 'certain' : 'probable',
  }))
}
