import { createHash } from 'node:crypto'
import type { Preview } from '../contract.ts'
import { Refusal } from '../refusal.ts'
import { changedConditions, changedNumbers } from '../rule/pack-change.ts'
import type { RulePack } from '../rule/pack.ts'
import { muFromM2 } from '../units.ts'
import { packName } from './classify.ts'
import type { FactSnapshot } from './fact-snapshot.ts'

/** What a pack would make of the parcels of a run. Nothing of it is saved. */
export interface WhatIf {
  readonly id: string
  readonly snapshot: FactSnapshot
  readonly pack: RulePack
  /** Every strategy of either pack, those of the pack in use first. */
  readonly strategies: readonly string[]
  /** Places in `strategies`, one each parcel: as readers see it, and as it would be. */
  readonly before: Uint16Array
  readonly after: Uint16Array
  /** Rows of the parcels that would move, largest first. */
  readonly movers: Uint32Array
  /** Rules that had to be evaluated; the others were known. */
  readonly evaluated: number
}

/** Tries a pack on the facts of a run. What a person decided stays as decided. */
export async function tryPack(snapshot: FactSnapshot, pack: RulePack): Promise<WhatIf> {
  const { winners, evaluated } = await snapshot.winnersUnder(pack)
  const { strategies: standing, decided, areaM2, parcelIds } = snapshot.parcels
  const places = new Map<string, number>()
  const placeOf = (code: string): number => {
    let place = places.get(code)
    if (place === undefined) places.set(code, (place = places.size))
    return place
  }
  for (const { code } of snapshot.run.pack.strategies) placeOf(code)
  const ofRule = Uint16Array.from(pack.strategies, ({ code }) => placeOf(code))
  const before = Uint16Array.from(standing, placeOf)
  const after = new Uint16Array(before.length)
  const movers: number[] = []
  for (let i = 0; i < after.length; i++) {
    after[i] = decided[i] === 1 ? before[i]! : ofRule[winners[i]!]!
    if (after[i] !== before[i]) movers.push(i)
  }
  movers.sort((a, b) => areaM2[b]! - areaM2[a]! || parcelIds[a]! - parcelIds[b]!)
  return {
    id: idOf(snapshot, pack),
    snapshot,
    pack,
    strategies: [...places.keys()],
    before,
    after,
    movers: Uint32Array.from(movers),
    evaluated,
  }
}

const idOf = (snapshot: FactSnapshot, pack: RulePack): string =>
  createHash('sha256').update(`${snapshot.run.runId} ${pack.hash}`).digest('hex').slice(0, 20)

interface Land {
  parcels: number
  planarM2: number
}
const asLand = ({ parcels, planarM2 }: Land) => ({ parcels, planarM2, mu: muFromM2(planarM2) })

/** Parcels and land by the strategy they go from and to, as [from × strategies + to]. */
export function matrixOf(
  strategies: readonly string[],
  from: Uint16Array,
  to: Uint16Array,
  areaM2: Float64Array,
): Land[] {
  const width = strategies.length
  const cells = Array.from({ length: width * width }, (): Land => ({ parcels: 0, planarM2: 0 }))
  for (let i = 0; i < from.length; i++) {
    const cell = cells[from[i]! * width + to[i]!]!
    cell.parcels++
    cell.planarM2 += areaM2[i]!
  }
  return cells
}

/** Only real moves, in the order of the strategies' codes. */
export function movesOf(strategies: readonly string[], cells: readonly Land[]): Preview['moves'] {
  const width = strategies.length
  return cells
    .flatMap((cell, at) => {
      const [from, to] = [Math.floor(at / width), at % width]
      return from === to || cell.parcels === 0
        ? []
        : [{ from: strategies[from]!, to: strategies[to]!, ...asLand(cell) }]
    })
    .toSorted((a, b) => compare(a.from, b.from) || compare(a.to, b.to))
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const totalOf = (lands: readonly Land[]) =>
  asLand({
    parcels: lands.reduce((sum, { parcels }) => sum + parcels, 0),
    planarM2: lands.reduce((sum, { planarM2 }) => sum + planarM2, 0),
  })

/** Land of each strategy, by place. */
export function landOf(strategies: readonly string[], of: Uint16Array, areaM2: Float64Array) {
  const lands = strategies.map((): Land => ({ parcels: 0, planarM2: 0 }))
  for (let i = 0; i < of.length; i++) {
    const land = lands[of[i]!]!
    land.parcels++
    land.planarM2 += areaM2[i]!
  }
  return lands.map(asLand)
}

/** What readers are told of it; complaints of the checker come separately. */
export function summaryOf(whatIf: WhatIf): Omit<Preview, 'complaints'> {
  const { id, snapshot, pack, strategies, before, after } = whatIf
  const { run, parcels } = snapshot
  const moves = movesOf(strategies, matrixOf(strategies, before, after, parcels.areaM2))
  const was = landOf(strategies, before, parcels.areaM2)
  const is = landOf(strategies, after, parcels.areaM2)
  const titles = new Map([...run.pack.strategies, ...pack.strategies].map(({ code, title }) => [code, title]))
  const overridden: Land = { parcels: 0, planarM2: 0 }
  parcels.decided.forEach((decided, i) => {
    if (decided === 0) return
    overridden.parcels++
    overridden.planarM2 += parcels.areaM2[i]!
  })
  return {
    id,
    asOf: run.asOf,
    rulePack: packName(pack),
    current: packName(run.pack),
    parcels: snapshot.rows,
    moved: totalOf(moves),
    overridden: asLand(overridden),
    counts: Object.fromEntries(
      strategies
        .flatMap((code, i) => (is[i]!.parcels > 0 ? [[code, is[i]!.parcels] as const] : []))
        .toSorted(([a], [b]) => compare(a, b)),
    ),
    strategies: strategies.map((code, i) => ({
      code,
      title: titles.get(code) ?? { zh: code, en: code },
      before: was[i]!,
      after: is[i]!,
    })),
    moves,
    changes: {
      numbers: changedNumbers(run.pack, pack, run.asOf),
      conditions: changedConditions(run.pack, pack),
    },
  }
}

/** Previews somebody is looking at: their movers and tiles are asked for by number. */
const KEPT_PREVIEWS = 16

/** The last few previews, by their id; the same pack over the same run is the same preview. */
export class PreviewShelf {
  readonly #previews = new Map<string, WhatIf>()

  /** Those of an earlier run go: their snapshot is no longer what readers see. */
  put(whatIf: WhatIf): WhatIf {
    for (const [id, { snapshot }] of this.#previews) {
      if (id === whatIf.id || snapshot !== whatIf.snapshot) this.#previews.delete(id)
    }
    this.#previews.set(whatIf.id, whatIf)
    for (const oldest of this.#previews.keys()) {
      if (this.#previews.size <= KEPT_PREVIEWS) break
      this.#previews.delete(oldest)
    }
    return whatIf
  }

  find(id: string): WhatIf | null {
    return this.#previews.get(id) ?? null
  }

  /** @throws Refusal `PREVIEW_GONE` */
  get(id: string): WhatIf {
    const found = this.find(id)
    if (found) return found
    throw previewGone()
  }
}

export const previewGone = (): Refusal =>
  new Refusal(
    'PREVIEW_GONE',
    { zh: '这次试算已不在内存中。', en: 'This preview is no longer held.' },
    { zh: '请重新试算。', en: 'Try the rules again.' },
  )
