import { sql, type Kysely } from 'kysely'
import type { Statement } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { valueLabels } from '../parcel/field-label.ts'
import { knownIn, type Standing } from '../parcel/standing-store.ts'
import { maskDoc, maskField } from '../record/mask-field.ts'
import type { RecordKind } from '../record/record.ts'
import type { Message } from '../refusal.ts'
import type { ClaimValue } from '../claim/compare.ts'
import type { ClaimRegister } from '../claim/precedence.ts'
import { dayOf } from './fact-sheet.ts'
import { idList } from './input-store.ts'
import { kindTitle } from './sources.ts'

type Language = 'zh' | 'en'

export const registerTitle = (register: ClaimRegister): Message =>
  register === 'control_plan' ? { zh: '控规', en: 'control plan' } : kindTitle[register]

/** A statement before it is told to a reader. */
export interface Said {
  readonly recordId: number
  readonly register: ClaimRegister
  readonly from: string
  readonly value: ClaimValue
  readonly side: number
  readonly used: boolean
}

/** Puts document, day and file to statements, in the versions of records a build knew. Persons are masked. */
export async function statementTeller(
  db: Kysely<Database>,
  standing: Pick<Standing, 'asOf' | 'knownAt'>,
  recordIds: readonly number[],
  language: Language,
): Promise<(said: Said) => Statement> {
  const rows = await db
    .selectFrom('record as r')
    .innerJoin('delivery as d', 'd.delivery_id', 'r.delivery_id')
    .select([
      'r.record_id',
      'r.kind',
      'r.doc',
      'r.fields',
      'r.row_no',
      'r.recorded_at',
      'd.delivery_id',
      'd.file_name',
    ])
    .where(knownIn(standing))
    .where(sql<boolean>`r.record_id = any(${idList([...new Set(recordIds)])})`)
    .execute()
  const records = new Map(rows.map((row) => [row.record_id, row]))
  return ({ value, ...said }) => {
    const record = records.get(said.recordId)
    return {
      ...said,
      registerTitle: registerTitle(said.register),
      value: typeof value === 'string' ? maskField(fieldOf(said.from), value) : value,
      text: valueText(said.from, value, language),
      doc: record ? maskDoc(record.kind, record.doc) : null,
      on: record ? (dayOf({ kind: record.kind as RecordKind, fields: record.fields }) ?? null) : null,
      recordedAt: record?.recorded_at ?? '',
      delivery: {
        deliveryId: record?.delivery_id ?? 0,
        fileName: record?.file_name ?? '',
        row: record?.row_no ?? 0,
      },
    }
  }
}

/** The field of a register a statement is taken from, `registration.holder`. */
export const fieldOf = (from: string): string => from.slice(from.indexOf('.') + 1)

/** A value in words where it is one of a closed list. Numbers as they are: their unit stands with the field. */
export function valueText(from: string, value: ClaimValue, language: Language): string {
  if (typeof value === 'number') return String(value)
  const label = valueLabels[`${from}=${String(value)}`] ?? valueLabels[String(value)]
  return label ? label[language] : maskField(fieldOf(from), String(value))
}
