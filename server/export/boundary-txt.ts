import iconv from 'iconv-lite'
import { planarAreaM2, signedDoubleArea } from '../geo/area.ts'
import { prefixedSrid, zoneOf } from '../geo/crs-text.ts'
import type { MultiPolygon, Position, Ring } from '../geo/polygon.ts'
import { Refusal } from '../refusal.ts'
import { outgoing } from './place.ts'
import type { Cell, ExportRow, ExportTable } from './row.ts'

/** Decimals of a metre that the 0.1 mm grid has. */
const GRID_DECIMALS = 4

/**
 * 界址点坐标 TXT (勘测定界 / 部标, domain 8.1): GBK with CRLF, north before east, eastings with the zone in front, rings
 * closed and numbered, outer ones clockwise, areas in hectares. Read back, it gives the same coordinates: shapes of ours
 * leave with the four decimals of the grid, delivered ones with every digit they came with.
 *
 * A comma or line break inside a name has no escape in this format and becomes 、. A row without a shape keeps its plot
 * line, with no points. Characters GBK lacks are written as its superset GB18030 has them.
 * @throws Refusal TXT_CRS for lon/lat, TXT_NO_SHAPES for a table without shapes
 */
export async function* writeBoundaryTxt(
  table: ExportTable,
  crs: number | null = null,
): AsyncGenerator<Uint8Array> {
  if (table.srid === null) throw noShapes(table.name)
  const out = outgoing(table, crs, prefixedSrid(table.srid))
  const zone = zoneOf(out.srid)
  if (zone === null) throw notPlane(out.srid)
  yield encoded(head(table, zone))
  for await (const row of table.rows)
    yield encoded(plot(row, row.wkb === null ? [] : out.place(row.wkb), table))
}

const encoded = (text: string): Buffer => iconv.encode(text, 'gb18030')

function head({ about, day }: ExportTable, zone: NonNullable<ReturnType<typeof zoneOf>>): string {
  const said: Readonly<Record<string, string>> = {
    格式版本号: '1.01版本',
    数据产生单位: '',
    数据产生日期: day,
    坐标系: '2000国家大地坐标系',
    几度分带: String(zone.degrees),
    投影类型: '高斯克吕格',
    计量单位: '米',
    带号: String(zone.zone),
    精度: (10 ** -GRID_DECIMALS).toFixed(GRID_DECIMALS),
    转换参数: '0,0,0,0,0,0,0',
  }
  // what the base keeps has lost its order: known keys first, as the format lists them
  const keys = Object.keys(about ?? {}).toSorted((a, b) => place(said, a) - place(said, b))
  const lines = about && keys.length > 0 ? keys.map((key) => [key, about[key]!]) : Object.entries(said)
  return ['[属性描述]', ...lines.map(([key, value]) => `${key}=${value}`), '[地块坐标]', ''].join('\r\n')
}

function place(said: Readonly<Record<string, string>>, key: string): number {
  const at = Object.keys(said).indexOf(key)
  return at < 0 ? Infinity : at
}

function plot({ cells, id }: ExportRow, shape: MultiPolygon, { delivered }: ExportTable): string {
  const rings = shape.flatMap((polygon) =>
    polygon.map((ring, i) => (delivered ? ring : turned(ring, i === 0))),
  )
  const points = rings.reduce((sum, ring) => sum + ring.length, 0)
  const named = (names: readonly string[]): string => {
    for (const name of names) {
      const value = cells[name]
      if (value !== undefined && value !== null && value !== '') return plain(value)
    }
    return ''
  }
  const line = delivered
    ? deliveredHeader(cells, points)
    : [
        points,
        shape.length === 0 ? '' : (planarAreaM2(shape) / 10_000).toFixed(GRID_DECIMALS),
        named(['parcel_code', 'plot_no', 'doc_no', 'doc', 'finding_no']) || plain(id),
        named(['project', 'plot_name', 'location', 'title_zh', 'name']),
        '面',
        '',
        named(['use_text', 'use']),
        named(['use_code', 'code']),
      ]
  const lines = [`${line.join(',')},@`]
  let pointNo = 0
  for (const [ringIndex, ring] of rings.entries()) {
    const first = pointNo + 1
    for (const [i, position] of ring.entries()) {
      const isClosing = i === ring.length - 1
      lines.push(
        `J${isClosing ? first : ++pointNo},${ringIndex + 1},${ordinates(position, delivered ?? false)}`,
      )
    }
  }
  return `${lines.join('\r\n')}\r\n`
}

/** The plot line as it came: the eight values in their order, and any behind them. */
function deliveredHeader(cells: Readonly<Record<string, Cell>>, points: number): string[] {
  const names = ['界址点数', '地块面积', '地块编号', '地块名称', '图形属性', '图幅号', '地块用途', '地类编码']
  const more = Object.keys(cells).filter((name) => /^第 \d+ 列$/.test(name))
  return [...names, ...more].map((name) => {
    const value = cells[name]
    if (value !== undefined && value !== null) return plain(value)
    return name === '界址点数' ? String(points) : name === '图形属性' ? '面' : ''
  })
}

/** North before east, as the format asks. */
function ordinates([east, north]: Position, delivered: boolean): string {
  return `${ordinate(north, delivered)},${ordinate(east, delivered)}`
}

/** Three decimals at least, as survey files have; more where the number has more. */
function ordinate(value: number, delivered: boolean): string {
  if (!delivered) return value.toFixed(GRID_DECIMALS)
  const text = String(value)
  const decimals = text.includes('e') ? GRID_DECIMALS : (text.split('.')[1]?.length ?? 0)
  return decimals >= 3 ? text : value.toFixed(3)
}

const turned = (ring: Ring, clockwise: boolean): Ring =>
  signedDoubleArea(ring) < 0 === clockwise ? ring : ring.toReversed()

const plain = (value: Cell): string =>
  String(value ?? '')
    .replaceAll(/[,，\r\n]+/g, '、')
    .replaceAll(/[@＠]/g, 'at')

const noShapes = (name: string): Refusal =>
  new Refusal(
    'TXT_NO_SHAPES',
    {
      zh: `“${name}”没有图形,不能写成界址点 TXT。`,
      en: `"${name}" has no shapes to write as boundary points.`,
    },
    { zh: '请导出为 CSV 或 XLSX。', en: 'Export CSV or XLSX.' },
    { field: 'format' },
  )

const notPlane = (srid: number): Refusal =>
  new Refusal(
    'TXT_CRS',
    {
      zh: `界址点 TXT 须为高斯-克吕格平面坐标,EPSG:${srid} 不是。`,
      en: `Boundary points are written in a Gauss-Krüger plane, which EPSG:${srid} is not.`,
    },
    { zh: '请用 --crs EPSG:4526 等投影坐标系。', en: 'Ask for a plane such as --crs EPSG:4526.' },
    { field: 'crs' },
  )
