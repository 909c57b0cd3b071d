import type { Base } from '../db/open.ts'
import { Dictionary, type FactColumn, type FactTable } from '../rule/column.ts'
import type { FactName } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import { conditionKey, verdictsOf, winnersFrom } from '../rule/vector.ts'
import { currentRunId, readAssessed, readColumns, type AssessedParcels } from './fact-column-store.ts'
import { currentRun, type CurrentRun } from './run-store.ts'

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
  readonly #verdicts = new Map<string, Uint8Array>()

  constructor(base: Base, run: CurrentRun, parcels: AssessedParcels) {
    this.#base = base
    this.run = run
    this.parcels = parcels
  }

  get rows(): number {
    return this.parcels.parcelIds.length
  }

  /**
   * For each parcel the place in the pack of the strategy the rules would give it.
   * @throws RunOvertaken when facts have to be read that are no longer those of this run
   */
  async winnersUnder(pack: RulePack): Promise<{ winners: Uint8Array; evaluated: number }> {
    await this.load(pack)
    const table: FactTable = {
      rows: this.rows,
      dictionary: this.#dictionary,
      column: (name) => this.#columns.get(name) ?? missing(name),
    }
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

  /** Reads the facts a pack asks for, as far as they are not here. */
  async load(pack: RulePack): Promise<void> {
    const names = new Set<FactName>(['as_of'])
    for (const { condition } of pack.strategies) for (const name of factsIn(condition)) names.add(name)
    const wanted = [...names].filter((name) => !this.#columns.has(name))
    if (wanted.length === 0) return
    const read = await readColumns(this.#base.db, wanted, this.rows, this.#dictionary)
    if (read === null || (await currentRunId(this.#base.db)) !== this.run.runId) throw new RunOvertaken()
    for (const [name, column] of read) this.#columns.set(name, column)
  }
}

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
  #held: { runId: number; snapshot: Promise<FactSnapshot> } | null = null

  constructor(base: Base) {
    this.#base = base
  }

  /**
   * Does something with the snapshot of the current run, again from the start when a run is published meanwhile.
   * @throws Refusal `NOT_CLASSIFIED`
   */
  async use<T>(work: (snapshot: FactSnapshot) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const snapshot = this.#current(
        (await currentRunId(this.#base.db)) ?? (await currentRun(this.#base.db)).runId,
      )
      try {
        return await work(await snapshot)
      } catch (error) {
        if (!(error instanceof RunOvertaken) || attempt === 3) throw error
      }
    }
  }

  #current(runId: number): Promise<FactSnapshot> {
    if (this.#held?.runId === runId) return this.#held.snapshot
    const held = { runId, snapshot: this.#read(runId) }
    this.#held = held
    held.snapshot.catch(() => {
      if (this.#held === held) this.#held = null // tried again next time; whoever waits is told
    })
    return held.snapshot
  }

  async #read(runId: number): Promise<FactSnapshot> {
    const run = await currentRun(this.#base.db)
    const parcels = await readAssessed(this.#base.db)
    if (run.runId !== runId || (await currentRunId(this.#base.db)) !== runId) throw new RunOvertaken()
    return new FactSnapshot(this.#base, run, parcels)
  }
}
