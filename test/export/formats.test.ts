import { writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import type { SourceRow } from '../../server/import/source.ts'
import { shortNames } from '../../server/export/shapefile/plan.ts'
import { exportFormat, formatOfFile } from '../../server/export/format.ts'
import { sridAsked } from '../../server/export/place.ts'
import { esriWkt, ogcWkt, prefixedSrid } from '../../server/geo/crs-text.ts'
import { knownSrids } from '../../server/geo/project.ts'
import type { Column, ExportRow } from '../../server/export/row.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { crsFromPrj } from '../../server/import/wkt.ts'
import { asGdalReads, folder, gdal, table, wkb, written } from './given.ts'

/** 100 m by 100 m with a hole of 20 m by 20 m: 9,600 m². */
const withHole: MultiPolygon = [
  [
    [
      [408_000, 3_078_000],
      [408_100, 3_078_000],
      [408_100, 3_078_100],
      [408_000, 3_078_100],
      [408_000, 3_078_000],
    ],
    [
      [408_040.1234, 3_078_040],
      [408_040.1234, 3_078_060],
      [408_060.1234, 3_078_060],
      [408_060.1234, 3_078_040],
      [408_040.1234, 3_078_040],
    ],
  ],
]
const columns: readonly Column[] = [
  { name: 'parcel_id', type: 'integer' },
  { name: 'holder', type: 'text' },
  { name: 'area_planar_m2', type: 'real' },
  { name: 'area_ellipsoid_m2', type: 'real' },
  { name: 'start_on', type: 'date' },
  { name: 'sealed', type: 'flag' },
  { name: 'note', type: 'text' },
]
const cells = {
  parcel_id: 43_021_100_000_001,
  holder: '株洲星火装备有限公司',
  area_planar_m2: 9600,
  area_ellipsoid_m2: 9598.123456789,
  start_on: '2024-06-30',
  sealed: true,
  note: `=cmd|' /C calc'!A0, "引号"\n第二行`,
}
const rows: readonly ExportRow[] = [
  { id: 1, cells, wkb: wkb(withHole) },
  {
    id: 2,
    cells: { parcel_id: 2, holder: null, area_planar_m2: -1.5e-7, note: '长'.repeat(200) },
    wkb: null,
  },
]
const given = () => table(columns, rows)

const dir = folder()
afterAll(dir.remove)
async function saved(name: string, bytes: Promise<Uint8Array>): Promise<string> {
  const path = dir.path(name)
  writeFileSync(path, await bytes)
  return path
}

async function readBack(bytes: Uint8Array, name: string): Promise<SourceRow[]> {
  const source = await openSource(DeliveredFile.of(bytes, name))
  const back: SourceRow[] = []
  for await (const row of source.rows()) back.push(row)
  return back
}

describe('GeoPackage', () => {
  test('GDAL finds nothing to complain of, every type, the CRS by its number and the shape to the last bit', async () => {
    const path = await saved('plots.gpkg', written(given(), 'gpkg'))
    const said = gdal('ogrinfo', '-al', '-so', path)
    expect(said).toContain('Feature Count: 2')
    expect(said).toContain('ID["EPSG",4547]')
    expect(said).toContain('Geometry: Multi Polygon')
    for (const line of [
      'parcel_id: Integer64 (0.0)',
      'holder: String (0.0)',
      'area_planar_m2: Real (0.0)',
      'start_on: Date (0.0)',
      'sealed: Integer(Boolean) (0.0)',
    ])
      expect(said).toContain(line)
    const [, first, ...rest] = asGdalReads(path, 'plots')
    expect(first).toContain('408040.1234 3078040')
    expect(first).toContain('"43021100000001",株洲星火装备有限公司,9600,9598.123456789')
    expect([first, ...rest].join('\n')).toContain('2024/06/30')
    gdal('ogrinfo', '-q', '-sql', 'PRAGMA integrity_check', path)
  })

  test('a table without shapes is one of attributes', async () => {
    const path = await saved(
      'ledger.gpkg',
      written(table(columns, [], { srid: null, name: 'ledger' }), 'gpkg'),
    )
    expect(gdal('ogrinfo', '-al', '-so', path)).toContain('Geometry: None')
  })
})

describe('Shapefile', () => {
  test('is GBK with a .cpg, holds what it can, lists the rest whole, and GDAL reads it without help', async () => {
    const path = await saved('plots.shp.zip', written(given(), 'shp.zip'))
    const said = gdal('ogrinfo', '-al', '-so', `/vsizip/${path}`)
    expect(said).toContain('ID["EPSG",4547]')
    for (const line of [
      'area_plan: Real',
      'area_ell: Real',
      'start_on: Date',
      'sealed: String (1.0)',
      'note: String (254.0)',
    ])
      expect(said).toContain(line)
    const read = asGdalReads(`/vsizip/${path}`, 'plots').join('\n')
    expect(read).toContain('408040.1234 3078040')
    expect(read).toContain('株洲星火装备有限公司')
    const [first, second] = await readBack(await written(given(), 'shp.zip'), 'plots.shp.zip')
    expect(first!.values.get('holder')).toBe(cells.holder)
    expect(first!.values.get('area_ell')).toBe(cells.area_ellipsoid_m2)
    expect(second!.shape.kind).toBe('none')
    expect(second!.values.get('note')).toBe('长'.repeat(127)) // 254 bytes of GBK; all 200 are in 超长值.csv
    const unzipped = gdal('ogrinfo', '-al', '-q', `/vsizip/${path}/超长值.csv`, '-oo', 'AUTODETECT_TYPE=NO')
    expect(unzipped).toContain('长'.repeat(200))
    expect(gdal('ogrinfo', '-al', '-q', `/vsizip/${path}/字段对照.csv`)).toContain('area_ellipsoid_m2')
  })

  test('a character GBK lacks is not lost: the file is UTF-8 and says so', async () => {
    const rare = table(
      [{ name: '坐落', type: 'text' }],
      [{ id: 1, cells: { 坐落: '㙍坨镇䶮村' }, wkb: wkb(withHole) }],
    )
    const path = await saved('rare.shp.zip', written(rare, 'shp.zip'))
    expect(gdal('ogrinfo', '-al', `/vsizip/${path}`)).toContain('㙍坨镇䶮村')
  })

  test('names are cut at ten bytes and told apart', () => {
    expect(shortNames(['土地使用权类型', '土地使用权性质', 'parcel_code', 'PARCEL_COD'], 'gbk')).toEqual([
      '土地使用权',
      '土地使用_1',
      'parcel_cod',
      'PARCEL_C_1',
    ])
    expect(shortNames(['土地使用权'], 'utf8')).toEqual(['土地使'])
  })
})

describe('界址点 TXT', () => {
  test('is GBK with CRLF, north first with the zone, rings numbered and closed, hectares; and reads back the same', async () => {
    const bytes = await written(given(), 'txt')
    const text = new TextDecoder('gb18030').decode(bytes)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const lines = text.split('\r\n')
    expect(lines).toContain('坐标系=2000国家大地坐标系')
    expect(lines).toContain('带号=38')
    expect(lines).toContain('10,0.9600,1,,面,,,,@')
    const start = lines.indexOf('10,0.9600,1,,面,,,,@')
    // outer ring clockwise: from the south-west corner first north
    expect(lines.slice(start + 1, start + 7)).toEqual([
      'J1,1,3078000.0000,38408000.0000',
      'J2,1,3078100.0000,38408000.0000',
      'J3,1,3078100.0000,38408100.0000',
      'J4,1,3078000.0000,38408100.0000',
      'J1,1,3078000.0000,38408000.0000',
      'J5,2,3078040.0000,38408040.1234',
    ])
    const [first, second] = await readBack(bytes, 'plots.txt')
    expect(first!.issues).toEqual([])
    const shape = first!.shape.kind === 'polygons' ? first!.shape.polygons : []
    const points = (mp: MultiPolygon) =>
      mp.flat(2).map(([x, y]) => `${(x > 1e7 ? x - 38e6 : x).toFixed(4)} ${y.toFixed(4)}`)
    expect(points(shape).toSorted()).toEqual(points(withHole).toSorted())
    expect(second!.shape.kind).toBe('none') // no shape, and not dropped
  })

  test('a comma has no escape in it, lon/lat no place', async () => {
    const commas = table(
      [{ name: 'project', type: 'text' }],
      [{ id: 1, cells: { project: '甲,乙，丙@丁' }, wkb: null }],
    )
    expect(new TextDecoder('gb18030').decode(await written(commas, 'txt'))).toContain(
      '0,,1,甲、乙、丙at丁,面',
    )
    await expect(written(given(), 'txt', 4490)).rejects.toMatchObject({ code: 'TXT_CRS' })
    await expect(written(table(columns, [], { srid: null }), 'txt')).rejects.toMatchObject({
      code: 'TXT_NO_SHAPES',
    })
  })
})

describe('XLSX and CSV', () => {
  test('show the text of what looks like a formula, and numbers as numbers', async () => {
    const path = await saved('plots.xlsx', written(given(), 'xlsx'))
    const read = gdal('ogr2ogr', '-f', 'CSV', '/vsistdout/', path)
    expect(read).toContain('"43021100000001",株洲星火装备有限公司,9600,9598.123456789,2024-06-30')
    expect(read).toContain(`"=cmd|' /C calc'!A0, ""引号""\n第二行"`)
    const csv = (await written(given(), 'csv')).toString()
    expect(csv.startsWith('\ufeffparcel_id,holder')).toBe(true)
    expect(csv).toContain(`"'=cmd|' /C calc'!A0, ""引号""\n第二行"`)
    expect(csv).toContain('\r\n2,,-1.5e-7,') // a negative number stays one
  })

  test('what fails while rows are read fails the file', async () => {
    async function* failing(): AsyncGenerator<ExportRow> {
      yield rows[0]!
      throw new Error('the base went away')
    }
    for (const format of ['xlsx', 'gpkg', 'shp.zip', 'txt', 'geojson'] as const)
      await expect(written(table(columns, [], { rows: failing() }), format)).rejects.toThrow('went away')
  })
})

describe('the CRS of a file', () => {
  test('is lon/lat for GeoJSON, the plane elsewhere, or what is asked', async () => {
    expect((await written(given(), 'geojson')).toString()).toMatch(/"coordinates":\[\[\[\[113\.06\d+,27\.8/)
    expect((await written(given(), 'geojson', 4526)).toString()).toContain('EPSG::4526')
    const path = await saved('zone.gpkg', written(given(), 'gpkg', 4526))
    expect(asGdalReads(path, 'plots').join()).toContain('38408000')
    expect(() => sridAsked('EPSG:2326')).toThrow(expect.objectContaining({ code: 'CRS_UNKNOWN' }))
    expect(sridAsked('4526')).toBe(4526)
  })

  test('every one we know is named so that we and GDAL know it again', () => {
    for (const srid of knownSrids) {
      expect(crsFromPrj(ogcWkt(srid), 'x')?.srid).toBe(srid)
      // ESRI writes no number, and a 6° zone without its number in front is the 3° zone of the same meridian
      const plain6 = srid >= 4502 && srid <= 4512
      if (!plain6) expect(crsFromPrj(esriWkt(srid), 'x')?.srid).toBe(srid)
    }
    expect([4547, 4526, 4508, 4490].map(prefixedSrid)).toEqual([4526, 4526, 4497, 4490])
  })
})

test('the ending of a file names its format', () => {
  expect(formatOfFile('/tmp/出让.SHP.ZIP')).toBe('shp.zip')
  expect(formatOfFile('a.gpkg')).toBe('gpkg')
  expect(() => exportFormat('zip')).toThrow(expect.objectContaining({ code: 'FORMAT_UNKNOWN' }))
})
