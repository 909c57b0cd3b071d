import { intersectShapes, subtractShapes } from '../../../server/analysis/clip.ts'
import { perimeterM, planarAreaM2 } from '../../../server/geo/area.ts'
import { arrange, type Arrangement } from '../../../server/geo/arrangement.ts'
import {
  arrangeFinely,
  differenceShape,
  fineGridM,
  overlapShape,
  unionShape,
} from '../../../server/geo/overlap-shape.ts'
import { pairAreaM2 } from '../../../server/geo/pair-area.ts'
import type { MultiPolygon } from '../../../server/geo/polygon.ts'
import { PolygonSet } from '../../../server/geo/polygon-set.ts'
import type { Check, Operation } from './cases.ts'
import type { Judged } from './judge.ts'
import { polygonsIn } from './geometry.ts'

/** Square metres an engine finds; null where it has no such operation. */
export type Engine = (operation: Operation, shapes: readonly MultiPolygon[]) => number | null

const sumOf = (pieces: readonly { readonly areaM2: number }[]): number =>
  pieces.reduce((sum, { areaM2 }) => sum + areaM2, 0)

/** The area-only kernel measures what two have in common; the other operations follow from their areas. */
const kernel: Engine = (operation, shapes) => {
  if (shapes.length !== 2) return null
  const set = PolygonSet.fromMultiPolygons(shapes)
  const common = pairAreaM2(set, 0, set, 1)
  const [a, b] = [set.areaM2(0), set.areaM2(1)]
  switch (operation) {
    case 'intersection':
      return common
    case 'difference':
      return a - common
    case 'union':
      return a + b - common
    case 'xor':
      return a + b - 2 * common
  }
}

/** The faces of an arrangement an operation keeps. */
function facesM2(arrangement: Arrangement, operation: Operation, count: number): number {
  let sum = 0
  for (let f = 0; f < arrangement.faceCount; f++) {
    const labels = arrangement.labels(f)
    const isKept =
      operation === 'union' ||
      (operation === 'intersection' && labels.length === count) ||
      (operation === 'difference' && labels.length === 1 && labels[0] === 0) ||
      (operation === 'xor' && labels.length % 2 === 1)
    if (isKept) sum += arrangement.faceAreaM2[f]!
  }
  return sum
}

/** The arrangement, by the functions the product calls for shapes, and by its faces where they have none. */
const core: Engine = (operation, shapes) => {
  const [a, b] = shapes
  if (operation === 'union') return sumOf(unionShape(shapes))
  if (operation === 'difference') return sumOf(differenceShape(a!, shapes.slice(1)))
  if (operation === 'intersection' && shapes.length === 2) return sumOf(overlapShape(a!, b!))
  return facesM2(arrangeFinely(shapes), operation, shapes.length)
}

/** Turf in the plane, as a drawn parcel is analysed. */
const oneShape: Engine = (operation, shapes) => {
  const [a, ...others] = shapes as [MultiPolygon, ...MultiPolygon[]]
  const less = (shape: MultiPolygon, taken: readonly MultiPolygon[]): number =>
    planarAreaM2(subtractShapes(shape, taken))
  switch (operation) {
    case 'intersection':
      return planarAreaM2(others.reduce((left, other) => intersectShapes(left, other), subtractShapes(a, [])))
    case 'difference':
      return less(a, others)
    case 'union':
      return shapes.reduce((sum, shape, i) => sum + less(shape, shapes.slice(0, i)), 0)
    case 'xor':
      return others.length === 1 ? less(a, others) + less(others[0]!, [a]) : null
  }
}

export const engines: Readonly<Record<'kernel' | 'core' | 'one shape', Engine>> = {
  kernel,
  core,
  'one shape': oneShape,
}

/** The same overlay snap-rounded on the grid the answer is expected on. */
export function coreOnGrid(operation: Operation, shapes: readonly MultiPolygon[], gridM: number): number {
  const arrangement = arrange(PolygonSet.fromMultiPolygons(shapes), { gridM })
  return facesM2(arrangement, operation, shapes.length)
}

export const shapesOf = ({ shapes }: Judged): MultiPolygon[] =>
  shapes.map((verdict) => (verdict.state === 'refused' ? [] : verdict.shape))

/**
 * How far apart two right answers may be, square metres: a billionth of the largest shape, or 1e-6; as far as the 0.1 mm grid
 * moved borders, where it moved any; and what a repair changed.
 */
export function allowanceM2(judged: Judged): number {
  const shapes = shapesOf(judged)
  const largest = Math.max(...shapes.map(planarAreaM2))
  const border = shapes.reduce((sum, shape) => sum + perimeterM(shape), 0)
  const accepted = judged.shapes.filter((verdict) => verdict.state !== 'refused')
  const moved = accepted.some((verdict) => verdict.moved) ? border * 0.75e-4 : 0
  const changed = accepted.reduce((sum, { changedM2 }) => sum + changedM2, 0)
  return Math.max(1e-9 * largest, 1e-6) + moved + changed
}

/** What rounding crossings to the finest grid 32 bits allow may do to an area the core finds. */
export function crossingM2(shapes: readonly MultiPolygon[]): number {
  const border = shapes.reduce((sum, shape) => sum + perimeterM(shape), 0)
  return (border * fineGridM(PolygonSet.fromMultiPolygons(shapes))) / 2
}

export function expectedM2(check: Check & { kind: 'overlay' }, scale: number): number {
  const area = typeof check.expected === 'number' ? check.expected : planarAreaM2(polygonsIn(check.expected))
  return area * scale * scale
}
