import { z } from 'zod'
import type { Message } from '../refusal.ts'
import { parseCql2, type Cql2Node } from './cql2.ts'
import { typeProblems, type Complaint } from './type-check.ts'
import type { Vocabulary } from './vocabulary.ts'

/** `law`: set by law or by the ministry; `contract`: agreed with the holder; `mgmt`: our own management target. */
export type DeadlineKind = 'law' | 'contract' | 'mgmt'

export const termUnits = ['day', 'working_day', 'month', 'year', 'year_end'] as const
/** `year_end`: the last day of the year it begins in. `working_day`: Monday to Friday; public holidays are not known here. */
export type TermUnit = (typeof termUnits)[number]

/**
 * What a term may begin with that no fact records. `flag` is known: the day the parcel came to have this strategy.
 * The others start a term nobody can date until someone records them.
 */
export const deadlineEvents = {
  flag: { zh: '列入本策略之日', en: 'the day the strategy was given' },
  served: { zh: '文书送达之日', en: 'service of the document' },
  filed: { zh: '立案之日', en: 'the day the case was filed' },
  received: { zh: '收到批文之日', en: 'receipt of the approval' },
  announced: { zh: '预公告之日', en: 'the pre-announcement' },
  plan_announced: { zh: '补偿方案公告之日', en: 'announcement of the compensation plan' },
  remedies_over: { zh: '救济期满之日', en: 'the end of the time for remedies' },
} as const satisfies Record<string, Message>
export type DeadlineEvent = keyof typeof deadlineEvents

/** One term of a strategy: `n` units from an event or from the day of a fact. */
export interface DeadlinePart {
  readonly n: number
  readonly unit: TermUnit
  /** An event of the list above, or the name of a fact that is a day. */
  readonly from: string
  /** Comes round again and again: a visit, a review. */
  readonly every: boolean
}

/** A clock of the parcel itself, whatever its strategy: what was agreed or what a law counts. Conditions are CQL2. */
export interface Clock {
  readonly code: string
  readonly title: Message
  readonly kind: DeadlineKind
  readonly basis: string
  /** For which parcels it runs. */
  readonly when: Cql2Node
  /** Its last day. */
  readonly due: Cql2Node
  /** The same as text, for the reader. */
  readonly dueText: string
  /** True once nothing is due any more. */
  readonly met: Cql2Node
  /** True where the register says that it does not know. */
  readonly unsure: Cql2Node
  /** Where the term began; null: it has no length of its own. */
  readonly from: Cql2Node | null
}

const count = z.number().int().min(1).max(3650)
const from = z.string().min(1).max(60)
const every = z.boolean().optional()
export const deadlinePartsSchema = z
  .array(
    z.union([
      z.strictObject({ days: count, from, every }),
      z.strictObject({ working_days: count, from, every: z.literal(false).optional() }),
      z.strictObject({ months: count, from, every }),
      z.strictObject({ years: count, from, every }),
      z.strictObject({ year_end: z.literal(true), from, every: z.literal(false).optional() }),
    ]),
  )
  .max(8)
  .optional()

const condition = z.string().min(1).max(2000)
export const clocksSchema = z
  .array(
    z.strictObject({
      code: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/),
      title: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
      when: condition,
      from: condition.optional(),
      due: condition,
      met: condition,
      unsure: condition.optional(),
      kind: z.enum(['law', 'contract', 'mgmt']),
      basis: z.string().min(1),
    }),
  )
  .max(40)
  .optional()

/** Terms as written, in one form. */
export function readParts(written: z.output<typeof deadlinePartsSchema>): DeadlinePart[] {
  return (written ?? []).map((part) => {
    const common = { from: part.from, every: part.every ?? false }
    if ('days' in part) return { n: part.days, unit: 'day', ...common }
    if ('working_days' in part) return { n: part.working_days, unit: 'working_day', ...common }
    if ('months' in part) return { n: part.months, unit: 'month', ...common }
    if ('years' in part) return { n: part.years, unit: 'year', ...common }
    return { n: 1, unit: 'year_end', ...common }
  })
}

/** A part that begins with neither an event nor the day of a fact; null: all can be counted. */
export function partProblem(
  parts: readonly DeadlinePart[],
  { properties }: Pick<Vocabulary, 'properties'>,
): string | null {
  const wrong = parts.find(
    ({ from }) => !Object.hasOwn(deadlineEvents, from) && properties.get(from)?.type !== 'date',
  )
  return wrong?.from ?? null
}

/**
 * The clocks of a pack, parsed, every name and type held against the dictionary.
 * @param complain throws; given the clock, the field and what is wrong with it
 */
export function readClocks(
  written: z.output<typeof clocksSchema>,
  vocabulary: Vocabulary,
  complain: (clock: string, field: string, complaint: Complaint) => never,
): Clock[] {
  return (written ?? []).map(({ code, title, kind, basis, ...texts }) => {
    const read = (field: 'when' | 'due' | 'met' | 'unsure' | 'from', isDay: boolean): Cql2Node => {
      const node = parseCql2((texts[field] ?? 'FALSE').trim(), 'rule')
      // A day is no condition: compared with another day it is one.
      const [complaint] = typeProblems(
        isDay ? { op: '=', args: [node, { property: 'as_of' }] } : node,
        vocabulary,
      )
      return complaint ? complain(code, field, complaint) : node
    }
    return {
      code,
      title,
      kind,
      basis,
      when: read('when', false),
      due: read('due', true),
      dueText: texts.due.trim(),
      met: read('met', false),
      unsure: read('unsure', false),
      from: texts.from === undefined ? null : read('from', true),
    }
  })
}
