import { conflictRows } from '../claim/conflict-row.ts'
import { Speakers } from '../claim/speakers.ts'
import { factRow } from './fact-row.ts'
import { factsOf } from './facts.ts'
import { InputReader, type PageText, type RunText } from './input-text.ts'
import { tagsOf } from './tags.ts'

/** What comes of a page of parcels: rows of table `fact` ready to be written, and the tags of each parcel. */
export interface FactsTaken {
  readonly count: number
  /** Rows for COPY in the order of `factColumns`. */
  readonly rows: string
  /** Rows for COPY in the order of `conflictColumns`. */
  readonly conflicts: string
  readonly parcelIds: readonly number[]
  /** Of each parcel its tags, with blanks between; few different texts. */
  readonly tags: readonly string[]
}

/** Takes the facts of one run, page by page. Pure: the same pages give the same rows in any thread. */
export class FactWork {
  readonly #reader: InputReader
  readonly #runId: number

  constructor({ runId, run }: FactOrder) {
    this.#reader = new InputReader(run)
    this.#runId = runId
  }

  take(page: PageText): FactsTaken {
    let rows = ''
    let conflicts = ''
    const parcelIds: number[] = []
    const tags: string[] = []
    for (const { input, choices, taken } of this.#reader.inputs(page)) {
      const { facts, sources } = factsOf(taken)
      const { countyCode, parcelId } = input.parcel
      rows += factRow(this.#runId, { countyCode, parcelId, facts, sources })
      conflicts += conflictRows(input.parcel, new Speakers(input), choices)
      parcelIds.push(parcelId)
      tags.push(tagsOf(taken, facts).join(' '))
    }
    return { count: parcelIds.length, rows, conflicts, parcelIds, tags }
  }
}

/** What a thread is told before its first page. */
export interface FactOrder {
  readonly runId: number
  readonly run: RunText
}
