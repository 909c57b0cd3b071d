/** Overrides, deadlines and unknowns of the invented city. */
import type {
  DeadlineLine,
  DeadlinePage,
  DeadlineRow,
  Override,
  ParcelDeadlines,
  ParcelOverride,
  ParcelRow,
  Unknowns,
} from '../../../server/contract.ts'
import { asOf, parcelM2, strategies } from './base.ts'

export const ruledOf = ({ ruledStrategy, strategy }: ParcelRow) => {
  const code = ruledStrategy ?? strategy
  return { code: code!, title: strategies.find((each) => each.code === code)!.title }
}

/** Decided by a person against the rules, with all that has to be shown of it. */
export const decision = ({ parcelId, strategy, ruledStrategy }: ParcelRow): Override => ({
  overrideId: 7,
  parcelId,
  state: 'in_force',
  needsAttention: false,
  strategy: strategy!,
  ruledStrategy: ruledStrategy!,
  by: '张*',
  reason: '管线迁改尚未完成,先协商处置',
  document: '株政纪〔2026〕12号',
  setOn: '2026-05-10',
  expiresOn: '2026-12-31',
  setAt: '2026-05-10T02:00:00.000Z',
  end: null,
  seen: null,
})

/** A decision whose grounds have changed since. */
export const reopened = (row: ParcelRow): Override => ({
  ...decision({ ...row, ruledStrategy: 'C5' }),
  overrideId: 4,
  strategy: 'C3',
  state: 'reopened',
  needsAttention: true,
  end: {
    why: 'facts',
    text: { zh: '所依据的事实已变:闲置原因 企业自身 → 混合原因', en: 'facts it rested on changed' },
    on: '2026-06-30',
    at: '2026-06-30T08:00:00.000Z',
    by: null,
    reason: null,
  },
})

/** What a person sends is what everybody sees from then on. */
export function decide(row: ParcelRow, method: string, body: unknown): ParcelOverride {
  if (method === 'POST') {
    const decided = body as { strategy: string; by: string; reason: string; document: string }
    const mutable = row as { -readonly [K in keyof ParcelRow]: ParcelRow[K] }
    mutable.strategy = decided.strategy
    mutable.overrideId = 8
  }
  return {
    parcelId: row.parcelId,
    strategy: row.strategy!,
    ruledStrategy: row.ruledStrategy!,
    current: decision(row),
    history: [decision(row)],
  }
}

/** Start due on 2025-09-30: one year is over 92 days after 2026-06-30. */
export function deadlinesOf(row: ParcelRow): ParcelDeadlines {
  const due: DeadlineLine = {
    rule: 'idle_one_year',
    title: { zh: '满一年闲置', en: 'One year after the start due' },
    kind: 'law',
    basis: '房地产管理法26',
    due: '2026-09-30',
    daysLeft: 92,
    state: 'open',
    recurring: false,
    limitDays: 365,
    warning: null,
    counted: { zh: '约定开工日 2025-09-30', en: 'start due 2025-09-30' },
    facts: [
      {
        name: 'start.due',
        label: { zh: '约定开工日', en: 'start due' },
        value: '2025-09-30',
        source: { zh: '供应 · 4302012021B00123 · 约定开工时间', en: 'supply · 4302012021B00123 · start due' },
      },
    ],
  }
  const missed: DeadlineLine = {
    ...due,
    rule: 'start_due',
    title: { zh: '约定开工', en: 'Start of works due' },
    kind: 'contract',
    due: '2025-09-30',
    daysLeft: -273,
    limitDays: 400,
  }
  const service: DeadlineLine = {
    ...due,
    rule: `${row.strategy}.1`,
    title: strategies.find(({ code }) => code === row.strategy)!.title,
    due: null,
    daysLeft: null,
    state: 'undated',
    limitDays: null,
    counted: { zh: '文书送达之日 起 30 日', en: '30 days from service of the document' },
    facts: [],
  }
  return { light: 'red', since: '2026-02-28', next: due, all: [missed, due, service] }
}

/** Every parcel with a deadline of its own: parcel i in i × 3 − 30 days; the first ten have passed. */
export function deadlineRows(rows: readonly ParcelRow[]): DeadlineRow[] {
  return rows.map((row, i) => {
    const daysLeft = i * 3 - 30
    const due = new Date(Date.parse(`${asOf}T00:00:00Z`) + daysLeft * 86_400_000).toISOString().slice(0, 10)
    return {
      parcelId: row.parcelId,
      parcelCode: row.parcelCode,
      name: row.project,
      holder: row.holder,
      district: row.district,
      planarM2: row.areas.planarM2,
      strategy: row.strategy!,
      ruledStrategy: row.ruledStrategy!,
      overrideId: row.overrideId,
      office: i % 2 === 0 ? '自然资源局·开发利用' : '土地储备中心',
      light: daysLeft < 0 ? 'red' : daysLeft <= 90 ? 'yellow' : 'green',
      due,
      daysLeft,
      warning: null,
      rule: 'idle_one_year',
      title: { zh: '满一年闲置', en: 'One year after the start due' },
      kind: 'law',
      basis: '房地产管理法26',
    }
  })
}

export function deadlinePage(all: readonly DeadlineRow[], asked: URLSearchParams): DeadlinePage {
  const ofOffice = all.filter(({ office }) => (asked.get('office') ?? office) === office)
  const found = ofOffice.filter(({ light }) => (asked.get('light') ?? light) === light)
  const [from, limit] = [Number(asked.get('cursor') ?? 0), Number(asked.get('limit') ?? 200)]
  const rows = found.slice(from, from + limit)
  const sums = (list: readonly DeadlineRow[]) => ({ parcels: list.length, planarM2: list.length * parcelM2 })
  return {
    asOf,
    total: found.length,
    totalPlanarM2: found.length * parcelM2,
    lights: (['red', 'yellow', 'green', 'grey'] as const).map((light) => ({
      light,
      ...sums(ofOffice.filter((row) => row.light === light)),
    })),
    offices: ['自然资源局·开发利用', '土地储备中心'].map((office) => ({
      office,
      parcels: all.filter((row) => row.office === office).length,
    })),
    rows,
    nextCursor: from + limit < found.length ? String(from + limit) : null,
  }
}

export const unknowns: Unknowns = {
  asOf,
  parcels: 40,
  planarM2: 40 * parcelM2,
  rows: [
    ['site.built', '已建设', 'built upon', 30, ['X2', 'X3']],
    ['idle.cause', '闲置原因', 'cause of idleness', 10, ['C3', 'C4', 'C5']],
  ].map(([name, zh, en, parcels, couldGive]) => ({
    name: name as string,
    label: { zh: zh as string, en: en as string },
    parcels: parcels as number,
    planarM2: (parcels as number) * parcelM2,
    couldGive: couldGive as string[],
    now: [{ strategy: 'C6', parcels: parcels as number }],
  })),
}
