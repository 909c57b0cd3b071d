import type { Claim } from '../claim/claims.ts'
import { groupOf } from '../claim/compare.ts'
import type { ParcelInput } from './fact-input.ts'

/**
 * What the build took from the record of a parcel, with the statements a person chose instead. A holder comes with the code
 * of the record that names it: where that has none, the code is not known, whatever another record says.
 */
export function parcelAsChosen(parcel: ParcelInput, chosen: ReadonlyMap<string, Claim>): ParcelInput {
  const text = (field: string, otherwise: string | null): string | null => {
    const claim = chosen.get(field)
    return claim === undefined ? otherwise : String(claim.value)
  }
  const holder = chosen.get('holder')
  const use = chosen.get('use')
  const { holder_code: code } = (holder?.link.fields ?? {}) as { holder_code?: string }
  return {
    ...parcel,
    holder: text('holder', parcel.holder),
    holderCode: holder === undefined ? parcel.holderCode : (code ?? null),
    project: text('project', parcel.project),
    parcelCode: text('parcel_code', parcel.parcelCode),
    useGroup: use === undefined ? parcel.useGroup : groupOf(use),
  }
}
