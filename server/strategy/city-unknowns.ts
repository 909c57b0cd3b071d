import type { Kysely } from 'kysely'
import type { Unknowns } from '../contract/decision.ts'
import type { Database } from '../db/schema.ts'
import { definitionOf } from '../rule/dictionary.ts'
import type { FactName } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import type { FactSnapshot } from './fact-snapshot.ts'
import { factsOfParcels } from './fact-store.ts'
import { groupsAlike } from './unknown-groups.ts'
import { decidingUnknowns } from './unknowns.ts'

/**
 * What the city does not know and should: for each unknown fact the parcels and land whose strategy hangs on it, most land
 * first. Parcels alike in the unknown facts they hang on are asked once, on one of them, what would follow. Land whose
 * strategy a person decided hangs on nothing.
 * @throws RunOvertaken as `FactSnapshot.tableFor`
 */
export async function cityUnknowns(db: Kysely<Database>, snapshot: FactSnapshot): Promise<Unknowns> {
  const { run } = snapshot
  const groups = groupsAlike(run.pack, await snapshot.tableFor(run.pack), snapshot.parcels)
  const facts = await factsOfParcels(
    db,
    groups.map(({ example }) => example),
  )
  await snapshot.requireCurrent()
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
