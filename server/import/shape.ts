import { canonicalShape, signedDoubleArea } from '../geo/area.ts'
import { snapToGrid } from '../geo/project.ts'
import type { MultiPolygon, Ring } from '../geo/polygon.ts'
import type { RepairMethod } from '../record/repair.ts'
import type { Message } from '../refusal.ts'
import { MAX_VERTICES } from './limits.ts'

/** One thing a named method did to a shape. */
export interface Repair {
  readonly method: RepairMethod
  readonly what: Message
}

/** A shape mended by named methods, or why it cannot be. */
export type Mended =
  { readonly ok: true; readonly shape: MultiPolygon; readonly repairs: readonly Repair[] } | Unmendable

export interface Unmendable {
  readonly ok: false
  readonly code: string
  readonly why: Message
}

/**
 * Mends what can be mended without moving a border, in the delivered coordinates: closes open rings, drops points
 * written twice in a row, and names holes that turn the wrong way (`gridded` turns them). A ring of fewer than three different points is refused, not dropped.
 */
export function mendRings(delivered: MultiPolygon): Mended {
  const repairs: Repair[] = []
  let vertices = 0
  const shape: MultiPolygon = []
  let ringNo = 0
  for (const polygon of delivered) {
    const rings: Ring[] = []
    for (const ring of polygon) {
      ringNo++
      vertices += ring.length
      const { mended, doubles, wasOpen } = mendRing(ring)
      if (mended.length < 4) return tooFewPoints(ringNo, Math.max(0, mended.length - 1))
      if (wasOpen)
        repairs.push({
          method: 'unclosed_ring',
          what: {
            zh: `第 ${ringNo} 圈未闭合,已按首点闭合。`,
            en: `Ring ${ringNo} was not closed; closed with its first point.`,
          },
        })
      if (doubles > 0)
        repairs.push({
          method: 'duplicate_point',
          what: {
            zh: `第 ${ringNo} 圈去掉 ${doubles} 个重复点。`,
            en: `Ring ${ringNo}: ${doubles} repeated points left out.`,
          },
        })
      if (rings.length > 0 && turnsLike(mended, rings[0]!))
        repairs.push({
          method: 'winding',
          what: {
            zh: `第 ${ringNo} 圈是内环,走向却与外环相同,已改正。`,
            en: `Ring ${ringNo} is a hole but turns like its outer ring; turned round.`,
          },
        })
      rings.push(mended)
    }
    if (rings.length > 0) shape.push(rings)
  }
  return vertices > MAX_VERTICES ? tooManyVertices(vertices) : { ok: true, shape, repairs }
}

export const tooFewPoints = (ringNo: number, points: number): Unmendable =>
  refused(
    'P602',
    `第 ${ringNo} 圈只有 ${points} 个不同的点,不成面`,
    `ring ${ringNo} has only ${points} different points and encloses nothing`,
  )

export const tooManyVertices = (vertices: number): Unmendable =>
  refused(
    'GEOM_TOO_MANY_VERTICES',
    `图形有 ${vertices} 个点,超过 ${MAX_VERTICES}`,
    `the shape has ${vertices} points, more than ${MAX_VERTICES}`,
  )

/** Formats differ in which way an outer ring turns; in all of them a hole turns the other way. */
function turnsLike(ring: Ring, outer: Ring): boolean {
  const [a, b] = [signedDoubleArea(ring), signedDoubleArea(outer)]
  return a !== 0 && b !== 0 && a > 0 === b > 0
}

function mendRing(ring: Ring): { mended: Ring; doubles: number; wasOpen: boolean } {
  const mended: Ring = []
  for (const position of ring) {
    const last = mended.at(-1)
    if (last === undefined || last[0] !== position[0] || last[1] !== position[1]) mended.push(position)
  }
  const doubles = ring.length - mended.length
  const [first, last] = [mended[0], mended.at(-1)]
  const wasOpen = first !== undefined && mended.length > 1 && (first[0] !== last![0] || first[1] !== last![1])
  if (wasOpen) mended.push([first[0], first[1]])
  return { mended, doubles, wasOpen }
}

/**
 * A placed shape on the 0.1 mm grid, written down in the one way there is (`canonicalShape`). Rings that the grid leaves nothing of are under a
 * tenth of a millimetre wide; an outer one refuses the row, a hole is named.
 */
export function gridded(placed: MultiPolygon): Mended {
  const shape = snapToGrid(placed)
  if (shape.length < placed.length)
    return refused(
      'P602',
      '图形窄于 0.1 毫米,不成面',
      'the shape is narrower than 0.1 mm and encloses nothing',
    )
  const lost =
    placed.reduce((sum, polygon) => sum + polygon.length, 0) -
    shape.reduce((sum, polygon) => sum + polygon.length, 0)
  const repairs =
    lost === 0
      ? []
      : [
          {
            method: 'thin_hole' as const,
            what: {
              zh: `去掉 ${lost} 个窄于 0.1 毫米的内环。`,
              en: `${lost} holes narrower than 0.1 mm left out.`,
            },
          },
        ]
  return { ok: true, shape: canonicalShape(shape), repairs }
}

const refused = (code: string, zh: string, en: string): Unmendable => ({
  ok: false,
  code,
  why: { zh: `图形无效:${zh}。`, en: `Invalid shape: ${en}.` },
})
