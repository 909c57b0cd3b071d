import type { Transaction } from 'kysely'
import type { Database } from '../../../server/db/schema.ts'
import { latticeOf } from '../../../server/geo/arrangement/quantise.ts'
import { GRID_M, type MultiPolygon, type Position } from '../../../server/geo/polygon.ts'
import { PolygonSet } from '../../../server/geo/polygon-set.ts'
import { gridded, mendRings } from '../../../server/import/shape.ts'
import { checkShapes } from '../../../server/import/store.ts'
import { Refusal } from '../../../server/refusal.ts'
import type { RobustnessCase } from './cases.ts'
import { polygonal } from './geometry.ts'

/** What the product's own rule for deliveries makes of a shape. */
export type Verdict =
  | {
      readonly state: 'used' | 'repaired'
      readonly shape: MultiPolygon
      /** Valid as given, but for points written twice. */
      readonly sound: boolean
      /** Square metres a repair changed. */
      readonly changedM2: number
      /** The 0.1 mm grid moved a corner. */
      readonly moved: boolean
    }
  | { readonly state: 'refused'; readonly code: string; readonly reason: string }

export interface Judged {
  readonly given: RobustnessCase
  /** Metres to a unit of the case. */
  readonly scale: number
  readonly shapes: readonly Verdict[]
  readonly state: 'used' | 'repaired' | 'refused'
  /** Why it is refused: the code of its first refused shape. */
  readonly code: string | null
}

/** A case without a unit is made no larger than this, metres, nor put farther from the origin than that. */
const WIDEST_M = 100_000
const FARTHEST_M = 1e9

/** Every case through what a delivery goes through: mend rings, put on the grid, ask the database. */
export async function judge(tx: Transaction<Database>, cases: readonly RobustnessCase[]): Promise<Judged[]> {
  const started = cases.map((given) => {
    const power = powerFor(given)
    const shapes = given.shapes.map((shape) => beforeTheBase(polygonal(shape), power))
    return { given, scale: 10 ** power, shapes }
  })
  const waiting = started.flatMap(({ shapes }) => shapes.filter((verdict) => verdict.state !== 'refused'))
  const answers = new Map<Verdict, Verdict>()
  const checked = await checkShapes(
    tx,
    waiting.map(({ shape }) => shape),
  )
  for (const [i, verdict] of waiting.entries()) {
    const answer = checked[i]!
    if (answer.state === 'valid') answers.set(verdict, verdict)
    else if (answer.state === 'repaired') {
      const { shape, changedM2 } = answer
      answers.set(verdict, { ...verdict, state: 'repaired', shape, changedM2, sound: false })
    } else answers.set(verdict, { state: 'refused', code: 'P602', reason: answer.reason.split('[')[0]! })
  }
  return started.map(({ given, scale, shapes }) => {
    const verdicts = shapes.map((verdict) => answers.get(verdict) ?? verdict)
    return { given, scale, shapes: verdicts, ...together(verdicts) }
  })
}

function together(verdicts: readonly Verdict[]): Pick<Judged, 'state' | 'code'> {
  const refused = verdicts.find((verdict) => verdict.state === 'refused')
  if (refused) return { state: 'refused', code: refused.code }
  const accepted = verdicts.filter((verdict) => verdict.state !== 'refused')
  const tooLarge = extentRefusal(accepted.map(({ shape }) => shape))
  if (tooLarge !== null) return { state: 'refused', code: tooLarge }
  return {
    state: accepted.some(({ state }) => state === 'repaired') ? 'repaired' : 'used',
    code: null,
  }
}

const extentRefusal = (shapes: readonly MultiPolygon[]): string | null => {
  try {
    latticeOf(PolygonSet.fromMultiPolygons(shapes), GRID_M)
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const refused = (code: string, reason: string): Verdict => ({ state: 'refused', code, reason })

function beforeTheBase(shape: MultiPolygon | null, power: number): Verdict {
  if (shape === null) return refused('NOT_AN_AREA', 'points, lines, collections or no geometry at all')
  if (shape.length === 0) return refused('EMPTY', 'no polygon in it')
  if (!shape.flat(2).every(([x, y]) => Number.isFinite(x) && Number.isFinite(y)))
    return refused('NOT_FINITE', 'a coordinate is not a number, or endless')
  const placed = shape.map((polygon) =>
    polygon.map((ring) => ring.map(([x, y]): Position => [shifted(x, power), shifted(y, power)])),
  )
  const tooLarge = extentRefusal([placed])
  if (tooLarge !== null) return refused(tooLarge, 'wider than the 32-bit grid')
  const mended = mendRings(placed)
  if (!mended.ok) return refused(mended.code, mended.why.en)
  const onGrid = gridded(mended.shape)
  if (!onGrid.ok) return refused(onGrid.code, onGrid.why.en)
  const repairs = [...mended.repairs, ...onGrid.repairs]
  return {
    state: repairs.length > 0 ? 'repaired' : 'used',
    shape: onGrid.shape,
    sound: repairs.every(({ method }) => method === 'duplicate_point' || method === 'winding'),
    changedM2: 0,
    moved: !liesOnGrid(placed),
  }
}

/**
 * The sets have no unit. What is to be answered on a grid of its own stays as it is; the rest is made larger by a power
 * of ten until it is up to a hundred kilometres wide, so that the 0.1 mm grid takes as little from it as it can.
 * Returns the power.
 */
function powerFor({ shapes, checks }: RobustnessCase): number {
  const given = shapes.map((shape) => polygonal(shape) ?? [])
  const numbers = given.flat(3).flat()
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) return 0
  if (checks.some((check) => check.kind === 'overlay' && check.gridM !== undefined)) return 0
  const [xs, ys] = [0, 1].map((axis) => given.flat(3).map((position) => position[axis]!))
  const width = (list: readonly number[]): number =>
    list.reduce((most, value) => Math.max(most, value), -Infinity) -
    list.reduce((least, value) => Math.min(least, value), Infinity)
  const extent = Math.max(width(xs!), width(ys!))
  const farthest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const times = Math.min(WIDEST_M / extent, FARTHEST_M / farthest)
  return extent > 0 ? Math.max(0, Math.floor(Math.log10(times))) : 0
}

/** The decimal point moved: 0.1234 × 1000 would not be 123.4. */
const shifted = (value: number, power: number): number =>
  Number(/e/.test(String(value)) ? value * 10 ** power : `${value}e${power}`)

function liesOnGrid(shape: MultiPolygon): boolean {
  return shape.flat(2).every(([x, y]) => onGrid(x) && onGrid(y))
}
const onGrid = (metres: number): boolean => Math.round(metres * 10_000) / 10_000 === metres
