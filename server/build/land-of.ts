import type { LandRecord } from '../record/record.ts'
import { principal, speaksFor, type Links } from './links.ts'
import type { ParcelDraft } from './parcel-draft.ts'

/** Which parcels a document speaks for, as indices in ascending order. */
export interface LandOf {
  /** Land the document is certain of, covers half of, or names by its code. */
  record(record: LandRecord): readonly number[]
  /** Land a contract answers for: its supplied parcels, and titles whose contract it is. */
  supply(supply: LandRecord): readonly number[]
}

export function landOf(parcels: readonly ParcelDraft[], links: Links): LandOf {
  const byRecord = new Map<LandRecord, number[]>()
  const bySupply = new Map<LandRecord, number[]>()
  parcels.forEach((parcel, index) => {
    for (const link of links[index]!) {
      if (link.record.kind !== 'layer' && speaksFor(link)) append(byRecord, link.record, index)
    }
    if (parcel.kind === 'supplied') append(bySupply, parcel.source, index)
    const contract = parcel.kind === 'titled' ? principal(links[index]!, 'supply') : undefined
    if (contract) append(bySupply, contract.record, index)
  })
  return {
    record: (record) => byRecord.get(record) ?? [],
    supply: (supply) => bySupply.get(supply) ?? [],
  }
}

function append(map: Map<LandRecord, number[]>, record: LandRecord, index: number): void {
  const known = map.get(record)
  if (known) known.push(index)
  else map.set(record, [index])
}
