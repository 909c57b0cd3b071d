import type { Polygon } from '../geo/polygon.ts'
import type { RecordKind } from '../record/record.ts'
import { Refusal, type Message } from '../refusal.ts'
import type { IsoDate } from '../units.ts'
import { CITY_AS_OF, CITY_BEFORE } from './calendar.ts'
import type { CommonCase, PlantedCase } from './case/case.ts'
import { newTown, oldTown } from './case/common.ts'
import { plantedCases } from './case/planted.ts'
import { layGround, type Ground } from './ground.ts'
import { districtZones, planZones, wideZones } from './layer.ts'
import { LinkTruth } from './link-truth.ts'
import type { Block, Plot } from './plot.ts'
import { randomFrom, shuffled } from './random.ts'
import { Scene, type CityRecord, type Wanted } from './scene.ts'
import { misnumber } from './slip.ts'
import type { Truth, TruthRemainder } from './truth.ts'

export { CITY_AS_OF, CITY_BEFORE } from './calendar.ts'

export const CITY_TITLE: Message = {
  zh: '虚构示范城市(形状真实,地点、单位、人名、文号均为虚构)',
  en: 'Fictional demo city (real shapes; places, companies, people and numbers are invented)',
}
export const DEFAULT_PARCELS = 4000
export const DEFAULT_SEED = 1
/** Fewer plots have no room for everything that is planted. */
export const MIN_PARCELS = 500
export const MAX_PARCELS = 1_000_000

/** One register or layer of the city, as an office would send it. */
export interface CityDelivery {
  readonly kind: RecordKind
  readonly layer: string | null
  readonly title: Message
  /** Rows in order; made anew at every call. */
  records(): Iterable<CityRecord>
}

/** A city made of nothing but two numbers: the same numbers, the same city. */
export interface City {
  readonly title: Message
  readonly parcels: number
  readonly seed: number
  readonly asOf: IsoDate
  readonly beforeAsOf: IsoDate
  /** First state: everything but the changes. */
  readonly deliveries: readonly CityDelivery[]
  /** Changes after `beforeAsOf`: titles ended, and the titles that follow them. */
  readonly later: readonly CityDelivery[]
  truth(): Truth
  /** Which documents speak of which land; of every plot of the city, so it stands apart from what is planted. */
  linkTruth(): LinkTruth
}

/**
 * Makes the fictional demo city: real parcel shapes in the middle, streets and blocks of its own around them, all
 * registers and layers over them, and the truth about what was planted. Pure: reads no clock and no chance.
 * @throws Refusal `DEMO_SIZE` for fewer than 500 or more than 1,000,000 parcels.
 */
export function makeCity({
  parcels = DEFAULT_PARCELS,
  seed = DEFAULT_SEED,
}: { parcels?: number; seed?: number } = {}): City {
  if (
    !Number.isInteger(parcels) ||
    parcels < MIN_PARCELS ||
    parcels > MAX_PARCELS ||
    !Number.isInteger(seed)
  ) {
    throw new Refusal(
      'DEMO_SIZE',
      {
        zh: `示范城市不能有 ${parcels} 宗地(种子 ${seed})。`,
        en: `A demo city cannot have ${parcels} parcels (seed ${seed}).`,
      },
      {
        zh: `宗地数须为 ${MIN_PARCELS} 至 ${MAX_PARCELS} 的整数,种子须为整数。`,
        en: `Give a whole number of parcels from ${MIN_PARCELS} to ${MAX_PARCELS} and a whole seed.`,
      },
    )
  }
  const ground = layGround({ parcels, seed })
  const papers = new Papers(ground, seed)
  const rows = (kind: RecordKind, layer: string | null, isLater: boolean): (() => Iterable<CityRecord>) =>
    function* () {
      if (kind === 'layer') yield* zonesOf(ground, papers, seed, layer!)
      const blocks = kind === 'layer' || isLater ? papers.plantedBlocks(kind) : papers.blocks(kind)
      for (const scenes of blocks) {
        for (const record of scenes.flatMap((scene) => scene.records)) {
          if (record.kind === kind && record.isLater === isLater && record.layer === (layer ?? ''))
            yield record
        }
      }
    }
  const delivery = (
    kind: RecordKind,
    layer: string | null,
    zh: string,
    en: string,
    isLater = false,
  ): CityDelivery => ({
    kind,
    layer,
    title: { zh, en },
    records: rows(kind, layer, isLater),
  })
  return {
    title: CITY_TITLE,
    parcels,
    seed,
    asOf: CITY_AS_OF,
    beforeAsOf: CITY_BEFORE,
    deliveries: [
      delivery('layer', 'district', '行政区', 'districts'),
      delivery('layer', 'growth_boundary', '城镇开发边界', 'growth boundary'),
      delivery('layer', 'farmland', '永久基本农田', 'permanent farmland'),
      delivery('layer', 'eco_redline', '生态保护红线', 'ecological red line'),
      delivery('layer', 'control_plan', '控规', 'control plan'),
      delivery('layer', 'park', '园区', 'parks'),
      delivery('layer', 'renewal', '更新片区', 'renewal units'),
      delivery('layer', 'soil', '污染地块', 'polluted land'),
      delivery('layer', 'footprint', '建筑基底', 'footprints of buildings'),
      delivery('layer', 'yard', '堆场', 'yards'),
      delivery('layer', 'site_green', '厂区绿地', 'green within sites'),
      delivery('approval', null, '报批', 'approvals'),
      delivery('supply', null, '供应', 'supplies'),
      delivery('registration', null, '登记', 'titles'),
      delivery('completion', null, '竣工验收', 'completions'),
      delivery('performance', null, '效益', 'yearly efficiency list'),
    ],
    later: [delivery('registration', null, '登记变更', 'changes of titles', true)],
    truth: () => truthOf({ papers, parcels, seed }),
    linkTruth: () => new LinkTruth([...papers.blocks('everything')].flat()),
  }
}

/** Zones that belong to no one plot. */
function* zonesOf(ground: Ground, papers: Papers, seed: number, layer: string): Generator<CityRecord> {
  if (layer === 'district') yield* districtZones(ground)
  else if (layer === 'control_plan') yield* papers.plan()
  else {
    const outsideGrowth = layer === 'growth_boundary' ? papers.outsideGrowth() : []
    for (const zone of wideZones(ground, seed, outsideGrowth)) if (zone.layer === layer) yield zone
  }
}

/** Cities up to this size are written once and kept; larger ones are written anew for every register. */
const KEPT_PLOTS = 20_000
/** From this size on, every case is planted so many times, as far as the new area has plots for it. */
const manyPlots = { from: 10_000, times: 3 }

/** All papers of the city, block by block. */
class Papers {
  readonly #ground: Ground
  readonly #seed: number
  readonly #planted: ReadonlyMap<number, PlantedCase>
  readonly #exactBlocks: ReadonlySet<number>
  readonly #districtNames: ReadonlyMap<string, string>
  /** Cases that found no plot to suit them. */
  readonly unplanted: readonly string[]
  #kept: Scene[][] | undefined

  constructor(ground: Ground, seed: number) {
    this.#ground = ground
    this.#seed = seed
    const { planted, unplanted } = plant(ground, seed)
    this.#planted = planted
    this.unplanted = unplanted
    this.#exactBlocks = new Set(ground.nearBlocks)
    this.#districtNames = new Map(ground.districts.list.map(({ code, name }) => [code, name]))
  }

  /** What is wanted of every block. */
  *blocks(wanted: Wanted): Generator<readonly Scene[]> {
    if (this.#ground.plots <= KEPT_PLOTS) {
      const kept = this.#kept ?? [...this.#ground.blocks()].map((block) => this.#scenes(block, 'everything'))
      this.#kept = kept
      yield* kept
      return
    }
    for (const block of this.#ground.blocks()) yield this.#scenes(block, wanted)
  }

  /** The same, of the blocks in which cases are planted. */
  *plantedBlocks(wanted: Wanted): Generator<readonly Scene[]> {
    for (const index of this.#exactBlocks) yield this.#scenes(this.#ground.blockAt(index), wanted)
  }

  outsideGrowth(): Polygon[] {
    return [...this.plantedBlocks('layer')].flat().flatMap((scene) => scene.outsideGrowth)
  }

  *plan(): Generator<CityRecord> {
    for (const block of this.#ground.blocks()) {
      yield* planZones(block, this.#exactBlocks.has(block.index) ? this.#scenes(block, 'layer') : null)
    }
  }

  #scenes(block: Block, wanted: Wanted): Scene[] {
    const isExact = this.#exactBlocks.has(block.index)
    const scenes = block.plots.map((plot) => {
      const scene = new Scene({
        seed: this.#seed,
        block,
        plot,
        districtName: this.#districtNames.get(plot.district) ?? '',
        // Offices agree to the millimetre where something is planted, so that its area is known exactly.
        redraws: !isExact,
        wanted,
      })
      const written = this.#planted.get(plot.ordinal) ?? drawCase(this.#seed, block, plot)
      written.write(scene)
      return scene
    })
    if (!isExact) misnumber(scenes, randomFrom(this.#seed, 48, block.index))
    return scenes
  }
}

/** What an ordinary plot is like, by chance weighted with how common each case is around it. */
function drawCase(seed: number, block: Block, plot: Plot): CommonCase {
  const fits = (block.era === 'old' ? oldTown : newTown).filter(
    (each) => (!plot.onBorder || each.isWhollyUsed) && (!each.cuts || plot.convex !== null),
  )
  const total = fits.reduce((sum, each) => sum + each.per1000, 0)
  let at = randomFrom(seed, 61, plot.ordinal).between(0, total)
  for (const each of fits) {
    at -= each.per1000
    if (at < 0) return each
  }
  return fits[0]!
}

/** How hard a case is to please. */
const wishes = (each: PlantedCase): number =>
  (each.needs === 'district boundary' ? 8 : 0) +
  (each.needs ? 4 : 0) +
  (each.uses ? 2 : 0) +
  (each.minM2 ? 1 : 0)

/** Gives every planted case a plot of the new area that suits it. Cases hard to please choose first. */
function plant(ground: Ground, seed: number): { planted: Map<number, PlantedCase>; unplanted: string[] } {
  const free = new Set(
    shuffled(
      ground.nearBlocks.flatMap((index) => ground.blockAt(index).plots),
      seed,
      62,
    ),
  )
  const times = ground.plots >= manyPlots.from ? manyPlots.times : 1
  const planted = new Map<number, PlantedCase>()
  const unplanted: string[] = []
  const byWishes = plantedCases
    .map((each, i) => ({ each, i }))
    .toSorted((a, b) => wishes(b.each) - wishes(a.each) || a.i - b.i)
  for (let time = 0; time < times; time++) {
    for (const { each } of byWishes) {
      const plot = [...free].find((candidate) => suits(candidate, each, ground))
      if (!plot) {
        if (time === 0) unplanted.push(each.name)
        continue
      }
      planted.set(plot.ordinal, each)
      free.delete(plot)
    }
  }
  return { planted, unplanted }
}

function suits(plot: Plot, { minM2 = 1500, uses, needs }: PlantedCase, ground: Ground): boolean {
  if (!plot.convex || plot.areaM2 < minM2 || (uses && !uses.includes(plot.use))) return false
  if (needs === 'district boundary') return isCutInHalves(plot, ground)
  if (plot.onBorder) return false
  if (needs !== 'long side') return true
  const ring = plot.convex
  return ring.some(
    (p, i) =>
      Math.hypot(ring[(i + 1) % ring.length]![0] - p[0], ring[(i + 1) % ring.length]![1] - p[1]) >= 60,
  )
}

/** Whether a district boundary leaves a good part of the plot on both of its sides. */
function isCutInHalves(plot: Plot, { districts }: Ground): boolean {
  const ring = plot.convex!
  const n = ring.length
  const [cx, cy] = [ring.reduce((s, p) => s + p[0], 0) / n, ring.reduce((s, p) => s + p[1], 0) / n]
  const halfway = ring.map(([x, y]): [number, number] => [(x + cx) / 2, (y + cy) / 2])
  return new Set(halfway.map((position) => districts.codeAt(position))).size === 2
}

function truthOf({ papers, parcels, seed }: { papers: Papers; parcels: number; seed: number }): Truth {
  const truth = { findings: [], decoys: [], strategies: [], events: [] } as {
    [K in 'findings' | 'decoys' | 'strategies' | 'events']: Truth[K][number][]
  }
  const remainders = new Map<string, { -readonly [K in keyof TruthRemainder]: TruthRemainder[K] }>()
  for (const scenes of papers.blocks('truth')) {
    for (const scene of scenes) {
      truth.findings.push(...scene.findings)
      truth.decoys.push(...scene.decoys)
      truth.strategies.push(...scene.strategies)
      truth.events.push(...scene.events)
      for (const { doc, areaM2, toleranceM2, pieces } of scene.remainders) {
        const sum = remainders.get(doc) ?? { doc, areaM2: 0, toleranceM2: 0, pieces: 0 }
        sum.areaM2 += areaM2
        sum.toleranceM2 += toleranceM2
        sum.pieces = pieces === null || sum.pieces === null ? null : sum.pieces + pieces
        remainders.set(doc, sum)
      }
    }
  }
  return {
    fictional: true,
    title: CITY_TITLE,
    asOf: CITY_AS_OF,
    beforeAsOf: CITY_BEFORE,
    seed,
    parcels,
    unplanted: papers.unplanted,
    ...truth,
    remainders: [...remainders.values()],
  }
}
