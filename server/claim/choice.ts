import { createHash } from 'node:crypto'
import type { ClaimValue } from './compare.ts'
import { fieldClaims, ruledClaim, type Claim, type FieldClaims } from './claims.ts'
import { precedence } from './precedence.ts'
import type { Speakers } from './speakers.ts'

/** A statement as it stood when a person chose: record, field of the record, value, and what tells holders and uses apart. */
export type SeenClaim = readonly [recordId: number, from: string, value: ClaimValue, also?: string]

/** What a person chose last for one thing about a parcel. */
export interface Choice {
  readonly choiceNo: number
  readonly field: string
  /** The record believed; null: back to the rule. */
  readonly recordId: number | null
  /** Hash of the statements it was made on. */
  readonly seenHash: string
}

/** The statements a choice is made on, in no order but their own. */
export function seenClaims({ claims }: Pick<FieldClaims, 'claims'>): SeenClaim[] {
  return claims
    .map(({ link, from, value }): SeenClaim => {
      const { holder_code, use_scheme } = link.fields as { holder_code?: string; use_scheme?: string }
      const also = from === 'holder' ? holder_code : from === 'use' ? use_scheme : undefined
      return also === undefined ? [link.recordId, from, value] : [link.recordId, from, value, also]
    })
    .toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
}

export const seenHash = (seen: readonly SeenClaim[]): string =>
  createHash('sha256').update(JSON.stringify(seen)).digest('hex').slice(0, 32)

/**
 * `open`: statements differ and the rule decides. `chosen`: a person decided, on just these statements. `reopened`: one of the
 * statements has changed since, so the rule decides until somebody looks again. `agreed`: nobody contradicts.
 */
export type ClaimState = 'agreed' | 'open' | 'chosen' | 'reopened'

export interface Decided {
  readonly state: ClaimState
  readonly used: Claim | undefined
  /** Whose choice `used` is; null: the rule's. */
  readonly choice: Choice | null
}

/** What is used of a field, with what a person chose about it. */
export function decide(field: FieldClaims, choice: Choice | undefined): Decided {
  const isOpen = field.pairs.length > 0
  const byRule = { used: field.ruled, choice: null }
  if (choice === undefined || choice.recordId === null)
    return { state: isOpen ? 'open' : 'agreed', ...byRule }
  const chosen = field.claims.find(({ link }) => link.recordId === choice.recordId)
  if (chosen && seenHash(seenClaims(field)) === choice.seenHash)
    return { state: 'chosen', used: chosen, choice }
  return { state: isOpen ? 'reopened' : 'agreed', ...byRule }
}

/** The claims a person chose for a parcel and that still stand, by field. */
export function standingChoices(choices: readonly Choice[], speakers: Speakers): ReadonlyMap<string, Claim> {
  const standing = new Map<string, Claim>()
  for (const choice of choices) {
    const rule = precedence().byField.get(choice.field)
    const field = rule && fieldClaims(rule, speakers)
    const decided = field && decide(field, choice)
    if (decided?.choice && decided.used) standing.set(choice.field, decided.used)
  }
  return standing
}

/** What is used of each thing about a parcel: what a person chose, else what the rule says. */
export class Used {
  readonly speakers: Speakers
  readonly #chosen: ReadonlyMap<string, Claim>

  constructor(speakers: Speakers, chosen: ReadonlyMap<string, Claim> = new Map()) {
    this.speakers = speakers
    this.#chosen = chosen
  }

  /** @param field of data/claims/precedence.yaml */
  claim(field: string): Claim | undefined {
    return this.#chosen.get(field) ?? ruledClaim(precedence().byField.get(field)!, this.speakers)
  }

  isChosen(field: string): boolean {
    return this.#chosen.has(field)
  }
}
