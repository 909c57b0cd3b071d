import type { Issue, Json } from '../record/draft.ts'
import { labelOf } from '../record/field-label.ts'
import type { RecordKind } from '../record/record.ts'
import type { SourceRow } from './source.ts'
import { mayFixLater, mustFix } from './issue.ts'
import { isTotalText } from './total-word.ts'

/** Named row by row; the rest is counted. */
const NAMED = 1_000

/** Days the clocks of a register need: one of each group. */
const keyDates: Partial<Readonly<Record<RecordKind, readonly (readonly string[])[]>>> = {
  approval: [['approved_on']],
  supply: [['signed_on'], ['start_due', 'handover_on', 'handover_due', 'start_on']],
  registration: [['registered_on']],
  completion: [['accepted_on']],
}

/** What can only be said of a file once its rows are known: P604 key dates, P615 totals that do not close. */
export class FileChecks {
  private readonly kind: RecordKind
  private rows = 0
  private readonly undated = new Map<string, { readonly rows: number[]; count: number }>()
  /** Sums of the numbers of each column, and how many. */
  private readonly sums = new Map<string, { sum: number; count: number }>()
  private readonly totals: { readonly row: number; readonly values: ReadonlyMap<string, number> }[] = []

  constructor(kind: RecordKind) {
    this.kind = kind
  }

  /**
   * A row that sums the others is no record. Told by the word in it, and by the absence of a shape.
   * @returns the issue that refuses it; null: it is a row like the others
   */
  total(row: SourceRow): Issue | null {
    const word = row.shape.kind === 'none' ? [...row.values.values()].find(isTotalWord) : undefined
    if (word === undefined) {
      this.add(row)
      return null
    }
    const numbers = numbersOf(row)
    this.totals.push({ row: row.rowNo, values: numbers })
    return mustFix('ROW_NOT_DATA', {
      row: row.rowNo,
      zh: '该行是合计,不是一条记录,不采用。',
      en: 'This row is a total, not a record, and is not used.',
      value: word,
    })
  }

  private add(row: SourceRow): void {
    for (const [column, value] of row.values) {
      const amount = numberOf(value)
      if (amount === null) continue
      const known = this.sums.get(column)
      if (known === undefined) this.sums.set(column, { sum: amount, count: 1 })
      else {
        known.sum += amount
        known.count++
      }
    }
  }

  /** A row that became a record. A date that was there and could not be read has been told already. */
  record(rowNo: number, fields: Readonly<Record<string, unknown>>, said: readonly Issue[]): void {
    this.rows++
    if (said.some(({ code }) => code === 'DATE_INVALID')) return
    for (const group of keyDates[this.kind] ?? []) {
      if (group.some((field) => fields[field] !== undefined)) continue
      const field = group[0]!
      const known = this.undated.get(field) ?? { rows: [], count: 0 }
      known.count++
      if (known.rows.length < NAMED) known.rows.push(rowNo)
      this.undated.set(field, known)
    }
  }

  closing(): Issue[] {
    return [...this.missingDates(), ...this.openTotals()]
  }

  /** A column that is missing altogether is one thing to fix; single blanks are named. */
  private missingDates(): Issue[] {
    return [...this.undated].flatMap(([field, { rows, count }]) => {
      const whole = (many: number) =>
        mayFixLater('P604', {
          field,
          zh: `${many} 行没有关键日期“${labelOf(field).zh}”（${field}）,相关时限无法计算。`,
          en: `${many} rows have no "${labelOf(field).en}" (${field}), a key date; its clocks cannot run.`,
          value: many,
        })
      if (count === this.rows && count > 1) return [whole(count)]
      const named = rows.map((row) =>
        mayFixLater('P604', {
          row,
          field,
          zh: `缺少关键日期“${labelOf(field).zh}”（${field}）,相关时限无法计算。`,
          en: `The key date "${labelOf(field).en}" (${field}) is missing; its clocks cannot run.`,
        }),
      )
      return count > rows.length ? [...named, whole(count - rows.length)] : named
    })
  }

  /** Each number of the last total row against the sum of its column, to half a unit of its last digit per row. */
  private openTotals(): Issue[] {
    if (this.totals.length !== 1) return [] // sub-totals: which rows they sum is not said
    const [{ row, values }] = this.totals as [(typeof this.totals)[number]]
    return [...values].flatMap(([column, stated]) => {
      const known = this.sums.get(column)
      if (!known || known.count < 2 || stated === known.count) return []
      const digits = /\.(\d+)/.exec(String(stated))?.[1]?.length ?? 0
      const tolerance = (0.5 * (known.count + 1)) / 10 ** Math.max(digits, 2)
      if (Math.abs(known.sum - stated) <= tolerance) return []
      const sum = Number(known.sum.toFixed(Math.max(digits, 4)))
      return [
        mayFixLater('P615', {
          row,
          field: column,
          zh: `“${column}”的合计为 ${stated},明细相加为 ${sum},不闭合。`,
          en: `The total of "${column}" is ${stated}, its rows sum to ${sum}: they do not close.`,
          value: stated,
        }),
      ]
    })
  }
}

const isTotalWord = (value: Json): value is string => typeof value === 'string' && isTotalText(value)

function numbersOf(row: SourceRow): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const [column, value] of row.values) {
    const amount = numberOf(value)
    if (amount !== null) numbers.set(column, amount)
  }
  return numbers
}

/** Null for what is no number; long digits are codes. */
function numberOf(value: Json): number | null {
  if (typeof value === 'number' && Number.isInteger(value)) return Math.abs(value) < 1e10 ? value + 0 : null // eleven digits and more are codes
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : ''
  if (!mayBeAmount(text.charCodeAt(0))) return null
  return isAmount.test(text) ? Number(text) : null
}
/** Blanks around it are allowed. */
const isAmount = /^\s*-?\d{1,10}(?:\.\d+)?\s*$/
/** Most texts are told from numbers by their first character: a digit, a minus or a blank. */
const mayBeAmount = (code: number): boolean =>
  code <= 0x39 || code === 0xa0 || code === 0xfeff || (code >= 0x1680 && code <= 0x3000)
