import type { Base } from '../db/open.ts'
import { checkPack, type PackComplaint } from '../rule/check.ts'
import { loadPack } from '../rule/pack.ts'
import { muFromM2, type IsoDate } from '../units.ts'
import { packName, type RulePackName } from './classify.ts'
import { currentRun, movesUnder } from './run-store.ts'

/** Parcels and land (planar m²) that would go from one strategy to another. */
export interface Move {
  readonly from: string
  readonly to: string
  readonly parcels: number
  readonly planarM2: number
}

export interface Preview {
  readonly asOf: IsoDate
  /** The pack tried, and the one in use. */
  readonly rulePack: RulePackName
  readonly current: RulePackName
  readonly parcels: number
  readonly moved: { readonly parcels: number; readonly planarM2: number; readonly mu: number }
  /** Parcels per strategy as they would be. */
  readonly counts: Readonly<Record<string, number>>
  /** Only real moves: `from` is another strategy than `to`. */
  readonly moves: readonly Move[]
  /** Strategies of the pack tried that nobody can reach, as far as a small search tells. */
  readonly complaints: readonly PackComplaint[]
}

/**
 * What would change under another pack, over the facts of the run readers see. Nothing is saved.
 *
 * Facts stay as they were measured: a pack cannot change what is known, only what follows from it.
 * @throws Refusal `NOT_CLASSIFIED`, and those of `loadPack`.
 */
export async function previewPack(base: Base, packText: string): Promise<Preview> {
  const pack = loadPack(packText)
  const complaints = checkPack(pack).complaints.filter(({ severity }) => severity === 'error')
  const run = await currentRun(base.db)
  const cells = await movesUnder(base.db, pack)
  const moves = cells.filter(({ from, to }) => from !== to)
  const planarM2 = sum(moves.map((move) => move.planarM2))
  const counts: Record<string, number> = {}
  for (const { to, parcels } of cells) counts[to] = (counts[to] ?? 0) + parcels
  return {
    asOf: run.asOf,
    rulePack: packName(pack),
    current: packName(run.pack),
    parcels: sum(cells.map((cell) => cell.parcels)),
    moved: { parcels: sum(moves.map((move) => move.parcels)), planarM2, mu: muFromM2(planarM2) },
    counts: Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    moves,
    complaints,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
