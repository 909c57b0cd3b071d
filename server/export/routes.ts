import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { momentSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { attachmentHeader } from '../http/attachment.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { exportFormat, exportFormats } from './format.ts'
import { exportKinds, openExport } from './table.ts'

export function exportRoutes(base: Base): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/export',
      tag: 'export',
      summary: { zh: '导出宗地、记录、问题或台账', en: 'Export parcels, records, findings or the ledger' },
      query: z.object({
        kind: z.enum(exportKinds),
        format: z.string().max(20),
        filter: z.string().max(4000).optional().describe('CQL2 text, for parcels'),
        ...momentSchema.shape,
      }),
      answer: { mediaTypes: Object.values(exportFormats).map(({ mediaType }) => mediaType) },
      handle: async ({ query, response }) => {
        const format = exportFormat(query.format)
        const { mediaType, write } = exportFormats[format]
        const table = await openExport(base.db, query.kind, query.filter ?? null, query)
        const lines = write(table)
        const first = await lines.next() // what fails early still gets a proper answer
        response.setHeader('Content-Type', mediaType)
        response.setHeader('Content-Disposition', attachmentHeader(`terrier-${query.kind}.${format}`))
        await pipeline(Readable.from(prepend(first, lines)), response)
      },
    }),
  ]
}

async function* prepend(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done) return
  yield first.value
  yield* rest
}
