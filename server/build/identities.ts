import { approvalNoKey } from '../identifier/approval-no.ts'
import { normalCode } from '../identifier/normal.ts'
import type { LandRecord } from '../record/record.ts'

/** What a document says by which another document can be recognised, in the spelling numbers are compared in. */
export interface Identity {
  readonly parcelCode: string | undefined
  readonly unitCode: string | undefined
  readonly supervisionNo: string | undefined
  /** 批文号 of an approval. */
  readonly approvalNo: string | undefined
  /** 批文号 a contract or title refers to. */
  readonly refersTo: string | undefined
  readonly project: string | undefined
  readonly holder: string | undefined
  readonly holderCode: string | undefined
}

/** Read once per record: every part of a build asks for it. */
export function identityOf(record: LandRecord): Identity {
  const known = identities.get(record)
  if (known) return known
  const read = readIdentity(record)
  identities.set(record, read)
  return read
}
const identities = new WeakMap<LandRecord, Identity>()

function readIdentity(record: LandRecord): Identity {
  const fields = record.fields as Readonly<Record<string, unknown>>
  const text = (name: string, normal: (raw: string) => string): string | undefined => {
    const value = fields[name]
    return typeof value === 'string' ? normal(value) || undefined : undefined
  }
  const unitCode = text('unit_code', normalCode)
  return {
    unitCode,
    // the unit code begins with the parcel code
    parcelCode:
      text('parcel_code', normalCode) ?? (unitCode?.length === 28 ? unitCode.slice(0, 19) : undefined),
    supervisionNo: text('supervision_no', normalCode),
    approvalNo: record.kind === 'approval' ? approvalNoOf(record) : undefined,
    refersTo: text('approval_doc_no', approvalNoKey),
    project: text('project', normalName),
    holder: text('holder', normalName),
    holderCode: text('holder_code', normalCode),
  }
}

/** 批文号 in its normal spelling; without one the name of the batch, by which offices know it. */
export function approvalNoOf(record: LandRecord): string | undefined {
  const { doc_no, batch_name } = record.fields as { doc_no?: string; batch_name?: string }
  if (doc_no !== undefined) return approvalNoKey(doc_no)
  return batch_name === undefined ? undefined : `batch:${normalName(batch_name)}`
}

/** Names as they are compared: full-width characters made plain, blanks and case set aside. */
export const normalName = (raw: string): string => raw.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase()

/** Kinds of agreement between a parcel and a document. */
export const evidences = ['code', 'unit_code', 'doc_no', 'project', 'holder', 'shape'] as const
export type Evidence = (typeof evidences)[number]

/** What two documents say alike. Two blanks agree on nothing. */
export function agreements(a: Identity, b: Identity): Set<Evidence> {
  const found = new Set<Evidence>()
  const same = (x: string | undefined, y: string | undefined): boolean => x !== undefined && x === y
  if (same(a.parcelCode, b.parcelCode) || same(a.supervisionNo, b.supervisionNo)) found.add('code')
  if (same(a.unitCode, b.unitCode)) found.add('unit_code')
  if (same(a.refersTo, b.approvalNo) || same(a.approvalNo, b.refersTo)) found.add('doc_no')
  if (same(a.project, b.project)) found.add('project')
  if (same(a.holderCode, b.holderCode) || same(a.holder, b.holder)) found.add('holder')
  return found
}
