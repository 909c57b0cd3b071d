import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { intersectShapes, subtractShapes } from '../../server/analysis/clip.ts'
import { asWkb, fromWkb } from '../../server/db/postgis.ts'
import { perimeterM, planarAreaM2 } from '../../server/geo/area.ts'
import { arrange, type Piece } from '../../server/geo/arrangement.ts'
import { noiseTest, realPart } from '../../server/geo/noise.ts'
import { differenceShape, overlapShape, unionShape } from '../../server/geo/overlap-shape.ts'
import { pairAreaM2 } from '../../server/geo/pair-area.ts'
import type { MultiPolygon, Position } from '../../server/geo/polygon.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import { snapToGrid, toLonLat, toWorking } from '../../server/geo/project.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../server/geo/wkb.ts'
import cases from '../fixtures/geo/overlay-cases.json' with { type: 'json' }
import { eachBase, type FreshBase } from '../helpers/database.ts'
import { expectGoodPiece } from './rings.ts'
import { box, boxRing, star } from './shapes.ts'

interface Pair {
  readonly name: string
  readonly a: MultiPolygon
  readonly b: MultiPolygon
}

const pairs: Pair[] = [
  { name: 'squares', a: box(0, 0, 10), b: box(5, 5, 10) },
  { name: 'frame and square', a: [[boxRing(0, 0, 30), boxRing(10, 10, 10)]], b: box(5, 5, 20) },
  { name: 'neighbours', a: box(0, 0, 10), b: box(10, 5, 10) },
  ...fc
    .sample(fc.tuple(star, star), { seed: 7, numRuns: 25 })
    .map(([a, b], i) => ({ name: `stars ${i}`, a, b })),
  // near zero, as recorded: moved to Zhuzhou their corners would be rounded, and one shape would cross itself
  ...cases.map(({ source, a, b }) => ({ name: source, a: a as MultiPolygon, b: b as MultiPolygon })),
]

const totalM2 = (pieces: readonly Piece[]): number => pieces.reduce((sum, piece) => sum + piece.areaM2, 0)

/** How far apart two answers may be: a billionth of the larger shape, or where corners lie off the grid, the grid itself. */
const allowance = ({ name, a, b }: Pair): number => {
  const isOnGrid = !name.includes('/')
  const larger = Math.max(planarAreaM2(a), planarAreaM2(b))
  const length = Math.max(perimeterM(a), perimeterM(b))
  return isOnGrid ? Math.max(larger * 1e-9, 1e-6) : length * 1e-7
}

describe('core and turf', () => {
  test.each(pairs)('$name', (pair) => {
    const { a, b } = pair
    const kernel = pairAreaM2(PolygonSet.fromMultiPolygons([a]), 0, PolygonSet.fromMultiPolygons([b]), 0)
    const overlap = overlapShape(a, b)
    const left = differenceShape(a, [b])
    for (const piece of [...overlap, ...left]) expectGoodPiece(piece)
    expect(Math.abs(totalM2(overlap) - kernel)).toBeLessThan(allowance(pair))
    expect(Math.abs(planarAreaM2(intersectShapes(a, b)) - kernel)).toBeLessThan(allowance(pair))
    expect(Math.abs(planarAreaM2(subtractShapes(a, [b])) - (planarAreaM2(a) - kernel))).toBeLessThan(
      allowance(pair),
    )
    expect(Math.abs(totalM2(left) - (planarAreaM2(a) - kernel))).toBeLessThan(allowance(pair))
  })
})

eachBase('core and PostGIS', (open) => {
  const overlay = async (base: FreshBase, { a, b }: Pair) => {
    const [p, q] = [fromWkb(encodeMultiPolygon(a)), fromWkb(encodeMultiPolygon(b))]
    const { rows } = await sql<{ common: number; left: number; both: number }>`
      SELECT ST_Area(overlay_intersection(${p}, ${q})) AS common, ST_Area(overlay_difference(${p}, ${q})) AS left,
             ST_Area(overlay_union(${p}, ${q})) AS both`.execute(base.db)
    return rows[0]!
  }

  test.each(pairs)('$name', async (pair) => {
    const base = open()
    const { common, left, both } = await overlay(base, pair)
    // the embedded engine overlays on the 0.1 mm grid: every border may move by as much
    const allowed =
      base.kind === 'embedded' ? (perimeterM(pair.a) + perimeterM(pair.b)) * 1e-4 : allowance(pair)
    expect(Math.abs(totalM2(overlapShape(pair.a, pair.b)) - common)).toBeLessThan(allowed)
    expect(Math.abs(totalM2(differenceShape(pair.a, [pair.b])) - left)).toBeLessThan(allowed)
    expect(Math.abs(totalM2(unionShape([pair.a, pair.b])) - both)).toBeLessThan(allowed)
  })

  test('every piece of an overlay of forty shapes is valid, and as large and long as it says', async () => {
    const shapes = fc.sample(star, { seed: 11, numRuns: 40 })
    const arrangement = arrange(PolygonSet.fromMultiPolygons(shapes))
    const groupOf = Int32Array.from(
      { length: arrangement.faceCount },
      (_, f) => arrangement.labels(f).length % 4,
    )
    const pieces = arrangement.dissolve(groupOf)
    expect(pieces.length).toBeGreaterThan(100)
    const { rows } = await sql<{
      valid: boolean
      reason: string
      area: number
      length: number
      wkb: Uint8Array
    }>`
      SELECT ST_IsValid(geom) AS valid, ST_IsValidReason(geom) AS reason, ST_Area(geom) AS area, ST_Perimeter(geom) AS length,
             ${asWkb(sql`geom`)} AS wkb
      FROM unnest(${pieces.map((piece) => Buffer.from(encodeMultiPolygon(piece.geometry())).toString('hex'))}::text[])
        WITH ORDINALITY AS piece(hex, place), LATERAL (SELECT ST_GeomFromWKB(decode(hex, 'hex'), 4547) AS geom) AS shape
      ORDER BY place`.execute(open().db)
    for (const [i, row] of rows.entries()) {
      expect(row.reason).toBe('Valid Geometry')
      expect(Math.abs(row.area - pieces[i]!.areaM2)).toBeLessThan(1e-6)
      expect(Math.abs(row.length - pieces[i]!.perimeterM)).toBeLessThan(1e-6)
      expect(decodeMultiPolygon(row.wkb)).toEqual(pieces[i]!.geometry())
    }
  })
})

describe('one boundary, drawn twice', () => {
  /** Two blocks on both sides of a parallel of 4.9 km; `corners` is how many points each side put on it. */
  const alongParallel = (corners: number, side: 'north' | 'south'): MultiPolygon => {
    const [west, east, lat] = [113.1, 113.15, 27.83]
    const border = Array.from({ length: corners }, (_, k): Position => [
      west + ((east - west) * k) / (corners - 1),
      lat,
    ])
    const back: Position[] =
      side === 'north'
        ? [
            [east, lat + 0.01],
            [west, lat + 0.01],
          ]
        : [
            [east, lat - 0.01],
            [west, lat - 0.01],
          ]
    return snapToGrid(toWorking([[[...border, ...back, border[0]!]]]))
  }

  test('a parallel with few and with many corners gives a sliver of hundreds of square metres, which is noise', () => {
    const north = alongParallel(2, 'north')
    const south = alongParallel(200, 'south')
    const length = perimeterM(south)
    expect(length).toBeGreaterThan(12_000)
    const slivers = overlapShape(north, south)
    expect(
      totalM2(slivers) + totalM2(overlapShape(alongParallel(200, 'north'), alongParallel(2, 'south'))),
    ).toBeGreaterThan(200)
    expect(realPart(slivers)).toEqual([])
    expect(realPart(overlapShape(alongParallel(200, 'north'), alongParallel(2, 'south')))).toEqual([])
  })

  test('with the same corners there is nothing at all', () => {
    expect(overlapShape(alongParallel(50, 'north'), alongParallel(50, 'south'))).toEqual([])
  })

  test('an encroachment of 0.5 m × 60 m over the same boundary is real', () => {
    const north = alongParallel(2, 'north')
    const [x, y] = toWorking([[[[113.125, 27.83]]]])[0]![0]![0]!
    const yard: MultiPolygon = snapToGrid([
      [
        [
          [x, y - 30],
          [x + 60, y - 30],
          [x + 60, y + 0.7],
          [x, y + 0.7],
          [x, y - 30],
        ],
      ],
    ])
    const found = overlapShape(yard, north)
    expect(found).toHaveLength(1)
    expect(noiseTest(found[0]!)).toBeNull()
    expect(toLonLat(found[0]!.geometry())[0]![0]![0]![1]).toBeCloseTo(27.83, 4)
  })
})
