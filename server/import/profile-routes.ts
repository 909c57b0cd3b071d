import { z } from 'zod'
import { renameProfileSchema, saveProfileSchema, sourceProfileSchema } from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import type { Mapping } from './mapping.ts'
import { listProfiles, renameProfile, retireProfile, saveProfile } from './profile-store.ts'

const params = z.object({ id: z.coerce.number().int().positive() })

/** 来源对照: how files of one source are read, remembered by their columns. */
export function profileRoutes(base: Base, clock: Clock): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/source-profiles',
      tag: 'deliveries',
      summary: { zh: '已保存的来源对照,各取最新版', en: 'Remembered mappings, the newest version of each' },
      answer: { json: z.array(sourceProfileSchema) },
      handle: () => listProfiles(base.db),
    }),
    endpoint({
      method: 'post',
      path: '/api/source-profiles',
      tag: 'deliveries',
      summary: {
        zh: '保存来源对照;同列同类者成为新的一版',
        en: 'Remember a mapping; for the same columns and kind it becomes a further version',
      },
      body: saveProfileSchema,
      answer: { json: sourceProfileSchema, status: 201 },
      // `saveProfile` checks the mapping itself, and names the entry that is wrong
      handle: ({ body }) => saveProfile(base, { ...body, mapping: body.mapping as Mapping }, clock.now()),
    }),
    endpoint({
      method: 'get',
      path: '/api/source-profiles/{id}',
      tag: 'deliveries',
      summary: { zh: '一份来源对照的各版,新的在前', en: 'Every version of one, newest first' },
      params,
      answer: { json: z.array(sourceProfileSchema) },
      handle: ({ params }) => listProfiles(base.db, params.id),
    }),
    endpoint({
      method: 'post',
      path: '/api/source-profiles/{id}/rename',
      tag: 'deliveries',
      summary: { zh: '改名,成为新的一版', en: 'Another name, as a further version' },
      params,
      body: renameProfileSchema,
      answer: { json: sourceProfileSchema },
      handle: ({ params, body }) => renameProfile(base, params.id, body, clock.now()),
    }),
    endpoint({
      method: 'delete',
      path: '/api/source-profiles/{id}',
      tag: 'deliveries',
      summary: { zh: '停用;各版仍保留', en: 'No longer used by itself; every version is kept' },
      params,
      query: z.object({ by: z.string().trim().min(1).max(80) }),
      answer: { json: z.array(sourceProfileSchema) },
      handle: async ({ params, query }) => {
        await retireProfile(base, params.id, query.by, clock.now())
        return listProfiles(base.db, params.id)
      },
    }),
  ]
}
