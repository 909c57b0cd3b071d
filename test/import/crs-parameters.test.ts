import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { transformPosition } from '../../server/geo/project.ts'
import type { Position } from '../../server/geo/polygon.ts'
import { legacyOf, legacySridOf } from '../../server/geo/legacy-datum.ts'
import { settleCrs, type CrsQuestion } from '../../server/import/crs.ts'
import { decideRepairs } from '../../server/import/decide.ts'
import { listRepairs } from '../../server/import/repair-list-store.ts'
import { importFile } from '../../server/import/run.ts'
import { crsFromPrj } from '../../server/import/wkt.ts'
import { eachBase } from '../helpers/database.ts'
import { bytesOf, collection, feature, fixture } from './given.ts'

const ask = (more: Partial<CrsQuestion>) =>
  settleCrs({
    fileName: 'plots.zip',
    hint: null,
    sample: [[414_681.906, 3_079_682.047]],
    kind: 'approval',
    layer: null,
    ...more,
  })

describe('a legacy datum with the parameters of the city', () => {
  // Expected positions are those of PROJ 9.1 (gdaltransform) with the same parameters, which are invented.
  test('of seven parameters moves 1980 西安 as PROJ does', () => {
    const { crs, issues } = ask({
      declared: 'EPSG:2383',
      towgs84: [12.5, -118.3, -45.7, 0.35, -1.2, 2.8, 3.6],
    })
    expect(crs).toMatchObject({ name: 'EPSG:2383', srid: 2383, knownBy: 'option' })
    expect(issues).toMatchObject([{ code: 'CRS_BY_PARAMETERS', severity: 'may_fix_later' }])
    const [east, north] = crs!.toWorking!([414_681.906, 3_079_682.047])
    expect(Math.abs(east - 414_811.428_153_881)).toBeLessThan(0.0001)
    expect(Math.abs(north - 3_079_687.653_483_84)).toBeLessThan(0.0001)
  })
  test('of three parameters moves 1954 北京 named in a survey head, the zone in front of the easting', () => {
    const { crs } = ask({
      hint: {
        by: 'header',
        label: '1954北京坐标系 3 度带 38 带',
        srid: 4547,
        sridWithZone: 4526,
        legacy: 'Beijing 1954',
      },
      sample: [[38_414_681.906, 3_079_682.047]],
      towgs84: [-15, 120, 40],
    })
    expect(crs).toMatchObject({ name: 'EPSG:2414', knownBy: 'header' })
    const [east, north] = crs!.toWorking!([38_414_681.906, 3_079_682.047])
    expect(Math.abs(east - 414_649.871_045_882)).toBeLessThan(0.0001)
    expect(Math.abs(north - 3_079_610.835_309_3)).toBeLessThan(0.0001)
  })
  test('without a zone takes the one its numbers show, and without parameters nothing', () => {
    expect(ask({ declared: '西安80', towgs84: [0, 0, 0] }).crs?.name).toBe('EPSG:2383')
    expect(() => ask({ declared: '西安80' })).toThrowError(
      expect.objectContaining({ code: 'CRS_PARAMETERS_NEEDED' }),
    )
    expect(() => ask({ declared: '西安80', towgs84: [0, 0, 0], sample: [[100, 200]] })).toThrowError(
      expect.objectContaining({ code: 'CRS_UNKNOWN' }),
    )
  })
  test('has a number for every zone', () => {
    expect(legacyOf(2362)).toEqual({ datum: 'Xian 1980', twin: 4526 })
    expect(legacyOf(2435)).toEqual({ datum: 'Beijing 1954', twin: 4547 })
    expect(legacySridOf(4497, 'Xian 1980')).toBe(2333)
    expect(legacySridOf(4490, 'Beijing 1954')).toBe(4214)
    expect(legacyOf(4547)).toBeNull()
  })
})

test('a plane of the city is turned, stretched and moved', () => {
  const { crs } = ask({ localPlane: { east: 400_000, north: 3_000_000, rotation: 324_000, scale: 2 } })
  const [east, north] = crs!.toWorking!([10, 20]) // 90° counter-clockwise: (10, 20) → (-20, 10), doubled
  expect(east).toBeCloseTo(399_960, 6)
  expect(north).toBeCloseTo(3_000_020, 6)
})

test('a system from elsewhere is refused with where its data lie', () => {
  const feet =
    'PROJCS["NAD_1983_StatePlane_Pennsylvania_South_FIPS_3702_Feet",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",1968500.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-77.75],PARAMETER["Standard_Parallel_1",39.93333333333333],PARAMETER["Standard_Parallel_2",40.96666666666667],PARAMETER["Latitude_Of_Origin",39.33333333333334],UNIT["Foot_US",0.3048006096012192]]'
  expect(() => ask({ hint: crsFromPrj(feet, 'plots.zip'), sample: [[2_726_000, 268_000]] })).toThrowError(
    expect.objectContaining({
      code: 'CRS_FOREIGN',
      text: expect.objectContaining({
        en: expect.stringMatching(/-75\.0\d\d° E, 40\.0\d\d° N/) as string,
      }) as object,
      hint: expect.objectContaining({ en: expect.stringContaining('shapes: leave_out') as string }) as object,
    }),
  )
})

eachBase('on the database', (open) => {
  test('proj4 and PostGIS agree to 0.1 mm on a grid over Hunan, in every zone of it', async () => {
    const grid: Position[] = []
    for (let lon = 108.75; lon <= 114.25; lon += 0.5)
      for (let lat = 24.6; lat <= 30.2; lat += 0.7) grid.push([lon, lat])
    // 3° zones 36 to 38 and 6° zones 18 to 20, with the zone in front and without.
    for (const srid of [4524, 4525, 4526, 4545, 4546, 4547, 4496, 4497, 4498, 4507, 4508, 4509]) {
      const { rows } = await sql<{ x: number; y: number; lon: number; lat: number }>`
        select st_x(p) as x, st_y(p) as y, st_x(back) as lon, st_y(back) as lat
        from (
          select n, p, st_transform(p, 4490) as back
          from (
            select n, st_transform(st_setsrid(st_makepoint(lon, lat), 4490), ${srid}::int4) as p
            from unnest(${grid.map(([lon]) => lon)}::float8[], ${grid.map(([, lat]) => lat)}::float8[])
              with ordinality as given(lon, lat, n)
          ) as projected
        ) as both_ways order by n
      `.execute(open().db)
      let farthest = 0
      for (const [i, { x, y, lon, lat }] of rows.entries()) {
        const [ownX, ownY] = transformPosition(grid[i]!, 4490, srid)
        const [ownLon, ownLat] = transformPosition([x, y], srid, 4490)
        farthest = Math.max(
          farthest,
          Math.hypot(ownX - x, ownY - y),
          Math.hypot(ownLon - lon, ownLat - lat) * 111_320,
        )
      }
      expect(farthest, `EPSG:${srid}`).toBeLessThan(0.0001)
    }
  })
  test('parameters are used and not kept', async () => {
    const text = Buffer.from(fixture('B-utf8-lf-noprefix.txt'))
      .toString('utf8')
      .replace('2000国家大地坐标系', '1980西安坐标系')
    const summary = await importFile(open(), {
      bytes: bytesOf(text),
      name: 'xian.txt',
      as: 'reserve',
      mapping: { name: 'm.yaml', text: 'towgs84: [11.25, -7.5, 3.75]' },
      receivedAt: '2024-05-01T00:00:00Z',
    })
    expect(summary).toMatchObject({ read: 16, used: 16, crs: 'EPSG:2383', crsKnownBy: 'header' })
    const { options } = await open()
      .db.selectFrom('delivery')
      .select('options')
      .where('delivery_id', '=', summary.delivery!)
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(options)).not.toContain('11.25')
    expect(JSON.stringify(options)).toContain('3 parameters')
  })
  test('a repair that is accepted is noted, and used when the file comes again with them', async () => {
    const bowTie = [414_700, 414_800, 414_800, 414_700, 414_700].map((east, i) => [
      east,
      [3_079_600, 3_079_700, 3_079_600, 3_079_700, 3_079_600][i]!,
    ])
    const bring = (receivedAt: string) =>
      importFile(open(), {
        bytes: collection([feature({ properties: { 入库文号: '储〔2023〕1号' }, coordinates: [bowTie] })], {
          crs: { type: 'name', properties: { name: 'EPSG:2383' } },
        }),
        name: 'bow-tie.geojson',
        as: 'reserve',
        mapping: { name: 'm.yaml', text: 'towgs84: [11.25, -7.5, 3.75]' },
        receivedAt,
      })
    const { delivery, refused } = await bring('2024-05-02T00:00:00Z')
    expect(refused).toBe(1)
    const said = { by: '张三', reason: '现场核实为两块', at: '2024-05-03T00:00:00Z' }
    await expect(
      decideRepairs(open(), { deliveryId: delivery!, rows: [1], accept: true, ...said }),
    ).rejects.toMatchObject({ code: 'DECISION_NOTED' })
    expect((await listRepairs(open().db, delivery!, { after: 0, limit: 9 })).repairs).toMatchObject([
      { row: 1, state: 'accepted', decision: { by: '张三' } },
    ])
    expect(await bring('2024-05-04T00:00:00Z')).toMatchObject({ repaired: 1, refused: 0 })
  })
  test('shapes that are of no use here may be left out, and it is said', async () => {
    const summary = await importFile(open(), {
      bytes: collection([
        feature({
          properties: { 批文号: '甲〔2023〕1号' },
          coordinates: [
            [
              [-75, 40],
              [-75, 41],
              [-74, 41],
              [-75, 40],
            ],
          ],
        }),
        feature({ properties: { 批文号: '甲〔2023〕2号' }, type: 'Point', coordinates: [-75, 40] }),
      ]),
      name: 'far.geojson',
      as: 'approval',
      mapping: { name: 'm.yaml', text: 'shapes: leave_out' },
      receivedAt: '2024-05-01T00:00:00Z',
    })
    expect(summary).toMatchObject({ read: 2, used: 2, refused: 0, crs: null })
    expect(summary.issues.map(({ code }) => code)).toContain('SHAPES_LEFT_OUT')
  })
})
