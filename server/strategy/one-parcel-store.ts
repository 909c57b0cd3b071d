import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { knownIn, type Standing } from '../parcel/standing-store.ts'
import type { Facts, FactSource, FactSources } from '../rule/fact.ts'
import { numbersOfFact } from '../rule/pack-number.ts'
import type { RulePack } from '../rule/pack.ts'
import { readChoices } from './choice-store.ts'
import { evidenceOf } from './fact-row.ts'
import { factsOf } from './facts.ts'
import { idList, parcelPages, readRun } from './input-store.ts'
import { factNumbers, type FactNumbers } from './fact-number.ts'
import { InputReader, type ParcelPapers } from './input-text.ts'
import type { CurrentRun } from './run-store.ts'

/**
 * The facts of one parcel with their sources, taken again from the build and the records it knew: the same as the run took,
 * for any build whose rows are kept. Null when the parcel does not stand in it.
 */
export async function takeFacts(
  db: Kysely<Database>,
  build: Standing,
  { asOf, pack, choicesBy }: Pick<CurrentRun, 'asOf' | 'pack' | 'choicesBy'>,
  parcelId: number,
): Promise<{ facts: Facts; sources: FactSources } | null> {
  const papers = await takePapers(db, build, { asOf, choicesBy, numbers: factNumbers(pack, asOf) }, parcelId)
  if (!papers) return null
  const { facts, sources } = factsOf(papers.input)
  return { facts, sources: withPackNumbers(await withMoments(db, build, sources), facts, pack) }
}

/** The parcel with the papers linked to it, and what people chose among what they say; null when it does not stand. */
export async function takePapers(
  db: Kysely<Database>,
  build: Standing,
  { asOf, choicesBy, numbers }: Pick<CurrentRun, 'asOf' | 'choicesBy'> & { readonly numbers: FactNumbers },
  parcelId: number,
): Promise<ParcelPapers | null> {
  const only = [parcelId]
  const reader = new InputReader({
    ...(await readRun(db, build, only)),
    choices: await readChoices(db, { knownBy: choicesBy, only }),
    asOf,
    numbers,
  })
  for await (const page of parcelPages(db, build, only)) {
    for (const papers of reader.inputs(page)) return papers
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
