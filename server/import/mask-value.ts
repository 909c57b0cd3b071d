import { maskPersonal } from '../identifier/mask.ts'
import type { Json } from '../record/draft.ts'
import { maskField } from '../record/mask-field.ts'
import type { RecordKind } from '../record/record.ts'
import { meaningOf } from './field-name.ts'

/**
 * A delivered value without personal data, as text. What a column is called tells whether a person may be named in it: 出让
 * below 权利性质 is what it is; below a heading nobody knows it may be a name.
 * @param field what the mapping makes of the column
 */
export function maskValue(kind: RecordKind, column: string, value: Json, field?: string): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const meaning = field === undefined ? meaningOf(kind, column, undefined) : { kind: 'field' as const, field }
  return meaning?.kind === 'field' ? maskField(meaning.field, text) : maskPersonal(text)
}
