import { normalCode } from '../identifier/normal.ts'
import type { RecordKind } from './record.ts'

/**
 * Numbers a kind of record is given for its own land, so that two standing records of it that carry the same one on
 * different land contradict each other (P607 代码重复). Others only copy them: titles and completions of one contract all
 * name its 电子监管号.
 */
const ownNumbers: Partial<Readonly<Record<RecordKind, readonly string[]>>> = {
  registration: ['parcel_code', 'unit_code', 'cert_no'],
  supply: ['parcel_code', 'supervision_no'],
}

interface Numbered {
  readonly kind: RecordKind
  readonly fields: object
}

/** The own numbers of a record by field, in the spelling numbers are compared in. Blank ones are absent. */
export function ownNumbersOf({ kind, fields }: Numbered): [field: string, number: string][] {
  const found: [string, string][] = []
  for (const field of ownNumbers[kind] ?? []) {
    const value = (fields as Readonly<Record<string, unknown>>)[field]
    if (typeof value === 'string' && value !== '') found.push([field, normalCode(value)])
  }
  return found
}
