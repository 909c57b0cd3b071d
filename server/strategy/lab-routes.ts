import { z } from 'zod'
import {
  adoptRequestSchema,
  closeRequestSchema,
  comparisonSchema,
  explanationSchema,
  jobSchema,
  labPackSchema,
  moverArraysSchema,
  moversQuerySchema,
  moversSchema,
  packComplaintSchema,
  packListSchema,
  previewRequestSchema,
  previewSchema,
  scenarioRequestSchema,
  scenarioSchema,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import type { JobRunner } from '../job/runner.ts'
import { standingAt } from '../parcel/standing-store.ts'
import { adoptPack } from './adopt.ts'
import { packName, runClassify } from './classify.ts'
import { explain } from './explain.ts'
import { takeFacts } from './one-parcel-store.ts'
import { labPack, type Lab } from './lab.ts'
import { currentRun, parcelNotFound } from './run-store.ts'
import { closeScenario, listScenarios, readScenario } from './scenario-store.ts'

const previewParams = z.object({ id: z.string().max(40) })
const scenarioParams = z.object({ id: z.coerce.number().int().positive() })
const tag = 'lab'

export function labRoutes(base: Base, lab: Lab, jobs: JobRunner, clock: Clock): Endpoint[] {
  return [
    ...previewRoutes(base, lab),
    ...scenarioRoutes(base, lab, clock),
    ...packRoutes(base, lab, jobs, clock),
  ]
}

function previewRoutes(base: Base, lab: Lab): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/rules/preview',
      tag,
      summary: {
        zh: '规则试算:改参数、改条件或换规则包,看哪些宗地会换策略;不保存',
        en: 'What-if: change numbers, conditions or the pack, and see which parcels would move; saves nothing',
      },
      body: previewRequestSchema,
      answer: { json: previewSchema },
      handle: ({ body }) => lab.preview(body),
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/preview/{id}/movers',
      tag,
      summary: { zh: '会换策略的宗地,面积从大到小', en: 'The parcels that would move, largest first' },
      params: previewParams,
      query: moversQuerySchema,
      answer: { json: moversSchema },
      handle: ({ params, query }) => lab.movers(params.id, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/preview/{id}/arrays',
      tag,
      summary: {
        zh: '全部换策略宗地的编号和新策略,紧凑格式;切片可用 /tiles/parcel/…?preview=试算编号',
        en: 'Numbers and new strategies of all that move, compact; tiles take ?preview=<id>',
      },
      params: previewParams,
      answer: { json: moverArraysSchema },
      handle: async ({ params }) => lab.moverArrays(params.id),
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/preview/{id}/complaints',
      tag,
      summary: { zh: '检查器对试算规则的意见', en: 'What the checker says of the rules tried' },
      params: previewParams,
      answer: { json: z.array(packComplaintSchema) },
      handle: async ({ params }) => [...lab.complaints(lab.shelf.get(params.id))],
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/preview/{id}/parcels/{parcel}',
      tag,
      summary: {
        zh: '一宗地块在试算规则下的理由',
        en: 'Why a parcel would have its strategy under the rules tried',
      },
      params: previewParams.extend({ parcel: z.coerce.number().int().positive() }),
      answer: { json: explanationSchema },
      handle: async ({ params }) => {
        const { pack, snapshot } = lab.shelf.get(params.id)
        const { asOf, choicesBy } = snapshot.run
        const run = { asOf, choicesBy, pack }
        const known = await takeFacts(base.db, await standingAt(base.db), run, params.parcel)
        if (!known) throw parcelNotFound(params.parcel)
        return explain({ parcel: params.parcel, asOf, pack, ...known })
      },
    }),
  ]
}

function scenarioRoutes(base: Base, lab: Lab, clock: Clock): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/scenarios',
      tag,
      summary: { zh: '保存的试算方案', en: 'Scenarios that were saved' },
      query: z.object({ all: z.enum(['true', 'false']).optional().describe('含已关闭的 closed ones too') }),
      answer: { json: z.array(scenarioSchema) },
      handle: ({ query }) => listScenarios(base.db, query.all === 'true'),
    }),
    endpoint({
      method: 'post',
      path: '/api/scenarios',
      tag,
      summary: { zh: '保存试算方案', en: 'Save a scenario' },
      body: scenarioRequestSchema,
      answer: { json: scenarioSchema, status: 201 },
      handle: ({ body }) => lab.save(body, clock.now()),
    }),
    endpoint({
      method: 'get',
      path: '/api/scenarios/compare',
      tag,
      summary: { zh: '两个方案对比', en: 'Two scenarios side by side' },
      query: z.object({
        first: z.coerce.number().int().positive(),
        second: z.coerce.number().int().positive(),
      }),
      answer: { json: comparisonSchema },
      handle: ({ query }) => lab.compare(query.first, query.second),
    }),
    endpoint({
      method: 'get',
      path: '/api/scenarios/{id}',
      tag,
      summary: { zh: '一个方案', en: 'One scenario' },
      params: scenarioParams,
      answer: { json: scenarioSchema },
      handle: ({ params }) => readScenario(base.db, params.id),
    }),
    endpoint({
      method: 'post',
      path: '/api/scenarios/{id}/close',
      tag,
      summary: { zh: '关闭方案;记录保留', en: 'Close a scenario; it is kept' },
      params: scenarioParams,
      body: closeRequestSchema,
      answer: { json: scenarioSchema },
      handle: async ({ params, body }) => {
        await base.transaction((tx) => closeScenario(tx, params.id, { by: body.by, at: clock.now() }))
        return readScenario(base.db, params.id)
      },
    }),
  ]
}

function packRoutes(base: Base, lab: Lab, jobs: JobRunner, clock: Clock): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/rules/packs',
      tag,
      summary: { zh: '可试算的规则包', en: 'Rule packs that can be tried' },
      answer: { json: packListSchema },
      handle: () => lab.packs(),
    }),
    endpoint({
      method: 'get',
      path: '/api/rules/packs/{hash}',
      tag,
      summary: { zh: '规则包的参数、表和条件', en: 'Numbers, tables and conditions of a pack' },
      params: z.object({ hash: z.string().max(64) }),
      answer: { json: labPackSchema },
      handle: async ({ params }) => {
        const { pack, asOf } = await currentRun(base.db)
        return labPack(params.hash === 'current' ? pack : await lab.packNamed(params.hash, pack), asOf)
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/rules/adopt',
      tag,
      summary: {
        zh: '采纳为新的规则版本,写明理由;随后按其重新判定',
        en: 'Adopt as a new version with a reason; parcels are then classified by it',
      },
      body: adoptRequestSchema,
      answer: { json: jobSchema, status: 202 },
      handle: async ({ body }) => {
        const { pack } = await adoptPack(base, lab, body, { today: clock.today(), at: clock.now() })
        const { asOf } = await currentRun(base.db)
        return jobs.start('classify', { pack: packName(pack), reason: body.reason }, ({ signal, progress }) =>
          runClassify(base, {
            asOf,
            packText: pack.yaml,
            startedAt: clock.now(),
            signal,
            onProgress: progress,
          }),
        )
      },
    }),
  ]
}
