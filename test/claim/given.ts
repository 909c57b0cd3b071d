import type { FieldClaims } from '../../server/claim/claims.ts'
import { claimsOf } from '../../server/claim/claims.ts'
import type { AnyLink, Link } from '../../server/claim/link.ts'
import type { ParcelKind } from '../../server/claim/precedence.ts'
import { Speakers } from '../../server/claim/speakers.ts'
import type { RecordKind } from '../../server/record/record.ts'

/** Two firms with good codes, and the second's code as the organisation code it had before. */
export const star = { holder: '星火装备有限公司', holder_code: '91430202MA0000RE3T' }
export const moon = { holder: '明月置业有限公司', holder_code: '91430202MA0000X4XP' }
export const moonOld = 'MA0000X4X'

/** A paper over the whole parcel and nothing else, unless told otherwise. Record 1 is the parcel's own. */
export const paper = <K extends RecordKind>(
  recordId: number,
  kind: K,
  fields: Link<K>['fields'],
  more: Partial<Link<K>> = {},
): AnyLink =>
  ({
    recordId,
    kind,
    layer: '',
    doc: `D${recordId}`,
    fields,
    areaM2: 10_000,
    shareOfParcel: 1,
    shareOfRecord: 1,
    certainty: 'certain',
    ...more,
  }) as unknown as AnyLink

export const probable = { certainty: 'probable' } as const

export const speakersOf = (
  kind: ParcelKind,
  links: readonly AnyLink[],
  { asOf = '2025-01-31', firms = [] }: { asOf?: string; firms?: Link<'firm'>[] } = {},
): Speakers => new Speakers({ asOf, parcel: { kind, sourceRecordId: 1 }, links, firms })

export function said(field: string, speakers: Speakers): FieldClaims {
  const found = claimsOf(speakers).find(({ rule }) => rule.field === field)
  if (!found) throw new Error(`Nobody speaks of ${field}.`)
  return found
}

/** `record value*` of each statement with its side; the star marks what the rule uses. */
export const shown = ({ claims, sides, ruled }: FieldClaims): string[] =>
  claims.map(
    (claim, i) => `${claim.link.recordId} ${String(claim.value)}${claim === ruled ? '*' : ''} ${sides[i]}`,
  )
