import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import {
  deliveredRowSchema,
  deliveryPreviewSchema,
  deliverySchema,
  issueGroupSchema,
  importIssueSchema,
  jobSchema,
  repairDecisionSchema,
  repairSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { attachmentHeader } from '../http/attachment.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { receiveUpload } from '../http/upload.ts'
import type { JobContext, JobRunner } from '../job/runner.ts'
import type { Message } from '../refusal.ts'
import { decideRepairs } from './decide.ts'
import { readIssueGroups } from './issue-group-store.ts'
import { listDeliveries, readDeliveredFile, readDelivery, readIssues } from './delivery-store.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import { readOrder, readPreviewOrder } from './order.ts'
import { previewFile } from './preview.ts'
import { listRepairs, openProposals } from './repair-list-store.ts'
import { readRow } from './row-store.ts'
import { importFile, undoDelivery } from './run.ts'

const params = z.object({ id: z.coerce.number().int().positive() })
const undone = z.object({ delivery: z.number().int(), closed: z.number().int(), restored: z.number().int() })

export function deliveryRoutes(base: Base, jobs: JobRunner, clock: Clock): Endpoint[] {
  const undo = (call: { params: { id: number } }) => undoDelivery(base, call.params.id, clock.now())
  return [
    endpoint({
      method: 'get',
      path: '/api/deliveries',
      tag: 'deliveries',
      summary: { zh: '收到的交付', en: 'Deliveries received' },
      query: z.object({ limit: z.coerce.number().int().min(1).max(2_000).optional() }),
      answer: { json: z.array(deliverySchema) },
      handle: ({ query }) => listDeliveries(base.db, query.limit ?? 500),
    }),
    endpoint({
      method: 'post',
      path: '/api/deliveries',
      tag: 'deliveries',
      summary: {
        zh: '导入一件交付:multipart 表单,字段 as、crs、mapping、dryRun、allOrNothing、file',
        en: 'Bring in a delivery: multipart form with as, crs, mapping, dryRun, allOrNothing, file',
      },
      body: 'raw',
      answer: { json: jobSchema, status: 202 },
      handle: async ({ request }) => {
        const upload = await receiveUpload(request, MAX_FILE_BYTES)
        try {
          const order = readOrder(upload)
          // a mapping may hold parameters of the city, which are used and not kept
          const { mapping: _, ...kept } = order
          const started = await jobs.start('import', { ...kept, fileName: upload.fileName }, (job) =>
            importFile(base, {
              ...order,
              path: upload.path,
              name: upload.fileName,
              receivedAt: clock.now(),
              ...asPartOf(job),
            }),
          )
          // it reads the file where it lies, which is gone only once it is over, cancelled or not
          void jobs.finished(started.jobId).then(() => upload.discard())
          return started
        } catch (error) {
          await upload.discard()
          throw error
        }
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/deliveries/preview',
      tag: 'deliveries',
      summary: {
        zh: '预览:格式、编码、坐标系、范围、各列含义与前几行;表单同导入,as 可不填;不写入',
        en: 'What is understood of a file: format, encoding, CRS, extent, columns, first rows; same form, as may be left out; writes nothing',
      },
      body: 'raw',
      answer: { json: deliveryPreviewSchema },
      handle: async ({ request }) => {
        const upload = await receiveUpload(request, MAX_FILE_BYTES)
        try {
          const { as, crs, from, mapping } = readPreviewOrder(upload)
          return await previewFile(base, { as, crs, from, mapping, path: upload.path, name: upload.fileName })
        } finally {
          await upload.discard()
        }
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}',
      tag: 'deliveries',
      summary: { zh: '一件交付', en: 'One delivery' },
      params,
      answer: { json: deliverySchema },
      handle: ({ params }) => readDelivery(base.db, params.id),
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}/issues',
      tag: 'deliveries',
      summary: { zh: '交付中的问题行', en: 'What was found wrong in it' },
      params,
      query: z.object({
        after: z.coerce.number().int().nonnegative().optional(),
        limit: z.coerce.number().int().min(1).max(5_000).optional(),
      }),
      answer: { json: z.object({ issues: z.array(importIssueSchema), next: z.number().int().nullable() }) },
      handle: ({ params, query }) =>
        readIssues(base.db, params.id, { after: query.after ?? 0, limit: query.limit ?? 1_000 }),
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}/rows/{row}',
      tag: 'deliveries',
      summary: {
        zh: '交付中的一行:原样、位置与问题',
        en: 'One row of it: as delivered, where it lies, what was said',
      },
      params: params.extend({ row: z.coerce.number().int().positive() }),
      answer: { json: deliveredRowSchema },
      handle: ({ params }) => readRow(base.db, params.id, params.row),
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}/issue-groups',
      tag: 'deliveries',
      summary: {
        zh: '按类型合计的问题,附处理建议',
        en: 'What was found wrong by type, with counts and advice',
      },
      params,
      answer: { json: z.array(issueGroupSchema) },
      handle: ({ params }) => readIssueGroups(base.db, params.id),
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}/file',
      tag: 'deliveries',
      summary: { zh: '交付的原文件', en: 'The bytes as they came' },
      params,
      answer: { mediaTypes: ['application/octet-stream'] },
      handle: async ({ params, response }) => {
        const { fileName, pieces, sha256 } = await readDeliveredFile(base.db, params.id)
        // never by its own type: a delivered HTML file must not run as a page of ours
        response.setHeader('Content-Type', 'application/octet-stream')
        response.setHeader('Content-Disposition', attachmentHeader(fileName))
        response.setHeader('ETag', `"${sha256}"`)
        await pipeline(Readable.from(pieces), response)
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/deliveries/{id}/repairs',
      tag: 'deliveries',
      summary: {
        zh: '图形修复:已作的与待人决定的,附修复前后',
        en: 'Repairs of shapes: those made and those that wait for a person, with before and after',
      },
      params,
      query: z.object({
        after: z.coerce.number().int().nonnegative().optional(),
        limit: z.coerce.number().int().min(1).max(2_000).optional(),
      }),
      answer: { json: z.object({ repairs: z.array(repairSchema), next: z.number().int().nullable() }) },
      handle: ({ params, query }) =>
        listRepairs(base.db, params.id, { after: query.after ?? 0, limit: query.limit ?? 500 }),
    }),
    endpoint({
      method: 'post',
      path: '/api/deliveries/{id}/decisions',
      tag: 'deliveries',
      summary: {
        zh: '对待定的修复作出决定;采用的行成为一件后续交付',
        en: 'Decide on proposed repairs; accepted rows arrive in a delivery that follows',
      },
      params,
      body: repairDecisionSchema,
      answer: { json: jobSchema, status: 202 },
      handle: async ({ params, body }) => {
        const { fileName } = await openProposals(base.db, params.id, body.rows)
        return jobs.start('import', { decides: params.id, ...body, fileName }, (job) =>
          decideRepairs(base, { deliveryId: params.id, ...body, at: clock.now(), ...asPartOf(job) }),
        )
      },
    }),
    endpoint({
      method: 'delete',
      path: '/api/deliveries/{id}',
      tag: 'deliveries',
      summary: { zh: '整件撤回', en: 'Take it back whole' },
      params,
      answer: { json: undone },
      handle: undo,
    }),
    endpoint({
      method: 'post',
      path: '/api/deliveries/{id}/undo',
      tag: 'deliveries',
      summary: { zh: '整件撤回(同 DELETE)', en: 'Take it back whole (as DELETE)' },
      params,
      answer: { json: undone },
      handle: undo,
    }),
  ]
}

/** Progress goes to the job, and a cancelled job stops the import at its next step: the transaction takes all of it back. */
const asPartOf = ({ jobId, signal, progress }: JobContext) => ({
  jobId,
  onProgress: (fraction: number, step: Message): void => {
    signal.throwIfAborted()
    progress(fraction, step)
  },
})
