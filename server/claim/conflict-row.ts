import { copyValue } from '../db/copy-text.ts'
import { decide, type Choice } from './choice.ts'
import { claimsOf } from './claims.ts'
import type { Speakers } from './speakers.ts'

/** Columns of table `claim_conflict` in the order `conflictRows` writes them. */
export const conflictColumns = [
  'county_code',
  'parcel_id',
  'field',
  'state',
  'pairs',
  'used_record_id',
  'choice_no',
  'claims',
] as const

/** The contradictions about one parcel as COPY text; mostly none. */
export function conflictRows(
  { countyCode, parcelId }: { readonly countyCode: string; readonly parcelId: number },
  speakers: Speakers,
  choices: ReadonlyMap<string, Choice>,
): string {
  let text = ''
  for (const field of claimsOf(speakers)) {
    if (field.pairs.length === 0) continue
    const choice = choices.get(field.rule.field)
    const { state, used } = decide(field, choice)
    const claims = field.claims.map(({ link, register, from, value }, i) => [
      link.recordId,
      register,
      from,
      value,
      field.sides[i],
    ])
    text += [
      countyCode,
      parcelId,
      field.rule.field,
      state,
      copyValue('pairs', 'text[]', field.pairs),
      used === undefined ? '\\N' : used.link.recordId,
      choice === undefined ? '\\N' : choice.choiceNo,
      copyValue('claims', 'jsonb', claims),
    ].join('\t')
    text += '\n'
  }
  return text
}
