import { VectorTile } from '@mapbox/vector-tile'
import * as fc from 'fast-check'
import { PbfReader } from 'pbf'
import { describe, expect, test } from 'vitest'
import { COUNT_KEY, encodeTile, FULL_ZOOM } from '../../server/tile/encode.ts'
import { divide } from '../../server/tile/generalise.ts'
import { TileLayerBuilder, type AttributeSpec, type TileLayer } from '../../server/tile/layer.ts'
import { TILE_EXTENT, tileSquare, unitSize, worldX, worldY, type TileId } from '../../server/tile/world.ts'

const attributes: readonly AttributeSpec[] = [
  { name: 'strategy', role: 'group' },
  { name: 'area', role: 'largest' },
  { name: 'flags', role: 'union' },
  { name: 'name', role: 'single' },
]

/** A rectangle in tile units of `tile`, clockwise on the screen. */
const rectangle = (tile: TileId, x: number, y: number, width: number, height: number): Int32Array => {
  const { west, north } = tileSquare(tile)
  const unit = unitSize(tile.z)
  const at = (column: number, row: number) => [west + column * unit, north + row * unit]
  return Int32Array.from([
    ...at(x, y),
    ...at(x + width, y),
    ...at(x + width, y + height),
    ...at(x, y + height),
  ])
}

interface Plot {
  readonly id?: number
  readonly rings: readonly Int32Array[]
  readonly strategy: string
  readonly area?: number
  readonly flags?: string
  readonly name?: string
}

const layerOf = (plots: readonly Plot[]): TileLayer => {
  const builder = new TileLayerBuilder('parcel', attributes)
  plots.forEach(({ id, rings, strategy, area, flags, name }, i) =>
    builder.add({
      id: id ?? i + 1,
      polygons: [rings],
      attributes: [strategy, area ?? null, flags ?? null, name ?? null],
    }),
  )
  return builder.finish()
}

const decode = (bytes: Uint8Array | null) => {
  if (bytes === null) return []
  const layer = new VectorTile(new PbfReader(bytes)).layers.parcel!
  return Array.from({ length: layer.length }, (_, i) => {
    const feature = layer.feature(i)
    return { id: feature.id, properties: feature.properties, rings: feature.loadGeometry() }
  })
}

/** Positive for rings that turn clockwise on the screen, as outer rings of a tile must. */
const signedArea = (ring: { x: number; y: number }[]): number =>
  ring.reduce((sum, a, i) => {
    const b = ring[(i + 1) % ring.length]!
    return sum + (a.x * b.y - b.x * a.y) / 2
  }, 0)
const areaOf = (rings: { x: number; y: number }[][]): number =>
  rings.reduce((sum, ring) => sum + signedArea(ring), 0)

const z14: TileId = { z: 14, x: 13301, y: 6838 }

describe('a tile with full shapes', () => {
  test('holds a parcel with its number, attributes and area', () => {
    const layer = layerOf([
      {
        id: 43021100000001,
        rings: [rectangle(z14, 100, 200, 300, 50)],
        strategy: 'C5',
        area: 24000,
        flags: 'P101,P503',
      },
    ])
    const [only, ...rest] = decode(encodeTile(layer, z14))
    expect(rest).toEqual([])
    expect(only!.id).toBe(43021100000001)
    expect(only!.properties).toEqual({ strategy: 'C5', area: 24000, flags: 'P101,P503' })
    expect(areaOf(only!.rings)).toBe(300 * 50)
  })

  test('takes a hole out of the area whichever way it was wound', () => {
    const outer = rectangle(z14, 1000, 1000, 100, 100)
    const hole = rectangle(z14, 1010, 1010, 10, 10)
    const [only] = decode(encodeTile(layerOf([{ rings: [outer, hole], strategy: 'A1' }]), z14))
    expect(areaOf(only!.rings)).toBe(100 * 100 - 10 * 10)
    expect(only!.rings.map((ring) => Math.sign(signedArea(ring)))).toEqual([1, -1])
  })

  test('cuts a parcel at the buffer, and the two halves of two tiles cover it all', () => {
    const layer = layerOf([{ rings: [rectangle(z14, 3996, 100, 200, 40)], strategy: 'A1' }]) // 100 units each side
    const [left] = decode(encodeTile(layer, z14))
    const [right] = decode(encodeTile(layer, { ...z14, x: z14.x + 1 }))
    expect(areaOf(left!.rings)).toBe((100 + 64) * 40)
    expect(areaOf(right!.rings)).toBe((100 + 64) * 40)
  })

  test('keeps a border that two parcels share', () => {
    const corner = unitSize(14) * 0.4 // the border runs off the grid of the tile
    const { west, north } = tileSquare(z14)
    const x = (units: number) => Math.round(west + units * unitSize(14) + corner)
    const y = (units: number) => Math.round(north + units * unitSize(14) + corner)
    const strip = (from: number, to: number) => [
      Int32Array.from([x(from), y(0), x(to), y(3), x(to), y(90), x(from), y(81)]),
    ]
    const [a, b] = decode(
      encodeTile(
        layerOf([
          { rings: strip(10, 37), strategy: 'A1' },
          { rings: strip(37, 60), strategy: 'B1' },
        ]),
        z14,
      ),
    )
    const onBorder = (rings: { x: number; y: number }[][]) =>
      rings[0]!.filter((point) => point.x === 37).map((point) => point.x)
    expect(onBorder(a!.rings).length).toBeGreaterThanOrEqual(2)
    expect(onBorder(b!.rings).length).toBeGreaterThanOrEqual(2)
  })

  test('still shows a strip thinner than the grid', () => {
    const { west, north } = tileSquare(z14)
    const thin = Int32Array.from([
      west + 1000,
      north + 1000,
      west + 1001,
      north + 1000,
      west + 1001,
      north + 9000,
      west + 1000,
      north + 9000,
    ])
    const [only] = decode(encodeTile(layerOf([{ rings: [thin], strategy: 'Z0' }]), z14))
    expect(only!.properties.strategy).toBe('Z0')
    expect(areaOf(only!.rings)).toBeGreaterThan(0)
  })

  test('is nothing at all where nothing lies', () => {
    expect(
      encodeTile(layerOf([{ rings: [rectangle(z14, 0, 0, 9, 9)], strategy: 'A1' }]), { ...z14, x: 1 }),
    ).toBeNull()
  })
})

describe('a tile from further away', () => {
  const z10: TileId = { z: 10, x: 831, y: 427 }

  test('draws small parcels of one class in one cell together, with their number and largest area', () => {
    const plots = [0, 2, 4].map((x, i): Plot => ({
      rings: [rectangle(z10, 800 + x, 800, 2, 2)],
      strategy: 'B7',
      area: 100 * (i + 1),
      flags: ['P101', 'P101,P604', ''][i]!,
      name: `plot ${i}`,
    }))
    const [only, ...rest] = decode(encodeTile(layerOf(plots), z10))
    expect(rest).toEqual([])
    expect(only!.id).toBeUndefined()
    expect(only!.properties).toEqual({ strategy: 'B7', area: 300, flags: 'P101,P604', [COUNT_KEY]: 3 })
  })

  test('draws a parcel wider than a cell as it is', () => {
    const [only] = decode(
      encodeTile(layerOf([{ id: 7, rings: [rectangle(z10, 1000, 1000, 400, 200)], strategy: 'A1' }]), z10),
    )
    expect(only!.id).toBe(7)
    expect(areaOf(only!.rings)).toBe(400 * 200)
  })

  test('counts every small parcel in exactly one tile', () => {
    const plots = Array.from({ length: 40 }, (_, i): Plot => ({
      rings: [rectangle(z10, TILE_EXTENT - 20 + i, 500, 1, 1)],
      strategy: 'B7',
    }))
    const layer = layerOf(plots)
    const counted = [z10, { ...z10, x: z10.x + 1 }].flatMap((tile) =>
      decode(encodeTile(layer, tile)).map(({ properties }) => Number(properties[COUNT_KEY])),
    )
    expect(counted.reduce((a, b) => a + b, 0)).toBe(40)
  })

  test('loses no class at any level, and the count of parcels is kept', () => {
    const plot = fc.record({
      x: fc.integer({ min: 0, max: TILE_EXTENT - 40 }),
      y: fc.integer({ min: 0, max: TILE_EXTENT - 40 }),
      side: fc.integer({ min: 1, max: 40 }),
      strategy: fc.constantFrom('A1', 'B7', 'C0', 'C5', 'D2', 'E9', 'X1', 'Z0'),
    })
    fc.assert(
      fc.property(
        fc.array(plot, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 4, max: 12 }),
        (plots, z) => {
          const tile: TileId = { z, x: 2 ** (z - 1) + 1, y: 2 ** (z - 2) + 1 }
          const layer = layerOf(
            plots.map(({ x, y, side, strategy }) => ({
              rings: [rectangle(tile, x, y, side, side)],
              strategy,
            })),
          )
          const drawn = decode(encodeTile(layer, tile))
          expect(new Set(drawn.map(({ properties }) => properties.strategy))).toEqual(
            new Set(plots.map((p) => p.strategy)),
          )
          expect(drawn.reduce((sum, { properties }) => sum + Number(properties[COUNT_KEY] ?? 1), 0)).toBe(
            plots.length,
          )
          for (const { rings } of drawn) expect(areaOf(rings)).toBeGreaterThan(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('keeps a tile of a whole city below half a megabyte', () => {
    const classes = ['A1', 'B1', 'B7', 'C0', 'C5', 'C9', 'D2', 'E3', 'E9', 'X1']
    const side = 340 // 115,600 parcels on a grid
    const plots: Plot[] = []
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        plots.push({
          rings: [rectangle(z10, 1000 + i * 6, 1000 + j * 6, 6, 6)],
          strategy: classes[(i * 7 + j * 13) % 10]!,
          area: 2500,
        })
      }
    }
    const bytes = encodeTile(layerOf(plots), z10)!
    expect(bytes.length).toBeLessThan(500_000)
    const drawn = decode(bytes)
    expect(drawn.reduce((sum, { properties }) => sum + Number(properties[COUNT_KEY] ?? 1), 0)).toBe(
      side * side,
    )
  })
})

describe('dividing a cell', () => {
  test('gives each share land, in proportion where there is room', () => {
    expect(divide({ west: 0, north: 0, east: 8, south: 8 }, [3, 1])).toEqual([
      { west: 0, north: 0, east: 6, south: 8 },
      { west: 6, north: 0, east: 8, south: 8 },
    ])
  })

  test('never gives nothing, and shares do not overlap where there is a unit square for each', () => {
    const share = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(share, (shares) => {
        const side = Math.max(4, 2 * Math.ceil(Math.sqrt(shares.length)))
        const parts = divide({ west: 0, north: 0, east: side, south: side }, shares)
        expect(parts.length).toBe(shares.length)
        let sum = 0
        for (const { west, north, east, south } of parts) {
          expect(east).toBeGreaterThan(west)
          expect(south).toBeGreaterThan(north)
          sum += (east - west) * (south - north)
        }
        expect(sum).toBe(side * side)
      }),
    )
  })
})

describe('the world square', () => {
  test('puts Zhuzhou where the map puts it', () => {
    // 113.16 E, 27.83 N at level 14: (113.16 + 180) / 360 × 16384 = 13342.3; Mercator y 6839.x
    const side = tileSquare({ z: 14, x: 0, y: 0 }).side
    expect(Math.floor(worldX(113.16) / side)).toBe(13342)
    expect(Math.floor(worldY(0) / side)).toBe(8192)
  })

  test('is full from level 13 on', () => expect(FULL_ZOOM).toBe(13))
})
