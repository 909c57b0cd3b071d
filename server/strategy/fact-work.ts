import { conflictRows } from '../claim/conflict-row.ts'
import { Speakers } from '../claim/speakers.ts'
import { factRow } from './fact-row.ts'
import { factsOf } from './facts.ts'
import { InputReader, type PageText, type RunText } from './input-text.ts'

/** What comes of a page of parcels: rows of table `fact` ready to be written. */
export interface FactsTaken {
  readonly count: number
  /** Rows for COPY in the order of `factColumns`. */
  readonly rows: string
  /** Rows for COPY in the order of `conflictColumns`. */
  readonly conflicts: string
}

/** Takes the facts of one run, page by page. Pure: the same pages give the same rows in any thread. */
export class FactWork {
  readonly #reader: InputReader
  readonly #runId: number
  readonly #withConflicts: boolean

  constructor({ runId, run, withConflicts }: FactOrder) {
    this.#reader = new InputReader(run)
    this.#runId = runId
    this.#withConflicts = withConflicts
  }

  take(page: PageText): FactsTaken {
    let rows = ''
    let conflicts = ''
    let count = 0
    for (const { input, choices } of this.#reader.inputs(page)) {
      const speakers = new Speakers(input)
      const { facts, sources } = factsOf(input, speakers)
      const { countyCode, parcelId } = input.parcel
      rows += factRow(this.#runId, { countyCode, parcelId, facts, sources })
      if (this.#withConflicts) conflicts += conflictRows(input.parcel, speakers, choices)
      count++
    }
    return { count, rows, conflicts }
  }
}

/** What a thread is told before its first page. */
export interface FactOrder {
  readonly runId: number
  readonly run: RunText
  /** Whether contradictions are kept too: those of the run readers see are. */
  readonly withConflicts: boolean
}
