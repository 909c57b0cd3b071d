import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ZipFile } from 'yazl'
import { esriWkt } from '../../geo/crs-text.ts'
import { Refusal } from '../../refusal.ts'
import { csvLine } from '../csv.ts'
import { inFolder, zipped } from '../folder.ts'
import { outgoing, type Outgoing } from '../place.ts'
import type { Cell, ExportTable } from '../row.ts'
import { DBF_END, dbfHeader, dbfRow, type DbfEncoding } from './dbf.ts'
import { PartFile } from './part-file.ts'
import { DbfPlan, type DbfField } from './plan.ts'
import { emptyBox, shpHeader, shpRecord } from './shp.ts'

/** Where programs that count in signed bytes stop reading. */
const MAX_PART = 2 ** 31 - 1

/**
 * A zipped shapefile for desktop software in China: attributes in GBK with a .cpg and the mark in the .dbf, or in UTF-8
 * where a text has a character GBK lacks (㙍, 䶮); the CRS as ESRI spells it. Beside it 字段对照.csv says which short name
 * stands for which column, and 超长值.csv holds whole what 254 bytes could not.
 *
 * Rows pass once: shapes are written as they come, cells wait in a file until the widths of all are known.
 * @throws Refusal SHP_TOO_LARGE, SHP_NO_SHAPES
 */
export function writeShapefile(table: ExportTable, crs: number | null = null): AsyncGenerator<Uint8Array> {
  if (table.srid === null) throw noShapes(table.name)
  const out = outgoing(table, crs)
  return inFolder(async function* (folder) {
    const stem = join(folder, 'layer')
    const plan = await writeShapes(stem, table, out)
    const { encoding, rows } = plan
    const fields = plan.fields()
    const long = await writeCells(stem, table, { rows, fields, encoding })
    const zip = new ZipFile()
    const mtime = new Date(`${table.day}T00:00:00Z`)
    for (const part of ['shp', 'shx', 'dbf'])
      zip.addFile(`${stem}.${part}`, `${table.name}.${part}`, { mtime, mode: 0o100644 })
    const texts: Record<string, string> = {
      [`${table.name}.prj`]: esriWkt(out.srid),
      [`${table.name}.cpg`]: encoding === 'gbk' ? 'GBK' : 'UTF-8',
      '字段对照.csv': fieldTable(fields),
    }
    if (long !== '') texts['超长值.csv'] = `\ufeff${csvLine(['行 row', '字段 field', '值 value'])}${long}`
    for (const [name, text] of Object.entries(texts)) zip.addBuffer(Buffer.from(text), name, { mtime })
    yield* zipped(zip)
  })
}

/** Shapes and their index, row by row; the cells, one JSON line each, for `writeCells`. */
async function writeShapes(stem: string, table: ExportTable, out: Outgoing): Promise<DbfPlan> {
  const plan = new DbfPlan(table.columns)
  const shp = await PartFile.create(`${stem}.shp`, 100)
  const shx = await PartFile.create(`${stem}.shx`, 100)
  const cells = await PartFile.create(`${stem}.cells`, 0)
  try {
    const extent = emptyBox()
    for await (const row of table.rows) {
      const values = table.columns.map(({ name }) => row.cells[name] ?? null)
      plan.see(values)
      const record = shpRecord(plan.rows, row.wkb === null ? null : out.place(row.wkb), extent)
      const index = Buffer.alloc(8)
      index.writeInt32BE(shp.size / 2, 0)
      index.writeInt32BE((record.length - 8) / 2, 4)
      await shp.write(record)
      await shx.write(index)
      await cells.write(Buffer.from(`${oneLine(values)}\n`))
      if (shp.size > MAX_PART) throw tooLarge(table.name)
    }
    await shp.writeHead(shpHeader(shp.size, extent))
    await shx.writeHead(shpHeader(shx.size, extent))
  } finally {
    for (const part of [shp, shx, cells]) await part.close()
  }
  return plan
}

interface CellsToWrite {
  readonly rows: number
  readonly fields: readonly DbfField[]
  readonly encoding: DbfEncoding
}

/** The attribute table; what had to be cut comes back whole, as lines of a table of its own. */
async function writeCells(
  stem: string,
  table: ExportTable,
  { rows, fields, encoding }: CellsToWrite,
): Promise<string> {
  const dbf = await PartFile.create(`${stem}.dbf`, 0)
  let long = ''
  try {
    await dbf.write(dbfHeader(fields, rows, table.day, encoding))
    const lines = createInterface({ input: createReadStream(`${stem}.cells`), crlfDelay: Infinity })
    let rowNo = 0
    for await (const line of lines) {
      rowNo++
      const cells = JSON.parse(line) as Cell[]
      const row = dbfRow(fields, cells, encoding, (i) => {
        long += csvLine([rowNo, fields[i]!.name, cells[i]!])
      })
      await dbf.write(row)
      if (dbf.size > MAX_PART) throw tooLarge(table.name)
    }
    await dbf.write(DBF_END)
  } finally {
    await dbf.close()
  }
  return long
}

function fieldTable(fields: readonly DbfField[]): string {
  const head = csvLine(['短名 short', '全名 name', '类型 type', '长度 length', '小数 decimals'])
  const lines = fields.map(({ name, column, type, length, decimals }) =>
    csvLine([name, column.name, type, length, decimals]),
  )
  return `\ufeff${head}${lines.join('')}`
}

const noShapes = (name: string): Refusal =>
  new Refusal(
    'SHP_NO_SHAPES',
    { zh: `“${name}”没有图形,不能写成 Shapefile。`, en: `"${name}" has no shapes for a shapefile.` },
    { zh: '请导出为 CSV 或 XLSX。', en: 'Export CSV or XLSX.' },
    { field: 'format' },
  )

const tooLarge = (name: string): Refusal =>
  new Refusal(
    'SHP_TOO_LARGE',
    {
      zh: `“${name}”超过 Shapefile 每个部分 2 GB 的上限。`,
      en: `"${name}" is past the 2 GB a part of a shapefile may have.`,
    },
    { zh: '请加筛选条件,或导出为 GeoPackage。', en: 'Filter it, or export a GeoPackage.' },
  )

/** JSON without the two separators that end a line for some readers, ours among them. */
const oneLine = (cells: readonly Cell[]): string =>
  JSON.stringify(cells)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)
