import { bboxOf, signedDoubleArea } from '../geo/area.ts'
import { isInRing } from '../geo/in-ring.ts'
import type { MultiPolygon, Ring } from '../geo/polygon.ts'

/**
 * Polygons from rings that do not say which is an outer one: a ring inside an even number of others is an outer ring,
 * inside an odd number a hole of the smallest ring around it. Survey files and some shapefiles come so.
 * @param rings closed, in any plane and turn; rings that cross each other come out as some polygon, for the validity check to refuse
 */
export function polygonsFromRings(rings: readonly Ring[]): MultiPolygon {
  const bySize = rings
    .map((ring) => ({ ring, area: Math.abs(signedDoubleArea(ring)), box: bboxOf([[ring]]) }))
    .toSorted((a, b) => b.area - a.area)
  const polygons: { outer: Ring; polygon: Ring[] }[] = []
  for (const [i, { ring, box }] of bySize.entries()) {
    const around = bySize
      .slice(0, i)
      .filter(
        (other) =>
          other.box[0] <= box[0] &&
          other.box[1] <= box[1] &&
          other.box[2] >= box[2] &&
          other.box[3] >= box[3] &&
          liesIn(ring, other.ring),
      )
    const parent = around.at(-1)
    const owner = around.length % 2 === 1 ? polygons.find(({ outer }) => outer === parent!.ring) : undefined
    if (owner) owner.polygon.push(ring)
    else polygons.push({ outer: ring, polygon: [ring] })
  }
  return polygons.map(({ polygon }) => polygon)
}

/** Whether most corners of a ring lie inside another; corners may touch the border. */
function liesIn(ring: Ring, outer: Ring): boolean {
  let inside = 0
  for (const corner of ring) if (isInRing(outer, corner)) inside++
  return inside * 2 > ring.length
}
