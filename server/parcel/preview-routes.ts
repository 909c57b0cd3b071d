import { overlapPreviewRequestSchema, overlapPreviewSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { readDrawn } from '../http/drawn.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { previewOverlaps } from './preview-store.ts'

export function previewRoutes(base: Base): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/overlaps/preview',
      tag: 'areas',
      summary: {
        zh: '拟报图形与现状的压盖预览',
        en: 'What a drawn shape would overlap, and what would be left',
      },
      body: overlapPreviewRequestSchema,
      answer: { json: overlapPreviewSchema },
      handle: ({ body }) => previewOverlaps(base.db, readDrawn(body.geometry), body.as),
    }),
  ]
}
