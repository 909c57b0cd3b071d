import { approvalNoKey } from '../identifier/approval-no.ts'
import { normalCode } from '../identifier/normal.ts'
import { parseSupervisionNo } from '../identifier/supervision-no.ts'
import type { LandRecord } from './record.ts'

/** What is read of a record to know what it is called. */
export type Named = Pick<LandRecord, 'kind' | 'fields' | 'wkb'>

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

/** Read once per record: every part of a build asks for it. Who asks only once takes `readIdentity`. */
export function identityOf(record: Pick<Named, 'kind' | 'fields'>): Identity {
  const known = identities.get(record)
  if (known) return known
  const read = readIdentity(record)
  identities.set(record, read)
  return read
}
const identities = new WeakMap<object, Identity>()

export function readIdentity(record: Pick<Named, 'kind' | 'fields'>): Identity {
  const fields = record.fields as Readonly<Record<string, unknown>>
  const unitCode = textOf(fields['unit_code'], normalCode)
  return {
    unitCode,
    // the unit code begins with the parcel code
    parcelCode:
      textOf(fields['parcel_code'], normalCode) ??
      (unitCode?.length === 28 ? unitCode.slice(0, 19) : undefined),
    supervisionNo: textOf(fields['supervision_no'], contractNo),
    approvalNo: record.kind === 'approval' ? approvalNoOf(record) : undefined,
    refersTo: textOf(fields['approval_doc_no'], approvalNoKey),
    project: textOf(fields['project'], normalName),
    holder: textOf(fields['holder'], normalName),
    holderCode: textOf(fields['holder_code'], normalCode),
  }
}

function textOf(value: unknown, normal: (raw: string) => string): string | undefined {
  return typeof value === 'string' ? normal(value) || undefined : undefined
}

/** 批文号 in its normal spelling; without one the name of the batch, by which offices know it. */
export function approvalNoOf(record: Pick<Named, 'fields'>): string | undefined {
  const { doc_no, batch_name } = record.fields as { doc_no?: string; batch_name?: string }
  if (doc_no !== undefined) return approvalNoKey(doc_no)
  return batch_name === undefined ? undefined : `batch:${normalName(batch_name)}`
}

/** 电子监管号 without the suffix of a change: a contract and its supplementary agreements are one. */
export function contractNo(raw: string): string {
  const parsed = parseSupervisionNo(raw)
  if (!parsed.ok) return normalCode(raw)
  return parsed.change === null ? parsed.normal : parsed.normal.slice(0, -(parsed.change.length + 1))
}

/** Names as they are compared: full-width characters made plain, blanks and case set aside. */
export const normalName = (raw: string): string =>
  isNormalName.test(raw) ? raw : raw.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase()

/** As most names are written: nothing to change. Chinese characters of the main block are their own normal form. */
const isNormalName = /^[!-@[-~\u4e00-\u9fff]*$/
