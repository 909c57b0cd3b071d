import type { Message } from '../refusal.ts'
import { addDays, addMonths, addYears, daysBetween, type IsoDate } from '../units.ts'
import { definitionOf, type Dictionary } from './dictionary.ts'
import { valueOf, verdictOf } from './evaluate.ts'
import type { Cql2Node } from './cql2.ts'
import { deadlineEvents, type DeadlineEvent, type DeadlineKind, type DeadlinePart } from './deadline-model.ts'
import type { Facts } from './fact.ts'
import type { RulePack, Strategy } from './pack.ts'
import { factsIn } from './search.ts'

export const lights = ['red', 'yellow', 'green', 'grey'] as const
/** Traffic light (domain dossier 9). */
export type Light = (typeof lights)[number]

/** Days ahead at which somebody is told. */
export const warningDays = [90, 30, 7] as const
export type Warning = (typeof warningDays)[number]

/** `open`: to be met; `unsure`: nobody knows whether it has been met; `undated`: what it counts from is not on record. */
export type DeadlineState = 'open' | 'unsure' | 'undated'

/** Something that has to happen by a day. */
export interface Deadline {
  /** Code of the clock, `C5.1` for the first term of a strategy, `override` for the end of an override. */
  readonly rule: string
  readonly title: Message
  readonly kind: DeadlineKind
  readonly basis: string
  readonly due: IsoDate | null
  /** Negative once it has passed. */
  readonly daysLeft: number | null
  readonly state: DeadlineState
  readonly recurring: boolean
  /** Length of the term, days; null where it has none. */
  readonly limitDays: number | null
  /** What it counts from: facts with their days, or an event. */
  readonly from: { readonly facts: readonly string[]; readonly event: DeadlineEvent | null }
  /** How it was counted, in words. */
  readonly counted: Message
}

/** What the deadlines of a parcel follow from besides its facts. */
export interface StrategyHeld {
  readonly strategy: Strategy
  /** The day the parcel came to have it; null: not known. */
  readonly since: IsoDate | null
  /** Of an override, while one stands. */
  readonly override?: { readonly setOn: IsoDate; readonly expiresOn: IsoDate } | undefined
}

/** The deadlines of one parcel, those that still matter, soonest first; what cannot be dated comes last. */
export function deadlinesOf(pack: RulePack, facts: Facts, held: StrategyHeld): Deadline[] {
  const asOf = String(facts.as_of)
  const all = [...clockDeadlines(pack, facts), ...termsOf(pack, held, facts), ...overrideDeadline(held)]
  return all
    .map((deadline) => ({
      ...deadline,
      daysLeft: deadline.due === null ? null : daysBetween(asOf, deadline.due),
    }))
    .toSorted((a, b) => order(a) - order(b) || (a.rule < b.rule ? -1 : 1))
}

const order = ({ due }: { due: IsoDate | null }): number => (due === null ? Infinity : Date.parse(due))

type Undelayed = Omit<Deadline, 'daysLeft'>

function clockDeadlines(pack: RulePack, facts: Facts): Undelayed[] {
  const circumstances = { facts, pack }
  return pack.clocks.flatMap((clock): Undelayed[] => {
    if (verdictOf(clock.when, circumstances) !== 'true') return []
    const met = verdictOf(clock.met, circumstances)
    const due = dayOf(valueOf(clock.due, circumstances))
    if (met === 'true' || due === null) return []
    const isUnsure = met === 'unknown' || verdictOf(clock.unsure, circumstances) === 'true'
    const from = clock.from === null ? null : dayOf(valueOf(clock.from, circumstances))
    return [
      {
        rule: clock.code,
        title: clock.title,
        kind: clock.kind,
        basis: clock.basis,
        due,
        state: isUnsure ? 'unsure' : 'open',
        recurring: false,
        limitDays: from === null ? null : daysBetween(from, due),
        from: { facts: factsIn(clock.due).filter((name) => name !== 'as_of'), event: null },
        counted: countedIn(pack.dictionary, clock.due, facts),
      },
    ]
  })
}

/** The day or days a clock starts from, in words: `约定开工日 2023-03-15`. */
function countedIn(dictionary: Dictionary, due: Cql2Node, facts: Facts): Message {
  const names = factsIn(due).filter((name) => name !== 'as_of')
  const inWords = (lang: 'zh' | 'en') =>
    names.map((name) => `${definitionOf(dictionary, name)[lang]} ${String(facts[name] ?? '—')}`).join(', ')
  return { zh: inWords('zh'), en: inWords('en') }
}

function termsOf({ dictionary }: RulePack, { strategy, since }: StrategyHeld, facts: Facts): Undelayed[] {
  const asOf = String(facts.as_of)
  return strategy.deadline.parts.map((part, i): Undelayed => {
    const event = isEvent(part.from) ? part.from : null
    const begins = event === 'flag' ? since : event ? null : dayOf(facts[part.from] ?? null)
    const due = begins === null ? null : dueOf(part, begins, asOf)
    const start = event ? deadlineEvents[event] : definitionOf(dictionary, part.from)
    const length = lengthText(part)
    const on = begins === null ? '' : ` ${begins}`
    return {
      rule: `${strategy.code}.${i + 1}`,
      title: strategy.title,
      kind: strategy.deadline.kind,
      basis: strategy.basis.join(';'),
      due,
      state: due === null ? 'undated' : 'open',
      recurring: part.every,
      limitDays: due === null || begins === null || part.every ? null : daysBetween(begins, due),
      from: { facts: event ? [] : [part.from], event },
      counted: {
        zh: `${start.zh}${on} 起 ${length.zh}`,
        en: `${length.en} from ${start.en}${on}`,
      },
    }
  })
}

function overrideDeadline({ override }: StrategyHeld): Undelayed[] {
  if (!override) return []
  const { setOn, expiresOn } = override
  return [
    {
      rule: 'override',
      title: { zh: '人工改定到期', en: 'Override expires' },
      kind: 'mgmt',
      basis: '人工改定 (override)',
      due: expiresOn,
      state: 'open',
      recurring: false,
      limitDays: daysBetween(setOn, expiresOn),
      from: { facts: [], event: null },
      counted: { zh: `改定于 ${setOn}`, en: `set on ${setOn}` },
    },
  ]
}

const isEvent = (from: string): from is DeadlineEvent => Object.hasOwn(deadlineEvents, from)

function lengthText({ n, unit, every }: DeadlinePart): Message {
  if (unit === 'year_end') return { zh: '至当年末', en: 'to the end of that year' }
  const words = { day: ['日', 'day'], working_day: ['个工作日', 'working day'], month: ['个月', 'month'], year: ['年', 'year'] } // prettier-ignore
  const [zh, en] = words[unit]!
  const many = n === 1 ? en : `${en}s`
  return every ? { zh: `每 ${n} ${zh}`, en: `every ${n} ${many}` } : { zh: `${n} ${zh}`, en: `${n} ${many}` }
}

const dayOf = (value: unknown): IsoDate | null => (typeof value === 'string' ? value : null)

/** The last day of a term; of one that recurs, the first such day not before the day asked about. */
export function dueOf({ n, unit, every }: DeadlinePart, from: IsoDate, asOf: IsoDate): IsoDate {
  const after = (times: number): IsoDate => {
    switch (unit) {
      case 'day':
        return addDays(from, n * times)
      case 'working_day':
        return addWorkingDays(from, n * times)
      case 'month':
        return addMonths(from, n * times)
      case 'year':
        return addYears(from, n * times)
      case 'year_end':
        return `${from.slice(0, 4)}-12-31`
    }
  }
  if (!every) return after(1)
  const gone = Math.max(0, unitsBetween(unit, from, asOf))
  const times = Math.max(1, Math.floor(gone / n))
  return after(times) >= asOf ? after(times) : after(times + 1)
}

/** Whole units from one day to another, at most one too many. */
function unitsBetween(unit: TermUnitThatRecurs, from: IsoDate, to: IsoDate): number {
  if (unit === 'day' || unit === 'working_day') return daysBetween(from, to)
  const months =
    12 * (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) +
    Number(to.slice(5, 7)) -
    Number(from.slice(5, 7))
  return unit === 'month' ? months : Math.floor(months / 12)
}
type TermUnitThatRecurs = DeadlinePart['unit']

/** Counts Mondays to Fridays, beginning the day after; a term from a Saturday counts as from the Friday before. */
export function addWorkingDays(from: IsoDate, n: number): IsoDate {
  const weekday = new Date(`${from}T00:00:00Z`).getUTCDay() || 7
  const day = Math.min(weekday, 5)
  return addDays(from, day - weekday + n + 2 * Math.floor((day - 1 + n) / 5))
}

/**
 * The deadline to speak of: the nearest still ahead; failing that the last one missed; failing that what comes round
 * again. Null: none can be dated. Equal days: by code.
 */
export function nextDeadline(deadlines: readonly Deadline[]): Deadline | null {
  const dated = deadlines.filter(({ due }) => due !== null)
  const once = dated.filter(({ recurring }) => !recurring)
  return (
    once.find(({ daysLeft }) => daysLeft! >= 0) ??
    lastDayOf(once.filter(({ state, daysLeft }) => state === 'open' && daysLeft! < 0)) ??
    dated.find(({ recurring }) => recurring) ??
    null
  )
}

/** Of those that end on the last of the days, the last by code. */
const lastDayOf = (missed: readonly Deadline[]): Deadline | undefined => missed.at(-1)

/**
 * Green: on schedule. Yellow: due within 90 days, or missed by less than half of its term. Red: missed by more, or
 * missed without a term of its own. Grey: nothing can be dated, or nobody knows whether a day that passed was met.
 * What comes round again is never late: nobody records visits.
 */
export function lightOf(deadlines: readonly Deadline[]): Light {
  const dated = deadlines.filter(({ due, recurring }) => due !== null && !recurring)
  const missed = dated.filter(({ daysLeft }) => daysLeft! < 0)
  const late = missed.filter(({ state }) => state === 'open')
  if (late.some(({ limitDays, daysLeft }) => limitDays === null || -2 * daysLeft! >= limitDays)) return 'red'
  if (late.length > 0 || dated.some(({ daysLeft }) => daysLeft! >= 0 && daysLeft! <= 90)) return 'yellow'
  if (missed.length > 0 || !deadlines.some(({ due }) => due !== null)) return 'grey'
  return 'green'
}

/** The narrowest warning a day ahead falls under; null: more than 90 days, or passed. */
export function warningFor(daysLeft: number | null): Warning | null {
  if (daysLeft === null || daysLeft < 0) return null
  return warningDays.findLast((days) => daysLeft <= days) ?? null
}
