import { once } from 'node:events'
import { z } from 'zod'
import {
  deadlinePageSchema,
  deadlineQuerySchema,
  endOverrideSchema,
  overridePageSchema,
  overrideQuerySchema,
  parcelOverrideSchema,
  setOverrideSchema,
  unknownsSchema,
  type Unknowns,
} from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Clock } from '../http/clock.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { KeptAnswers } from '../kept-answers.ts'
import { parcelParams } from '../parcel/routes.ts'
import { resolveParcel, standingAt } from '../parcel/store.ts'
import { findDeadlines, officeDeadlines } from './deadline-store.ts'
import { calendarEvent, calendarHead, calendarTail, type Calendar } from './ics.ts'
import { endOverride, listOverrides, overrideOf, setOverride } from './overrides.ts'
import { currentRun, requireRunId } from './run-store.ts'
import { cityUnknowns } from './city-unknowns.ts'
import type { FactSnapshots } from './fact-snapshot.ts'
import { addDays } from '../units.ts'

/** What a calendar shows: this many days back and ahead of the day asked about. */
const CALENDAR = { back: 30, ahead: 400 }

/** Deadlines, what a person decides, and what is still to find out. */
export function decisionRoutes(base: Base, snapshots: FactSnapshots, clock: Clock): Endpoint[] {
  const { db } = base
  const resolved = async (id: string) => resolveParcel(db, await standingAt(db), id)
  const unknowns = new KeptAnswers<Unknowns>(1)
  return [
    endpoint({
      method: 'get',
      path: '/api/deadlines',
      tag: 'strategy',
      summary: {
        zh: '期限:每宗地的下一个期限与红黄绿灯,先到期者在前',
        en: 'The next deadline of every parcel and its light, soonest first',
      },
      query: deadlineQuerySchema,
      answer: { json: deadlinePageSchema },
      handle: ({ query }) => findDeadlines(db, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/deadlines/{office}.ics',
      tag: 'strategy',
      summary: {
        zh: '一个牵头单位的期限日历(iCalendar),提前 90、30、7 日提醒',
        en: 'Deadlines of one lead office as an iCalendar feed, with reminders 90, 30 and 7 days ahead',
      },
      params: z.object({ office: z.string().min(1).max(100) }),
      answer: { mediaTypes: ['text/calendar'] },
      handle: async ({ params, language, response, request }) => {
        const run = await currentRun(db)
        const { office } = params
        const calendar: Calendar = { name: office, madeAt: run.madeAt, language }
        const range = { from: addDays(run.asOf, -CALENDAR.back), to: addDays(run.asOf, CALENDAR.ahead) }
        const rows = officeDeadlines(db, run, { office, ...range })
        response.setHeader('Content-Type', 'text/calendar; charset=utf-8')
        response.setHeader(
          'Content-Disposition',
          `attachment; filename*=UTF-8''${encodeURIComponent(office)}.ics`,
        )
        const send = async (text: string) => {
          if (!response.write(text)) await Promise.race([once(response, 'drain'), once(request, 'close')])
        }
        await send([...calendarHead(calendar)].join(''))
        for await (const row of rows) {
          if (response.destroyed) return
          await send([...calendarEvent(row, calendar)].join(''))
        }
        response.end(calendarTail())
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/unknowns',
      tag: 'strategy',
      summary: {
        zh: '待查事实:每项未知取决的宗数与面积,面积大者在前',
        en: 'What to find out: parcels and land whose strategy hangs on each unknown fact, most land first',
      },
      answer: { json: unknownsSchema },
      handle: async () => {
        const runId = await requireRunId(db)
        return unknowns.of(String(runId), () => snapshots.use((snapshot) => cityUnknowns(db, snapshot)))
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/overrides',
      tag: 'strategy',
      summary: { zh: '人工改定清单', en: 'Strategies decided by a person' },
      query: overrideQuerySchema,
      answer: { json: overridePageSchema },
      handle: ({ query }) => listOverrides(base, query),
    }),
    endpoint({
      method: 'get',
      path: '/api/parcels/{id}/override',
      tag: 'strategy',
      summary: { zh: '宗地的人工改定及历次', en: 'What a person decided about a parcel, now and before' },
      params: parcelParams,
      answer: { json: parcelOverrideSchema },
      handle: async ({ params }) => overrideOf(base, await resolved(params.id)),
    }),
    endpoint({
      method: 'post',
      path: '/api/parcels/{id}/override',
      tag: 'strategy',
      summary: {
        zh: '人工改定策略:须有改定人、理由、依据文件与失效日',
        en: 'Decides on another strategy: with person, reason, document and last day',
      },
      params: parcelParams,
      body: setOverrideSchema,
      answer: { json: parcelOverrideSchema, status: 201 },
      handle: async ({ params, body }) => setOverride(base, await resolved(params.id), body, clock.now()),
    }),
    endpoint({
      method: 'delete',
      path: '/api/parcels/{id}/override',
      tag: 'strategy',
      summary: {
        zh: '终止人工改定,或将已重新打开的标为已处理',
        en: 'Ends an override, or puts a reopened one aside',
      },
      params: parcelParams,
      body: endOverrideSchema,
      answer: { json: parcelOverrideSchema },
      handle: async ({ params, body }) => endOverride(base, await resolved(params.id), body, clock.now()),
    }),
  ]
}
