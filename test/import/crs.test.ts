import { describe, expect, test } from 'vitest'
import type { Position } from '../../server/geo/polygon.ts'
import { transform } from '../../server/geo/project.ts'
import { cityWindow, epsgOf, LONLAT_BY_FORMAT, placeShape, settleCrs } from '../../server/import/crs.ts'
import type { CrsHint } from '../../server/import/crs-hint.ts'
import { fromGcj02, toGcj02 } from '../../server/import/gcj02.ts'
import { crsFromPrj } from '../../server/import/wkt.ts'

const ask = (
  sample: Position,
  more: { declared?: string; hint?: CrsHint | null; kind?: string; layer?: string | null } = {},
) =>
  settleCrs({
    fileName: 'plots.shp',
    declared: more.declared,
    hint: more.hint ?? null,
    sample: [sample],
    kind: more.kind ?? 'approval',
    layer: more.layer ?? null,
  })

const lonLat: Position = [113.134, 27.828]
const prefixed: Position = [38_414_681.906, 3_079_682.047]
const plain: Position = [414_681.906, 3_079_682.047]

describe('the CRS of a file', () => {
  test.each<[string, Position, string]>([
    ['degrees', lonLat, 'EPSG:4490'],
    ['degrees, latitude first', [27.828, 113.134], 'EPSG:4490'],
    ['the zone in front', prefixed, 'EPSG:4526'],
    ['the zone in front, north first', [prefixed[1], prefixed[0]], 'EPSG:4526'],
    ['no zone', plain, 'EPSG:4547'],
    ['6° zone 19', [19_710_000, 3_080_000], 'EPSG:4497'],
  ])('is told from %s, and the assumption is noted', (_, sample, name) => {
    const { crs, issues } = ask(sample)
    expect(crs).toMatchObject({ name, knownBy: 'magnitude' })
    expect(issues).toMatchObject([{ code: 'CRS_ASSUMED', severity: 'note' }])
  })
  test('that nothing tells is refused with the way to give it', () => {
    expect(() => ask([5_000, 6_000])).toThrowError(
      expect.objectContaining({
        code: 'CRS_UNKNOWN',
        hint: expect.objectContaining({ en: expect.stringContaining('--crs EPSG:4526') as string }) as object,
      }),
    )
    expect(() => ask([5_000, 6_000], { hint: LONLAT_BY_FORMAT })).toThrowError(
      expect.objectContaining({ code: 'CRS_UNKNOWN' }),
    )
  })
  test('is what the sender says, before what the file says', () => {
    expect(ask(plain, { declared: '4547', hint: { by: 'prj', label: 'x', srid: 4526 } }).crs).toEqual({
      name: 'EPSG:4547',
      srid: 4547,
      knownBy: 'option',
    })
    expect(ask(prefixed, { hint: { by: 'prj', label: 'x', srid: 4526 } }).crs).toMatchObject({
      name: 'EPSG:4526',
      knownBy: 'prj',
    })
  })
  test('of a survey head with zone 38 is with or without the zone, as its numbers are', () => {
    const hint: CrsHint = { by: 'header', label: '2000 38', srid: 4547, sridWithZone: 4526 }
    expect(ask(prefixed, { hint }).crs).toMatchObject({ name: 'EPSG:4526', knownBy: 'header' })
    expect(ask(plain, { hint }).crs).toMatchObject({ name: 'EPSG:4547', knownBy: 'header' })
  })
  test('claimed against the numbers is a conflict, not a choice of ours', () => {
    expect(() => ask(prefixed, { hint: { by: 'prj', label: 'WGS 84', srid: 4326 } })).toThrowError(
      expect.objectContaining({ code: 'CRS_CONFLICT' }),
    )
    expect(() => ask(prefixed, { declared: 'EPSG:4547' })).toThrowError(
      expect.objectContaining({ code: 'CRS_CONFLICT' }),
    )
  })
  test.each(['EPSG:2362', '西安80', 'EPSG:2414', 'Beijing 1954'])(
    '%s needs the parameters of the city',
    (declared) => {
      expect(() => ask(plain, { declared })).toThrowError(
        expect.objectContaining({ code: 'CRS_PARAMETERS_NEEDED' }),
      )
    },
  )
  test('EPSG:999999 is unknown', () =>
    expect(() => ask(plain, { declared: 'EPSG:999999' })).toThrowError(
      expect.objectContaining({ code: 'CRS_UNKNOWN' }),
    ))
  test('GCJ-02 is taken for districts alone; for surveys the message names the 671 m', () => {
    expect(ask(lonLat, { declared: 'GCJ-02', kind: 'layer', layer: 'district' })).toMatchObject({
      crs: { name: 'GCJ-02', srid: null, knownBy: 'option' },
      issues: [{ code: 'GCJ02_APPROXIMATE', severity: 'may_fix_later' }],
    })
    for (const kind of ['approval', 'supply', 'registration', 'completion']) {
      expect(() => ask(lonLat, { declared: 'gcj02', kind })).toThrowError(
        expect.objectContaining({
          code: 'CRS_GCJ02',
          text: expect.objectContaining({ zh: expect.stringContaining('671 米') as string }) as object,
        }),
      )
    }
    expect(() => ask(lonLat, { declared: 'BD-09' })).toThrowError(
      expect.objectContaining({ code: 'CRS_BD09' }),
    )
  })
  test('of a table without coordinates is none', () => {
    expect(settleCrs({ fileName: 't.csv', hint: null, sample: [], kind: 'supply', layer: null })).toEqual({
      crs: null,
      issues: [],
    })
  })
})

test.each([
  ['EPSG:4526', 4526],
  ['4526', 4526],
  ['urn:ogc:def:crs:EPSG::4526', 4526],
  ['urn:ogc:def:crs:EPSG:6.9:4490', 4490],
  ['CRS84', null],
  ['株洲坐标', null],
])('%s is EPSG %s', (name, srid) => expect(epsgOf(name)).toBe(srid))

describe('a .prj', () => {
  const esri =
    'PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
  const ogc =
    'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 114E",GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",114],PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1],AUTHORITY["EPSG","4547"]]'
  test.each([
    ['in ESRI spelling', esri, 4526],
    ['in OGC spelling, by its EPSG number', ogc, 4547],
    [
      'in OGC spelling without the number, by its parameters',
      ogc.replace(',AUTHORITY["EPSG","4547"]]', ']'),
      4547,
    ],
    ['of 6° zone 19', esri.replace('38500000.0', '19500000.0').replace('114.0', '111.0'), 4497],
    [
      'of lon/lat',
      'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]',
      4490,
    ],
    [
      'of WGS 84',
      'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]',
      4326,
    ],
  ])('%s is read', (_, wkt, srid) => expect(crsFromPrj(wkt, 'a.zip')).toMatchObject({ by: 'prj', srid }))
  test('of Xian 1980 says so', () =>
    expect(
      crsFromPrj(esri.replaceAll('CGCS2000', 'Xian_1980').replaceAll('China_2000', 'Xian_1980'), 'a.zip'),
    ).toMatchObject({ srid: 4526, legacy: 'Xian 1980' }))
  test.each([
    ['stretched for a height', 'PARAMETER["Scale_Factor",1.0]', 'PARAMETER["Scale_Factor",1.00002]'],
    ['moved north', 'PARAMETER["False_Northing",0.0]', 'PARAMETER["False_Northing",-3000000.0]'],
    ['begun elsewhere', 'PARAMETER["Latitude_Of_Origin",0.0]', 'PARAMETER["Latitude_Of_Origin",27.5]'],
    ['in kilometres', 'UNIT["Meter",1.0]]', 'UNIT["Kilometer",1000.0]]'],
    ['on another meridian', 'PARAMETER["Central_Meridian",114.0]', 'PARAMETER["Central_Meridian",113.5]'],
  ])('of a plane of its own, %s, is no zone of ours', (_, zone, own) => {
    const old = esri.replaceAll('CGCS2000', 'Xian_1980').replaceAll('China_2000', 'Xian_1980')
    for (const wkt of [esri, old]) {
      expect(wkt).toContain(zone)
      const hint = crsFromPrj(wkt.replace(zone, own), 'a.zip')
      expect(hint).toMatchObject({ srid: null })
      expect(hint).not.toHaveProperty('legacy')
      expect(() =>
        settleCrs({
          fileName: 'a.zip',
          hint,
          sample: [[38_414_700, 3_079_600]],
          kind: 'registration',
          layer: null,
          towgs84: [1, 2, 3],
        }),
      ).toThrowError(expect.objectContaining({ code: 'CRS_FOREIGN' }))
    }
  })
  test('that is the error page of a server is none', () =>
    expect(crsFromPrj('<html>404</html>', 'a.zip')).toBeNull())
})

const ring = (points: readonly Position[]) => [[[...points, points[0]!]]]
const box = (west: number, south: number, east: number, north: number) =>
  ring([
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ])

describe('placing a shape', () => {
  const at = (east: number, north: number) =>
    ring([
      [east, north],
      [east + 100, north],
      [east + 100, north + 100],
    ])
  test('keeps EPSG:4526 and 4547 one and the same place', () => {
    const placed = placeShape(
      at(38_414_000, 3_079_000),
      { name: 'EPSG:4526', srid: 4526, knownBy: 'option' },
      'inside',
    )!
    expect(placed.reading).toBe('as_written')
    expect(placed.shape[0]![0]![0]![0]).toBeCloseTo(414_000, 4)
    expect(placed.shape[0]![0]![0]![1]).toBeCloseTo(3_079_000, 4)
  })
  test('turns north and east round, because their windows do not meet', () => {
    const swapped = at(414_000, 3_079_000).map((polygon) =>
      polygon.map((r) => r.map(([x, y]): Position => [y, x])),
    )
    expect(placeShape(swapped, { name: 'EPSG:4547', srid: 4547, knownBy: 'option' }, 'inside')).toMatchObject(
      { reading: 'swapped' },
    )
    expect(cityWindow.working.east).toBeLessThan(cityWindow.working.south)
  })
  test('takes a plot on the edge of the window whatever system it comes in, and refuses it in all a metre further', () => {
    const { west } = cityWindow.working
    const systems = [
      { name: 'EPSG:4547', srid: 4547, knownBy: 'option' },
      { name: 'EPSG:4526', srid: 4526, knownBy: 'option' },
      { name: 'EPSG:4490', srid: 4490, knownBy: 'option' },
    ] as const
    // 27.8° N: there the western edge lies at 112.933° E, outside the meridian of its south-western corner
    const plot = (x: number) => box(x, 3_076_700, x + 60, 3_076_760)
    for (const crs of systems) {
      const from = (x: number) => transform(plot(x), 4547, crs.srid)
      expect(placeShape(from(west + 0.5), crs, 'inside')?.reading, crs.name).toBe('as_written')
      expect(placeShape(from(west - 0.5), crs, 'inside'), crs.name).toBeNull()
    }
  })
  test('finds nothing for (0, 0), for Beijing, and for a plot half outside; a layer may reach out', () => {
    const crs = { name: 'EPSG:4490', srid: 4490, knownBy: 'format' } as const
    expect(placeShape(box(0, 0, 1, 1), crs, 'inside')).toBeNull()
    expect(placeShape(box(116.3, 39.9, 116.4, 40), crs, 'touches')).toBeNull()
    expect(placeShape(box(114, 27, 114.5, 27.5), crs, 'inside')).toBeNull()
    expect(placeShape(box(114, 27, 114.5, 27.5), crs, 'touches')).not.toBeNull()
  })
})

describe('GCJ-02', () => {
  test('is 671 m off at the centre of Zhuzhou (domain 7.1)', () => {
    const [lon, lat] = toGcj02(lonLat)
    const east = (lon - lonLat[0]) * 111_320 * Math.cos((lonLat[1] * Math.PI) / 180)
    const north = (lat - lonLat[1]) * 110_800
    expect(Math.hypot(east, north)).toBeGreaterThan(666)
    expect(Math.hypot(east, north)).toBeLessThan(676)
    expect(east).toBeGreaterThan(0)
    expect(north).toBeLessThan(0)
  })
  test('comes back to within a tenth of a millimetre', () => {
    const [lon, lat] = fromGcj02(toGcj02(lonLat))
    expect(lon).toBeCloseTo(lonLat[0], 9)
    expect(lat).toBeCloseTo(lonLat[1], 9)
  })
})
