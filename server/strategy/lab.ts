import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  Comparison,
  LabPack,
  Movers,
  PackChanges,
  PackList,
  Preview,
  PreviewRequest,
  Scenario,
  ScenarioRequest,
} from '../contract.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
import type { Base } from '../db/open.ts'
import { KeptAnswers } from '../kept-answers.ts'
import { Refusal } from '../refusal.ts'
import { errorsOf, type PackComplaint } from '../rule/check.ts'
import { isOperation, isList, isParameter, propertiesOf, type Cql2Node } from '../rule/cql2.ts'
import { changedPack } from '../rule/pack-change.ts'
import { landDictionary } from '../rule/dictionary.ts'
import { deliveredPacks, loadPack, type RulePack } from '../rule/pack.ts'
import { parameterOn } from '../rule/rule-file.ts'
import { numbersBehind } from '../rule/worked-out.ts'
import { muFromM2, type IsoDate } from '../units.ts'
import { packName } from './classify.ts'
import { FactSnapshots, type FactSnapshot } from './fact-snapshot.ts'
import { readMovers } from './mover-store.ts'
import { keepPack, keptPacks, mustBeAboutLand, packByHash } from './pack-store.ts'
import { currentRun, type CurrentRun } from './run-store.ts'
import { insertScenario, readScenario } from './scenario-store.ts'
import {
  landOf,
  matrixOf,
  movesOf,
  PreviewShelf,
  summaryOf,
  totalOf,
  tryPack,
  type WhatIf,
} from './what-if.ts'

const MOVERS_A_PAGE = 50
/** Packs kept parsed: the bases people try changes of. */
const KEPT_PACKS = 8

/** What is tried: a whole pack, or changes to a kept one; without a base, to the one in use. */
export type Tried = Pick<PreviewRequest, 'pack' | 'base' | 'set' | 'when'>

/**
 * The what-if lab: rules tried on the facts readers see, before anything is saved. A pack cannot change what records say;
 * facts worked out with its numbers are worked out again, so that a preview counts what a classification would give.
 */
export class Lab {
  readonly shelf = new PreviewShelf()
  readonly #base: Base
  readonly #snapshots: FactSnapshots
  readonly #packs = new KeptAnswers<RulePack>(KEPT_PACKS)

  constructor(base: Base, snapshots = new FactSnapshots(base)) {
    this.#base = base
    this.#snapshots = snapshots
  }

  /**
   * What would change under other rules.
   * @throws Refusal `NOT_CLASSIFIED`, `PACK_UNKNOWN`, and those of `changedPack` and `loadPack`
   */
  async preview(request: PreviewRequest): Promise<Preview> {
    const whatIf = await this.tried(request)
    return {
      ...summaryOf(whatIf),
      complaints: request.check === false ? [] : [...this.complaints(whatIf)],
    }
  }

  /** As `tried`, with a pack at hand. */
  triedPack(pack: RulePack): Promise<WhatIf> {
    return this.#snapshots.use((snapshot) => this.#try(snapshot, pack))
  }

  tried(tried: Tried): Promise<WhatIf> {
    return this.#snapshots.use(async (snapshot) => {
      const pack = await this.packOf(tried, snapshot.run)
      return this.#try(snapshot, pack)
    })
  }

  async #try(snapshot: FactSnapshot, pack: RulePack): Promise<WhatIf> {
    return this.shelf.put(await tryPack(snapshot, pack))
  }

  /** The pack that is tried. */
  async packOf({ pack, base, set, when }: Tried, run: Pick<CurrentRun, 'pack' | 'asOf'>): Promise<RulePack> {
    if (pack !== undefined) {
      if (base !== undefined || set !== undefined || when !== undefined) throw eitherOr()
      const whole = loadPack(pack)
      mustBeAboutLand(whole)
      return whole
    }
    const changes: PackChanges = { ...(set && { set }), ...(when && { when }) }
    return changedPack(
      base === undefined ? run.pack : await this.packNamed(base, run.pack),
      changes,
      run.asOf,
    )
  }

  /** A kept pack by its hash, parsed once. */
  async packNamed(hash: string, inUse?: RulePack): Promise<RulePack> {
    if (inUse?.hash === hash) return inUse
    return this.#packs.of(hash, () => packByHash(this.#base.db, hash))
  }

  /** What the checker says against a pack that is tried. */
  complaints({ pack }: WhatIf): readonly PackComplaint[] {
    return errorsOf(pack)
  }

  /** Reads the facts before anybody asks, so that the first number somebody moves answers at once. */
  async warm(): Promise<void> {
    await this.#snapshots.use((snapshot) => snapshot.load(snapshot.run.pack))
  }

  /**
   * A page of the parcels that would move, largest first.
   * @throws Refusal `PREVIEW_GONE`, `PARAM_INVALID` for a cursor we did not write
   */
  async movers(
    id: string,
    {
      from,
      to,
      cursor,
      limit = MOVERS_A_PAGE,
    }: { from?: string; to?: string; cursor?: string; limit?: number },
  ): Promise<Movers> {
    const { snapshot, strategies, before, after, movers } = this.shelf.get(id)
    const { parcelIds, areaM2 } = snapshot.parcels
    const isAsked = (row: number): boolean =>
      (from === undefined || strategies[before[row]!] === from) &&
      (to === undefined || strategies[after[row]!] === to)
    const asked = from === undefined && to === undefined ? [...movers] : [...movers].filter(isAsked)
    const mark = listMark('movers', id, { from, to })
    const [start = 0] = cursor === undefined ? [] : readCursor(cursor, mark, ['number_of_ours'])
    const page = asked.slice(start, start + limit)
    const details = await readMovers(
      this.#base.db,
      snapshot.run.buildId,
      page.map((row) => parcelIds[row]!),
    )
    const planarM2 = asked.reduce((sum, row) => sum + areaM2[row]!, 0)
    return {
      parcels: asked.length,
      planarM2,
      mu: muFromM2(planarM2),
      rows: page.flatMap((row) => {
        const known = details.get(parcelIds[row]!)
        if (!known) return [] // the build has moved on: the next preview is of the new one
        return [
          {
            ...known,
            from: strategies[before[row]!]!,
            to: strategies[after[row]!]!,
            planarM2: areaM2[row]!,
          },
        ]
      }),
      nextCursor: start + limit < asked.length ? writeCursor(mark, [start + limit]) : null,
    }
  }

  /** Every mover's number and new strategy, compact: for a map of one's own. */
  moverArrays(id: string): { strategies: string[]; parcelIds: string; to: string } {
    const { snapshot, strategies, after, movers } = this.shelf.get(id)
    const ids = Float64Array.from(movers, (row) => snapshot.parcels.parcelIds[row]!)
    const to = Uint8Array.from(movers, (row) => after[row]!)
    return {
      strategies: [...strategies],
      parcelIds: Buffer.from(ids.buffer).toString('base64'),
      to: Buffer.from(to).toString('base64'),
    }
  }

  /** Packs that can be tried or changed: those kept, and those delivered with the product. */
  async packs(): Promise<PackList> {
    const { db } = this.#base
    const run = await currentRun(db).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'NOT_CLASSIFIED') return null
      throw error
    })
    const kept = await keptPacks(db)
    const all = kept.map(({ yaml, ...pack }) => ({ ...pack, validFrom: validFromOf(yaml) }))
    const met = new Set(all.map(({ hash }) => hash))
    const others = deliveredPacks()
      .filter(({ pack }) => pack.dictionary === landDictionary && !met.has(pack.hash))
      .map(({ pack }) => ({ ...packName(pack), validFrom: pack.validFrom, addedAt: null, reason: null }))
    return {
      asOf: run?.asOf ?? null,
      current: run?.pack.hash ?? null,
      packs: [...all, ...others],
    }
  }

  /** Keeps what was tried under a name. */
  async save(request: ScenarioRequest, savedAt: string): Promise<Scenario> {
    const { name, by, note = '', set, when } = request
    const whatIf = await this.tried(request)
    const inUse = whatIf.snapshot.run.pack
    const isWhole = request.pack !== undefined
    const base = isWhole
      ? whatIf.pack
      : request.base === undefined
        ? inUse
        : await this.packNamed(request.base, inUse)
    const { moved } = summaryOf(whatIf)
    const scenarioId = await this.#base.transaction(async (tx) => {
      await keepPack(tx, base, savedAt)
      const { asOf, runId } = whatIf.snapshot.run
      const changes: PackChanges = isWhole ? {} : { ...(set && { set }), ...(when && { when }) }
      const packHash = base.hash
      return insertScenario(tx, {
        name,
        by,
        note,
        packHash,
        wholePack: isWhole,
        changes,
        asOf,
        runId,
        moved,
        savedAt,
      })
    })
    return readScenario(this.#base.db, scenarioId)
  }

  /** What a scenario tries, as it is asked for. */
  triedBy({ base, set, when }: Scenario): Tried {
    return { base: base.hash, set, when }
  }

  /** Two scenarios over the facts of today. */
  async compare(firstId: number, secondId: number): Promise<Comparison> {
    const { db } = this.#base
    const [first, second] = [await readScenario(db, firstId), await readScenario(db, secondId)]
    return this.#snapshots.use(async (snapshot) => {
      const [a, b] = [
        await this.#try(snapshot, await this.packOf(this.triedBy(first), snapshot.run)),
        await this.#try(snapshot, await this.packOf(this.triedBy(second), snapshot.run)),
      ]
      await nextTurn()
      const strategies = [...new Set([...a.strategies, ...b.strategies])]
      const places = new Map(strategies.map((code, i) => [code, i]))
      const common = (whatIf: WhatIf, of: Uint16Array): Uint16Array => {
        const map = whatIf.strategies.map((code) => places.get(code)!)
        return of.map((place) => map[place]!)
      }
      const { areaM2 } = snapshot.parcels
      const [now, underA, underB] = [common(a, a.before), common(a, a.after), common(b, b.after)]
      const [ofNow, ofA, ofB] = [now, underA, underB].map((of) => landOf(strategies, of, areaM2))
      const titles = new Map(
        [...a.pack.strategies, ...b.pack.strategies, ...snapshot.run.pack.strategies].map(
          ({ code, title }) => [code, title],
        ),
      )
      const moves = movesOf(strategies, matrixOf(strategies, underA, underB, areaM2))
      return {
        asOf: snapshot.run.asOf,
        first,
        second,
        strategies: strategies.map((code, i) => ({
          code,
          title: titles.get(code) ?? { zh: code, en: code },
          now: ofNow![i]!,
          first: ofA![i]!,
          second: ofB![i]!,
        })),
        differ: totalOf(moves),
        moves,
      }
    })
  }
}

/** A pack as the lab shows it: its numbers by name as they are on a day, and where each is used. */
export function labPack(pack: RulePack, asOf: IsoDate): LabPack {
  const used = new Map(
    pack.strategies.map(({ code, condition }) => {
      const behind = propertiesOf(condition).map((fact) => numbersBehind(fact, pack))
      const names = behind.flatMap(({ parameters, tables }) => [...parameters, ...tables])
      return [code, new Set([...namesIn(condition), ...names])]
    }),
  )
  const usedBy = (name: string): string[] =>
    [...used].flatMap(([code, names]) => (names.has(name) ? [code] : []))
  return {
    ...packName(pack),
    validFrom: pack.validFrom,
    parameters: Object.entries(pack.parameters).map(([name, parameter]) => ({
      name,
      title: parameter.title,
      value: parameterOn(parameter, asOf),
      unit: parameter.unit,
      kind: parameter.kind,
      basis: parameter.basis,
      readOn: parameter.readOn,
      usedBy: usedBy(name),
    })),
    tables: Object.entries(pack.tables).map(([name, { title, unit, basis, values, otherwise }]) => ({
      name,
      title,
      unit,
      basis,
      values: { ...values },
      otherwise,
      usedBy: usedBy(name),
    })),
    strategies: pack.strategies.map(({ code, title, when }) => ({ code, title, when })),
  }
}

/** Parameters and functions a condition speaks of. */
function namesIn(node: Cql2Node): Set<string> {
  if (isParameter(node)) return new Set([node.parameter])
  const parts = isList(node) ? node : isOperation(node) ? node.args : []
  const names = new Set(parts.flatMap((part) => [...namesIn(part)]))
  return isOperation(node) ? names.add(node.op) : names
}

const validFromOf = (yaml: string): string => /^valid_from:\s*['"]?(\d{4}-\d{2}-\d{2})/m.exec(yaml)?.[1] ?? ''

const eitherOr = (): Refusal =>
  new Refusal(
    'BODY_INVALID',
    {
      zh: '整个规则包(pack)与对已有规则包的修改(base、set、when)只能给一种。',
      en: 'Give a whole pack, or changes to a kept one (base, set, when), not both.',
    },
    { zh: '请去掉其中一种。', en: 'Leave one of them out.' },
    { field: 'pack' },
  )
