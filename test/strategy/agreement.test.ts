import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import type { Base } from '../../server/db/open.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { deadlineSql } from '../../server/rule/deadline-sql.ts'
import { deadlinesOf, lightOf, nextDeadline } from '../../server/rule/deadline.ts'
import { chooseStrategy } from '../../server/rule/evaluate.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { landDictionary } from '../../server/rule/dictionary.ts'
import { deliveredPacks, type RulePack } from '../../server/rule/pack.ts'
import { tagsInForce, tagsToSql } from '../../server/rule/tag-set.ts'
import { fittingCodes } from '../../server/rule/to-sql.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { factsOfRow, insertFacts } from '../../server/strategy/fact-store.ts'
import { FactSnapshots } from '../../server/strategy/fact-snapshot.ts'
import { groupsAlike } from '../../server/strategy/unknown-groups.ts'
import { undecidedFacts } from '../../server/strategy/unknowns.ts'
import { eachBase, freshBase, hasServer, type FreshBase } from '../helpers/database.ts'
import { tagsByFacts } from '../rule/tags-by-facts.ts'

/** A city with something of everything; the figure of a larger one stands in the bench of classification. */
const PARCELS = Number(process.env.TERRIER_AGREEMENT_PARCELS ?? 4000)
const AS_OF = '2025-06-30'
const startedAt = '2025-07-01T08:00:00Z'
const packs = deliveredPacks().flatMap(({ pack }) => (pack.dictionary === landDictionary ? [pack] : []))
const { tags, flags } = tagsInForce()

/** What a pack, the tags and the clocks say of a parcel. */
interface Said {
  readonly parcel: number
  readonly strategy: string
  readonly runnersUp: readonly string[]
  readonly tags: readonly string[]
  readonly flags: readonly string[]
  readonly due: string | null
  readonly rule: string | null
  readonly light: string
}

function byTypeScript(pack: RulePack, parcel: number, facts: Facts): Said {
  const { strategy, runnersUp } = chooseStrategy(pack, facts)
  const all = deadlinesOf(pack, facts, { strategy, since: String(facts.as_of) })
  const next = nextDeadline(all)
  return {
    parcel,
    strategy: strategy.code,
    runnersUp: runnersUp.map(({ code }) => code),
    tags: tagsByFacts(tags, facts),
    flags: tagsByFacts(flags, facts),
    due: next?.due ?? null,
    rule: next?.rule ?? null,
    light: lightOf(all),
  }
}

async function bySql(base: Base, pack: RulePack): Promise<Said[]> {
  const last = pack.strategies.at(-1)!.code
  const deadline = deadlineSql(pack, {
    facts: 'f',
    strategy: sql.ref('held.strategy'),
    since: sql.ref('f.as_of'),
    setOn: sql`null::date`,
    expiresOn: sql`null::date`,
  })
  const { rows } = await sql<Said>`
    select f.parcel_id as parcel, held.strategy, fitting.codes[2:] as "runnersUp", ${tagsToSql(tags, 'f')} as tags,
      ${tagsToSql(flags, 'f')} as flags, deadline.due_on as due, deadline.due_rule as rule, deadline.light
    from fact as f
    cross join lateral (select ${fittingCodes(pack, 'f')} as codes offset 0) as fitting
    cross join lateral (select coalesce(fitting.codes[1], ${last}::text) as strategy offset 0) as held
    cross join lateral (${deadline}) as deadline
    order by f.parcel_id`.execute(base.db)
  return rows
}

// One city is built and classified; its facts are what both kinds of base are asked about.
let city: FreshBase
let known: { parcel: number; county: string; facts: Facts }[]
beforeAll(async () => {
  city = await freshBase(hasServer ? 'server' : 'embedded')
  await loadDemo(city, { parcels: PARCELS, seed: 1, at: startedAt })
  await runBuild(city, { asOf: AS_OF, startedAt })
  await runClassify(city, { startedAt })
  const rows = await city.db.selectFrom('fact').selectAll().orderBy('parcel_id').execute()
  known = rows.map((row) => ({ parcel: row.parcel_id, county: row.county_code, facts: factsOfRow(row) }))
})
afterAll(() => city?.remove())

test('a classified city says what TypeScript says of each parcel, beside the findings of the build', async () => {
  const rows = await city.db
    .selectFrom('assessment as a')
    .select(['parcel_id', 'strategy', 'runners_up', 'tags', 'flags', 'due_on', 'due_rule', 'light'])
    .where('to_run', 'is', null)
    .orderBy('parcel_id')
    .execute()
  const found = new Map<number, Set<string>>()
  for (const { code, parcel_ids } of await city.db
    .selectFrom('finding')
    .select(['code', 'parcel_ids'])
    .where('noise', '=', false)
    .execute())
    for (const parcel of parcel_ids) found.set(parcel, (found.get(parcel) ?? new Set()).add(code))
  const [pack] = packs.filter(({ code }) => code === 'zhuzhou-2024')
  expect(rows.length).toBeGreaterThan(0.9 * PARCELS)
  expect(rows.map(({ parcel_id, runners_up, due_on, due_rule, ...row }) => ({ parcel: parcel_id, runnersUp: runners_up, due: due_on, rule: due_rule, ...row }))).toEqual(
    known.map(({ parcel, facts }) => {
      const said = byTypeScript(pack!, parcel, facts)
      return { ...said, flags: [...new Set([...(found.get(parcel) ?? []), ...said.flags])].toSorted() }
    }),
  ) // prettier-ignore
  const run = await city.db.selectFrom('classify_run').select(['tags_hash', 'flags_hash']).executeTakeFirst()
  expect(run).toEqual({ tags_hash: tags.hash, flags_hash: flags.hash })
})

eachBase('every parcel of a city by SQL as by TypeScript', (open, kind) => {
  const base = () => (kind === city.kind ? city : open())
  beforeAll(async () => {
    if (kind === city.kind) return
    const rows = known.map(({ parcel, county, facts }) => ({
      countyCode: county,
      parcelId: parcel,
      facts,
      sources: {},
    }))
    await open().transaction((tx) => insertFacts(tx, 1, rows))
  })

  test.each(packs)('$code: winner, runners-up, tags, flags, next deadline and light', async (pack) => {
    expect(await bySql(base(), pack)).toEqual(
      known.map(({ parcel, facts }) => byTypeScript(pack, parcel, facts)),
    )
  })
})

test('parcels asked about what is unknown are alike in every question they are asked one by one', async () => {
  const { groups, pack } = await new FactSnapshots(city).use(async (snapshot) => ({
    groups: groupsAlike(snapshot.run.pack, await snapshot.tableFor(snapshot.run.pack), snapshot.parcels),
    pack: snapshot.run.pack,
  }))
  const rows = await city.db
    .selectFrom('assessment')
    .select(['parcel_id', 'ruled_strategy'])
    .where('to_run', 'is', null)
    .execute()
  const ruled = new Map(rows.map((row) => [row.parcel_id, row.ruled_strategy]))
  const alike = new Map<string, { parcels: number; example: number }>()
  for (const { parcel, facts } of known) {
    const place = pack.strategies.findIndex(({ code }) => code === ruled.get(parcel))
    const asked = pack.strategies
      .slice(0, place)
      .map(({ code, condition }) => [code, undecidedFacts(condition, { facts, pack }).toSorted()] as const)
      .filter(([, names]) => names.length > 0)
    if (asked.length === 0) continue
    const key = JSON.stringify([ruled.get(parcel), asked])
    const group = alike.get(key) ?? { parcels: 0, example: parcel }
    group.parcels++
    alike.set(key, group)
  }
  const byExample = (a: { example: number }, b: { example: number }) => a.example - b.example
  expect(groups.map(({ parcels, example }) => ({ parcels, example })).toSorted(byExample)).toEqual(
    [...alike.values()].toSorted(byExample),
  )
  expect(groups.length).toBeGreaterThan(50)
})
