import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { Database } from '../db/schema.ts'
import { withoutSrid } from '../geo/wkb.ts'
import { Refusal } from '../refusal.ts'
import type { Cell, Column, ColumnType, ExportRow, ExportTable } from './row.ts'

const ROWS_PER_READ = 5_000

/**
 * The rows of one delivery as it delivered them: its own columns in their order, coordinates in its own CRS with every
 * digit. Rows that were refused are not in the base, and rows that had come before in another delivery stay with that one.
 *
 * Nothing is masked: it is the file itself again, for whoever may have the file.
 * @throws Refusal DELIVERY_UNKNOWN, DELIVERED_CRS_UNNUMBERED for GCJ-02
 */
export async function exportDelivered(db: Kysely<Database>, deliveryId: number): Promise<ExportTable> {
  const delivery = await db
    .selectFrom('delivery')
    .select(['crs', 'kind', 'received_at', 'options'])
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst()
  if (!delivery) throw unknownDelivery(deliveryId)
  const srid = delivery.crs === null ? null : Number(/^EPSG:(\d+)$/.exec(delivery.crs)?.[1] ?? Number.NaN)
  if (Number.isNaN(srid)) throw unnumbered(deliveryId, delivery.crs!)
  const options = keptOptions.parse(delivery.options)
  return {
    name: delivery.kind,
    columns: await deliveredColumns(db, deliveryId, options.columns),
    srid,
    delivered: true,
    about: options.about,
    day: delivery.received_at.slice(0, 10),
    rows: rows(db, deliveryId),
  }
}

/** What a delivery keeps of its file beside its rows. */
const keptOptions = z.object({
  about: z.record(z.string(), z.string()).default({}),
  columns: z
    .array(
      z.object({
        name: z.string(),
        type: z.enum(['text', 'integer', 'real', 'flag', 'date']).optional(),
        width: z.number().optional(),
        decimals: z.number().optional(),
      }),
    )
    .default([]),
})

/** Columns in the order of the file, those without a declared type by what their values are. */
async function deliveredColumns(
  db: Kysely<Database>,
  deliveryId: number,
  declared: z.output<typeof keptOptions>['columns'],
): Promise<Column[]> {
  const { rows: met } = await sql<{ name: string; types: string[] }>`
    select key as name, array_agg(distinct case
      when jsonb_typeof(value) = 'number' and value::text ~ '^-?[0-9]+$' then 'integer'
      when jsonb_typeof(value) = 'number' then 'real'
      when jsonb_typeof(value) = 'boolean' then 'flag'
      else 'text' end) as types
    from record, jsonb_each(raw) where delivery_id = ${deliveryId} and jsonb_typeof(value) <> 'null'
    group by key order by key
  `.execute(db)
  const types = new Map(met.map(({ name, types }) => [name, typeOf(types)]))
  const known = new Set(declared.map(({ name }) => name))
  const named: Column[] = declared.map(({ name, type, width, decimals }) => ({
    name,
    type: type ?? types.get(name) ?? 'text',
    ...(width !== undefined && { width }),
    ...(decimals !== undefined && { decimals }),
  }))
  const others = [...types].filter(([name]) => !known.has(name))
  return [...named, ...others.map(([name, type]): Column => ({ name, type }))]
}

function typeOf(types: readonly string[]): ColumnType {
  if (types.length === 1) return types[0] as ColumnType
  return types.every((type) => type === 'integer' || type === 'real') ? 'real' : 'text'
}

async function* rows(db: Kysely<Database>, deliveryId: number): AsyncGenerator<ExportRow> {
  for (let after = -1; ;) {
    const page = await db
      .selectFrom('record')
      .select(['row_no', 'raw', 'geom_delivered'])
      .where('delivery_id', '=', deliveryId)
      // a version restored by an undo carries the row number of the one it restores
      .distinctOn('row_no')
      .where('row_no', '>', after)
      .orderBy('row_no')
      .limit(ROWS_PER_READ)
      .execute()
    for (const { row_no, raw, geom_delivered } of page) {
      const cells: Record<string, Cell> = {}
      for (const [name, value] of Object.entries(raw))
        cells[name] = typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Cell)
      yield { id: row_no, cells, wkb: geom_delivered === null ? null : withoutSrid(geom_delivered) }
      after = row_no
    }
    if (page.length < ROWS_PER_READ) return
  }
}

const unknownDelivery = (deliveryId: number): Refusal =>
  new Refusal(
    'DELIVERY_UNKNOWN',
    { zh: `没有编号为 ${deliveryId} 的来件。`, en: `There is no delivery ${deliveryId}.` },
    { zh: '来件编号见导入时的回执。', en: 'The number of a delivery stands in the answer to its import.' },
    { field: 'delivery' },
  )

const unnumbered = (deliveryId: number, crs: string): Refusal =>
  new Refusal(
    'DELIVERED_CRS_UNNUMBERED',
    {
      zh: `来件 ${deliveryId} 的坐标系 ${crs} 没有 EPSG 编号,不能按原坐标导出。`,
      en: `Delivery ${deliveryId} came in ${crs}, which has no EPSG number, so its own coordinates cannot be exported.`,
    },
    { zh: '请去掉 --delivered,或下载原文件。', en: 'Leave out --delivered, or download the file itself.' },
    { field: 'delivery' },
  )
