import { expect } from 'vitest'
import type { ImportSummary } from '../../server/contract.ts'
import { toLonLat } from '../../server/geo/project.ts'
import { rect } from '../build/given.ts'
import { bytesOf, collection, feature, fixture, lonLatSquare } from '../import/given.ts'
import { bring, elsewhere, holds, judgedRows, refusedFile, refusedRow, type Case } from './case.ts'
import { patched, twoRows } from './make.ts'

const [ring] = lonLatSquare() as [number[][]]
const [a, b, c, d] = ring as [number[], number[], number[], number[]]
const at = (lon: number, lat: number, size: number): number[][] => [
  [lon, lat],
  [lon + size, lat],
  [lon + size, lat + size],
  [lon, lat + size],
  [lon, lat],
]
const boundary = Buffer.from(fixture('B-utf8-lf-noprefix.txt')).toString('utf8')
const wgs84 =
  'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
const hex = (text: string): Uint8Array =>
  bytesOf(
    `宗地代码,WKT\n430211001001GB00001,"POLYGON((113.07 27.814,113.071 27.814,113.071 27.815,113.07 27.814))"\n430211001001GB00002,${text}\n`,
  )

/** B21-B30, B54-B57: geometry and coordinates. */
export const shapes: Readonly<Record<string, readonly Case[]>> = {
  B21: [
    refusedRow('a bow-tie waits for a person', 'rows.geojson', twoRows({}, [[a, c, b, d, a]]), {
      code: 'NEEDS_DECISION',
      field: 'geometry',
    }),
  ],
  B22: [
    judgedRows('an open ring is closed by a named method', 'rows.geojson', twoRows({}, [[a, b, c, d]]), {
      counts: { read: 2, used: 1, repaired: 1, refused: 0 },
      told: [
        { code: 'P610', row: 2, field: 'geometry', severity: 'note', zh: '未闭合', en: 'was not closed' },
      ],
    }),
    refusedRow('a ring of two points', 'rows.geojson', twoRows({}, [[a, b, a]]), {
      code: 'P602',
      field: 'geometry',
    }),
    refusedRow('a ring of one point', 'rows.geojson', twoRows({}, [[a, a, a, a]]), {
      code: 'P602',
      field: 'geometry',
    }),
  ],
  B23: [
    refusedRow('a hole outside its shell', 'rows.geojson', twoRows({}, [ring, at(113.08, 27.814, 0.001)]), {
      code: 'NEEDS_DECISION',
      field: 'geometry',
    }),
    refusedRow(
      'two holes that overlap',
      'rows.geojson',
      twoRows({}, [
        ring,
        at(113.0702, 27.8142, 0.0004).toReversed(),
        at(113.0704, 27.8144, 0.0004).toReversed(),
      ]),
      { code: 'NEEDS_DECISION', field: 'geometry' },
    ),
    refusedRow(
      'a shell inside a hole of another, given as its hole',
      'rows.geojson',
      twoRows({}, [at(113.0702, 27.8142, 0.0004), ring]),
      { code: 'NEEDS_DECISION', field: 'geometry' },
    ),
  ],
  B24: [
    refusedRow(
      '1e400',
      'rows.geojson',
      bytesOf(Buffer.from(twoRows({})).toString().replace('[113.07,', '[1e400,')),
      { code: 'COORD_NOT_FINITE' },
    ),
    refusedRow('a text for a number', 'rows.geojson', twoRows({}, [[['113', '27'], b, c, a]]), {
      code: 'COORD_NOT_FINITE',
    }),
    refusedRow('1e308', 'rows.geojson', twoRows({}, [[[1e308, 27.8], b, c, [1e308, 27.8]]]), {
      code: 'P603',
    }),
  ],
  B25: [
    refusedRow('a point', 'rows.geojson', twoRows({}, a, 'Point'), { code: 'GEOM_TYPE' }),
    refusedRow('no coordinates and no attribute', 'rows.geojson', twoRows({}, null), { code: 'ROW_EMPTY' }),
    refusedRow(
      'a zone with an empty shape',
      'zones.geojson',
      twoRows({ name: '园区' }, []),
      { code: 'P601' },
      'layer:park',
    ),
    refusedFile(
      'GeometryCollections nested 20 000 deep',
      'a.geojson',
      bytesOf(`${'{"type":"GeometryCollection","geometries":['.repeat(20_000)}${']}'.repeat(20_000)}`),
      { code: 'JSON_TOO_DEEP' },
    ),
  ],
  B26: [
    judgedRows(
      'a point twice is left out by a named method',
      'rows.geojson',
      twoRows({}, [[a, b, b, c, d, a]]),
      {
        counts: { read: 2, used: 1, repaired: 1, refused: 0 },
        told: [
          { code: 'P610', row: 2, severity: 'note', zh: '去掉 1 个重复点', en: '1 repeated points left out' },
        ],
      },
    ),
    refusedRow(
      'a shape narrower than the grid',
      'rows.geojson',
      twoRows({}, [[a, [a[0]! + 1e-10, a[1]!], [a[0]!, a[1]! + 1e-10], a]]),
      { code: 'P602' },
    ),
    refusedRow('a shape without area', 'rows.geojson', twoRows({}, [[a, b, c, b, a]]), { code: 'P602' }),
  ],
  B27: [
    judgedRows(
      'latitude before longitude',
      'a.geojson',
      collection([
        feature({
          properties: { 宗地代码: '430211001001GB00001' },
          coordinates: [ring.map(([lon, lat]) => [lat!, lon!])],
        }),
      ]),
      { counts: { read: 1, refused: 0 }, told: [] },
    ),
    judgedRows(
      'east before north in a survey file',
      'D.txt',
      fixture('D-swapped-EN-order.txt'),
      { counts: { refused: 0 }, told: [] },
      'approval',
    ),
  ],
  B28: [
    refusedFile(
      'a .prj that its numbers deny',
      'a.zip',
      patched('.prj', () => bytesOf(wgs84)),
      { code: 'CRS_CONFLICT', zh: 'EPSG:4526', en: 'EPSG:4526' },
    ),
    refusedFile(
      'local coordinates without a CRS',
      'a.txt',
      bytesOf('[地块坐标]\n4,1,P1,甲,面,,,,@\nJ1,1,100,200\nJ2,1,200,200\nJ3,1,200,300\nJ1,1,100,200\n'),
      { code: 'CRS_UNKNOWN' },
    ),
  ],
  B29: [
    refusedFile(
      'Xian 1980 without parameters',
      'a.txt',
      bytesOf(boundary.replace('2000国家大地坐标系', '80西安坐标系')),
      { code: 'CRS_PARAMETERS_NEEDED' },
    ),
    refusedFile(
      'Beijing 1954 without parameters',
      'a.zip',
      patched('.prj', (bytes) => bytesOf(bytes.toString('latin1').replace('D_China_2000', 'D_Beijing_1954'))),
      { code: 'CRS_PARAMETERS_NEEDED' },
    ),
  ],
  B30: [
    ['the pole', at(113, 89.99, 0.001)] as const,
    ['(0, 0)', at(0, 0, 0.001)] as const,
    ['Beijing', at(116.39, 39.9, 0.001)] as const,
  ].map(([what, shell]) =>
    refusedRow(what, 'rows.geojson', twoRows({}, [shell]), { code: 'P603', field: 'geometry' }),
  ),
  B54: [
    refusedFile(
      'a CRS nobody supports',
      'a.txt',
      bytesOf(boundary),
      { code: 'CRS_UNKNOWN', zh: 'EPSG:999999 不在支持之列', en: 'EPSG:999999 is not supported' },
      'approval EPSG:999999',
    ),
    refusedFile(
      'metres of EPSG:3857',
      'a.geojson',
      collection([feature({ coordinates: [at(12_586_000, 3_217_000, 100)] })]),
      { code: 'CRS_UNKNOWN' },
    ),
  ],
  B55: [
    refusedRow('WKB that claims 2³² rings', 'a.csv', hex('0103000000FFFFFFFF000000000000000000'), {
      code: 'WKB_INVALID',
      field: 'geometry',
    }),
    refusedRow('WKB cut short', 'a.csv', hex('01030000000100000005000000000000'), {
      code: 'WKB_INVALID',
      field: 'geometry',
    }),
  ],
  B56: [
    holds(
      'across the border of a district by 0.5 m and by 500 m: used, and in the books of both',
      async (stage) => {
        const plot = (code: string, x: number, width: number) =>
          feature({
            properties: { 宗地代码: code, 登簿日期: '2024-01-05' },
            coordinates: toLonLat(rect(x, 0, width, 100))[0],
          })
        // the town's district ends 2 500 m east of its corner
        const across = collection([
          plot('430211001001GB00007', 2_400, 100.5),
          plot('430211001001GB00008', 2_450, 550),
        ])
        const { issues, ...summary } = (await bring(stage, 'across.geojson', across, 'registration'))
          .result as ImportSummary
        expect(summary).toMatchObject({ read: 2, used: 2, refused: 0 })
        expect(issues).toEqual([])
      },
    ),
    ...[
      'a remainder ends at the district border',
      'a supply across it is one parcel of the district with most of it, booked in both',
      'a title lies in the district with most of it, and land outside every district has a line of its own',
    ].map((title) => elsewhere('test/build/city.test.ts', title)),
  ],
  B57: [
    holds('one plot twice in a file: both kept, both named', async (stage) => {
      const code = { 宗地代码: '430211001001GB00003' }
      const both = collection([
        feature({ properties: code }),
        feature({ properties: code, coordinates: lonLatSquare(113.09) }),
      ])
      const { issues, ...summary } = (await bring(stage, 'twice.geojson', both, 'registration'))
        .result as ImportSummary
      expect(summary).toMatchObject({ read: 2, used: 2, refused: 0 })
      expect(issues).toContainEqual(expect.objectContaining({ code: 'P607', severity: 'may_fix_later' }))
    }),
  ],
}
