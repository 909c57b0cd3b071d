import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ConflictFilter, ConflictPage, ConflictQuery, ConflictRow } from '../contract.ts'
import { claimRegisters, precedence, type ClaimRegister } from '../claim/precedence.ts'
import { pairOf } from '../claim/claims.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
import { exactSum } from '../db/exact-sum.ts'
import type { Database } from '../db/schema.ts'
import { standingAt, standsIn, type Standing } from '../parcel/standing-store.ts'
import { maskField } from '../record/mask-field.ts'
import { Refusal } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { ruleOf } from './claims.ts'
import { currentRun, type CurrentRun } from './run-store.ts'
import { registerTitle, statementTeller } from './statement-store.ts'

type Language = 'zh' | 'en'
const facets = ['field', 'pair', 'district', 'state'] as const
type Facet = (typeof facets)[number]

/**
 * Contradictions over the city as the last run found them, by parcel; with totals by each condition.
 * @throws as `standingKept`; Refusal `CLAIM_FIELD_UNKNOWN`, `PARAM_INVALID`
 */
export async function findConflicts(
  db: Kysely<Database>,
  query: ConflictQuery,
  language: Language,
): Promise<ConflictPage> {
  const { cursor, limit = 100, asOf, knownAt, ...filter } = query
  const { standing, run } = await standingKept(db, { asOf, knownAt })
  const where = conditions(filter)
  const mark = listMark('claims', run.runId, filter)
  const after =
    cursor === undefined
      ? sql<boolean>`true`
      : beyond(...readCursor(cursor, mark, ['number_of_ours', 'text']))
  const rows = await conflictRows(db, standing, all(where), after, limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const { sum, counts } = await countAll(db, standing, where)
  return {
    asOf: run.asOf,
    total: sum?.conflicts ?? 0,
    parcels: sum?.parcels ?? 0,
    totalPlanarM2: sum?.planarM2 ?? 0,
    counts,
    titles: titles(),
    rows: await told(db, standing, shown, language),
    nextCursor: last && rows.length > limit ? writeCursor(mark, [last.parcel_id, last.field]) : null,
  }
}

/**
 * What readers see now, whose contradictions are kept. Those of an earlier day were not, and the ones kept are not theirs:
 * records that came later, choices made since. A parcel alone can be asked for any day.
 * @throws as `standingAt`; Refusal `NOT_CLASSIFIED`, `CLAIMS_NOT_KEPT`
 */
async function standingKept(
  db: Kysely<Database>,
  { asOf, knownAt }: Pick<ConflictFilter, 'asOf' | 'knownAt'>,
): Promise<{ standing: Standing; run: CurrentRun }> {
  const standing = await standingAt(db)
  const run = await currentRun(db)
  if (asOf !== undefined || knownAt !== undefined) {
    const asked = await standingAt(db, { asOf, knownAt })
    if (asked.buildId !== standing.buildId || asked.runId !== standing.runId) throw notKept(asked, standing)
  }
  return { standing, run }
}

const notKept = (asked: Standing, standing: Standing): Refusal =>
  new Refusal(
    'CLAIMS_NOT_KEPT',
    {
      zh: `各方说法的清单只保留 ${standing.asOf} 的,没有 ${asked.asOf} 的。`,
      en: `The list of contradictions is kept for ${standing.asOf}; there is none of ${asked.asOf}.`,
    },
    {
      zh: '请去掉查询日;或打开某一宗地,其各方说法可查任何一日。',
      en: 'Leave out the day; or open a parcel, whose statements can be asked for any day.',
    },
    { field: 'asOf' },
  )

/** Every contradiction that answers, read some hundred at a time once the question is known to be good. @throws as `findConflicts` */
export async function allConflicts(
  db: Kysely<Database>,
  { asOf, knownAt, ...filter }: ConflictFilter,
  language: Language,
): Promise<{ readonly asOf: IsoDate; readonly rows: AsyncGenerator<ConflictRow> }> {
  const { standing } = await standingKept(db, { asOf, knownAt })
  return { asOf: standing.asOf, rows: eachConflict(db, standing, all(conditions(filter)), language) }
}

async function* eachConflict(
  db: Kysely<Database>,
  standing: Standing,
  where: RawBuilder<boolean>,
  language: Language,
): AsyncGenerator<ConflictRow> {
  for (let after = sql<boolean>`true`; ;) {
    const rows = await conflictRows(db, standing, where, after, 500)
    yield* await told(db, standing, rows, language)
    const last = rows.at(-1)
    if (!last || rows.length < 500) return
    after = beyond(last.parcel_id, last.field)
  }
}

type Conditions = ReadonlyMap<Facet, RawBuilder<boolean>>

function conditions({ field, pair, district, state }: ConflictFilter): Conditions {
  const list = new Map<Facet, RawBuilder<boolean>>()
  if (field !== undefined && field !== '') list.set('field', sql`c.field = ${ruleOf(field).field}`)
  if (pair !== undefined && pair !== '') list.set('pair', sql`${readPair(pair)} = any(c.pairs)`)
  if (district !== undefined && district !== '') list.set('district', sql`v.district_code = ${district}`)
  if (state !== undefined) list.set('state', sql`c.state = ${state}`)
  return list
}

const all = (list: Conditions): RawBuilder<boolean> => {
  const wanted = [...list.values()]
  return wanted.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(wanted, sql` and `)}`
}

/** `registration|supply` in either order, also with a comma. @throws Refusal `PARAM_INVALID` */
function readPair(text: string): string {
  const [a, b, ...more] = text
    .split(/[|,]/)
    .map((name) => claimRegisters.find((each) => each === name.trim()))
  if (a && b && more.length === 0) return pairOf(a, b)
  throw new Refusal(
    'PARAM_INVALID',
    { zh: `“${text.slice(0, 60)}”不是两类来源。`, en: `"${text.slice(0, 60)}" are not two registers.` },
    {
      zh: `写作 registration|supply;可用:${claimRegisters.join('、')}。`,
      en: `Write registration|supply; there are ${claimRegisters.join(', ')}.`,
    },
    { field: 'pair' },
  )
}

const keyOf: Readonly<Record<Facet, RawBuilder<string>>> = {
  field: sql`c.field`,
  pair: sql`pair`,
  district: sql`c.district_code`,
  state: sql`c.state`,
}
type Counted = ConflictPage['counts'][Facet][number]

/**
 * Contradictions, parcels and their land: of all that answer, and by each condition, that condition itself left out. A parcel
 * counts once under a key. One pass over the contradictions, whatever is asked.
 */
async function countAll(
  db: Kysely<Database>,
  { buildId }: Standing,
  where: Conditions,
): Promise<{ sum: Counted | undefined; counts: ConflictPage['counts'] }> {
  const holds = (facet: Facet) => where.get(facet) ?? sql<boolean>`true`
  const others = (facet?: Facet) =>
    sql.join(
      facets.filter((each) => each !== facet).map((each) => sql.ref(`c.is_${each}`)),
      sql` and `,
    )
  const counted = (name: string, key: RawBuilder<string>, facet?: Facet) => sql`
    select ${name}::text as facet, key, sum(conflicts)::int as conflicts, count(*)::int as parcels, ${exactSum(sql.ref('m2'))} as m2
    from (
      select ${key} as key, c.parcel_id, count(*) as conflicts, max(c.area_planar_m2) as m2
      from c ${facet === 'pair' ? sql`cross join unnest(c.pairs) as pair` : sql``}
      where ${others(facet)}
      group by 1, 2
    ) as of_parcel
    group by key`
  const { rows } = await sql<Omit<Counted, 'planarM2'> & { facet: Facet | 'all'; m2: number }>`
    with c as materialized (
      select c.parcel_id, c.field, c.state, c.pairs, v.district_code, v.area_planar_m2,
        ${sql.join(facets.map((facet) => sql`${holds(facet)} as ${sql.ref(`is_${facet}`)}`))}
      from claim_conflict as c
      join parcel_version as v on v.county_code = c.county_code and v.parcel_id = c.parcel_id and ${standsIn(buildId)}
    )
    ${sql.join([counted('all', sql`''::text`), ...facets.map((facet) => counted(facet, keyOf[facet], facet))], sql` union all `)}
    order by facet, conflicts desc, key`.execute(db)
  const of = (facet: Facet | 'all'): Counted[] =>
    rows
      .filter((row) => row.facet === facet)
      .map(({ key, conflicts, parcels, m2 }) => ({ key, conflicts, parcels, planarM2: m2 }))
  return {
    sum: of('all')[0],
    counts: { field: of('field'), pair: of('pair'), district: of('district'), state: of('state') },
  }
}

function conflictRows(
  db: Kysely<Database>,
  { buildId }: Standing,
  where: RawBuilder<boolean>,
  after: RawBuilder<boolean>,
  limit: number,
) {
  return db
    .selectFrom('claim_conflict as c')
    .innerJoin('parcel_version as v', (join) =>
      join.onRef('v.county_code', '=', 'c.county_code').onRef('v.parcel_id', '=', 'c.parcel_id'),
    )
    .select([
      'c.parcel_id',
      'c.field',
      'c.state',
      'c.pairs',
      'c.used_record_id',
      'c.claims',
      'v.parcel_code',
      'v.project',
      'v.location',
      'v.district_code',
      'v.area_planar_m2',
    ])
    .where(standsIn(buildId))
    .where(where)
    .where(after)
    .orderBy('c.parcel_id')
    .orderBy('c.field')
    .limit(limit)
    .execute()
}
type Selected = Awaited<ReturnType<typeof conflictRows>>[number]

async function told(
  db: Kysely<Database>,
  standing: Standing,
  rows: readonly Selected[],
  language: Language,
): Promise<ConflictRow[]> {
  if (rows.length === 0) return []
  const ids = rows.flatMap(({ claims }) => claims.map(([recordId]) => recordId))
  const tell = await statementTeller(db, standing, ids, language)
  return rows.map((row): ConflictRow => {
    const { title, unit, rule } = ruleOf(row.field)
    return {
      parcelId: row.parcel_id,
      parcelCode: row.parcel_code,
      name: maskField('project', row.project) ?? maskField('location', row.location),
      district: row.district_code,
      planarM2: row.area_planar_m2,
      field: row.field,
      title,
      unit,
      rule,
      state: row.state,
      pairs: row.pairs,
      usedBy: row.state === 'chosen' ? 'person' : 'rule',
      statements: row.claims.map(([recordId, register, from, value, side]) =>
        tell({
          recordId,
          register: register as ClaimRegister,
          from,
          value,
          side,
          used: recordId === row.used_record_id,
        }),
      ),
    }
  })
}

function titles(): ConflictPage['titles'] {
  return {
    ...Object.fromEntries(precedence().rules.map(({ field, title }) => [field, title])),
    ...Object.fromEntries(claimRegisters.map((register) => [register, registerTitle(register)])),
  }
}

const beyond = (parcelId: number, field: string): RawBuilder<boolean> =>
  sql`(c.parcel_id, c.field) > (${parcelId}::bigint, ${field}::text)`
