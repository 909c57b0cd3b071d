import { currentCounty } from '../identifier/district.ts'
import { parseParcelCode } from '../identifier/parcel-code.ts'
import { parseSupervisionNo } from '../identifier/supervision-no.ts'
import { parseUnitCode } from '../identifier/unit-code.ts'

/** Written where no identifier says which county a record belongs to. */
export const UNKNOWN_COUNTY = '000000'

/**
 * The county a record is kept under, as its identifiers say: 宗地代码, then 不动产单元号, then 电子监管号. An abolished
 * code counts as its successor. Where the land lies is for the build to find; this only tells shards apart.
 */
export function countyCodeOf(fields: Readonly<Record<string, unknown>>): string {
  for (const [field, parse] of parsers) {
    const value = fields[field]
    if (typeof value !== 'string') continue
    const parsed = parse(value)
    if (parsed.ok) return currentCounty(parsed.countyCode)
  }
  return UNKNOWN_COUNTY
}

type CountyParser = (
  raw: string,
) => { readonly ok: true; readonly countyCode: string } | { readonly ok: false }
const unitCounty: CountyParser = (raw) => {
  const unit = parseUnitCode(raw)
  return unit.ok ? { ok: true, countyCode: unit.parcel.countyCode } : { ok: false }
}
const parsers: readonly (readonly [string, CountyParser])[] = [
  ['parcel_code', parseParcelCode],
  ['unit_code', unitCounty],
  ['supervision_no', parseSupervisionNo],
]
