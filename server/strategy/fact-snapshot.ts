import type { Base } from '../db/open.ts'
import { KeptAnswers } from '../kept-answers.ts'
import { Dictionary, emptyColumn, factAt, putFact, type FactColumn, type FactTable } from '../rule/column.ts'
import { definitionOf, landDictionary } from '../rule/dictionary.ts'
import type { FactName, Facts, LandFactName } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import { conditionKey } from '../rule/condition-key.ts'
import { verdictsOf, winnersFrom } from '../rule/vector.ts'
import { factNumbers, type FactNumbers } from './fact-number.ts'
import { currentRunId, readAssessed, readColumns, type AssessedParcels } from './fact-column-store.ts'
import { currentRun, requireRunId, type CurrentRun } from './run-store.ts'
import { isWorkedOut, workedOut, type WorkedOutName } from './worked-out.ts'

/** Facts worked out again that are kept, each under other numbers. */
const KEPT_WORKED_OUT = 12

/** Conditions whose verdicts are kept: those of a few packs. A verdict is a byte a parcel. */
const KEPT_CONDITIONS = 160

/**
 * The facts of the run readers see, held in memory as columns, and what rules make of them. Columns are read when a rule
 * first asks for them; verdicts are kept by what decides them, so that a changed number costs the rules it stands in.
 */
export class FactSnapshot {
  readonly run: CurrentRun
  readonly parcels: AssessedParcels
  readonly #base: Base
  readonly #dictionary = new Dictionary()
  readonly #columns = new Map<string, FactColumn>()
  /** Facts as they would have been taken with other numbers, by fact and numbers. */
  readonly #workedOut = new Map<string, FactColumn>()
  /** What the stored facts were taken with. */
  readonly #numbers: FactNumbers
  readonly #verdicts = new Map<string, Uint8Array>()

  constructor(base: Base, run: CurrentRun, parcels: AssessedParcels) {
    this.#base = base
    this.run = run
    this.parcels = parcels
    this.#numbers = factNumbers(run.pack, run.asOf)
  }

  get rows(): number {
    return this.parcels.parcelIds.length
  }

  /**
   * For each parcel the place in the pack of the strategy the rules would give it.
   * @throws RunOvertaken when facts have to be read that are no longer those of this run
   */
  async winnersUnder(pack: RulePack): Promise<{ winners: Uint8Array; evaluated: number }> {
    const table = await this.tableFor(pack)
    let evaluated = 0
    const verdicts = pack.strategies.slice(0, -1).map(({ condition }) => {
      const key = conditionKey(condition, pack)
      let verdict = this.#verdicts.get(key)
      if (verdict === undefined) {
        verdict = verdictsOf(condition, table, pack)
        evaluated++
      } else this.#verdicts.delete(key) // put last again: the ones used longest ago go first
      this.#verdicts.set(key, verdict)
      return verdict
    })
    for (const key of this.#verdicts.keys()) {
      if (this.#verdicts.size <= KEPT_CONDITIONS) break
      this.#verdicts.delete(key)
    }
    return { winners: winnersFrom(verdicts, this.rows), evaluated }
  }

  /**
   * The facts a pack asks for, as they would be with its numbers.
   * @throws RunOvertaken as `load`
   */
  async tableFor(pack: RulePack): Promise<FactTable> {
    await this.load(pack)
    const numbers = factNumbers(pack, this.run.asOf)
    return {
      rows: this.rows,
      dictionary: this.#dictionary,
      column: (name) => this.#column(name, numbers),
    }
  }

  /** @throws RunOvertaken when the facts in the base are no longer those of this run */
  async requireCurrent(): Promise<void> {
    if ((await currentRunId(this.#base.db)) !== this.run.runId) throw new RunOvertaken()
  }

  /** Reads the facts a pack asks for, as far as they are not here. @throws RunOvertaken when they are of another run */
  async load(pack: RulePack): Promise<void> {
    const names = new Set<FactName>(['as_of'])
    for (const { condition } of pack.strategies) for (const name of factsIn(condition)) names.add(name)
    // what numbers of a pack decide is read with the rest: the first number moved should not wait for it
    for (const name of names)
      if (isWorkedOut(name)) for (const source of workedOut[name].from) names.add(source)
    const wanted = [...names].filter((name) => !this.#columns.has(name))
    if (wanted.length === 0) return
    const read = await readColumns(this.#base.db, wanted, this.rows, this.#dictionary)
    if (read === null) throw new RunOvertaken()
    await this.requireCurrent()
    for (const [name, column] of read) this.#columns.set(name, column)
  }

  /** A fact as it stands, or worked out again where the pack has other numbers than it was taken with. */
  #column(name: string, numbers: FactNumbers): FactColumn {
    if (!isWorkedOut(name) || this.#isAsTaken(name, numbers)) return this.#stored(name)
    const key = `${name} ${numbersOf(name, numbers)}`
    let column = this.#workedOut.get(key)
    if (column === undefined) {
      column = this.#workOut(name, numbers)
      if (this.#workedOut.size >= KEPT_WORKED_OUT) this.#workedOut.clear()
      this.#workedOut.set(key, column)
    }
    return column
  }

  #isAsTaken(name: WorkedOutName, numbers: FactNumbers): boolean {
    return numbersOf(name, numbers) === numbersOf(name, this.#numbers)
  }

  #workOut(name: WorkedOutName, numbers: FactNumbers): FactColumn {
    const { from, of } = workedOut[name]
    const column = emptyColumn(definitionOf(landDictionary, name).type, this.rows)
    const at = { row: 0 }
    const facts = this.#factsAt(at, from)
    for (; at.row < this.rows; at.row++) {
      const value = of(facts, numbers)
      if (value !== undefined) putFact(column, at.row, value, this.#dictionary)
    }
    return column
  }

  /** Facts of the row `at` points to, each read when it is asked for: of most parcels the first few settle the rest. */
  #factsAt(at: { readonly row: number }, names: readonly LandFactName[]): Facts {
    const readers = names.map((name): [string, PropertyDescriptor] => {
      const column = this.#stored(name)
      return [name, { enumerable: true, get: () => factAt(column, at.row, this.#dictionary) }]
    })
    return Object.defineProperties({}, Object.fromEntries(readers))
  }

  #stored(name: string): FactColumn {
    return this.#columns.get(name) ?? missing(name)
  }
}

/** The numbers a fact hangs on, as a key. */
const numbersOf = (name: WorkedOutName, numbers: FactNumbers): string =>
  JSON.stringify(workedOut[name].hangsOn(numbers))

/** A run was published while facts of the one before were being read. */
export class RunOvertaken extends Error {
  override readonly name = 'RunOvertaken'
}

function missing(name: string): never {
  throw new TypeError(`The facts "${name}" were not read.`)
}

/** The snapshot of the run readers see; one, dropped when the run changes. */
export class FactSnapshots {
  readonly #base: Base
  readonly #held = new KeptAnswers<FactSnapshot>(1)

  constructor(base: Base) {
    this.#base = base
  }

  /**
   * Does something with the snapshot of the current run, again from the start when a run is published meanwhile.
   * @throws Refusal `NOT_CLASSIFIED`
   */
  async use<T>(work: (snapshot: FactSnapshot) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const runId = await requireRunId(this.#base.db)
      const snapshot = this.#held.of(String(runId), () => this.#read(runId))
      try {
        return await work(await snapshot)
      } catch (error) {
        if (!(error instanceof RunOvertaken) || attempt === 3) throw error
      }
    }
  }

  async #read(runId: number): Promise<FactSnapshot> {
    const run = await currentRun(this.#base.db)
    const parcels = await readAssessed(this.#base.db)
    if (run.runId !== runId || (await currentRunId(this.#base.db)) !== runId) throw new RunOvertaken()
    return new FactSnapshot(this.#base, run, parcels)
  }
}
