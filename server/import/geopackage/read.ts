import { createRequire } from 'node:module'
import type { Database as SqliteDatabase, SQLiteValue, Statement } from 'node-sqlite3-wasm'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { CrsHint } from '../crs-hint.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { note } from '../issue.ts'
import { chooseLayer } from '../layer-choice.ts'
import { MAX_FIELDS } from '../limits.ts'
import { typeMismatch } from '../sniff.ts'
import type { ColumnDeclared, DeliveredShape, Source, SourceRow } from '../source.ts'
import { crsFromPrj } from '../wkt.ts'
import { shapeFromGpkg } from './shape.ts'

// A CommonJS package whose exports cannot be told by name from an ES module.
const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm')

/**
 * One layer of a GeoPackage, read where it lies, row by row. Its CRS is that of `gpkg_spatial_ref_sys`; tables without
 * shapes are read as tables.
 *
 * Only tables are read, never views: a view is a query of the sender's that would run here.
 * @param layer which one, where the file holds several
 * @param timesAreLocal times marked UTC have no zone in truth
 * @throws Refusal GPKG_CORRUPT, FILE_TYPE_MISMATCH for another SQLite file, LAYER_UNKNOWN, SEVERAL_LAYERS, TOO_MANY_FIELDS
 */
export async function readGeoPackage(
  file: DeliveredFile,
  {
    layer,
    timesAreLocal = false,
  }: { readonly layer?: string | undefined; readonly timesAreLocal?: boolean } = {},
): Promise<Source> {
  const db = opened(await file.onDisk(), file.name)
  try {
    return source(db, file.name, layer, timesAreLocal)
  } catch (error) {
    db.close()
    throw asCorrupt(error, file.name)
  }
}

function opened(path: string, fileName: string): SqliteDatabase {
  try {
    const db = new Database(path, { readOnly: true })
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON')
    return db
  } catch (error) {
    throw asCorrupt(error, fileName)
  }
}

interface Layer {
  readonly table: string
  readonly geometryColumn: string | null
  readonly srsId: number | null
  readonly hasZ: boolean
}

function source(
  db: SqliteDatabase,
  fileName: string,
  layer: string | undefined,
  timesAreLocal: boolean,
): Source {
  const tables = new Set(
    db.all("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name)),
  )
  if (!tables.has('gpkg_contents')) {
    throw typeMismatch(
      fileName,
      { zh: 'SQLite 数据库,但不是 GeoPackage', en: 'an SQLite database, but no GeoPackage' },
      {
        zh: '请导出为 GeoPackage、Shapefile（ZIP）或 GeoJSON。',
        en: 'Export it as GeoPackage, zipped Shapefile or GeoJSON.',
      },
    )
  }
  const layers = listLayers(db, tables)
  const name = chooseLayer(
    layers.map(({ table }) => table),
    layer,
    fileName,
  )
  const chosen = layers.find(({ table }) => table === name)!
  const columns = columnsOf(db, chosen, fileName)
  const count = Number(db.get(`SELECT count(*) AS n FROM ${quoted(chosen.table)}`)?.['n'] ?? 0)
  const issues: Issue[] = []
  if (chosen.hasZ) issues.push(heightsLeftOut())
  let isOpen = true
  return {
    format: 'geopackage',
    encoding: 'UTF-8',
    crs: chosen.geometryColumn === null ? null : crsOf(db, chosen.srsId, fileName),
    issues,
    cutNames: new Map(),
    columns: columns.filter((column) => column.name !== chosen.geometryColumn).map(({ name }) => name),
    columnTypes: new Map(
      columns.flatMap(({ name, declared }) => (declared === null ? [] : [[name, declared] as const])),
    ),
    about: { layer: chosen.table },
    rowCount: count,
    *rows() {
      const statement = db.prepare(`SELECT * FROM ${quoted(chosen.table)}`)
      try {
        let rowNo = 0
        for (const row of statement.iterate())
          yield readRow(row as Record<string, SQLiteValue>, columns, chosen, ++rowNo, timesAreLocal)
      } catch (error) {
        throw asCorrupt(error, fileName)
      } finally {
        finalize(statement)
      }
    },
    async close() {
      if (isOpen) db.close()
      isOpen = false
    },
  }
}

export const heightsLeftOut = (): Issue =>
  note('HEIGHTS_LEFT_OUT', {
    field: 'geometry',
    zh: '图层带高程或量测值,只采用平面坐标;原值随交付文件保存。',
    en: 'The layer carries heights or measures; only plane coordinates are used, the delivered file keeps the rest.',
  })

function listLayers(db: SqliteDatabase, tables: ReadonlySet<string>): Layer[] {
  const shaped = new Map(
    tables.has('gpkg_geometry_columns')
      ? db.all('SELECT * FROM gpkg_geometry_columns').map((row) => [String(row['table_name']), row] as const)
      : [],
  )
  return db
    .all(
      "SELECT table_name, data_type, srs_id FROM gpkg_contents WHERE data_type IN ('features', 'attributes')",
    )
    .map((row) => String(row['table_name']))
    .filter((table) => tables.has(table))
    .map((table) => {
      const geometry = shaped.get(table)
      return {
        table,
        geometryColumn: geometry === undefined ? null : String(geometry['column_name']),
        srsId: geometry === undefined ? null : Number(geometry['srs_id']),
        hasZ: geometry !== undefined && (Number(geometry['z']) === 1 || Number(geometry['m']) === 1),
      }
    })
}

/** Finalizing says the last error of a statement again; it has been thrown already. */
function finalize(statement: Statement): void {
  try {
    if (!statement.isFinalized) statement.finalize()
  } catch (error) {
    if (!isSqliteError(error)) throw error
  }
}

const isSqliteError = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'SQLite3Error'

interface Column {
  readonly name: string
  readonly isFlag: boolean
  readonly declared: ColumnDeclared | null
}

/** Clause 1.1.1.1.3; text of a kind of its own, such as a time, is text. */
function declaredAs(type: string): ColumnDeclared | null {
  const text = /^TEXT(?:\((\d+)\))?$/i.exec(type)
  if (text) return { type: 'text', ...(text[1] !== undefined && { width: Number(text[1]) }) }
  if (/^(?:TINY|SMALL|MEDIUM)?INT(?:EGER)?$/i.test(type)) return { type: 'integer' }
  if (/^(?:DOUBLE|FLOAT|REAL)$/i.test(type)) return { type: 'real' }
  if (/^BOOLEAN$/i.test(type)) return { type: 'flag' }
  return /^DATE$/i.test(type) ? { type: 'date' } : null
}

function columnsOf(db: SqliteDatabase, { table }: Layer, fileName: string): Column[] {
  // with the columns that are worked out from others, which `table_info` leaves out
  const columns = db.all(`PRAGMA table_xinfo(${quoted(table)})`).map((row) => ({
    name: String(row['name']),
    isFlag: /^bool/i.test(String(row['type'])),
    declared: declaredAs(String(row['type'])),
  }))
  if (columns.length <= MAX_FIELDS) return columns
  throw new Refusal(
    'TOO_MANY_FIELDS',
    {
      zh: `“${fileName}”有 ${columns.length} 个字段,超过 ${MAX_FIELDS} 个。`,
      en: `"${fileName}" has ${columns.length} fields, more than ${MAX_FIELDS}.`,
    },
    { zh: '请只保留需要的字段。', en: 'Keep only the fields that are needed.' },
    { file: fileName },
  )
}

/** 0 and -1 mean that nobody knows. */
function crsOf(db: SqliteDatabase, srsId: number | null, fileName: string): CrsHint | null {
  if (srsId === null || srsId === 0 || srsId === -1) return null
  const row = db.get('SELECT * FROM gpkg_spatial_ref_sys WHERE srs_id = ?', srsId)
  if (!row) return { by: 'header', label: `srs_id ${srsId}`, srid: null, fileName }
  const label = String(row['srs_name'])
  if (/^epsg$/i.test(String(row['organization'])))
    return { by: 'header', label, srid: Number(row['organization_coordsys_id']), fileName }
  const told = crsFromPrj(String(row['definition']), fileName)
  return told ? { ...told, by: 'header' } : { by: 'header', label, srid: null, fileName }
}

function readRow(
  row: Readonly<Record<string, SQLiteValue>>,
  columns: readonly Column[],
  { geometryColumn }: Layer,
  rowNo: number,
  timesAreLocal: boolean,
): SourceRow {
  const values = new Map<string, Json>()
  let shape: DeliveredShape = { kind: 'none' }
  for (const { name, isFlag } of columns) {
    const value = row[name]
    if (value === null || value === undefined || value === '') continue
    if (name === geometryColumn) shape = shapeFromGpkg(value)
    else
      values.set(
        name,
        isFlag && typeof value === 'number' ? value !== 0 : timeOf(jsonOf(value), timesAreLocal),
      )
  }
  return { rowNo, values, shape, issues: [], repaired: false }
}

/** Integers a double cannot hold stay text, so that no digit is lost. */
function jsonOf(value: Exclude<SQLiteValue, null>): Json {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return `（二进制 ${value.length} 字节 / ${value.length} bytes）`
  return value
}

/** A geodatabase keeps times of no zone; written as UTC by the way, they are not moved to Beijing. */
const timeOf = (value: Json, timesAreLocal: boolean): Json =>
  timesAreLocal && typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)
    ? value.slice(0, -1)
    : value

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** What SQLite says about a damaged file; anything else is not about the file. */
function asCorrupt(error: unknown, fileName: string): unknown {
  if (!isSqliteError(error)) return error
  return new Refusal(
    'GPKG_CORRUPT',
    {
      zh: `“${fileName}”已损坏或不完整（${error.message}）。`,
      en: `"${fileName}" is damaged or not complete (${error.message}).`,
    },
    {
      zh: '请先在来源软件中关闭该文件（合并 -wal）,再重新复制或导出。',
      en: 'Close it in the program it comes from (so that its -wal is merged), then copy or export it again.',
    },
    { file: fileName },
    { cause: error },
  )
}
