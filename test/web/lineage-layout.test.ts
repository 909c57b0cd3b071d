import { describe, expect, test } from 'vitest'
import type { Lineage } from '../../web/api.ts'
import { layOutLineage, ribbonPath, type Bar, type LineageLayout } from '../../web/panel/lineage-layout.ts'
import { pointInside } from '../../web/map/geography.ts'

type Life = [parcelId: number, m2: number, fromBuild: number, toBuild: number | null]
type Passage = [buildId: number, from: number, to: number, m2: number]
type Told = [buildId: number, kind: string, parcelId: number]

const dayOf = (build: number): string => `2025-0${build}-01`

function lineageOf(self: number, lives: Life[], passages: Passage[] = [], told: Told[] = []): Lineage {
  return {
    asOf: '2025-09-01',
    knownAt: '2025-09-01T00:00:00Z',
    parcelId: self,
    parcelCode: null,
    state: 'current',
    successors: [],
    nodes: lives.map(([parcelId, planarM2, fromBuild, toBuild]) => ({
      parcelId,
      parcelCode: null,
      kind: 'titled',
      stage: 'built',
      holder: null,
      project: null,
      planarM2,
      validFrom: dayOf(fromBuild),
      validTo: toBuild === null ? null : dayOf(toBuild),
      fromBuild,
      toBuild,
      current: toBuild === null,
      generation: 0,
    })),
    events: told.map(([buildId, kind, parcelId], at) => {
      const sum = (end: 'from' | 'to') =>
        passages
          .filter(([build, from, to]) => build === buildId && { from, to }[end] === parcelId)
          .reduce((all, [, , , m2]) => all + m2, 0)
      const before = lives.find(([id, , , to]) => id === parcelId && to === buildId)?.[1] ?? 0
      const after = lives.find(([id, , from]) => id === parcelId && from === buildId)?.[1] ?? 0
      return {
        buildId,
        eventNo: at + 1,
        kind,
        on: dayOf(buildId),
        parcelId,
        beforeM2: before,
        cameM2: sum('to'),
        wentM2: sum('from'),
        correctionM2: after - before - sum('to') + sum('from'),
        afterM2: after,
      }
    }),
    edges: passages.map(([buildId, from, to, planarM2]) => ({
      buildId,
      on: dayOf(buildId),
      from,
      to,
      planarM2,
    })),
    complete: true,
  }
}

const barsOf = ({ bars }: LineageLayout, parcelId: number): Bar[] =>
  bars.filter((bar) => bar.parcelId === parcelId)
const meet = (a: Bar, b: Bar): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

function expectTidy({ bars, ribbons, width, height }: LineageLayout): void {
  for (const [i, a] of bars.entries()) {
    for (const b of bars.slice(i + 1)) expect(meet(a, b), `${a.parcelId} on ${b.parcelId}`).toBe(false)
    expect(a.x).toBeGreaterThanOrEqual(0)
    expect(a.x + a.width).toBeLessThanOrEqual(width)
    expect(a.y + a.height).toBeLessThanOrEqual(height)
  }
  for (const ribbon of ribbons) {
    expect(ribbon.x0).toBeLessThan(ribbon.x1)
    const at = (x: number, y: number, parcelId: number): boolean =>
      bars.some(
        (bar) =>
          bar.parcelId === parcelId &&
          (x === bar.x || x === bar.x + bar.width) &&
          y >= bar.y &&
          y <= bar.y + bar.height,
      )
    expect(at(ribbon.x0, ribbon.y0, ribbon.from)).toBe(true)
    expect(at(ribbon.x1, ribbon.y1, ribbon.to)).toBe(true)
  }
}

describe('the picture of a lineage', () => {
  test('of one number without changes is one bar', () => {
    const layout = layOutLineage(lineageOf(7, [[7, 5_000, 1, null]], [], [[1, 'created', 7]]))
    expect(layout.bars).toMatchObject([
      { parcelId: 7, isSelf: true, began: 'created', ended: null, runsOn: true },
    ])
    expect(layout.ribbons).toEqual([])
    expectTidy(layout)
  })

  test('of a split leads two ribbons from the old bar to the new ones, as wide as their land', () => {
    const lineage = lineageOf(
      8,
      [
        [7, 10_000, 1, 2],
        [8, 7_500, 2, null],
        [9, 2_500, 2, null],
      ],
      [
        [2, 7, 8, 7_500],
        [2, 7, 9, 2_500],
      ],
      [
        [1, 'created', 7],
        [2, 'split', 7],
        [2, 'created', 8],
        [2, 'created', 9],
      ],
    )
    const layout = layOutLineage(lineage)
    const [whole] = barsOf(layout, 7)
    expect(whole).toMatchObject({ ended: 'split', runsOn: false, isSelf: false })
    expect(barsOf(layout, 8)).toMatchObject([{ began: 'created', isSelf: true }])
    expect(layout.days.map(({ on }) => on)).toEqual(['2025-02-01'])
    const [wide, narrow] = layout.ribbons
    expect(wide!.width / narrow!.width).toBeCloseTo(3, 9)
    expect(wide!.width + narrow!.width).toBeCloseTo(whole!.height, 9)
    // they leave side by side and in the order of the bars they lead to
    expect(Math.abs(wide!.y0 - narrow!.y0)).toBeCloseTo(whole!.height / 2, 9)
    expect(wide!.y0 < narrow!.y0).toBe(wide!.y1 < narrow!.y1)
    expectTidy(layout)
  })

  test('of a moved border keeps each number on its row, cut where the border moved', () => {
    const layout = layOutLineage(
      lineageOf(
        7,
        [
          [7, 10_000, 1, 2],
          [7, 9_500, 2, null],
          [8, 10_000, 1, 2],
          [8, 10_500, 2, null],
        ],
        [[2, 7, 8, 500]],
        [
          [1, 'created', 7],
          [1, 'created', 8],
          [2, 'redrawn', 7],
          [2, 'redrawn', 8],
        ],
      ),
    )
    const [before, after] = barsOf(layout, 7)
    expect(before!.x + before!.width).toBeLessThan(after!.x)
    expect(before).toMatchObject({ ended: null, runsOn: false })
    expect(after).toMatchObject({ began: 'redrawn', runsOn: true })
    expect(Math.abs(before!.y + before!.height / 2 - after!.y - after!.height / 2)).toBeLessThan(1e-9)
    // what each kept leads from itself to itself
    expect(layout.ribbons.map(({ from, to, planarM2 }) => [from, to, planarM2])).toEqual([
      [7, 8, 500],
      [7, 7, 9_500],
      [8, 8, 10_000],
    ])
    expectTidy(layout)
  })

  test('a change of holder does not cut a bar, a number that comes back has a second one', () => {
    const layout = layOutLineage(
      lineageOf(
        7,
        [
          [7, 10_000, 1, 2],
          [7, 10_000, 2, 3],
          [7, 10_000, 5, null],
          [8, 10_000, 3, 5],
        ],
        [
          [3, 7, 8, 10_000],
          [5, 8, 7, 10_000],
        ],
        [
          [1, 'created', 7],
          [3, 'retired', 7],
          [3, 'created', 8],
          [5, 'retired', 8],
          [5, 'restored', 7],
        ],
      ),
    )
    expect(barsOf(layout, 7).map(({ began, ended }) => [began, ended])).toEqual([
      ['created', 'retired'],
      ['restored', null],
    ])
    expectTidy(layout)
  })

  test('of thirty numbers over four builds has no bar on another and every ribbon on its bars', () => {
    const lives: Life[] = []
    const passages: Passage[] = []
    const told: Told[] = []
    for (let i = 0; i < 10; i++) {
      lives.push([100 + i, 1_000 * (i + 1), 1, 2], [200 + i, 1_000 * (i + 1), 2, 4])
      passages.push([2, 100 + i, 200 + ((i * 7) % 10), 500], [2, 100 + i, 200 + i, 500 + 500 * i])
      told.push([2, 'split', 100 + i])
    }
    for (let i = 0; i < 10; i++) lives.push([300 + i, 4_000, 4, null])
    for (let i = 0; i < 10; i++) passages.push([4, 200 + i, 300 + ((i * 3) % 10), 900])
    const distinct = [...new Map(passages.map((each) => [each.slice(0, 3).join(), each])).values()]
    const layout = layOutLineage(lineageOf(304, lives, distinct, told))
    expect(layout.bars).toHaveLength(30)
    expect(layout.ribbons).toHaveLength(distinct.length)
    expectTidy(layout)
  })

  test('a ribbon is closed and level at both ends', () => {
    expect(
      ribbonPath({ from: 1, to: 2, buildId: 1, planarM2: 1, x0: 0, y0: 10, x1: 60, y1: 30, width: 4 }),
    ).toBe('M0,8C30,8 30,28 60,28L60,32C30,32 30,12 0,12Z')
  })
})

describe('a point to ask what lay at a parcel', () => {
  const ring = (...points: [number, number][]) => [...points, points[0]!]
  test('lies inside, not in the notch of a U nor in a hole', () => {
    const u = ring([0, 0], [10, 0], [10, 10], [7, 10], [7, 2], [3, 2], [3, 10], [0, 10])
    const { lon, lat } = pointInside({ coordinates: [[u]] })!
    expect(lat).toBeGreaterThan(0)
    expect(lon < 3 || lon > 7 || lat < 2).toBe(true)
    const holed = [ring([0, 0], [10, 0], [10, 10], [0, 10]), ring([1, 1], [9, 1], [9, 9], [1, 9])]
    const inRing = pointInside({ coordinates: [holed] })!
    expect(inRing.lon < 1 || inRing.lon > 9).toBe(true)
  })
  test('lies in the widest of several parts, and nowhere when there is no land', () => {
    const small = ring([0, 0], [1, 0], [1, 1], [0, 1])
    const large = ring([20, 0], [30, 0], [30, 1], [20, 1])
    expect(pointInside({ coordinates: [[small], [large]] })!.lon).toBe(25)
    expect(pointInside({ coordinates: [] })).toBeNull()
  })
})
