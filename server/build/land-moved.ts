/**
 * Land that passed from one number to another between two builds.
 *
 * A number *gives up* land it had and no longer has, and *takes up* land it has and had not; land it has before and after
 * it has not moved. Where one number gives up and one takes up, the land passed from the one to the other.
 *
 * Titles may overlap, so at one place several numbers may give up and several take up. The land is there only once: where
 * l give up and g take up, it passes min(l, g) times, in equal parts 1 / max(l, g) along each of the l × g ways. So no
 * number passes on more than it gave up, none receives more than it took up, and the order of numbers decides nothing.
 * What is given up beyond that went to nobody, what is taken up beyond that came from nobody: it is in the correction of
 * the event (history.ts).
 */
import { overlappingPairs } from '../geo/pair-area.ts'
import { arrangeFinely } from '../geo/overlap-shape.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'

/** Less is not followed from number to number: it stays in the correction of both events. */
const EDGE_M2 = 0.01

/** A number that exists, with its shape in the working plane (EPSG:4547). */
export interface Land {
  readonly parcelId: number
  readonly wkb: Uint8Array
}

export interface ParcelEdge {
  readonly from: number
  readonly to: number
  /** Planar; 0.01 m² or more. */
  readonly areaM2: number
}

/**
 * Every passage of land, by giver and then by taker.
 * @param before the last shape of every number that ended or was redrawn
 * @param after the new shape of every number that is new, back or was redrawn
 */
export function landMoved(before: readonly Land[], after: readonly Land[]): ParcelEdge[] {
  const olds = PolygonSet.fromWkb(before.map(({ wkb }) => wkb))
  const news = PolygonSet.fromWkb(after.map(({ wkb }) => wkb))
  const sharedBefore = overlapsWithin(olds)
  const sharedAfter = overlapsWithin(news)
  const edges: ParcelEdge[] = []
  overlappingPairs(
    olds,
    news,
    (i, j, areaM2) => {
      const [from, to] = [before[i]!.parcelId, after[j]!.parcelId]
      if (from === to) return
      const others = { before: sharedBefore.get(i), after: sharedAfter.get(j) }
      const movedM2 =
        others.before || others.after
          ? passedM2(
              [before[i]!, ...(others.before ?? []).map((other) => before[other]!)],
              [after[j]!, ...(others.after ?? []).map((other) => after[other]!)],
            )
          : areaM2
      if (movedM2 >= EDGE_M2) edges.push({ from, to, areaM2: movedM2 })
    },
    EDGE_M2,
  )
  return edges.toSorted((a, b) => a.from - b.from || a.to - b.to)
}

/** The shapes each shape overlaps; those that overlap none are not listed. */
function overlapsWithin(set: PolygonSet): Map<number, number[]> {
  const shared = new Map<number, number[]>()
  const note = (i: number, j: number): void => {
    const known = shared.get(i)
    if (known) known.push(j)
    else shared.set(i, [j])
  }
  overlappingPairs(set, null, (i, j) => {
    note(i, j)
    note(j, i)
  })
  return shared
}

/**
 * What passed from the first number of `before` to the first of `after`, planar m².
 * @param before the giver and every number whose old shape overlaps its own
 * @param after the taker and every number whose new shape overlaps its own: beyond these, none can have had or have any
 *   of the land the two share
 */
function passedM2(before: readonly Land[], after: readonly Land[]): number {
  const arrangement = arrangeFinely([...before, ...after].map(({ wkb }) => decodeMultiPolygon(wkb)))
  const [giver, taker] = [before[0]!.parcelId, after[0]!.parcelId]
  let sum = 0
  for (let face = 0; face < arrangement.faceCount; face++) {
    const had = new Set<number>()
    const has = new Set<number>()
    for (const at of arrangement.labels(face))
      if (at < before.length) had.add(before[at]!.parcelId)
      else has.add(after[at - before.length]!.parcelId)
    if (!had.has(giver) || has.has(giver) || !has.has(taker) || had.has(taker)) continue
    const givers = [...had].filter((number) => !has.has(number)).length
    const takers = [...has].filter((number) => !had.has(number)).length
    sum += arrangement.faceAreaM2[face]! / Math.max(givers, takers)
  }
  return sum
}
