import type { Override, OverridePage, ParcelOverride, SetOverride } from '../contract/decision.ts'
import { listMark, readCursor, writeCursor } from '../cursor.ts'
import type { Base } from '../db/open.ts'
import { maskPersonal } from '../identifier/mask.ts'
import { standingAt } from '../parcel/standing-store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { landDictionary } from '../rule/dictionary.ts'
import { winnerOf } from '../rule/evaluate.ts'
import type { FactValue } from '../rule/fact.ts'
import { valueInWords } from '../rule/words.ts'
import { isIsoDate } from '../units.ts'
import { assessAgain } from './classify.ts'
import { takeFacts } from './one-parcel-store.ts'
import { groundsOf } from './override.ts'
import {
  inForce,
  insertEnd,
  insertOverride,
  insertSeen,
  selectOverrides,
  type OverrideQuery,
  type OverrideRow,
} from './override-store.ts'
import { countyOf, currentRun, heldBy, requireParcel } from './run-store.ts'

/**
 * A person decides on another strategy for a parcel than the rules give. Kept with what the rules rested on, and
 * applied at once: the parcel is classified anew, nothing else is.
 * @param at ISO instant, given by the entry point
 * @throws Refusal `OVERRIDE_INVALID`, `OVERRIDE_SAME`, `STRATEGY_UNKNOWN`, `NOT_CLASSIFIED`, and for an unknown parcel
 */
export async function setOverride(
  base: Base,
  idOrCode: number | string,
  decided: SetOverride,
  at: string,
): Promise<ParcelOverride> {
  const { db } = base
  const standing = await standingAt(db)
  const run = await currentRun(db)
  const parcelId = await requireParcel(db, standing, idOrCode)
  const known = await takeFacts(db, standing, run, parcelId)
  if (!known) throw notClassified()
  const ruled = winnerOf(run.pack, known.facts)
  if (!run.pack.strategies.some(({ code }) => code === decided.strategy))
    throw unknownStrategy(decided.strategy)
  if (decided.strategy === ruled.code) throw sameStrategy(ruled.code)
  if (!isIsoDate(decided.expiresOn) || decided.expiresOn < run.asOf)
    throw badExpiry(decided.expiresOn, run.asOf)
  const countyCode = await countyOf(db, standing, parcelId)
  await base.transaction((tx) =>
    insertOverride(tx, {
      countyCode,
      parcelId,
      strategy: decided.strategy,
      ruledStrategy: ruled.code,
      by: decided.by,
      reason: decided.reason,
      document: decided.document,
      setOn: run.asOf,
      expiresOn: decided.expiresOn,
      grounds: groundsOf(run.pack, known.facts),
      packHash: run.pack.hash,
      runId: run.runId,
      setAt: at,
    }),
  )
  await assessAgain(base, parcelId, at)
  return overrideOf(base, parcelId)
}

/**
 * Ends the override of a parcel, or puts a reopened one aside; the strategy of the rules counts again.
 * @throws Refusal `OVERRIDE_NONE` where there is neither
 */
export async function endOverride(
  base: Base,
  idOrCode: number | string,
  { by, reason }: { readonly by: string; readonly reason: string },
  at: string,
): Promise<ParcelOverride> {
  const { db } = base
  const standing = await standingAt(db)
  const run = await currentRun(db)
  const parcelId = await requireParcel(db, standing, idOrCode)
  const [standingOne] = await inForce(db, parcelId)
  if (standingOne) {
    const end = { kind: 'ended', why: 'person', detail: {}, by, reason, on: run.asOf, at } as const
    await base.transaction((tx) => insertEnd(tx, standingOne, end))
    await assessAgain(base, parcelId, at)
    return overrideOf(base, parcelId)
  }
  const [waiting] = await selectOverrides(db, { parcelId, state: 'attention', limit: 1 })
  if (!waiting) throw noOverride(parcelId)
  await base.transaction((tx) => insertSeen(tx, waiting, { by, note: reason, at }))
  return overrideOf(base, parcelId)
}

/** The override of a parcel, if any, and all it ever had. @throws for an unknown parcel, and as `standingAt` */
export async function overrideOf(
  { db }: Pick<Base, 'db'>,
  idOrCode: number | string,
): Promise<ParcelOverride> {
  const standing = await standingAt(db)
  const parcelId = await requireParcel(db, standing, idOrCode)
  const held = await heldBy(db, parcelId, standing.runId)
  if (!held) throw notClassified()
  const history = (await selectOverrides(db, { parcelId })).map(toOverride)
  return {
    parcelId,
    strategy: held.strategy,
    ruledStrategy: held.ruledStrategy,
    current: history.find(({ overrideId }) => overrideId === held.overrideId) ?? null,
    history,
  }
}

/** Overrides of the whole city, the latest first. */
export async function listOverrides(
  { db }: Pick<Base, 'db'>,
  query: Pick<OverrideQuery, 'state' | 'limit'> & { readonly cursor?: string | undefined },
): Promise<OverridePage> {
  const { cursor, state, limit = 200 } = query
  const mark = listMark('overrides', '', { state })
  const [before] = cursor === undefined ? [] : readCursor(cursor, mark, ['number_of_ours'])
  const rows = await selectOverrides(db, { state, before, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  return {
    rows: shown.map(toOverride),
    nextCursor: rows.length > limit ? writeCursor(mark, [shown.at(-1)!.override_id]) : null,
  }
}

/** One override by its number; null where there is none. */
export async function overrideByNumber(
  { db }: Pick<Base, 'db'>,
  overrideId: number | null,
): Promise<Override | null> {
  if (overrideId === null) return null
  const [row] = await selectOverrides(db, { overrideId })
  return row ? toOverride(row) : null
}

function toOverride(row: OverrideRow): Override {
  const end =
    row.kind === null
      ? null
      : {
          why: row.why!,
          text: endInWords(row),
          on: row.ended_on!,
          at: row.ended_at!,
          by: row.ended_by === null ? null : maskPersonal(row.ended_by),
          reason: row.end_reason,
        }
  return {
    overrideId: row.override_id,
    parcelId: row.parcel_id,
    state: row.kind ?? 'in_force',
    needsAttention: row.kind === 'reopened' && row.seen_at === null && !row.decided_since,
    strategy: row.strategy,
    ruledStrategy: row.ruled_strategy,
    by: maskPersonal(row.by_person),
    reason: row.reason,
    document: row.document,
    setOn: row.set_on,
    expiresOn: row.expires_on,
    setAt: row.set_at,
    end,
    seen:
      row.seen_at === null ? null : { by: maskPersonal(row.seen_by!), note: row.seen_note!, at: row.seen_at },
  }
}

function endInWords({ kind, why, detail }: OverrideRow): Message {
  if (kind === 'replaced') return { zh: '已由新的改定取代', en: 'replaced by a later one' }
  switch (why) {
    case 'expired':
      return { zh: '已过失效日', en: 'it has expired' }
    case 'parcel':
      return { zh: '宗地已终止', en: 'the parcel has ended' }
    case 'rules':
      return { zh: '规则包中已无该策略', en: 'the rule pack no longer has this strategy' }
    case 'ruled': {
      const [before, now] = (detail as { ruled: [string, string] }).ruled
      return { zh: `规则的结论由 ${before} 变为 ${now}`, en: `the rules now say ${now}, no longer ${before}` }
    }
    case 'facts': {
      const changes = Object.entries(detail as Record<string, [FactValue, FactValue | null]>)
      const inWords = (lang: keyof Message) =>
        changes
          .map(([name, [before, now]]) => changeInWords(name, before, now, lang))
          .join(lang === 'zh' ? ';' : '; ')
      return { zh: `所依据的事实已变:${inWords('zh')}`, en: `facts it rested on changed: ${inWords('en')}` }
    }
    default:
      return { zh: '由人终止', en: 'ended by a person' }
  }
}

function changeInWords(name: string, before: FactValue, now: FactValue | null, lang: keyof Message): string {
  const fact = landDictionary.facts.get(name)
  if (!fact) return `${name} ${String(before)} → ${String(now)}`
  const inWords = (value: FactValue | null) => valueInWords(landDictionary, name, value)[lang]
  return `${fact[lang]} ${inWords(before)} → ${inWords(now)}`
}

const notClassified = (): Refusal =>
  new Refusal(
    'NOT_CLASSIFIED',
    { zh: '该宗地尚未判定策略。', en: 'This parcel has no strategy yet.' },
    { zh: '请先运行 terrier classify。', en: 'Run terrier classify first.' },
  )

const unknownStrategy = (code: string): Refusal =>
  new Refusal(
    'STRATEGY_UNKNOWN',
    { zh: `现行规则包没有策略“${code}”。`, en: `The rule pack in use has no strategy "${code}".` },
    { zh: '策略代码见规则包,如 C3。', en: 'See the rule pack for codes, for example C3.' },
    { field: 'strategy' },
  )

const sameStrategy = (code: string): Refusal =>
  new Refusal(
    'OVERRIDE_SAME',
    {
      zh: `规则的结论就是 ${code},无需改定。`,
      en: `The rules already give ${code}; there is nothing to override.`,
    },
    { zh: '如要撤销改定,请终止它。', en: 'To take an override back, end it.' },
    { field: 'strategy' },
  )

const badExpiry = (text: string, asOf: string): Refusal =>
  new Refusal(
    'OVERRIDE_INVALID',
    {
      zh: `失效日“${text}”不是 ${asOf} 当日或以后的日期。`,
      en: `"${text}" is no day on or after ${asOf}.`,
    },
    {
      zh: '写作 2025-12-31;改定必须有失效日。',
      en: 'Write it as 2025-12-31; every override has a last day.',
    },
    { field: 'expiresOn' },
  )

const noOverride = (parcelId: number): Refusal =>
  new Refusal(
    'OVERRIDE_NONE',
    { zh: `宗地 ${parcelId} 没有生效或待处理的改定。`, en: `Parcel ${parcelId} has no override to end.` },
    { zh: '用 terrier override list 查看。', en: 'See terrier override list.' },
  )
