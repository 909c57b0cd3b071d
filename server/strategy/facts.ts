import { Speakers } from '../claim/speakers.ts'
import type { FactSources, LandFacts } from '../rule/fact.ts'
import type { FactInput } from './fact-input.ts'
import { FactSheet } from './fact-sheet.ts'
import { documentFacts } from './document-facts.ts'
import { landFacts } from './land-facts.ts'
import { hasMaturity, provenMaturity } from './maturity.ts'

/**
 * What we know about a parcel on a day (domain dossier 10.2), each fact with the record and field it came from.
 *
 * Pure. A fact nobody stated is absent, never false and never zero. "None" is stated only where something was
 * checked: a layer that is loaded, a register that is in the base. Areas are planar m².
 */
export function factsOf(
  input: FactInput,
  speakers = new Speakers(input),
): { facts: LandFacts; sources: FactSources } {
  const sheet = new FactSheet()
  sheet.computed('as_of', input.asOf, 'asked')
  documentFacts(sheet, input, speakers)
  landFacts(sheet, input)
  if (hasMaturity(sheet.facts))
    sheet.computed('maturity.score', provenMaturity(sheet.facts, input.numbers.minSupplyM2), 'maturity')
  return { facts: sheet.facts, sources: sheet.sources }
}
