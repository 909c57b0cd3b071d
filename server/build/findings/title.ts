import type { FindingDraft, Situation } from './finding.ts'
import { overlapsWithin } from './overlaps.ts'

/** P401 权属重叠: two current registrations over the same land. The earlier one is named first. */
export function titleFindings({ registers }: Situation): FindingDraft[] {
  const { registrations } = registers
  return overlapsWithin({
    code: 'P401',
    register: registrations,
    isPair: () => true,
    datesOf: (i) => ({ registered_on: registrations.records[i]!.fields.registered_on ?? null }),
    // titled parcels come first among the parcels, in the order of their register
    parcelsOf: (i, j) => [i, j],
  })
}
