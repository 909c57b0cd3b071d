import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { z } from 'zod'
import { conflictFilterSchema, exportOrderSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { attachmentHeader } from '../http/attachment.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { recordKinds } from '../record/record.ts'
import { exportClaims } from './claim-store.ts'
import { exportFormat, exportFormats, type ExportFormat, type ExportWriter } from './format.ts'
import { exportIssues } from './issue-store.ts'
import { sridAsked } from './place.ts'
import type { ExportTable } from './row.ts'
import { openExport } from './table.ts'

/** What a list without shapes is saved as. */
const tables = ['csv', 'xlsx'] as const

export function exportRoutes(base: Base): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/export',
      tag: 'export',
      summary: { zh: '导出宗地、记录、问题或台账', en: 'Export parcels, records, findings or the ledger' },
      query: exportOrderSchema.extend({ register: z.enum(recordKinds).optional() }),
      answer: { mediaTypes: Object.values(exportFormats).map(({ mediaType }) => mediaType) },
      handle: async ({ query, response }) => {
        const format = exportFormat(query.format)
        const crs = sridAsked(query.crs)
        await send(response, await openExport(base.db, query.kind, query, query), format, crs)
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/claims/export',
      tag: 'claims',
      summary: {
        zh: '相互矛盾的说法清单,一行一种说法(CSV、XLSX)',
        en: 'Contradicting statements as a table, one line each (CSV, XLSX)',
      },
      query: conflictFilterSchema.extend({ format: z.enum(tables) }),
      answer: { mediaTypes: tables.map((format) => exportFormats[format].mediaType) },
      handle: async ({ query: { format, ...filter }, language, response }) => {
        await send(response, await exportClaims(base.db, filter, language), format)
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}/issues/export',
      tag: 'deliveries',
      summary: { zh: '一件交付的问题清单(CSV、XLSX)', en: 'Issues of a delivery as a table (CSV, XLSX)' },
      params: z.object({ id: z.coerce.number().int().positive() }),
      query: z.object({ format: z.enum(tables) }),
      answer: { mediaTypes: tables.map((format) => exportFormats[format].mediaType) },
      handle: async ({ params, query, response }) => {
        await send(response, await exportIssues(base.db, params.id), query.format)
      },
    }),
  ]
}

/** Sends a table as a file, piece by piece. */
async function send(
  response: Response,
  table: ExportTable,
  format: ExportFormat,
  crs: number | null = null,
): Promise<void> {
  const { mediaType, write }: ExportWriter = exportFormats[format]
  const pieces = write(table, crs)
  const first = await pieces.next() // what fails early still gets a proper answer
  response.setHeader('Content-Type', mediaType)
  response.setHeader('Content-Disposition', attachmentHeader(`terrier-${table.name}.${format}`))
  await pipeline(Readable.from(prepend(first, pieces), { objectMode: true }), response)
}

async function* prepend<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done) return
  yield first.value
  yield* rest
}
