import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { knownIn, type Standing } from '../parcel/standing-store.ts'
import type { Facts, FactSource, FactSources } from '../rule/fact.ts'
import { numbersOfFact } from '../rule/pack-number.ts'
import type { RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import { evidenceOf } from './fact-row.ts'
import { factsOf } from './facts.ts'
import { idList, parcelPages, readRun } from './input-store.ts'
import { factNumbers } from './fact-number.ts'
import { InputReader } from './input-text.ts'

/**
 * The facts of one parcel with their sources, taken again from the build and the records it knew: the same as the run took,
 * for any build whose rows are kept. Null when the parcel does not stand in it.
 */
export async function takeFacts(
  db: Kysely<Database>,
  build: Standing,
  { asOf, pack }: { readonly asOf: IsoDate; readonly pack: RulePack },
  parcelId: number,
): Promise<{ facts: Facts; sources: FactSources } | null> {
  const only = [parcelId]
  const reader = new InputReader({
    ...(await readRun(db, build, only)),
    asOf,
    numbers: factNumbers(pack, asOf),
  })
  for await (const page of parcelPages(db, build, only)) {
    for (const input of reader.inputs(page)) {
      const { facts, sources } = factsOf(input)
      return { facts, sources: withPackNumbers(await withMoments(db, build, sources), facts, pack) }
    }
  }
  return null
}

/** What was worked out with numbers of the pack says which. */
function withPackNumbers(sources: FactSources, facts: Facts, pack: RulePack): FactSources {
  const told = Object.entries(sources).map(([name, source]) => {
    const numbers = source?.computed === undefined ? [] : numbersOfFact(name, pack, facts)
    return [name, numbers.length === 0 ? source : { ...source, numbers }]
  })
  return Object.fromEntries(told) as FactSources
}

/** Each record with the moment its version became known to us. */
async function withMoments(
  db: Kysely<Database>,
  build: Standing,
  sources: FactSources,
): Promise<FactSources> {
  const rows = await db
    .selectFrom('record as r')
    .select(['record_id', 'recorded_at'])
    .where(knownIn(build))
    .where(sql<boolean>`record_id = any(${idList(evidenceOf(sources))})`)
    .execute()
  const moments = new Map(rows.map(({ record_id, recorded_at }) => [record_id, recorded_at]))
  const told = (source: FactSource): FactSource => {
    const knownAt = source.recordId === undefined ? undefined : moments.get(source.recordId)
    return {
      ...source,
      ...(knownAt === undefined ? {} : { knownAt }),
      ...(source.from ? { from: source.from.map(told) } : {}),
    }
  }
  return Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source && told(source)]))
}
