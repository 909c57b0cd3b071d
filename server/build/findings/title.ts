import { parseParcelCode } from '../../identifier/parcel-code.ts'
import type { LandRecord } from '../../record/record.ts'
import { SHAPE_AGREES } from '../links.ts'
import { paperOf, type FindingDraft, type Situation } from './finding.ts'
import { overlapsWithin } from './overlaps.ts'

/**
 * P401 权属重叠: two current registrations over the same land, the earlier one named first. Rights above, on and below
 * ground lie over each other by law (宗地特征码 S, X), and are held only against their own kind.
 * P402 一地多证: the same where the two cover half of each other or more, under different certificates.
 */
export function titleFindings({ registers }: Situation): FindingDraft[] {
  const { registrations } = registers
  const strata = registrations.records.map(stratumOf)
  const overlaps = overlapsWithin({
    code: 'P401',
    register: registrations,
    isPair: (i, j) => strata[i] === strata[j],
    paperOf: (i) => paperOf(registrations.records[i]!, ['registered_on', 'cert_no']),
    // titled parcels come first among the parcels, in the order of their register
    parcelsOf: (i, j) => [i, j].toSorted((a, b) => a - b),
  })
  return [...overlaps, ...overlaps.filter(isTwoCertificates).map(asTwoCertificates)]
}

type Stratum = 'above' | 'surface' | 'below'

function stratumOf({ fields }: LandRecord<'registration'>): Stratum {
  const parsed = fields.parcel_code === undefined ? null : parseParcelCode(fields.parcel_code)
  if (!parsed?.ok) return 'surface'
  return parsed.right === 'S' ? 'above' : parsed.right === 'X' ? 'below' : 'surface'
}

function isTwoCertificates({ noise, records, shareOfFirst, shareOfSecond }: FindingDraft): boolean {
  if (noise || Math.min(shareOfFirst ?? 0, shareOfSecond ?? 0) < SHAPE_AGREES) return false
  const [first, second] = records.map(certificateOf)
  return first !== undefined && second !== undefined && first !== second
}

const asTwoCertificates = (overlap: FindingDraft): FindingDraft => ({
  ...overlap,
  code: 'P402',
  detail: { ...overlap.detail, limitShare: SHAPE_AGREES },
})

/** 证书号 in the spelling it is compared in. */
function certificateOf(record: LandRecord): string | undefined {
  const { cert_no } = record.fields as { cert_no?: string }
  return cert_no?.normalize('NFKC').replaceAll(/\s+/g, '')
}
