import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { arrange, type Piece } from '../../server/geo/arrangement.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { expectGoodPiece } from './rings.ts'
import { boardBox, box, boxRing, HERE, ringOf, star, turned } from './shapes.ts'

/** Pieces of the land where `groupOf(labels)` says which group it is, null for none. */
function pieces(shapes: readonly MultiPolygon[], groupOf: (labels: number[]) => number | null): Piece[] {
  const arrangement = arrange(PolygonSet.fromMultiPolygons(shapes))
  const groups = new Int32Array(arrangement.faceCount)
  for (let f = 0; f < groups.length; f++) groups[f] = groupOf([...arrangement.labels(f)]) ?? -1
  return arrangement.dissolve(groups)
}
const everything = (): number => 0
const fromHere = (piece: Piece): number[][][] =>
  piece
    .geometry()[0]!
    .map((ring) => ring.map(([x, y]) => [+(x - HERE[0]).toFixed(4), +(y - HERE[1]).toFixed(4)]))

describe('pieces of land', () => {
  test('two overlapping shapes unite into one piece, without their borders inside', () => {
    const [piece, ...rest] = pieces([box(0, 0, 10), box(5, 0, 10)], everything)
    expect(rest).toEqual([])
    expect(piece).toMatchObject({ group: 0, areaM2: 150, perimeterM: 50 })
    expect([...piece!.faces]).toEqual([0, 1, 2])
    expectGoodPiece(piece!)
  })

  test('a ring starts at its westernmost corner and runs counter-clockwise', () => {
    const [piece] = pieces([[[boxRing(0, 0, 10).toReversed()]]], everything)
    expect(fromHere(piece!)).toEqual([
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
        [0, 0],
      ],
    ])
  })

  test('neighbours of different groups stay apart; faces without a group are left out', () => {
    const found = pieces([box(0, 0, 10), box(10, 0, 10), box(20, 0, 10)], ([i]) => [1, null, 1][i!] ?? null)
    expect(found.map(({ group, areaM2 }) => ({ group, areaM2 }))).toEqual([
      { group: 1, areaM2: 100 },
      { group: 1, areaM2: 100 },
    ])
    const apart = pieces([box(0, 0, 10), box(10, 0, 10)], ([i]) => i!)
    expect(apart.map((piece) => piece.group)).toEqual([0, 1])
  })

  test('shapes that touch in a corner are two pieces', () => {
    const found = pieces([box(0, 0, 10), box(10, 10, 10)], everything)
    expect(found.map(fromHere)).toEqual([
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
      ],
      [
        [
          [10, 10],
          [20, 10],
          [20, 20],
          [10, 20],
          [10, 10],
        ],
      ],
    ])
  })

  test('what is left round a building has a hole', () => {
    const [piece] = pieces([box(0, 0, 30), box(10, 10, 10)], (labels) => (labels.length === 1 ? 0 : null))
    expect(piece).toMatchObject({ areaM2: 800, perimeterM: 160 })
    expect(fromHere(piece!)).toEqual([
      [
        [0, 0],
        [30, 0],
        [30, 30],
        [0, 30],
        [0, 0],
      ],
      [
        [10, 10],
        [10, 20],
        [20, 20],
        [20, 10],
        [10, 10],
      ],
    ])
  })

  test('holes go with the piece they lie in, and a piece may lie in the hole of another', () => {
    const found = pieces(
      [
        [[boxRing(0, 0, 50), boxRing(10, 10, 30)]],
        [[boxRing(15, 15, 20), boxRing(20, 20, 10)]],
        box(100, 0, 5),
      ],
      everything,
    )
    expect(found.map(({ areaM2 }) => areaM2)).toEqual([1600, 300, 25])
    expect(found.map((piece) => piece.geometry()[0]!.length)).toEqual([2, 2, 1])
    found.forEach(expectGoodPiece)
  })

  test('a horseshoe whose ends touch in a point has a hole there, not a ring that touches itself', () => {
    // around the courtyard 10 to 20; the last plot meets the first only in the corner (10, 10)
    const plots = [box(10, 0, 20, 10), box(20, 10, 10, 20), box(0, 20, 20, 10), box(0, 10, 10, 10)]
    const [piece, ...rest] = pieces(plots, everything)
    expect(rest).toEqual([])
    expectGoodPiece(piece!)
    const [outer, hole] = fromHere(piece!)
    expect(outer).toContainEqual([10, 10])
    expect(hole).toEqual([
      [10, 10],
      [10, 20],
      [20, 20],
      [20, 10],
      [10, 10],
    ])
  })

  test('two courtyards that touch in a corner are two holes', () => {
    const found = pieces([box(0, 0, 40), box(10, 10, 10), box(20, 20, 10)], (labels) =>
      labels.length === 1 ? 0 : null,
    )
    expect(found).toHaveLength(1)
    expect(fromHere(found[0]!)).toHaveLength(3)
    expectGoodPiece(found[0]!)
  })

  test('a courtyard that touches the street in a corner stays a hole', () => {
    const court: MultiPolygon = [
      [
        ringOf([
          [15, 0],
          [20, 10],
          [15, 20],
          [10, 10],
        ]),
      ],
    ]
    const found = pieces([box(0, 0, 30), court], (labels) =>
      labels.length === 1 && labels[0] === 0 ? 0 : null,
    )
    expect(found).toHaveLength(1)
    expect(fromHere(found[0]!)).toHaveLength(2)
    expectGoodPiece(found[0]!)
  })

  test('shapes can be asked for twice', () => {
    const [piece] = pieces([box(0, 0, 10)], everything)
    expect(piece!.geometry()).toEqual(piece!.geometry())
  })

  test('a list of groups that does not fit the faces is a mistake', () => {
    expect(() => arrange(PolygonSet.fromMultiPolygons([box(0, 0, 1)])).dissolve(new Int32Array(2))).toThrow(
      RangeError,
    )
  })
})

describe('on a board of square metres, counted cell by cell', () => {
  const SIZE = 12
  /** By cell: the rectangles on it, as bits. */
  const cover = (boxes: readonly { x: number; y: number; width: number; height: number }[]): number[][] =>
    Array.from({ length: SIZE }, (_, y) =>
      Array.from({ length: SIZE }, (__, x) =>
        boxes.reduce((bits, b, i) => {
          const isOn = x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height
          return isOn ? bits | (1 << i) : bits
        }, 0),
      ),
    )

  /** Sizes of the edge-connected regions of cells with the same group, by flood fill. */
  const regions = (groups: (number | null)[][]): string[] => {
    const done = groups.map((row) => row.map(() => false))
    const found: string[] = []
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const group = groups[y]![x]!
        if (group === null || done[y]![x]) continue
        let cells = 0
        const open: [number, number][] = [[x, y]]
        done[y]![x] = true
        while (open.length > 0) {
          const [u, v] = open.pop()!
          cells++
          for (const [p, q] of [
            [u + 1, v],
            [u - 1, v],
            [u, v + 1],
            [u, v - 1],
          ] as const) {
            if (groups[q]?.[p] !== group || done[q]![p]) continue
            done[q]![p] = true
            open.push([p, q])
          }
        }
        found.push(`${group}: ${cells}`)
      }
    }
    return found.sort()
  }

  const boards = fc.array(boardBox, { minLength: 1, maxLength: 10 })
  const rules: [string, (bits: number) => number | null][] = [
    ['all land', (bits) => (bits === 0 ? null : 0)],
    ['land of the same owners', (bits) => (bits === 0 ? null : bits)],
    [
      'land covered an odd number of times',
      (bits) => (bits.toString(2).replaceAll('0', '').length % 2 === 1 ? 0 : null),
    ],
  ]

  describe.each([
    ['as it lies', (s: MultiPolygon) => s, 1],
    ['turned by 53°', turned, 25],
  ] as const)('%s', (_, place, scale) => {
    test.each(rules)('%s', (__, rule) => {
      fc.assert(
        fc.property(boards, (boxes) => {
          const shapes = boxes.map((b) => place(box(b.x, b.y, b.width, b.height)))
          const found = pieces(shapes, (labels) => rule(labels.reduce((bits, i) => bits | (1 << i), 0)))
          found.forEach(expectGoodPiece)
          expect(found.map((p) => `${p.group}: ${+(p.areaM2 / scale).toFixed(6)}`).sort()).toEqual(
            regions(cover(boxes).map((row) => row.map(rule))),
          )
        }),
      )
    })
  })
})

describe('for any shapes', () => {
  const stars = fc.array(star, { minLength: 2, maxLength: 10 })

  test('pieces are well formed and together as large as their faces', () => {
    fc.assert(
      fc.property(stars, (shapes) => {
        const found = pieces(shapes, (labels) => labels.length % 3)
        found.forEach(expectGoodPiece)
        const arrangement = arrange(PolygonSet.fromMultiPolygons(shapes))
        const total = arrangement.faceAreaM2.reduce((sum, m2) => sum + m2, 0)
        expect(found.reduce((sum, piece) => sum + piece.areaM2, 0)).toBeCloseTo(total, 6)
      }),
    )
  })

  test('the same set in another order gives the same pieces, corner by corner', () => {
    fc.assert(
      fc.property(stars, (shapes) => {
        const group = (labels: number[]): number => labels.length
        const one = pieces(shapes, group)
        const other = pieces(shapes.toReversed(), group)
        expect(other.map((piece) => piece.geometry())).toEqual(one.map((piece) => piece.geometry()))
        expect(other.map((piece) => piece.areaM2)).toEqual(one.map((piece) => piece.areaM2))
      }),
    )
  })

  test('arranged again, a piece is itself', () => {
    fc.assert(
      fc.property(stars, (shapes) => {
        for (const piece of pieces(shapes, everything)) {
          const [again, ...rest] = pieces([piece.geometry()], everything)
          expect(rest).toEqual([])
          expect(again!.geometry()).toEqual(piece.geometry())
          expect(planarAreaM2(again!.geometry())).toBeCloseTo(piece.areaM2, 6)
        }
      }),
      { numRuns: 50 },
    )
  })
})
