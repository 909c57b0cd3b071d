import { sql, type Kysely, type Transaction } from 'kysely'
import { nextNumbers } from '../db/counter.ts'
import type { Database } from '../db/schema.ts'
import type { RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { factColumn, factNames, type Facts, type FactSources, type FactValue } from '../rule/fact.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import { packToSql } from '../rule/to-sql.ts'
import type { IsoDate } from '../units.ts'
import type { AnyLink, Checked, ParcelFinding, ParcelInput } from './fact-input.ts'
import { packSources, recordIdsOf, unpackSources, type PackedSources } from './sources.ts'

/** The build readers see, and what it was asked. */
export interface CurrentBuild {
  readonly buildId: number
  readonly asOf: IsoDate
  readonly knownAt: string
  readonly layers: ReadonlySet<string>
}

/** @throws Refusal `NO_BUILD` while no build is complete. */
export async function currentBuild(db: Kysely<Database>): Promise<CurrentBuild> {
  const row = await db
    .selectFrom('base')
    .innerJoin('build', 'build.build_id', 'base.current_build')
    .select(['build.build_id as buildId', 'build.as_of as asOf', 'build.layers as layers'])
    // As text: an instant passed through JavaScript would lose its microseconds.
    .select(sql<string>`build.known_at::text`.as('knownAt'))
    .executeTakeFirst()
  if (!row) {
    throw new Refusal(
      'NO_BUILD',
      {
        zh: '尚未建库,没有地块可供判定。',
        en: 'There is no build yet, so there are no parcels to classify.',
      },
      { zh: '请先运行 terrier build。', en: 'Run terrier build first.' },
    )
  }
  const { layers, ...build } = row
  return { ...build, layers: new Set(Object.keys(layers)) }
}

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

export async function runContext(db: Kysely<Database>, build: CurrentBuild): Promise<RunContext> {
  const known = recordsKnownTo(db, build)
  const kinds = await known.select('kind').distinct().execute()
  const zones = await headsOf(known.where('kind', '=', 'layer').where('layer', 'in', [...layersWithFacts]))
  const lists = await headsOf(known.where('kind', '=', 'performance'))
  const key = (head: RecordHead, field: string): string => String(head.fields[field] ?? '')
  return {
    checked: { layers: build.layers, registers: new Set(kinds.map((row) => row.kind as RecordKind)) },
    findings: await findingsByParcel(db, build.buildId),
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
] as const

/** Records as the build saw them: true on its day, and known by then. */
function recordsKnownTo(db: Kysely<Database>, { asOf, knownAt }: CurrentBuild) {
  return db
    .selectFrom('record')
    .where(sql<boolean>`valid_during @> ${asOf}::text::date`)
    .where(sql<boolean>`recorded_at <= ${knownAt}::text::timestamptz`)
    .where(sql<boolean>`(replaced_at is null or replaced_at > ${knownAt}::text::timestamptz)`)
}

async function headsOf(query: ReturnType<typeof recordsKnownTo>): Promise<RecordHead[]> {
  const rows = await query.select(['record_id as recordId', 'kind', 'layer', 'doc', 'fields']).execute()
  // Kinds and fields were checked against record.ts when the record was made.
  return rows.map((row) => ({ ...row, kind: row.kind as RecordKind }))
}

async function findingsByParcel(
  db: Kysely<Database>,
  buildId: number,
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
    .where('build_id', '=', buildId)
    .where('noise', '=', false)
    .orderBy('finding_no')
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

/** The parcels as they stand, some thousands at a time, in the order of their numbers. */
export async function* parcelPages(
  db: Kysely<Database>,
  build: CurrentBuild,
  context: RunContext,
  pageSize = 2000,
): AsyncGenerator<readonly ParcelPage[]> {
  let after = -1
  for (;;) {
    const parcels: ParcelInput[] = await db
      .selectFrom('parcel_version')
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
      .where('to_build', 'is', null)
      .where('parcel_id', '>', after)
      .orderBy('parcel_id')
      .limit(pageSize)
      .execute()
    if (parcels.length === 0) return
    const last = parcels.at(-1)!.parcelId
    const links = await linksOf(db, build, context, after, last)
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
  build: CurrentBuild,
  { zones }: RunContext,
  after: number,
  last: number,
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
    .where('build_id', '=', build.buildId)
    .where('parcel_id', '>', after)
    .where('parcel_id', '<=', last)
    .orderBy('parcel_id')
    .orderBy('record_id')
    .execute()
  const wanted = [...new Set(rows.map((row) => row.recordId))].filter((id) => !zones.has(id))
  const heads = new Map<number, RecordHead>()
  if (wanted.length > 0) {
    const known = recordsKnownTo(db, build).where(
      sql<boolean>`record_id = any(${wanted.map(String)}::text[]::bigint[])`,
    )
    for (const head of await headsOf(known)) heads.set(head.recordId, head)
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

export interface FactRow {
  readonly countyCode: string
  readonly parcelId: number
  readonly facts: Facts
  readonly sources: FactSources
}

/** Rows of one statement; some 4 MB of text, which the embedded base takes as well. */
const ROWS_PER_INSERT = 2000

/**
 * Writes the facts of parcels. As JSON rather than column by column: most of the hundred columns of a row are
 * unknown, and what is not there costs nothing (measured: a third of the time of arrays per column).
 */
export async function insertFacts(
  tx: Transaction<Database>,
  runId: number,
  rows: Iterable<FactRow>,
): Promise<void> {
  let texts: string[] = []
  const flush = async (): Promise<void> => {
    if (texts.length === 0) return
    const list = `[${texts.join(',')}]`
    texts = []
    await sql`insert into fact select * from json_populate_recordset(null::fact, ${list}::text::json)`.execute(
      tx,
    )
  }
  // One row at a time: facts become text at once, so a page of them is never held as objects.
  for (const row of rows) {
    texts.push(factJson(runId, row))
    if (texts.length === ROWS_PER_INSERT) await flush()
  }
  await flush()
}

const columnKeys = Object.fromEntries(
  factNames.map((name) => [name, `,${JSON.stringify(factColumn(name))}:`]),
)

function factJson(runId: number, { countyCode, parcelId, facts, sources }: FactRow): string {
  let text = `{"run_id":${runId},"county_code":${JSON.stringify(countyCode)},"parcel_id":${parcelId}`
  for (const [name, value] of Object.entries(facts)) text += columnKeys[name]! + JSON.stringify(value)
  return `${text},"sources":${JSON.stringify(packSources(sources))}}`
}

/** Opens a run under the next number; its pack is kept for ever, known by the hash of its text. */
export async function startRun(
  tx: Transaction<Database>,
  run: {
    readonly buildId: number
    readonly asOf: IsoDate
    readonly pack: RulePack
    readonly startedAt: string
  },
): Promise<number> {
  const { pack, startedAt } = run
  await tx
    .insertInto('rule_pack')
    .values({
      pack_hash: pack.hash,
      code: pack.code,
      version: pack.version,
      title_zh: pack.title.zh,
      title_en: pack.title.en,
      yaml: pack.yaml,
      added_at: startedAt,
    })
    .onConflict((conflict) => conflict.column('pack_hash').doNothing())
    .execute()
  const runId = await nextNumbers(tx, 'run', 1)
  await tx
    .insertInto('classify_run')
    .values({
      run_id: runId,
      build_id: run.buildId,
      as_of: run.asOf,
      pack_hash: pack.hash,
      started_at: startedAt,
      state: 'running',
    })
    .execute()
  return runId
}

/** How many parcels there are now. */
export async function countParcels(db: Kysely<Database>): Promise<number> {
  const { total } = await db
    .selectFrom('parcel_version')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('to_build', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(total)
}

/** Which tags each parcel has: few different sets, told apart by their place in `sets`. */
export class TagSets {
  readonly sets: string[] = []
  readonly parcelIds: number[] = []
  readonly setNumbers: number[] = []
  private readonly numbers = new Map<string, number>()

  add(parcelId: number, tags: readonly string[]): void {
    const key = tags.join(' ')
    let number = this.numbers.get(key)
    if (number === undefined) {
      number = this.sets.push(key)
      this.numbers.set(key, number)
    }
    this.parcelIds.push(parcelId)
    this.setNumbers.push(number)
  }
}

/**
 * One statement: every fact row of the run gets the first strategy whose condition is true, the other true ones as
 * runners-up, the codes of its findings and its tags. The key of `assessment` allows one row per parcel.
 */
export async function assess(
  tx: Transaction<Database>,
  run: { readonly runId: number; readonly buildId: number; readonly pack: RulePack; readonly tags: TagSets },
): Promise<void> {
  const { tags } = run
  await planForFreshRows(tx)
  await sql`
    insert into assessment (run_id, county_code, parcel_id, strategy, runners_up, flags, tags)
    select ${run.runId}, chosen.county_code, chosen.parcel_id, chosen.strategy, chosen.runners_up,
           coalesce(flag.codes, '{}'), coalesce(tag.codes, '{}')
    from (${packToSql(run.pack, run.runId)}) as chosen
    left join (
      select named.parcel_id, array_agg(distinct finding.code order by finding.code) as codes
      from finding cross join unnest(finding.parcel_ids) as named(parcel_id)
      where finding.build_id = ${run.buildId} and not finding.noise
      group by named.parcel_id
    ) as flag on flag.parcel_id = chosen.parcel_id
    left join (
      select of_parcel.parcel_id, string_to_array(nullif(tag_set.codes, ''), ' ') as codes
      from unnest(${tags.parcelIds.map(String)}::text[]::bigint[], ${tags.setNumbers.map(String)}::text[]::bigint[])
           as of_parcel(parcel_id, set_no)
      join unnest(${tags.sets}::text[]) with ordinality as tag_set(codes, set_no) using (set_no)
    ) as tag on tag.parcel_id = chosen.parcel_id`.execute(tx)
}

/**
 * The rows were written in this very transaction, so the planner believes there are none of them and would look up
 * each finding and tag again for every parcel. Without nested loops it joins whole tables, whatever it believes; and
 * the cost it then imagines must not make it compile the statement.
 */
async function planForFreshRows(tx: Transaction<Database>): Promise<void> {
  await sql`select set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true)`.execute(tx)
}

/** How many parcels got each strategy. */
export async function countStrategies(
  tx: Kysely<Database>,
  runId: number,
): Promise<{ counts: Record<string, number>; assessed: number }> {
  const rows = await tx
    .selectFrom('assessment')
    .select(({ fn }) => ['strategy', fn.countAll<number>().as('parcels')])
    .where('run_id', '=', runId)
    .groupBy('strategy')
    .orderBy('strategy')
    .execute()
  const counts = Object.fromEntries(rows.map((row) => [row.strategy, Number(row.parcels)]))
  return { counts, assessed: Object.values(counts).reduce((sum, n) => sum + n, 0) }
}

/** Makes a complete run what readers see, and lets go of the rows of earlier ones; what they were is kept. */
export async function publishRun(tx: Transaction<Database>, runId: number): Promise<void> {
  await tx
    .updateTable('classify_run')
    .set({ state: 'complete', finished_at: sql`clock_timestamp()` })
    .where('run_id', '=', runId)
    .execute()
  await tx.updateTable('base').set({ current_run: runId }).execute()
  await tx.deleteFrom('assessment').where('run_id', '<>', runId).execute()
  await tx.deleteFrom('fact').where('run_id', '<>', runId).execute()
}

/** The run readers see. */
export interface CurrentRun {
  readonly runId: number
  readonly buildId: number
  readonly asOf: IsoDate
  readonly pack: RulePack
}

/** @throws Refusal `NOT_CLASSIFIED` while no run is complete. */
export async function currentRun(db: Kysely<Database>): Promise<CurrentRun> {
  const row = await db
    .selectFrom('base')
    .innerJoin('classify_run', 'classify_run.run_id', 'base.current_run')
    .innerJoin('rule_pack', 'rule_pack.pack_hash', 'classify_run.pack_hash')
    .select([
      'classify_run.run_id as runId',
      'classify_run.build_id as buildId',
      'classify_run.as_of as asOf',
      'rule_pack.yaml as yaml',
    ])
    .executeTakeFirst()
  if (!row) {
    throw new Refusal(
      'NOT_CLASSIFIED',
      { zh: '地块尚未判定策略。', en: 'Parcels have no strategies yet.' },
      { zh: '请先运行 terrier classify。', en: 'Run terrier classify first.' },
    )
  }
  const { yaml, ...run } = row
  return { ...run, pack: loadPack(yaml) }
}

/** The facts a run recorded for one parcel, with their sources; null when the run does not know it. */
export async function factsOfParcel(
  db: Kysely<Database>,
  runId: number,
  parcelId: number,
): Promise<{ facts: Facts; sources: FactSources } | null> {
  const row = await db
    .selectFrom('fact')
    .selectAll()
    .where('run_id', '=', runId)
    .where('parcel_id', '=', parcelId)
    .executeTakeFirst()
  if (!row) return null
  const values = row as unknown as Readonly<Record<string, FactValue | null>>
  const facts: Facts = {}
  for (const name of factNames) {
    const value = values[factColumn(name)]
    if (value !== null && value !== undefined) facts[name] = value
  }
  const packed = row.sources as PackedSources
  return { facts, sources: unpackSources(packed, await recordTitles(db, recordIdsOf(packed))) }
}

async function recordTitles(
  db: Kysely<Database>,
  recordIds: readonly number[],
): Promise<Map<number, { kind: string; layer: string; doc: string | null }>> {
  if (recordIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('record')
    .select(['record_id as recordId', 'kind', 'layer', 'doc'])
    .where('record_id', 'in', recordIds)
    .orderBy('version_no')
    .execute()
  return new Map(rows.map(({ recordId, ...title }) => [recordId, title]))
}

/** The number of the parcel meant: its own, or that of the parcel with this 宗地代码 today; null when there is none. */
export async function parcelNumber(db: Kysely<Database>, idOrCode: number | string): Promise<number | null> {
  const text = String(idOrCode).trim()
  const query = db.selectFrom('parcel_version').select('parcel_id as parcelId').where('to_build', 'is', null)
  const byCode = await query
    .where('parcel_code', '=', text.toUpperCase())
    .orderBy('parcel_id')
    .executeTakeFirst()
  if (byCode) return byCode.parcelId
  if (!/^\d{1,15}$/.test(text)) return null
  return (await query.where('parcel_id', '=', Number(text)).executeTakeFirst())?.parcelId ?? null
}

/** Parcels and land that would go from one strategy to another under a pack, over the facts of a run. Nothing is written. */
export async function movesUnder(
  db: Kysely<Database>,
  runId: number,
  pack: RulePack,
): Promise<{ from: string; to: string; parcels: number; planarM2: number }[]> {
  const { rows } = await sql<{ from: string; to: string; parcels: number; planarM2: number }>`
    select a.strategy as "from", chosen.strategy as "to", count(*)::int as parcels, sum(f.unit_area_m2)::float8 as "planarM2"
    from (${packToSql(pack, runId)}) as chosen
    join assessment as a on a.run_id = ${runId} and a.county_code = chosen.county_code and a.parcel_id = chosen.parcel_id
    join fact as f on f.run_id = ${runId} and f.county_code = chosen.county_code and f.parcel_id = chosen.parcel_id
    group by a.strategy, chosen.strategy
    order by a.strategy, chosen.strategy`.execute(db)
  return rows
}
