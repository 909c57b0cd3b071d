import type { Transaction } from 'kysely'
import { insertItems, type ColumnsOf } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
import type { Issue, IssueCount, Reading } from './draft.ts'
import { keepRepairs } from './repair-store.ts'

/** So many rows of a code and severity are told in the summary; all are counted, and kept with the delivery. */
const NAMED_ISSUES = 10_000
/** Issues found since they were last written, past which they are written: what a file is told does not fill the memory. */
const IN_MEMORY = 10_000
/** Numbers left free for issues of the file as a whole, which stand first and are known last. */
const ABOUT_FILE = 100_000

/**
 * What is found wrong in a delivery, written as it is found: a file of millions of rows may have a complaint about each.
 * Numbered in the order they are read in: of the file as a whole first, then by row.
 */
export class IssuesFound {
  private readonly tx: Transaction<Database>
  private readonly deliveryId: number
  private readonly reading: Reading
  /** By code and severity. */
  private readonly counts = new Map<string, IssueCount & { readonly rows: number }>()
  private readonly named: Issue[] = []
  /** Number of the last one written; 0: none is. */
  private lastNo = 0

  constructor(tx: Transaction<Database>, deliveryId: number, reading: Reading) {
    this.tx = tx
    this.deliveryId = deliveryId
    this.reading = reading
  }

  /** Whether so much has been found that it should be written. */
  get isMuch(): boolean {
    return this.reading.issues.length + (this.reading.repairs?.length ?? 0) >= IN_MEMORY
  }

  /** Writes what was found of rows so far, which must be recorded by now. */
  async write(): Promise<void> {
    const { issues, repairs = [] } = this.reading
    const [ofFile, ofRows] = partition(issues, ({ row }) => row === null)
    issues.length = 0
    issues.push(...ofFile)
    this.count(inFileOrder(ofRows))
    await this.insert(ofRows, this.lastNo || ABOUT_FILE)
    await keepRepairs(this.tx, this.deliveryId, repairs.splice(0))
  }

  /** Counts the rest: what a summary says. */
  told(): { readonly issues: Issue[]; readonly issueCounts: IssueCount[] } {
    this.count(inFileOrder(this.reading.issues))
    return {
      issues: inFileOrder(this.named),
      issueCounts: [...this.counts.values()].map(({ code, severity, count }) => ({ code, severity, count })),
    }
  }

  /** Writes the rest. */
  async finish(): Promise<void> {
    const { issues, repairs = [] } = this.reading
    const [ofFile, ofRows] = partition(issues, ({ row }) => row === null)
    const before = this.lastNo
    await this.insert(ofFile, 0)
    await this.insert(ofRows, Math.max(before, this.lastNo))
    await keepRepairs(this.tx, this.deliveryId, repairs)
  }

  private count(issues: readonly Issue[]): void {
    for (const issue of issues) {
      const { code, severity } = issue
      const key = `${code} ${severity}`
      const { count, rows } = this.counts.get(key) ?? { count: 0, rows: 0 }
      const isOfRow = issue.row !== null
      if (!isOfRow || rows < NAMED_ISSUES) this.named.push(issue)
      this.counts.set(key, { code, severity, count: count + 1, rows: rows + (isOfRow ? 1 : 0) })
    }
  }

  private async insert(issues: readonly Issue[], after: number): Promise<void> {
    await insertItems(this.tx, 'delivery_issue', inFileOrder(issues), {
      delivery_id: ['int8', () => this.deliveryId],
      issue_no: ['int4', (_, at) => after + at + 1],
      ...columns,
    })
    this.lastNo = after + issues.length
  }
}

const columns: ColumnsOf<Issue> = {
  row_no: ['int4', ({ row }) => row],
  field: ['text', ({ field }) => field],
  code: ['text', ({ code }) => code],
  severity: ['text', ({ severity }) => severity],
  message_zh: ['text', ({ message }) => message.zh],
  message_en: ['text', ({ message }) => message.en],
  value: ['text', ({ value }) => value],
}

/** Those of the file as a whole first, then by row. */
const inFileOrder = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0))

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [first: T[], second: T[]] {
  const parts: [T[], T[]] = [[], []]
  for (const item of items) parts[isFirst(item) ? 0 : 1].push(item)
  return parts
}
