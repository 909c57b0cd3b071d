import type { Kysely } from 'kysely'
import type { Adoption, PackDetail, PackEntry, PackLibrary } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { deliveredPacks, loadPack, type RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import { packName } from './classify.ts'
import { adoptionsByPack, keptPacks, packInForce } from './pack-store.ts'

interface Known {
  readonly pack: RulePack
  readonly entry: PackEntry
}

/** Every pack one can choose: those the base has met, and those delivered with the product. */
export async function listPacks(db: Kysely<Database>, asOf: IsoDate): Promise<PackLibrary> {
  const { pack } = await packInForce(db, asOf)
  const known = await knownPacks(db)
  return { asOf, current: pack.hash, packs: known.map(({ entry }) => entry) }
}

/** The pack in force on a day, named, and since when. @param knownAt by what was known then */
export async function namedInForce(db: Kysely<Database>, asOf: IsoDate, knownAt?: string) {
  const { pack, ...rest } = await packInForce(db, asOf, knownAt)
  return { asOf, pack: packName(pack), ...rest }
}

/**
 * One pack with all it says.
 * @param name its hash, the beginning of it, or its code: then the one kept last, or else the one delivered.
 * @throws Refusal `RULE_PACK_UNKNOWN`
 */
export async function onePack(db: Kysely<Database>, name: string): Promise<PackDetail> {
  const known = await knownPacks(db)
  const found =
    known.find(({ pack }) => /^[0-9a-f]{8,64}$/.test(name) && pack.hash.startsWith(name)) ??
    known.findLast(({ pack }) => pack.code === name)
  if (!found) throw unknownPack(name, known)
  const { pack, entry } = found
  return {
    ...entry,
    yaml: pack.yaml,
    parameters: Object.entries(pack.parameters).map(([key, { changes, ...parameter }]) => ({
      name: key,
      ...parameter,
      changes: [...changes],
    })),
    strategies: pack.strategies.map(({ code, title, when }) => ({ code, title, condition: when })),
    grades: pack.grades.map((grade) => ({
      name: grade.name,
      title: grade.title,
      classes: grade.classes.map(({ code, title, when }) => ({ code, title, condition: when })),
    })),
  }
}

async function knownPacks(db: Kysely<Database>): Promise<Known[]> {
  const adoptions = await adoptionsByPack(db)
  const delivered = new Map(deliveredPacks().map(({ file, pack }) => [pack.hash, { file, pack }]))
  const kept = (await keptPacks(db)).toReversed().map(({ hash, yaml, addedAt }) => {
    const pack = delivered.get(hash)?.pack ?? loadPack(yaml)
    return { pack, file: delivered.get(hash)?.file ?? null, keptSince: addedAt }
  })
  const met = new Set(kept.map(({ pack }) => pack.hash))
  const others = [...delivered.values()]
    .filter(({ pack }) => !met.has(pack.hash))
    .map((each) => ({ ...each, keptSince: null }))
  return [...others, ...kept].map(({ pack, file, keptSince }) => ({
    pack,
    entry: entryOf(pack, { file, keptSince, inForce: adoptions.get(pack.hash) ?? [] }),
  }))
}

function entryOf(
  { hash, code, version, title, validFrom, dictionary }: RulePack,
  rest: { file: string | null; keptSince: string | null; inForce: Adoption[] },
): PackEntry {
  return { hash, code, version, title, validFrom, dictionary: dictionary.code, ...rest }
}

function unknownPack(name: string, known: readonly Known[]): Refusal {
  const codes = [...new Set(known.map(({ pack }) => pack.code))].join('、')
  return new Refusal(
    'RULE_PACK_UNKNOWN',
    { zh: `没有规则包“${name}”。`, en: `There is no rule pack "${name}".` },
    { zh: `现有:${codes}。`, en: `There are: ${codes}.` },
  )
}
