import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { DeadlinePage, DeadlineQuery, DeadlineRow } from '../contract/decision.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
import { exactSum } from '../db/exact-sum.ts'
import { inRun } from '../db/in-build.ts'
import type { Database } from '../db/schema.ts'
import { standsIn } from '../parcel/standing-store.ts'
import { maskField } from '../record/mask-field.ts'
import { Refusal, type Message } from '../refusal.ts'
import { lights, warningFor } from '../rule/deadline.ts'
import type { DeadlineKind } from '../rule/deadline-model.ts'
import type { RulePack } from '../rule/pack.ts'
import { daysBetween, type IsoDate } from '../units.ts'
import { currentRun, type CurrentRun } from './run-store.ts'

/** Sorts what cannot be dated last. */
const NEVER = '9999-12-31'

/**
 * The next deadline of every parcel, soonest first, as the last run worked them out; with how many there are of each
 * light and office.
 * @throws Refusal `NOT_CLASSIFIED`; `PARAM_INVALID` for a light that is none, or the cursor of another list
 */
export async function findDeadlines(db: Kysely<Database>, query: DeadlineQuery): Promise<DeadlinePage> {
  const run = await currentRun(db)
  const { cursor, limit = 200, ...asked } = query
  const narrowed = conditions(run, asked)
  const mark = listMark('deadlines', run.runId, asked)
  const after = cursor === undefined ? [] : [beyond(...readCursor(cursor, mark, ['day', 'number_of_ours']))]
  const rows = await deadlineRows(db, run, [...narrowed, ...after], limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const wanted = asked.light?.split(',') ?? lights
  const byLight = await db
    .selectFrom('assessment as a')
    .innerJoin('parcel_version as v', (join) =>
      join.onRef('v.county_code', '=', 'a.county_code').onRef('v.parcel_id', '=', 'a.parcel_id'),
    )
    .select([
      'a.light',
      sql<number>`count(*)::int`.as('parcels'),
      exactSum(sql.ref('v.area_planar_m2')).as('planarM2'),
      // of those asked for, all together
      sql<number>`coalesce(sum(sum(v.area_planar_m2::numeric)) filter (where a.light = any(${wanted}::text[])) over (), 0)::float8`.as(
        'totalPlanarM2',
      ),
    ])
    .where(inRun('a', run.runId))
    .where(standsIn(run.buildId))
    .where(all(conditions(run, { ...asked, light: undefined })))
    .groupBy('a.light')
    .execute()
  const counted = byLight.flatMap(({ light, parcels, planarM2 }) =>
    light === null ? [] : [{ light, parcels, planarM2 }],
  )
  const total = counted.filter(({ light }) => wanted.includes(light))
  return {
    asOf: run.asOf,
    total: total.reduce((sum, { parcels }) => sum + parcels, 0),
    totalPlanarM2: byLight[0]?.totalPlanarM2 ?? 0,
    lights: lights.flatMap((light) => counted.filter((each) => each.light === light)),
    offices: await offices(db, run),
    rows: shown.map((row) => toRow(row, run)),
    nextCursor:
      rows.length > limit && last ? writeCursor(mark, [last.due_on ?? NEVER, last.parcel_id]) : null,
  }
}

/** Every dated deadline of an office from a day to another, a thousand at a time, for a calendar. @throws Refusal `OFFICE_UNKNOWN` */
export function officeDeadlines(
  db: Kysely<Database>,
  run: CurrentRun,
  { office, from, to }: { readonly office: string; readonly from: IsoDate; readonly to: IsoDate },
): AsyncGenerator<DeadlineRow> {
  requireLead(run.pack, office)
  const range = sql<boolean>`a.due_on between ${from}::date and ${to}::date`
  return eachDeadline(db, run, [...conditions(run, { office }), range])
}

async function* eachDeadline(
  db: Kysely<Database>,
  run: CurrentRun,
  narrowed: readonly RawBuilder<boolean>[],
): AsyncGenerator<DeadlineRow> {
  for (let after: RawBuilder<boolean>[] = []; ;) {
    const rows = await deadlineRows(db, run, [...narrowed, ...after], 1000)
    for (const row of rows) yield toRow(row, run)
    const last = rows.at(-1)
    if (!last || rows.length < 1000) return
    after = [beyond(last.due_on ?? NEVER, last.parcel_id)]
  }
}

/** The offices in the lead of some strategy of the pack, with the parcels in their hands. */
async function offices(db: Kysely<Database>, run: CurrentRun): Promise<DeadlinePage['offices']> {
  const rows = await db
    .selectFrom('assessment as a')
    .select(['a.strategy', sql<number>`count(*)::int`.as('parcels')])
    .where(inRun('a', run.runId))
    .groupBy('a.strategy')
    .execute()
  const parcels = new Map<string, number>()
  for (const { strategy, parcels: count } of rows) {
    const office = officeOf(run.pack, strategy)
    parcels.set(office, (parcels.get(office) ?? 0) + count)
  }
  return [...parcels]
    .map(([office, count]) => ({ office, parcels: count }))
    .toSorted((a, b) => b.parcels - a.parcels || (a.office < b.office ? -1 : 1))
}

/** @throws Refusal `OFFICE_UNKNOWN`: a calendar must not stay empty for good over a slip of the pen */
function requireLead(pack: RulePack, office: string): void {
  const known = [...new Set(pack.strategies.map(({ lead }) => lead))]
  if (known.includes(office)) return
  throw new Refusal(
    'OFFICE_UNKNOWN',
    {
      zh: `在用规则包中没有牵头单位“${office.slice(0, 40)}”。`,
      en: `No strategy of the pack in use is led by "${office.slice(0, 40)}".`,
    },
    { zh: `牵头单位有:${known.join('、')}。`, en: `Lead offices are ${known.join(', ')}.` },
    { field: 'office' },
  )
}

const officeOf = (pack: RulePack, strategy: string): string =>
  pack.strategies.find(({ code }) => code === strategy)?.lead ?? ''

function conditions({ pack, asOf }: CurrentRun, query: DeadlineQuery): RawBuilder<boolean>[] {
  const { office, light, within, overdue } = query
  const list: RawBuilder<boolean>[] = []
  if (office !== undefined) {
    const codes = pack.strategies.filter(({ lead }) => lead === office).map(({ code }) => code)
    list.push(sql`a.strategy = any(${codes}::text[])`)
  }
  if (light !== undefined && light !== '') {
    const wanted = light.split(',')
    if (!wanted.every((each) => (lights as readonly string[]).includes(each))) throw badLight(light)
    list.push(sql`a.light = any(${wanted}::text[])`)
  }
  if (within !== undefined) list.push(sql`a.due_on between ${asOf}::date and ${asOf}::date + ${within}::int`)
  if (overdue !== undefined) {
    const passed = sql<boolean>`coalesce(a.due_on < ${asOf}::date, false)`
    list.push(overdue === 'true' ? passed : sql`not ${passed}`)
  }
  return list
}

const all = (list: readonly RawBuilder<boolean>[]): RawBuilder<boolean> =>
  list.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(list, sql` and `)}`

function deadlineRows(
  db: Kysely<Database>,
  run: CurrentRun,
  narrowed: readonly RawBuilder<boolean>[],
  limit: number,
) {
  return db
    .selectFrom('assessment as a')
    .innerJoin('parcel_version as v', (join) =>
      join.onRef('v.county_code', '=', 'a.county_code').onRef('v.parcel_id', '=', 'a.parcel_id'),
    )
    .select([
      'a.parcel_id',
      'a.strategy',
      'a.ruled_strategy',
      'a.override_id',
      'a.due_on',
      'a.due_rule',
      'a.light',
      'v.parcel_code',
      'v.project',
      'v.location',
      'v.holder',
      'v.district_code',
      'v.area_planar_m2',
    ])
    .where(inRun('a', run.runId))
    .where(standsIn(run.buildId))
    .where(all(narrowed))
    .orderBy(sql`coalesce(a.due_on, ${NEVER}::date)`)
    .orderBy('a.parcel_id')
    .limit(limit)
    .execute()
}
type Selected = Awaited<ReturnType<typeof deadlineRows>>[number]

function toRow(row: Selected, { pack, asOf }: CurrentRun): DeadlineRow {
  const daysLeft = row.due_on === null ? null : daysBetween(asOf, row.due_on)
  const rule = row.due_rule === null ? null : ruleOf(pack, row.due_rule)
  return {
    parcelId: row.parcel_id,
    parcelCode: row.parcel_code,
    name: maskField('project', row.project) ?? maskField('location', row.location),
    holder: maskField('holder', row.holder),
    district: row.district_code,
    planarM2: row.area_planar_m2,
    strategy: row.strategy,
    ruledStrategy: row.ruled_strategy,
    overrideId: row.override_id,
    office: officeOf(pack, row.strategy),
    light: row.light ?? 'grey',
    due: row.due_on,
    daysLeft,
    warning: warningFor(daysLeft),
    rule: row.due_rule,
    title: rule?.title ?? null,
    kind: rule?.kind ?? null,
    basis: rule?.basis ?? null,
  }
}

/** What a rule of a deadline is called: a clock of the pack, a term of a strategy, or the end of an override. */
function ruleOf(pack: RulePack, rule: string): { title: Message; kind: DeadlineKind; basis: string } | null {
  if (rule === 'override')
    return {
      title: { zh: '人工改定到期', en: 'Override expires' },
      kind: 'mgmt',
      basis: '人工改定 (override)',
    }
  const clock = pack.clocks.find(({ code }) => code === rule)
  if (clock) return clock
  const strategy = pack.strategies.find(({ code }) => code === rule.split('.')[0])
  if (!strategy) return null
  const { title, deadline, basis } = strategy
  return {
    title: { zh: `${title.zh}:${deadline.text.zh}`, en: `${title.en}: ${deadline.text.en}` },
    kind: deadline.kind,
    basis: basis.join(';'),
  }
}

const beyond = (due: IsoDate, parcelId: number): RawBuilder<boolean> =>
  sql`(coalesce(a.due_on, ${NEVER}::date), a.parcel_id) > (${due}::date, ${parcelId}::bigint)`

const badLight = (text: string): Refusal =>
  new Refusal(
    'PARAM_INVALID',
    { zh: `“${text}”不是灯色。`, en: `"${text}" is no light.` },
    { zh: '灯色为 red、yellow、green、grey,可用逗号连写。', en: 'Lights are red, yellow, green and grey.' },
    { field: 'light' },
  )
