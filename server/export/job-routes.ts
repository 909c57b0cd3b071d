import type { Response } from 'express'
import { z } from 'zod'
import { exportJobSchema, exportOrderSchema, jobSchema } from '../contract.ts'
import { attachmentHeader } from '../http/attachment.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { recordKinds } from '../record/record.ts'
import type { Exports } from './exports.ts'
import { exportFormats } from './format.ts'

export function exportJobRoutes(exports: Exports): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/exports',
      tag: 'export',
      summary: {
        zh: '大批量导出:作为任务进行,可查进度、可取消,完成后取文件;内容以提交时为准',
        en: 'A large export, as a job: can be followed and cancelled, ends with a file; holds what stood when it was asked for',
      },
      body: exportOrderSchema.extend({ register: z.enum(recordKinds).optional() }),
      answer: { json: jobSchema, status: 202 },
      handle: ({ body }) => exports.start(body),
    }),
    endpoint({
      method: 'get',
      path: '/api/exports',
      tag: 'export',
      summary: {
        zh: '导出任务,新的在前,附仍保留的文件',
        en: 'Exports that ran as jobs, newest first, with the files still kept',
      },
      answer: { json: z.array(exportJobSchema) },
      handle: () => exports.list(),
    }),
    endpoint({
      method: 'get',
      path: '/api/exports/{id}/file',
      tag: 'export',
      summary: {
        zh: '已完成导出的文件;ETag 为 sha256,可分段续传',
        en: 'The file of a finished export; its ETag is its sha256, ranges can be asked for',
      },
      params: z.object({ id: z.coerce.number().int().positive() }),
      answer: { mediaTypes: Object.values(exportFormats).map(({ mediaType }) => mediaType) },
      handle: async ({ params, response }) => {
        const { path, fileName, mediaType, sha256 } = await exports.file(params.id)
        response.setHeader('Content-Type', mediaType)
        response.setHeader('Content-Disposition', attachmentHeader(fileName))
        response.setHeader('ETag', `"${sha256}"`)
        response.setHeader('Cache-Control', 'no-cache, no-transform') // the bytes whose size and sha256 were told
        await sendWhole(response, path)
      },
    }),
  ]
}

/** @throws what goes wrong with the file; not that the reader went away */
function sendWhole(response: Response, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(path, { cacheControl: false, lastModified: false, dotfiles: 'allow' }, (error) => {
      if (error && !('code' in error && error.code === 'ECONNABORTED')) reject(error)
      else resolve()
    })
  })
}
