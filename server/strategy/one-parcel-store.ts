import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { Standing } from '../parcel/standing-store.ts'
import type { Facts, FactSources } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import { factsOf } from './facts.ts'
import { parcelPages, readRun } from './input-store.ts'
import { InputReader, minimumSupply } from './input-text.ts'

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
    minSupplyM2: minimumSupply(pack),
  })
  for await (const page of parcelPages(db, build, only)) {
    for (const input of reader.inputs(page)) return factsOf(input)
  }
  return null
}
