import { overlappingPairs } from '../geo/pair-area.ts'
import type { LandRecord } from '../record/record.ts'
import { agreements, holdersDiffer, identityOf, type Identity } from './identities.ts'
import { SMALLEST_PLACE_M2 } from './links.ts'
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
 * Links completions to supplies and registrations: land of which at least half of either is common, same supervision number
 * or parcel code, or same project (and no other holder).
 *
 * Place comes first. Where some contract or title is under the works, one that is merely named counts only if it shares
 * land with them too, or has no shape: a wrong number does not move a building. Works on land nobody was given are taken
 * at their word.
 */
export function linkWorks(registers: Registers): Works {
  const links = new RecordLinks()
  const completions = registers.records.filter((record) => isKind(record, 'completion'))
  const supplies = registers.records.filter((record) => isKind(record, 'supply'))
  const titles = registers.records.filter((record) => isKind(record, 'registration'))
  const touching = new RecordLinks()
  for (const register of [registers.supplies, registers.registrations]) {
    overlappingPairs(
      registers.completions.shapes,
      register.shapes,
      (i, j, areaM2) => {
        const [completion, document] = [registers.completions.records[i]!, register.records[j]!]
        touching.add(completion, document)
        const coveredM2 = COVERS * Math.min(registers.completions.shapes.areaM2(i), register.shapes.areaM2(j))
        if (areaM2 >= coveredM2) links.add(completion, document)
      },
      SMALLEST_PLACE_M2,
    )
  }
  const placed = new Set(completions.filter((completion) => links.of(completion).size > 0))
  linkByText(completions, [...supplies, ...titles], (completion, document) => {
    const isElsewhere = document.wkb !== null && !touching.of(completion).has(document)
    if (!(placed.has(completion) && isElsewhere)) links.add(completion, document)
  })
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
  completions: readonly LandRecord<'completion'>[],
  documents: readonly LandRecord[],
  add: (completion: LandRecord<'completion'>, document: LandRecord) => void,
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
        if (agreed.has('code') || (agreed.has('project') && !holdersDiffer(identity, other)))
          add(completion, document)
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
