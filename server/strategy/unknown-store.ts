import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Unknowns } from '../contract/decision.ts'
import type { Database } from '../db/schema.ts'
import { isOperation, type Cql2Node } from '../rule/cql2.ts'
import { definitionOf } from '../rule/dictionary.ts'
import { factColumn, type FactName } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import { conditionToSql, packNames } from '../rule/to-sql.ts'
import { factsOfParcels } from './fact-store.ts'
import { currentRun } from './run-store.ts'
import { decidingUnknowns } from './unknowns.ts'

/**
 * What the city does not know and should: for each unknown fact the parcels and land whose strategy hangs on it, most land
 * first. One statement finds which undecided conditions before the winner hang on which unknown facts, the same way as
 * `undecidedFacts`; parcels alike in that are asked once, on one of them, what would follow. Land whose strategy a person
 * decided hangs on nothing.
 */
export async function cityUnknowns(db: Kysely<Database>): Promise<Unknowns> {
  const run = await currentRun(db)
  const groups = await groupsAlike(db, run.pack)
  const facts = await factsOfParcels(
    db,
    groups.map(({ example }) => example),
  )
  const found = new Map<
    FactName,
    { parcels: number; planarM2: number; codes: Set<string>; now: Map<string, number> }
  >()
  let [parcels, planarM2] = [0, 0]
  for (const group of groups) {
    const strategy = run.pack.strategies.find(({ code }) => code === group.ruled)
    const known = facts.get(group.example)
    const unknowns = strategy && known ? decidingUnknowns(run.pack, known, strategy) : []
    if (unknowns.length === 0) continue
    parcels += group.parcels
    planarM2 += group.planarM2
    for (const { name, couldGive } of unknowns) {
      const entry = found.get(name) ?? {
        parcels: 0,
        planarM2: 0,
        codes: new Set<string>(),
        now: new Map<string, number>(),
      }
      found.set(name, entry)
      entry.parcels += group.parcels
      entry.planarM2 += group.planarM2
      for (const code of couldGive) entry.codes.add(code)
      entry.now.set(group.ruled, (entry.now.get(group.ruled) ?? 0) + group.parcels)
    }
  }
  const order = run.pack.strategies.map(({ code }) => code)
  const inOrder = (codes: Iterable<string>): string[] =>
    [...codes].toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
  return {
    asOf: run.asOf,
    parcels,
    planarM2,
    rows: [...found]
      .map(([name, { codes, now, ...sums }]) => ({
        name,
        label: labelOf(run.pack, name),
        ...sums,
        couldGive: inOrder(codes),
        now: inOrder(now.keys()).map((strategy) => ({ strategy, parcels: now.get(strategy)! })),
      }))
      .toSorted((a, b) => b.planarM2 - a.planarM2 || (a.name < b.name ? -1 : 1)),
  }
}

function labelOf({ dictionary }: RulePack, name: FactName): { zh: string; en: string } {
  const { zh, en } = definitionOf(dictionary, name)
  return { zh, en }
}

interface Group {
  ruled: string
  parcels: number
  planarM2: number
  /** One of its parcels, to ask. */
  example: number
}

async function groupsAlike(db: Kysely<Database>, pack: RulePack): Promise<Group[]> {
  const names = packNames(pack, 'f')
  const codes = pack.strategies.map(({ code }) => code)
  const questions = pack.strategies.slice(0, -1).flatMap((strategy, i) => {
    const hang = hangingFacts(strategy.condition, (node) => conditionToSql(node, names))
    return [...hang].map(([name, wheres]) => ({
      key: `${strategy.code}:${name}`,
      // the condition comes before the winner's, is undecided, and this fact is unknown in an undecided part of it
      asks: sql`held.place > ${sql.lit(i + 1)} and ${sql.ref(`f.${factColumn(name)}`)} is null and (${sql.join(wheres, sql` or `)})`,
    }))
  })
  const { rows } = await sql<Group>`
    select held.ruled, count(*)::int as parcels, sum(f.unit_area_m2)::float8 as "planarM2", min(f.parcel_id) as example
    from assessment as a
    join fact as f on f.county_code = a.county_code and f.parcel_id = a.parcel_id
    cross join lateral (
      select a.ruled_strategy as ruled, array_position(${codes}::text[], a.ruled_strategy) as place
    ) as held
    cross join lateral (
      select array_remove(array[${sql.join(
        questions.map(({ key, asks }) => sql`case when ${asks} then ${key}::text end`),
      )}]::text[], null) as hangs_on offset 0
    ) as question
    where a.to_run is null and a.override_id is null and cardinality(question.hangs_on) > 0
    group by held.ruled, question.hangs_on
    order by 1, 4`.execute(db)
  return rows
}

/** For each fact of a condition, where in it: SQL that is true where that part and all around it are undecided. */
function hangingFacts(
  condition: Cql2Node,
  compile: (node: Cql2Node) => RawBuilder<unknown>,
): Map<FactName, RawBuilder<unknown>[]> {
  const found = new Map<FactName, RawBuilder<unknown>[]>()
  const visit = (node: Cql2Node, around: readonly RawBuilder<unknown>[]): void => {
    const undecided = [...around, sql`(${compile(node)}) is null`]
    if (isOperation(node) && ['and', 'or', 'not'].includes(node.op)) {
      for (const part of node.args) visit(part, undecided)
      return
    }
    const where = sql`(${sql.join(undecided, sql` and `)})`
    for (const name of factsIn(node)) found.set(name, [...(found.get(name) ?? []), where])
  }
  visit(condition, [])
  return found
}
