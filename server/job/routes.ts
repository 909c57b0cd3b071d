import type { Response } from 'express'
import { z } from 'zod'
import { jobSchema, listedJobSchema, type Job } from '../contract.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { Refusal } from '../refusal.ts'
import { isOver, type JobRunner } from './runner.ts'

const params = z.object({ id: z.coerce.number().int().positive() })
const HEARTBEAT_MS = 15_000

export function jobRoutes(jobs: JobRunner): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/jobs',
      tag: 'jobs',
      summary: {
        zh: '任务,新的在前;中断的任务写明是否写入',
        en: 'Jobs, newest first; one cut short says whether anything was kept',
      },
      query: z.object({
        kind: z.string().max(40).optional(),
        limit: z.coerce.number().int().min(1).max(500).optional(),
      }),
      answer: { json: z.array(listedJobSchema) },
      handle: ({ query }) => jobs.list({ kind: query.kind, limit: query.limit ?? 50 }),
    }),
    endpoint({
      method: 'get',
      path: '/api/jobs/{id}',
      tag: 'jobs',
      summary: {
        zh: '任务进度;Accept: text/event-stream 时逐步推送',
        en: 'Progress of a job; pushed as it happens with Accept: text/event-stream',
      },
      params,
      answer: { mediaTypes: ['application/json', 'text/event-stream'] },
      handle: async ({ params, request, response }) => {
        const job = await jobs.required(params.id)
        if (request.accepts(['json', 'text/event-stream']) !== 'text/event-stream') {
          response.json(jobSchema.parse(job))
          return
        }
        push(jobs, job, response)
      },
    }),
    endpoint({
      method: 'delete',
      path: '/api/jobs/{id}',
      tag: 'jobs',
      summary: { zh: '取消任务', en: 'Cancel a job' },
      params,
      answer: { json: jobSchema, status: 202 },
      handle: async ({ params }) => {
        const job = await jobs.required(params.id)
        if (!jobs.cancel(params.id)) {
          throw new Refusal(
            'JOB_FINISHED',
            { zh: `任务 ${params.id} 已经结束。`, en: `Job ${params.id} is over.` },
            { zh: '无需取消。', en: 'There is nothing to cancel.' },
          )
        }
        return job
      },
    }),
  ]
}

/** Server-sent events: `progress` while it runs, `end` once, then the stream closes. */
function push(jobs: JobRunner, job: Job, response: Response): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  })
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS)
  const stopWatching = jobs.watch(job.jobId, send)
  response.on('close', () => {
    clearInterval(heartbeat)
    stopWatching()
  })
  send(job)
  function send(now: Job): void {
    response.write(`event: ${isOver(now) ? 'end' : 'progress'}\ndata: ${JSON.stringify(now)}\n\n`)
    if (isOver(now)) response.end()
  }
}
