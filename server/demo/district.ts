import type { Position } from '../geo/polygon.ts'
import { gridPosition, type OpenRing } from './shape.ts'
import type { Random } from './random.ts'

/** [west, south, east, north] in metres of the working CRS. */
export type Extent = readonly [number, number, number, number]

/** Real county codes and names on invented ground: the boundaries follow no boundary of these districts. */
export interface District {
  readonly code: string
  readonly name: string
  readonly ring: OpenRing
}

export interface Districts {
  readonly list: readonly District[]
  codeAt(position: Position): string
}

/**
 * Cuts an extent into four districts along two winding lines through its middle: one runs north at every step, the
 * other east, so each crosses any line of sight once and they cross each other only in the middle. Neighbours share
 * every vertex of the border between them.
 */
export function cutDistricts(
  [west, south, east, north]: Extent,
  middle: Position,
  random: Random,
): Districts {
  const wave = winding(random)
  const [cx, cy] = gridPosition(...middle)
  // Each half of a border as [distance along, distance aside]; both halves of one border hold the middle.
  const half = (from: number, to: number, alongMiddle: number, asideMiddle: number): Position[] =>
    steps(from, to).map((t) => gridPosition(t, asideMiddle + wave(t - alongMiddle)))
  const [southward, northward] = [half(south, cy, cy, cx), half(cy, north, cy, cx)]
  const [fromWest, toEast] = [half(west, cx, cx, cy), half(cx, east, cx, cy)]
  const [fromSouth, toNorth] = [southward.map(exchanged), northward.map(exchanged)]
  const list = [
    {
      code: '430211',
      name: '天元区',
      ring: [[west, south], ...fromSouth, ...fromWest.toReversed().slice(1)],
    },
    {
      code: '430203',
      name: '芦淞区',
      ring: [[east, south], ...toEast.toReversed(), ...fromSouth.toReversed().slice(1)],
    },
    { code: '430202', name: '荷塘区', ring: [[east, north], ...toNorth.toReversed(), ...toEast.slice(1)] },
    { code: '430204', name: '石峰区', ring: [[west, north], ...fromWest, ...toNorth.slice(1)] },
  ] satisfies { code: string; name: string; ring: Position[] }[]
  const [meridian, parallel] = [
    [...southward, ...northward.slice(1)],
    [...fromWest, ...toEast.slice(1)],
  ]
  const codeAt = ([x, y]: Position): string => {
    const isEast = x > asideOf(meridian, y)
    if (y > asideOf(parallel, x)) return isEast ? '430202' : '430204'
    return isEast ? '430203' : '430211'
  }
  return { list, codeAt }
}

/** Evenly spaced, about 300 m apart, both ends included exactly. */
function steps(from: number, to: number): number[] {
  const count = Math.max(8, Math.round((to - from) / 300))
  return Array.from({ length: count + 1 }, (_, k) => (k === count ? to : from + ((to - from) * k) / count))
}

const exchanged = ([along, aside]: Position): Position => [aside, along]

/** A gentle curve that passes through zero, never steeper than one in three. */
function winding(random: Random): (t: number) => number {
  const [a, b] = [random.between(900, 1400), random.between(350, 500)]
  const [p, q] = [random.between(0, 6), random.between(0, 6)]
  const raw = (t: number): number =>
    (a / 40) * Math.sin(t / (a / 6) + p) + (b / 40) * Math.sin(t / (b / 6) + q)
  return (t) => raw(t) - raw(0)
}

function asideOf(line: readonly Position[], along: number): number {
  let [low, high] = [0, line.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (line[middle]![0] <= along) low = middle
    else high = middle
  }
  const [a, b] = [line[low]!, line[high]!]
  return a[1] + ((b[1] - a[1]) * (along - a[0])) / (b[0] - a[0])
}
