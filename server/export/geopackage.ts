import { join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import { crsName, ogcWkt } from '../geo/crs-text.ts'
import { readWkb } from '../geo/wkb.ts'
import { bytesOf, inFolder } from './folder.ts'
import { outgoing, type Outgoing } from './place.ts'
import type { Cell, Column, ColumnType, ExportRow, ExportTable } from './row.ts'

/** A GeoPackage (OGC 12-128r17, version 1.3) with one table of features, or of attributes where there are no shapes. */
export function writeGeoPackage(table: ExportTable, crs: number | null = null): AsyncGenerator<Uint8Array> {
  const out = table.srid === null && crs === null ? null : outgoing(table, crs)
  return inFolder(async function* (folder) {
    const path = join(folder, 'export.gpkg')
    await fill(path, table, out)
    yield* bytesOf(path)
  })
}

const typeNames: Readonly<Record<ColumnType, string>> = {
  text: 'TEXT',
  integer: 'INTEGER',
  real: 'DOUBLE',
  flag: 'BOOLEAN',
  date: 'DATE',
}

async function fill(path: string, table: ExportTable, out: Outgoing | null): Promise<void> {
  const base = new sqlite.Database(path)
  try {
    // the file is ours alone until it is whole, so nothing is journalled or forced to disk
    base.exec('PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA locking_mode = exclusive')
    base.exec(`PRAGMA application_id = ${0x47504b47}; PRAGMA user_version = 10300`)
    base.exec('BEGIN')
    base.exec(tables)
    fillReferenceSystems(base, out)
    const columns = table.columns.filter((column) => !isOwnNumber(column, table))
    const names = columnNames(columns)
    const declared = columns.map(({ type }, i) => `${quoted(names[i]!)} ${typeNames[type]}`)
    const layer = quoted(table.name)
    base.exec(
      `CREATE TABLE ${layer} (${['fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL', ...(out ? ['geom MULTIPOLYGON'] : []), ...declared].join(', ')})`,
    )
    const extent = await insertRows(base, layer, { ...table, columns }, out)
    register(base, table, out, extent)
    base.exec('COMMIT')
  } finally {
    base.close()
  }
}

async function insertRows(
  base: sqlite.Database,
  layer: string,
  { columns, rows, delivered }: ExportTable,
  out: Outgoing | null,
): Promise<Box> {
  const extent = emptyBox()
  const places = columns.length + (out ? 2 : 1)
  const insert = base.prepare(`INSERT INTO ${layer} VALUES (${Array(places).fill('?').join(', ')})`)
  try {
    let fid = 0
    for await (const row of rows) {
      const cells = columns.map((column) => cellOf(row.cells[column.name] ?? null, column.type))
      fid = delivered && typeof row.cells['fid'] === 'number' ? row.cells['fid'] : fid + 1
      insert.run(out ? [fid, shapeOf(row, out, extent), ...cells] : [fid, ...cells])
    }
  } finally {
    insert.finalize()
  }
  return extent
}

/** A text in a column of numbers (a code of more digits than a number holds) stays a text: SQLite keeps it so. */
function cellOf(value: Cell, type: ColumnType): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (type === 'date' && typeof value === 'string')
    return value.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  return value
}

interface Box {
  west: number
  south: number
  east: number
  north: number
}
const emptyBox = (): Box => ({ west: Infinity, south: Infinity, east: -Infinity, north: -Infinity })

/** The shape with the header of clause 2.1.3: magic, version, flags (little-endian, box in x and y), SRS, box. */
function shapeOf({ wkb }: ExportRow, out: Outgoing, extent: Box): Uint8Array | null {
  if (wkb === null) return null
  const placed = out.placeWkb(wkb)
  const box = emptyBox()
  readWkb(placed, {
    polygon() {},
    ring() {},
    position(x, y) {
      if (x < box.west) box.west = x
      if (x > box.east) box.east = x
      if (y < box.south) box.south = y
      if (y > box.north) box.north = y
    },
  })
  const isEmpty = box.west > box.east
  const head = isEmpty ? 8 : 40
  const bytes = new Uint8Array(head + placed.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x4750) // GP
  view.setUint8(3, isEmpty ? 0b0001_0001 : 0b0000_0011)
  view.setInt32(4, out.srid, true)
  if (!isEmpty) {
    for (const [i, edge] of [box.west, box.east, box.south, box.north].entries())
      view.setFloat64(8 + 8 * i, edge, true)
    extent.west = Math.min(extent.west, box.west)
    extent.south = Math.min(extent.south, box.south)
    extent.east = Math.max(extent.east, box.east)
    extent.north = Math.max(extent.north, box.north)
  }
  bytes.set(placed, head)
  return bytes
}

function fillReferenceSystems(base: sqlite.Database, out: Outgoing | null): void {
  const add = (name: string, srid: number, organization: string, definition: string) =>
    base.run('INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)', [
      name,
      srid,
      organization,
      srid,
      definition,
    ])
  add('Undefined cartesian SRS', -1, 'NONE', 'undefined')
  add('Undefined geographic SRS', 0, 'NONE', 'undefined')
  add(crsName(4326), 4326, 'EPSG', ogcWkt(4326))
  if (out && out.srid !== 4326) add(crsName(out.srid), out.srid, 'EPSG', ogcWkt(out.srid))
}

function register(base: sqlite.Database, table: ExportTable, out: Outgoing | null, extent: Box): void {
  const box =
    extent.west > extent.east
      ? [null, null, null, null]
      : [extent.west, extent.south, extent.east, extent.north]
  base.run('INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    table.name,
    out ? 'features' : 'attributes',
    table.name,
    '',
    `${table.day}T00:00:00.000Z`,
    ...box,
    out ? out.srid : null,
  ])
  if (out)
    base.run('INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)', [
      table.name,
      'geom',
      'MULTIPOLYGON',
      out.srid,
    ])
}

/** The number a delivered GeoPackage gave each row comes back as that, not as a column beside it. */
const isOwnNumber = ({ name, type }: Column, { delivered }: ExportTable): boolean =>
  delivered === true && name === 'fid' && type === 'integer'

/** Names of columns, told apart from ours and, as SQLite does not by case, from each other. */
function columnNames(columns: readonly Column[]): string[] {
  const taken = new Set(['fid', 'geom'])
  return columns.map(({ name }) => {
    let free = name
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}_${n}`
    taken.add(free.toLowerCase())
    return free
  })
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Clauses 1.1.2, 1.1.3 and 2.1.5, as the specification words them. */
const tables = `
  CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
  );
  CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
  );
  CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
  );
`
