import { z } from 'zod'
import {
  catalogSchema,
  conflictsSchema,
  dossierSchema,
  lineageSchema,
  momentSchema,
  parcelCardSchema,
  parcelPageSchema,
  parcelQuerySchema,
  placesSchema,
  statsSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import {
  CatalogReader,
  conflicts,
  dossier,
  findParcels,
  lineage,
  parcelCard,
  places,
  standingAt,
  stats,
} from './store.ts'

/** Our number, or the 19 characters of a parcel code. */
export const parcelParams = z.object({ id: z.string().min(1).max(40) })
/** What narrows a list, without its order and pages. */
export const parcelConditionsSchema = parcelQuerySchema.omit({ sort: true, limit: true, cursor: true })

export function parcelRoutes(base: Base): Endpoint[] {
  const { db } = base
  const catalog = new CatalogReader(base)
  return [
    endpoint({
      method: 'get',
      path: '/api/catalog',
      tag: 'catalog',
      summary: {
        zh: '代码名称、范围与底库性质',
        en: 'Names of codes, extent, and what kind of base this is',
      },
      query: momentSchema,
      answer: { json: catalogSchema },
      handle: ({ query }) => catalog.read(query),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels',
      tag: 'parcels',
      summary: { zh: '宗地列表与合计', en: 'Parcels and their totals' },
      query: parcelQuerySchema.extend(momentSchema.shape),
      answer: { json: parcelPageSchema },
      handle: ({ query: { asOf, knownAt, ...query } }) => findParcels(db, query, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/stats',
      tag: 'parcels',
      summary: {
        zh: '按策略、阶段、行政区、用途、类别合计',
        en: 'Totals by strategy, stage, district, use and kind',
      },
      query: parcelConditionsSchema.extend(momentSchema.shape),
      answer: { json: statsSchema },
      handle: ({ query: { asOf, knownAt, ...query } }) => stats(db, query, { asOf, knownAt }),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}',
      tag: 'parcels',
      summary: { zh: '宗地身份卡', en: 'Identity card of a parcel' },
      params: parcelParams,
      query: momentSchema,
      answer: { json: parcelCardSchema },
      handle: ({ params, query }) => parcelCard(db, params.id, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}/dossier',
      tag: 'parcels',
      summary: { zh: '全生命周期档案与缺件', en: 'Papers in the order of life, with gaps' },
      params: parcelParams,
      query: momentSchema,
      answer: { json: dossierSchema },
      handle: ({ params, query, language }) => dossier(db, params.id, language, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}/lineage',
      tag: 'parcels',
      summary: { zh: '沿革:分割、合并与面积流转', en: 'Lineage: splits, mergers and the land that moved' },
      params: parcelParams,
      query: momentSchema,
      answer: { json: lineageSchema },
      handle: async ({ params, query }) => lineage(db, params.id, await standingAt(db, query)),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}/conflicts',
      tag: 'parcels',
      summary: { zh: '逐层核查:冲突、无冲突、未核查', en: 'Layer by layer: conflict, clean or not checked' },
      params: parcelParams,
      query: momentSchema,
      answer: { json: conflictsSchema },
      handle: ({ params, query }) => conflicts(db, params.id, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/places',
      tag: 'parcels',
      summary: { zh: '一点上的历代宗地与图层', en: 'Every parcel that ever lay at a point, and its zones' },
      query: z.object({
        lon: z.coerce.number().min(-180).max(180),
        lat: z.coerce.number().min(-85).max(85),
        ...momentSchema.shape,
      }),
      answer: { json: placesSchema },
      handle: async ({ query }) => places(db, query, await standingAt(db, query)),
    }),
  ]
}
