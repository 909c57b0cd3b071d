import { realPart } from './noise.ts'
import { differenceShape } from './overlap-shape.ts'
import type { MultiPolygon } from './polygon.ts'

/** Whether either of two shapes (working plane, EPSG:4547) has a real piece the other does not cover; noise is none. */
export function isOtherLand(a: MultiPolygon, b: MultiPolygon): boolean {
  return realPart(differenceShape(a, [b])).length > 0 || realPart(differenceShape(b, [a])).length > 0
}
