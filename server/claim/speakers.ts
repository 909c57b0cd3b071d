import { isZoneInForce } from '../build/precedence.ts'
import type { RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { isMostlyAbout, zonesOf, type AnyLink, type Link } from './link.ts'
import {
  precedence,
  type ClaimRegister,
  type ParcelKind,
  type Preference,
  type Requirement,
} from './precedence.ts'

/** What speakers are found in: a parcel with the papers linked to it. */
export interface Papers {
  readonly asOf: IsoDate
  readonly parcel: { readonly kind: ParcelKind; readonly sourceRecordId: number }
  readonly links: readonly AnyLink[]
  /** Rows of the firm list that name the holder. */
  readonly firms?: readonly Link<'firm'>[]
}

/** Records of a register as links: the control plan is a layer. */
export type SpeakerOf<R extends ClaimRegister> = Link<R extends RecordKind ? R : 'layer'>

/** A zone under this share of the parcel does not say what the parcel is for (P301 has the same limit). */
export const PLAN_SHARE = 0.05

/** Which records of each register speak for a parcel, the one that is believed first: data/claims/precedence.yaml. */
export class Speakers {
  readonly papers: Papers
  readonly #found = new Map<ClaimRegister, readonly AnyLink[]>()

  constructor(papers: Papers) {
    this.papers = papers
  }

  of<R extends ClaimRegister>(register: R): readonly SpeakerOf<R>[] {
    let found = this.#found.get(register)
    if (!found) this.#found.set(register, (found = this.#find(register)))
    return found as unknown as readonly SpeakerOf<R>[]
  }

  first<R extends ClaimRegister>(register: R): SpeakerOf<R> | undefined {
    return this.of(register)[0]
  }

  #find(register: ClaimRegister): readonly AnyLink[] {
    const { links, firms = [], parcel } = this.papers
    const { parcels, only, order } = precedence().speaking[register]
    if (!parcels.includes(parcel.kind)) return []
    const all = register === 'firm' ? firms : register === 'control_plan' ? zonesOf(links, register) : links
    const able = (all as readonly AnyLink[]).filter(
      (link) =>
        (register === 'control_plan' || link.kind === register) &&
        only.every((wanted) => this.#is(link, wanted)),
    )
    if (able.length < 2) return able
    return able.toSorted((a, b) => {
      for (const preference of order) {
        const difference = this.#rank(a, preference, b)
        if (difference !== 0) return difference
      }
      return a.recordId - b.recordId
    })
  }

  #is(link: AnyLink, wanted: Requirement): boolean {
    switch (wanted) {
      case 'certain':
        return link.certainty === 'certain'
      case 'about':
        return isMostlyAbout(link)
      case 'binding':
        return (
          link.kind === 'layer' &&
          (link.shareOfParcel ?? 0) >= PLAN_SHARE &&
          isZoneInForce(link, this.papers.asOf)
        )
    }
  }

  /** Below 0: the first comes before the other. */
  #rank(a: AnyLink, preference: Preference, b: AnyLink): number {
    switch (preference) {
      case 'own': {
        const own = this.papers.parcel.sourceRecordId
        return Number(b.recordId === own) - Number(a.recordId === own)
      }
      case 'in_force':
        return Number(isInForce(b)) - Number(isInForce(a))
      case 'certain':
        return Number(b.certainty === 'certain') - Number(a.certainty === 'certain')
      case 'share':
        return (b.shareOfParcel ?? 0) - (a.shareOfParcel ?? 0)
      case 'accepted':
        return acceptedOn(b).localeCompare(acceptedOn(a))
    }
  }
}

/** An approval is in force unless its paper says otherwise. */
export const isInForce = (link: AnyLink): boolean =>
  link.kind !== 'approval' || (link.fields.status ?? 'valid') === 'valid'

const acceptedOn = (link: AnyLink): string =>
  link.kind === 'completion' ? (link.fields.accepted_on ?? '') : ''
