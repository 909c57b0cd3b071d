import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  deliverySchema,
  importIssueSchema,
  jobSchema,
  repairDecisionSchema,
  repairSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { attachmentHeader } from '../http/attachment.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { receiveUpload, type Upload } from '../http/upload.ts'
import type { JobContext, JobRunner } from '../job/runner.ts'
import { recordKinds } from '../record/record.ts'
import { Refusal, type Message } from '../refusal.ts'
import { decideRepairs } from './decide.ts'
import { listDeliveries, readDeliveredFile, readDelivery, readIssues } from './delivery-store.ts'
import { listRepairs, openProposals } from './repair-list-store.ts'
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
        const upload = await receiveUpload(request)
        try {
          const order = readOrder(upload)
          // read before the folder is discarded; the import keeps the bytes whole anyway
          const bytes = await readFile(upload.path)
          return await jobs.start('import', { ...order, fileName: upload.fileName }, (job) =>
            importFile(base, {
              ...order,
              bytes,
              name: upload.fileName,
              receivedAt: clock.now(),
              ...asPartOf(job),
            }),
          )
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
      path: '/api/deliveries/{id}/file',
      tag: 'deliveries',
      summary: { zh: '交付的原文件', en: 'The bytes as they came' },
      params,
      answer: { mediaTypes: ['application/octet-stream'] },
      handle: async ({ params, response }) => {
        const { fileName, bytes, sha256 } = await readDeliveredFile(base.db, params.id)
        // never by its own type: a delivered HTML file must not run as a page of ours
        response.setHeader('Content-Type', 'application/octet-stream')
        response.setHeader('Content-Disposition', attachmentHeader(fileName))
        response.setHeader('ETag', `"${sha256}"`)
        response.end(bytes)
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

interface Order {
  readonly as: string
  readonly crs?: string
  readonly from?: string
  readonly mapping?: { readonly name: string; readonly text: string }
  readonly dryRun: boolean
  readonly allOrNothing: boolean
}

const orderSchema = z
  .object({
    as: z.union([z.enum(recordKinds), z.string().regex(/^layer:[\p{L}\p{N}_-]{1,60}$/u)]),
    crs: z.string().max(40).optional(),
    from: z.string().max(200).optional(),
    mapping: z.string().max(200_000).optional(),
    dryRun: z.enum(['true', 'false']).optional(),
    allOrNothing: z.enum(['true', 'false']).optional(),
  })
  .strict()

/** What the form asks for. @throws Refusal `UPLOAD_INVALID`. */
function readOrder({ fields }: Upload): Order {
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''))
  const checked = orderSchema.safeParse(filled)
  if (!checked.success) {
    const issue = checked.error.issues[0]!
    const field = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.join('.')
    throw badField(String(field).slice(0, 60))
  }
  const { as, crs, from, mapping, dryRun, allOrNothing } = checked.data
  if (as === 'layer') throw badField('as')
  return {
    as,
    ...(crs !== undefined && { crs }),
    ...(from !== undefined && { from }),
    // as text, never as a path: a reader must not name files of ours
    ...(mapping !== undefined && { mapping: { name: 'mapping', text: mapping } }),
    dryRun: dryRun === 'true',
    allOrNothing: allOrNothing === 'true',
  }
}

const badField = (field: string): Refusal =>
  new Refusal(
    'UPLOAD_INVALID',
    { zh: `表单字段“${field}”不可用。`, en: `The form field "${field}" cannot be used.` },
    {
      zh: 'as 取 approval、supply、registration、completion 等或 layer:图层名;mapping 写字段对照的内容。',
      en: 'as is approval, supply, registration, completion … or layer:NAME; mapping holds the text of a mapping.',
    },
    { field },
  )
