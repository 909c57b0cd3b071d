import { sql, type Kysely } from 'kysely'
import { siteLayers } from '../analysis/unused-share.ts'
import { inBuild } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { knownIn, standsIn, type Standing } from '../parcel/standing-store.ts'
import { recordKinds, type RecordKind } from '../record/record.ts'
import type { AnyLink, Checked, ParcelFinding, ParcelInput } from './fact-input.ts'

/** What a run reads once, before it goes through the parcels. */
export interface RunContext {
  readonly checked: Checked
  readonly findings: ReadonlyMap<number, readonly ParcelFinding[]>
  readonly zones: ReadonlyMap<number, RecordHead>
  readonly performance: PerformanceList
}

interface RecordHead {
  readonly recordId: number
  readonly kind: RecordKind
  readonly layer: string
  readonly doc: string | null
  readonly fields: Readonly<Record<string, unknown>>
}

/** The yearly lists by what their rows are known by: a parcel, or a holder. */
interface PerformanceList {
  readonly byParcel: ReadonlyMap<string, readonly RecordHead[]>
  readonly byHolder: ReadonlyMap<string, readonly RecordHead[]>
}

/** @param only the parcels asked about; absent: all of the build */
export async function runContext(
  db: Kysely<Database>,
  build: Standing,
  only?: readonly number[],
): Promise<RunContext> {
  const known = recordsKnownTo(db, build)
  // a few parcels bring their zones with their links
  const zones =
    only === undefined
      ? await headsOf(known.where('kind', '=', 'layer').where('layer', 'in', [...layersWithFacts]))
      : []
  const lists = await headsOf(known.where('kind', '=', 'performance'))
  const key = (head: RecordHead, field: string): string => String(head.fields[field] ?? '')
  return {
    checked: {
      layers: new Set(Object.keys(build.layers)),
      registers: new Set(recordKinds.filter((kind) => (build.summary.records?.[kind] ?? 0) > 0)),
    },
    findings: await findingsByParcel(db, build.buildId, only),
    zones: new Map(zones.map((head) => [head.recordId, head])),
    performance: {
      byParcel: groupBy(lists, (head) => key(head, 'parcel_code')),
      byHolder: groupBy(lists, (head) => (key(head, 'parcel_code') === '' ? key(head, 'holder_code') : '')),
    },
  }
}

/** Layers whose zones say something about a parcel; others are shown on the map only. */
const layersWithFacts = [
  'control_plan',
  'growth_boundary',
  'farmland',
  'eco_redline',
  'park',
  'renewal',
  'soil',
  'reserve',
  ...siteLayers,
] as const

const hasFacts = ({ kind, layer }: RecordHead): boolean =>
  kind !== 'layer' || (layersWithFacts as readonly string[]).includes(layer)

/** Records as the build saw them: true on its day, and known by then. */
function recordsKnownTo(db: Kysely<Database>, build: Standing) {
  return db.selectFrom('record as r').where(knownIn(build))
}

async function headsOf(query: ReturnType<typeof recordsKnownTo>): Promise<RecordHead[]> {
  const rows = await query.select(['record_id as recordId', 'kind', 'layer', 'doc', 'fields']).execute()
  // Kinds and fields were checked against record.ts when the record was made.
  return rows.map((row) => ({ ...row, kind: row.kind as RecordKind }))
}

async function findingsByParcel(
  db: Kysely<Database>,
  buildId: number,
  only: readonly number[] | undefined,
): Promise<Map<number, ParcelFinding[]>> {
  const rows = await db
    .selectFrom('finding')
    .select([
      'code',
      'severity',
      'parcel_ids as parcelIds',
      'record_ids as recordIds',
      'area_planar_m2 as areaM2',
    ])
    .where(inBuild('finding', buildId))
    .where('noise', '=', false)
    .$if(only !== undefined, (query) => query.where(sql<boolean>`parcel_ids && ${idList(only!)}`))
    .orderBy('code')
    .orderBy('finding_id')
    .execute()
  const byParcel = new Map<number, ParcelFinding[]>()
  for (const { parcelIds, ...finding } of rows) {
    for (const parcelId of new Set(parcelIds)) {
      const list = byParcel.get(parcelId)
      if (list) list.push(finding)
      else byParcel.set(parcelId, [finding])
    }
  }
  return byParcel
}

/** One parcel with everything its facts are taken from, but for the day. */
export interface ParcelPage {
  readonly parcel: ParcelInput
  readonly links: readonly AnyLink[]
  readonly findings: readonly ParcelFinding[]
}

/** The parcels of a build, some thousands at a time, in the order of their numbers. */
export async function* parcelPages(
  db: Kysely<Database>,
  build: Standing,
  context: RunContext,
  { only, pageSize = 2000 }: { only?: readonly number[] | undefined; pageSize?: number } = {},
): AsyncGenerator<readonly ParcelPage[]> {
  let after = -1
  for (;;) {
    const parcels: ParcelInput[] = await db
      .selectFrom('parcel_version as v')
      .select([
        'county_code as countyCode',
        'parcel_id as parcelId',
        'kind',
        'stage',
        'source_record_id as sourceRecordId',
        'parcel_code as parcelCode',
        'holder',
        'holder_code as holderCode',
        'project',
        'use_group as useGroup',
        'area_planar_m2 as areaM2',
      ])
      .select(sql<number>`st_perimeter(geom)`.as('perimeterM'))
      .where(standsIn(build.buildId))
      .where('parcel_id', '>', after)
      .$if(only !== undefined, (query) => query.where(sql<boolean>`parcel_id = any(${idList(only!)})`))
      .orderBy('parcel_id')
      .limit(pageSize)
      .execute()
    if (parcels.length === 0) return
    const last = parcels.at(-1)!.parcelId
    const links = await linksOf(db, build, context, only ?? { after, last })
    yield parcels.map((parcel) => ({
      parcel,
      links: [
        ...(links.get(parcel.parcelId) ?? []),
        ...performanceOf(parcel, context.performance, links.get(parcel.parcelId) ?? []),
      ],
      findings: context.findings.get(parcel.parcelId) ?? [],
    }))
    if (parcels.length < pageSize) return
    after = last
  }
}

async function linksOf(
  db: Kysely<Database>,
  build: Standing,
  { zones }: RunContext,
  parcels: readonly number[] | { readonly after: number; readonly last: number },
): Promise<Map<number, AnyLink[]>> {
  const rows = await db
    .selectFrom('parcel_record')
    .select([
      'parcel_id as parcelId',
      'record_id as recordId',
      'area_m2 as areaM2',
      'share_of_parcel as shareOfParcel',
      'share_of_record as shareOfRecord',
      'certainty',
    ])
    .where(inBuild('parcel_record', build.buildId))
    .$call((query) =>
      'after' in parcels
        ? query.where('parcel_id', '>', parcels.after).where('parcel_id', '<=', parcels.last)
        : query.where(sql<boolean>`parcel_id = any(${idList(parcels)})`),
    )
    .orderBy('parcel_id')
    .orderBy('record_id')
    .execute()
  const wanted = [...new Set(rows.map((row) => row.recordId))].filter((id) => !zones.has(id))
  const heads = new Map<number, RecordHead>()
  if (wanted.length > 0) {
    const known = recordsKnownTo(db, build).where(sql<boolean>`record_id = any(${idList(wanted)})`)
    for (const head of await headsOf(known)) if (hasFacts(head)) heads.set(head.recordId, head)
  }
  const links = new Map<number, AnyLink[]>()
  for (const { parcelId, ...row } of rows) {
    const head = zones.get(row.recordId) ?? heads.get(row.recordId)
    if (!head) continue // a layer that is only shown, or a record taken back since the build
    const link = { ...row, ...head } as AnyLink
    const list = links.get(parcelId)
    if (list) list.push(link)
    else links.set(parcelId, [link])
  }
  return links
}

/** Rows of the yearly lists that name the parcel or its holder, where the build has not linked them already. */
function performanceOf(parcel: ParcelInput, lists: PerformanceList, linked: readonly AnyLink[]): AnyLink[] {
  if (linked.some((link) => link.kind === 'performance')) return []
  const named = parcel.parcelCode === null ? [] : (lists.byParcel.get(parcel.parcelCode) ?? [])
  const held = parcel.holderCode === null ? [] : (lists.byHolder.get(parcel.holderCode) ?? [])
  const asLink = (head: RecordHead, certainty: 'certain' | 'probable'): AnyLink =>
    ({ ...head, areaM2: null, shareOfParcel: null, shareOfRecord: null, certainty }) as AnyLink
  return [...named.map((head) => asLink(head, 'certain')), ...held.map((head) => asLink(head, 'probable'))]
}

function groupBy(
  heads: readonly RecordHead[],
  keyOf: (head: RecordHead) => string,
): Map<string, RecordHead[]> {
  const groups = new Map<string, RecordHead[]>()
  for (const head of heads) {
    const key = keyOf(head)
    if (key === '') continue
    const group = groups.get(key)
    if (group) group.push(head)
    else groups.set(key, [head])
  }
  return groups
}

/** Numbers above 2^31 as an array the server takes. */
export const idList = (ids: readonly number[]) => sql`${ids.map(String)}::text[]::bigint[]`
