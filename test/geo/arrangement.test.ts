import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { perimeterM, planarAreaM2 } from '../../server/geo/area.ts'
import { arrange, type Arrangement } from '../../server/geo/arrangement.ts'
import { GeometryError } from '../../server/geo/geometry-error.ts'
import { overlappingPairs } from '../../server/geo/pair-area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import cases from '../fixtures/geo/overlay-cases.json' with { type: 'json' }
import { box, boxRing, HERE, moved, ringOf, star } from './shapes.ts'

const arrangeAll = (shapes: readonly MultiPolygon[], gridM?: number): Arrangement =>
  arrange(PolygonSet.fromMultiPolygons(shapes), gridM === undefined ? {} : { gridM })

/** Faces as text, `labels: area`, in order: what an arrangement says, whatever the numbers of its faces. */
const facesOf = (a: Arrangement): string[] =>
  Array.from(
    { length: a.faceCount },
    (_, f) => `${a.labels(f).join(' ')}: ${+a.faceAreaM2[f]!.toFixed(6)}`,
  ).sort()

/** Common area of every pair of shapes, summed from the faces both cover. */
function pairSums(a: Arrangement): Map<string, number> {
  const sums = new Map<string, number>()
  for (let f = 0; f < a.faceCount; f++) {
    const labels = a.labels(f)
    for (const [k, i] of labels.entries()) {
      for (const j of labels.subarray(k + 1))
        sums.set(`${i}-${j}`, (sums.get(`${i}-${j}`) ?? 0) + a.faceAreaM2[f]!)
    }
  }
  return sums
}

describe('which shapes cover which land', () => {
  test.each<[string, MultiPolygon[], string[]]>([
    ['nothing', [], []],
    ['a shape without parts', [[]], []],
    ['one shape', [box(0, 0, 10)], ['0: 100']],
    ['two that overlap', [box(0, 0, 10), box(5, 5, 10)], ['0 1: 25', '0: 75', '1: 75']],
    ['the same shape three times', [box(0, 0, 10), box(0, 0, 10), box(0, 0, 10)], ['0 1 2: 100']],
    ['neighbours', [box(0, 0, 10), box(10, 0, 10)], ['0: 100', '1: 100']],
    [
      'neighbours, one corner on the middle of a border',
      [box(0, 0, 10), box(10, 5, 10)],
      ['0: 100', '1: 100'],
    ],
    ['borders that run along each other', [box(0, 0, 10), box(5, 0, 10)], ['0 1: 50', '0: 50', '1: 50']],
    ['one inside the other', [box(0, 0, 10), box(2, 2, 3)], ['0 1: 9', '0: 91']],
    [
      'an enclave twice removed',
      [box(0, 0, 10), box(2, 2, 6), box(4, 4, 2)],
      ['0 1 2: 4', '0 1: 32', '0: 64'],
    ],
    ['land in a hole belongs to nobody', [[[boxRing(0, 0, 30), boxRing(10, 10, 10)]]], ['0: 800']],
    [
      'land in a hole belongs to who fills it',
      [[[boxRing(0, 0, 30), boxRing(10, 10, 10)]], box(10, 10, 10)],
      ['0: 800', '1: 100'],
    ],
    [
      'an island in a hole, touching nothing',
      [[[boxRing(0, 0, 30), boxRing(10, 10, 10)]], box(12, 12, 2)],
      ['0: 800', '1: 4'],
    ],
    ['two parts of one shape', [[...box(0, 0, 4), ...box(8, 0, 4)]], ['0: 16', '0: 16']],
    [
      'four plots round a courtyard nobody owns',
      [box(0, 0, 20, 10), box(20, 0, 10, 20), box(10, 20, 20, 10), box(0, 10, 10, 20)],
      ['0: 200', '1: 200', '2: 200', '3: 200'],
    ],
    [
      'islands beside each other inside one shape',
      [box(0, 0, 30), box(5, 5, 2), box(15, 5, 2), box(15, 15, 2)],
      ['0 1: 4', '0 2: 4', '0 3: 4', '0: 888'],
    ],
    [
      'a cross of two strips',
      [box(0, 10, 30, 10), box(10, 0, 10, 30)],
      ['0 1: 100', '0: 100', '0: 100', '1: 100', '1: 100'],
    ],
    [
      'a sharp triangle over a border',
      [
        box(0, 0, 10),
        [
          [
            ringOf([
              [5, 2],
              [15, 5],
              [5, 8],
            ]),
          ],
        ],
      ],
      // at x = 10 the triangle is 3 m high: it has 5 · (6 + 3) / 2 = 22.5 m² inside and 5 · 3 / 2 = 7.5 m² outside
      ['0 1: 22.5', '0: 77.5', '1: 7.5'],
    ],
  ])('%s', (_, shapes, expected) => {
    const arrangement = arrangeAll(shapes)
    expect(facesOf(arrangement)).toEqual(expected.sort())
    expect(arrangement.invalidShapes).toHaveLength(0)
    expect(arrangement.maxConservationErrorM2).toBeLessThan(1e-6)
  })

  test('every square metre has its owners: what is said of three shapes holds for their parts', () => {
    const arrangement = arrangeAll([box(0, 0, 10), box(5, 0, 10), box(8, 0, 10)])
    expect(facesOf(arrangement)).toEqual(['0 1 2: 20', '0 1: 30', '0: 50', '1 2: 50', '2: 30'].sort())
  })
})

describe('snapping', () => {
  test('a crossing off the grid moves both shapes by less than the grid', () => {
    const a: MultiPolygon = [
      [
        ringOf([
          [0, 0],
          [100, 33.3333],
          [0, 66.6667],
        ]),
      ],
    ]
    const b: MultiPolygon = [
      [
        ringOf([
          [100, 0],
          [100, 66.6667],
          [0, 33.3333],
        ]),
      ],
    ]
    const arrangement = arrangeAll([a, b])
    expect(arrangement.maxConservationErrorM2).toBeLessThan(0.01)
    expect(arrangement.invalidShapes).toHaveLength(0)
  })

  test('two diagonals of one pixel do not cross again', () => {
    // with closed pixels each of them would be snapped to the ends of the other
    const a: MultiPolygon = [
      [
        ringOf([
          [0, 0],
          [0.0001, 0.0001],
          [0, 5],
        ]),
      ],
    ]
    const b: MultiPolygon = [
      [
        ringOf([
          [0.0001, 0],
          [5, 0],
          [0, 0.0001],
        ]),
      ],
    ]
    const arrangement = arrangeAll([a, b])
    expect(arrangement.invalidShapes).toHaveLength(0)
    expect(arrangement.maxConservationErrorM2).toBeLessThan(0.001)
  })

  test('a fan of a hundred blades through one point', () => {
    const blades = Array.from({ length: 100 }, (_, k): MultiPolygon => {
      const [c, s] = [Math.cos((k * Math.PI) / 100), Math.sin((k * Math.PI) / 100)]
      return [
        [
          ringOf([
            [50 * c, 50 * s],
            [-50 * c - s * 0.01, -50 * s + c * 0.01],
            [-50 * c + s * 0.01, -50 * s - c * 0.01],
          ]),
        ],
      ]
    })
    const arrangement = arrangeAll(blades)
    expect(arrangement.invalidShapes).toHaveLength(0)
    expect(arrangement.maxConservationErrorM2).toBeLessThan(0.02)
  })

  test('across 400 km signs stay right: no face is lost', () => {
    const wide: MultiPolygon[] = [
      [
        [
          ringOf([
            [0, 0],
            [400_000, 0.0003],
            [400_000, 100_000],
            [0, 99_999.9999],
          ]),
        ],
      ],
      [
        [
          ringOf([
            [0, 0],
            [400_000, 0.0003],
            [399_999.9999, -100_000],
          ]),
        ],
      ],
      [
        [
          ringOf([
            [0.0001, -50_000],
            [399_999.9998, 0.0002],
            [1, 50_000],
          ]),
        ],
      ],
    ]
    const arrangement = arrangeAll(wide)
    expect(arrangement.invalidShapes).toHaveLength(0)
    const error = arrangement.maxConservationErrorM2
    expect(error).toBeLessThan(Math.max(...wide.map((shape) => perimeterM(shape))) * 1e-4)
  })

  test('beyond 429 km it is refused, and so are coordinates that are none', () => {
    expect(() => arrangeAll([box(0, 0, 10), box(430_000, 0, 10)])).toThrow(/EXTENT_TOO_LARGE/)
    expect(() =>
      arrangeAll([
        box(0, 0, 10),
        [
          [
            ringOf([
              [0, 0],
              [1, 0],
              [Number.NaN, 1],
            ]),
          ],
        ],
      ]),
    ).toThrow(GeometryError)
    expect(() =>
      arrangeAll([
        [
          [
            ringOf([
              [0, 0],
              [Number.POSITIVE_INFINITY, 0],
              [0, 1],
            ]),
          ],
        ],
      ]),
    ).toThrow(GeometryError)
  })

  test('a city and a village far away, and a boundary of ten thousand corners in one yard', () => {
    const coil = Array.from({ length: 10_000 }, (_, k): [number, number] => {
      const angle = (2 * Math.PI * k) / 10_000
      return [90_000 + Math.cos(angle) * (1 + (k % 2) / 50), 90_000 + Math.sin(angle) * (1 + (k % 2) / 50)]
    })
    const plots = Array.from({ length: 400 }, (_, k) => box((k % 20) * 30, Math.floor(k / 20) * 30, 40))
    const arrangement = arrangeAll([...plots, [[ringOf(coil)]], box(90_000, 90_000, 50)])
    expect(arrangement.invalidShapes).toHaveLength(0)
    expect(arrangement.maxConservationErrorM2).toBeLessThan(0.05)
  })
})

describe('rings that are not valid', () => {
  test('a bow tie keeps its larger wing, is named, and spoils nobody else', () => {
    const bowTie: MultiPolygon = [
      [
        ringOf([
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 5],
        ]),
      ],
    ]
    const arrangement = arrangeAll([box(0, 0, 20), bowTie, box(30, 0, 10)])
    expect([...arrangement.invalidShapes]).toEqual([1])
    const covering = (shape: number): number => {
      let sum = 0
      for (let f = 0; f < arrangement.faceCount; f++)
        if (arrangement.labels(f).includes(shape)) sum += arrangement.faceAreaM2[f]!
      return sum
    }
    expect(covering(0)).toBeCloseTo(400, 6)
    expect(covering(2)).toBeCloseTo(100, 6)
    // wings meet at (10/3, 10/3): ½ · 10 · 20/3 = 33⅓ on the right, ½ · 5 · 10/3 = 8⅓ on the left
    expect(covering(1)).toBeCloseTo(100 / 3, 2)
  })

  test('parts that overlap cover their common land once', () => {
    const arrangement = arrangeAll([[...box(0, 0, 10), ...box(5, 0, 10)]])
    expect(facesOf(arrangement)).toEqual(['0: 50', '0: 50', '0: 50'])
    expect([...arrangement.invalidShapes]).toEqual([0])
  })

  test('a spike goes, and the shape is valid without it', () => {
    const spiked: MultiPolygon = [
      [
        ringOf([
          [0, 0],
          [10, 0],
          [10, 5],
          [20, 5],
          [10, 5],
          [10, 10],
          [0, 10],
        ]),
      ],
    ]
    const arrangement = arrangeAll([spiked])
    expect(facesOf(arrangement)).toEqual(['0: 100'])
    expect(arrangement.invalidShapes).toHaveLength(0)
  })

  test('rings of one or two corners, and a ring drawn back on itself, are nothing', () => {
    const line: MultiPolygon = [
      [
        ringOf([
          [0, 0],
          [10, 0],
          [5, 0],
        ]),
      ],
    ]
    expect(
      arrangeAll([
        line,
        [[ringOf([[1, 1]])]],
        [[[]]],
        [
          [
            ringOf([
              [1, 1],
              [2, 2],
            ]),
          ],
        ],
      ]).faceCount,
    ).toBe(0)
  })
})

describe('for any shapes', () => {
  const stars = fc.array(star, { minLength: 1, maxLength: 12 })

  test('areas are conserved, and pair by pair the same as without noding', () => {
    fc.assert(
      fc.property(stars, (shapes) => {
        const set = PolygonSet.fromMultiPolygons(shapes)
        const arrangement = arrange(set)
        const length = Math.max(...shapes.map((s) => perimeterM(s)))
        expect(arrangement.maxConservationErrorM2).toBeLessThan(length * 1e-4)
        expect(arrangement.invalidShapes).toHaveLength(0)
        const sums = pairSums(arrangement)
        overlappingPairs(set, null, (i, j, areaM2) => {
          expect(Math.abs((sums.get(`${i}-${j}`) ?? 0) - areaM2)).toBeLessThan(length * 1e-4)
        })
      }),
    )
  })

  test('on a grid of 0.1 µm to a millionth of a square metre', () => {
    const small = stars.map((list) =>
      list.map((shape) => shape.map((p) => p.map((r) => r.map(([x, y]) => shrink(x, y))))),
    )
    const shrink = (x: number, y: number): [number, number] => [
      HERE[0] + Math.round((x - HERE[0]) * 1000) / 10_000,
      HERE[1] + Math.round((y - HERE[1]) * 1000) / 10_000,
    ]
    fc.assert(
      fc.property(small, (shapes) => {
        const set = PolygonSet.fromMultiPolygons(shapes)
        const sums = pairSums(arrange(set, { gridM: 1e-7 }))
        overlappingPairs(set, null, (i, j, areaM2) => {
          expect(Math.abs((sums.get(`${i}-${j}`) ?? 0) - areaM2)).toBeLessThan(1e-6)
        })
      }),
    )
  })

  test('the order of the shapes does not matter', () => {
    fc.assert(
      fc.property(stars, fc.infiniteStream(fc.nat()), (shapes, numbers) => {
        const order = shapes
          .map((_, i) => ({ i, key: numbers.next().value as number }))
          .sort((a, b) => a.key - b.key)
        const other = arrangeAll(order.map(({ i }) => shapes[i]!))
        const renamed = Array.from({ length: other.faceCount }, (_, f) => {
          const labels = [...other.labels(f)].map((k) => order[k]!.i).sort((a, b) => a - b)
          return `${labels.join(' ')}: ${+other.faceAreaM2[f]!.toFixed(6)}`
        }).sort()
        expect(renamed).toEqual(facesOf(arrangeAll(shapes)))
      }),
    )
  })

  test('a set moved by whole grid steps gives the same faces', () => {
    fc.assert(
      fc.property(stars, fc.integer({ min: -9999, max: 9999 }), (shapes, step) => {
        const there = shapes.map((shape) => moved(shape, step * 0.7, -step))
        // the middle of the set, and with it the lattice, may round the other way: by whole steps only
        expect(facesOf(arrangeAll(there))).toEqual(facesOf(arrangeAll(shapes)))
      }),
    )
  })

  test('cutting a shape in two leaves its land its own', () => {
    fc.assert(
      fc.property(star, fc.integer({ min: 0, max: 40 }), (shape, at) => {
        const arrangement = arrangeAll([shape, box(-100, -100, 100 + at, 300), box(at, -100, 200, 300)])
        const sums = pairSums(arrangement)
        const both = (sums.get('0-1') ?? 0) + (sums.get('0-2') ?? 0)
        expect(Math.abs(both - planarAreaM2(shape))).toBeLessThan(0.02)
        expect(sums.get('1-2') ?? 0).toBe(0)
      }),
    )
  })
})

describe('islands', () => {
  test('each lies in the strip round it, however long and slanted the strips', () => {
    const strip = fc.record({
      at: fc.integer({ min: 0, max: 60 }),
      from: fc.integer({ min: 0, max: 600 }),
      rise: fc.integer({ min: -9, max: 9 }),
    })
    const island = fc.record({ x: fc.integer({ min: 1, max: 990 }), y: fc.integer({ min: -300, max: 300 }) })
    fc.assert(
      fc.property(
        fc.uniqueArray(strip, { minLength: 1, maxLength: 12, selector: ({ at }) => at }),
        fc.uniqueArray(island, { minLength: 20, maxLength: 80, selector: ({ x, y }) => `${x} ${y}` }),
        (strips, islands) => {
          const shapes: MultiPolygon[] = [
            ...strips.map(({ at, from, rise }): MultiPolygon => {
              const [y, end] = [at * 10 - 300, at * 10 - 300 + rise * 7]
              return [
                [
                  ringOf([
                    [from, y],
                    [1000, end],
                    [1000, end + 9],
                    [from, y + 9],
                  ]),
                ],
              ]
            }),
            ...islands.map(({ x, y }) => box(x, y, 0.5)),
          ]
          const set = PolygonSet.fromMultiPolygons(shapes)
          const arrangement = arrange(set)
          expect(arrangement.maxConservationErrorM2).toBeLessThan(0.2)
          const sums = pairSums(arrangement)
          const expected = new Map<string, number>()
          overlappingPairs(set, null, (i, j, areaM2) => expected.set(`${i}-${j}`, areaM2), 1e-3)
          for (const [pair, m2] of sums)
            expect(Math.abs(m2 - (expected.get(pair) ?? 0)), pair).toBeLessThan(0.2)
          for (const [pair, m2] of expected)
            expect(Math.abs(m2 - (sums.get(pair) ?? 0)), pair).toBeLessThan(0.2)
        },
      ),
    )
  })
})

describe('cases that broke overlay libraries', () => {
  test.each(cases)('$source', ({ a, b, intersectionM2 }) => {
    const shapes = [a, b] as MultiPolygon[]
    const length = Math.max(...shapes.map((shape) => perimeterM(shape)))
    for (const gridM of [1e-4, 1e-7]) {
      const arrangement = arrangeAll(shapes, gridM)
      expect(arrangement.maxConservationErrorM2).toBeLessThan(length * gridM)
      expect(Math.abs((pairSums(arrangement).get('0-1') ?? 0) - intersectionM2)).toBeLessThan(length * gridM)
    }
  })
})

describe('many wedges round one point', () => {
  const wedges = (count: number, radius: number): MultiPolygon[] =>
    Array.from({ length: count }, (_, k) => {
      const at = (angle: number): [number, number] => [radius * Math.cos(angle), radius * Math.sin(angle)]
      const from = (2 * Math.PI * k) / count
      return [[ringOf([[0, 0], at(from), at(from + (1.4 * Math.PI) / count)])]]
    })

  test('four thousand of them, none touching another but there', () => {
    const shapes = wedges(4_000, 500)
    const arrangement = arrangeAll(shapes)
    expect(arrangement.faceCount).toBe(4_000)
    expect(arrangement.invalidShapes).toHaveLength(0)
    const total = arrangement.faceAreaM2.reduce((sum, m2) => sum + m2, 0)
    expect(Math.abs(total - shapes.reduce((sum, shape) => sum + planarAreaM2(shape), 0))).toBeLessThan(0.01)
  })

  test('strips across the point they meet in are cut by every one of them', () => {
    const shapes = [
      ...wedges(150, 20),
      ...[-1.5, -0.2, 0, 0.3, 2].map((y) => box(-15, y, 30, 0.4)),
      box(-0.3, -0.3, 0.6),
    ]
    const arrangement = arrangeAll(shapes)
    const sums = pairSums(arrangement)
    let pairs = 0
    overlappingPairs(PolygonSet.fromMultiPolygons(shapes), null, (i, j, areaM2) => {
      pairs++
      expect(Math.abs((sums.get(`${i}-${j}`) ?? 0) - areaM2)).toBeLessThan(0.01)
    })
    expect(pairs).toBeGreaterThan(500)
    expect(arrangement.maxConservationErrorM2).toBeLessThan(0.01)
  })
})
