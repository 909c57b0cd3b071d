import { expect, test } from 'vitest'
import { commonLand } from '../../server/build/overlap.ts'
import { overlapsOnAllCores } from '../../server/build/overlap-pool.ts'
import { overlappingPairs } from '../../server/geo/pair-area.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { box, boxRing, HERE } from '../geo/shapes.ts'

/** Shapes of five to nine corners strewn over a square kilometre, the same ones every time. */
function strewn(count: number): MultiPolygon[] {
  let seed = 7
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  return Array.from({ length: count }, () => {
    const [x, y] = [HERE[0] + 1_000 * random(), HERE[1] + 1_000 * random()]
    const corners = 5 + Math.floor(5 * random())
    const ring = Array.from({ length: corners }, (_, k): [number, number] => {
      const [turn, radius] = [(2 * Math.PI * (k + 0.8 * random())) / corners, 4 + 20 * random()]
      return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)]
    })
    return [[[...ring, [...ring[0]!] as [number, number]]]]
  })
}

const pairsOf = (a: PolygonSet, b: PolygonSet | null): [number, number, number][] => {
  const pairs: [number, number, number][] = []
  overlappingPairs(a, b, (i, j, areaM2) => pairs.push([i, j, areaM2]))
  return pairs
}

test('two threads measure what one does, pair by pair and to the last digit', async () => {
  const shapes = strewn(9_000)
  const a = PolygonSet.fromMultiPolygons(shapes.slice(0, 5_000))
  const b = PolygonSet.fromMultiPolygons(shapes.slice(5_000))
  const [ab, aa] = await overlapsOnAllCores(
    [
      { a, b },
      { a, b: null },
    ],
    { threads: 2 },
  )
  for (const [found, expected] of [
    [ab!, pairsOf(a, b)],
    [aa!, pairsOf(a, null)],
  ] as const) {
    expect(expected.length).toBeGreaterThan(1_000)
    expect(Array.from(found.i, (i, at) => [i, found.j[at]!, found.areaM2[at]!])).toEqual(expected)
    expect(found.extents.size).toBe(0)
  }
})

test('the common land of large overlaps comes along, judged as everywhere else', async () => {
  const frame = [[boxRing(0, 0, 30), boxRing(10, 10, 10).toReversed()]]
  const shapes = [frame, box(5, 5, 20), box(29.9, 0, 60, 30), box(200, 0, 5)]
  const set = PolygonSet.fromMultiPolygons(shapes)
  const [found] = await overlapsOnAllCores([{ a: set, b: null, shapesFromM2: 1 }], { threads: 2 })
  expect(Array.from(found!.areaM2, (m2) => Math.round(m2 * 100) / 100)).toEqual([300, 3])
  const wkbs = shapes.map((shape) => encodeMultiPolygon(shape))
  expect(found!.extents.get(0)).toEqual(commonLand(wkbs[0]!, wkbs[1]!))
  expect(found!.extents.get(0)).toMatchObject({ real: true, planarM2: 300 })
  // 0.1 m × 30 m: a border drawn twice
  expect(found!.extents.get(1)).toMatchObject({ real: false, test: 'mean_width' })
})

test('a reader who has gone away stops it', async () => {
  const set = PolygonSet.fromMultiPolygons(strewn(2_000))
  const signal = AbortSignal.abort(new Error('gone'))
  await expect(overlapsOnAllCores([{ a: set, b: null }], { threads: 1, signal })).rejects.toThrow('gone')
})
