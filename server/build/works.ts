import { overlappingPairs } from '../geo/pair-area.ts'
import type { LandRecord } from '../record/record.ts'
import { agreements, identityOf, type Identity } from './identities.ts'
import { isKind, type Registers } from './registers.ts'

/** A completion covers a supply or title when half of either lies in the other. */
const COVERS = 0.5

/** Which works are accepted under which contract or title (竣工验收 belongs to 供应 or 登记). */
export interface Works {
  readonly suppliesOf: (completion: LandRecord) => readonly LandRecord<'supply'>[]
  readonly titlesOf: (completion: LandRecord) => readonly LandRecord<'registration'>[]
  readonly completionsOf: (document: LandRecord) => readonly LandRecord<'completion'>[]
}

/**
 * Links completions to supplies and registrations: same supervision number or parcel code, same project (and no other
 * holder), or land of which at least half of either is common.
 */
export function linkWorks(registers: Registers): Works {
  const links = new RecordLinks()
  const completions = registers.records.filter((record) => isKind(record, 'completion'))
  const supplies = registers.records.filter((record) => isKind(record, 'supply'))
  const titles = registers.records.filter((record) => isKind(record, 'registration'))
  linkByText(completions, [...supplies, ...titles], links)
  for (const register of [registers.supplies, registers.registrations]) {
    overlappingPairs(registers.completions.shapes, register.shapes, (i, j, areaM2) => {
      const covered =
        areaM2 >= COVERS * Math.min(registers.completions.shapes.areaM2(i), register.shapes.areaM2(j))
      if (covered) links.add(registers.completions.records[i]!, register.records[j]!)
    })
  }
  const inOrder = new Map(registers.records.map((record, at) => [record, at]))
  const sorted = <R extends LandRecord>(records: Iterable<R>): R[] =>
    [...records].toSorted((a, b) => inOrder.get(a)! - inOrder.get(b)!)
  return {
    suppliesOf: (completion) =>
      sorted([...links.of(completion)].filter((record) => isKind(record, 'supply'))),
    titlesOf: (completion) =>
      sorted([...links.of(completion)].filter((record) => isKind(record, 'registration'))),
    completionsOf: (document) =>
      sorted([...links.of(document)].filter((record) => isKind(record, 'completion'))),
  }
}

function linkByText(
  completions: readonly LandRecord[],
  documents: readonly LandRecord[],
  links: RecordLinks,
): void {
  const byNumber = new Map<string, [LandRecord, Identity][]>()
  for (const document of documents) {
    const identity = identityOf(document)
    for (const name of namesOf(identity)) {
      const known = byNumber.get(name)
      if (known) known.push([document, identity])
      else byNumber.set(name, [[document, identity]])
    }
  }
  for (const completion of completions) {
    const identity = identityOf(completion)
    for (const name of namesOf(identity)) {
      for (const [document, other] of byNumber.get(name) ?? []) {
        const agreed = agreements(identity, other)
        if (agreed.has('code') || (agreed.has('project') && !otherHolder(identity, other)))
          links.add(completion, document)
      }
    }
  }
}

function namesOf({ parcelCode, supervisionNo, project }: Identity): string[] {
  return [
    parcelCode && `parcel ${parcelCode}`,
    supervisionNo && `supply ${supervisionNo}`,
    project && `project ${project}`,
  ].filter((name): name is string => name !== undefined)
}

/** Both name a holder, and not the same one. A blank holder contradicts nobody. */
function otherHolder(a: Identity, b: Identity): boolean {
  return a.holder !== undefined && b.holder !== undefined && a.holder !== b.holder
}

class RecordLinks {
  readonly #links = new Map<LandRecord, Set<LandRecord>>()

  add(a: LandRecord, b: LandRecord): void {
    this.#side(a).add(b)
    this.#side(b).add(a)
  }

  of(record: LandRecord): ReadonlySet<LandRecord> {
    return this.#links.get(record) ?? none
  }

  #side(record: LandRecord): Set<LandRecord> {
    const known = this.#links.get(record)
    if (known) return known
    const made = new Set<LandRecord>()
    this.#links.set(record, made)
    return made
  }
}
const none: ReadonlySet<LandRecord> = new Set()
