import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { StrategyInfo } from '../contract.ts'
import { Refusal, type Message } from '../refusal.ts'
import type { Cql2Node } from './cql2.ts'
import { landDictionary } from './dictionary.ts'
import {
  clocksSchema,
  deadlinePartsSchema,
  partProblem,
  readClocks,
  readParts,
  type Clock,
  type DeadlinePart,
} from './deadline-model.ts'
import {
  conditionReader,
  headShape,
  invalidFile,
  message,
  readRuleFile,
  vocabularyOf,
  type RuleFile,
} from './rule-file.ts'

export interface Strategy {
  readonly code: string
  readonly stage: string
  readonly title: Message
  /** CQL2 text over facts, and the same parsed. */
  readonly when: string
  readonly condition: Cql2Node
  /** Articles of law or management rules; "(unverified)" where nobody has yet read the source. */
  readonly basis: readonly string[]
  readonly lead: string
  readonly co: readonly string[]
  readonly actions: readonly string[]
  /** `law`: set by law or by the ministry; `mgmt`: our own management target. */
  readonly deadline: {
    readonly text: Message
    readonly kind: 'law' | 'mgmt'
    /** The same in terms that can be counted; empty where the text names none. */
    readonly parts: readonly DeadlinePart[]
  }
}

/**
 * A further question the same facts answer, one answer each: classes in order, the first that is true, the last always
 * is. A strategy says what to do; a grade how urgent it is, say.
 */
export interface Grade {
  readonly name: string
  readonly title: Message
  readonly basis: readonly string[]
  readonly classes: readonly GradeClass[]
}
export interface GradeClass {
  readonly code: string
  readonly title: Message
  readonly when: string
  readonly condition: Cql2Node
}

/** Strategies in order: the first whose condition is true wins, and the last one's always is. */
export interface RulePack extends RuleFile {
  readonly strategies: readonly Strategy[]
  readonly grades: readonly Grade[]
  /** What may be left to the last strategy with everything known, said on purpose; null where the pack does not say. */
  readonly leftOver: readonly LeftOver[] | null
  /** What runs for a parcel whatever its strategy. */
  readonly clocks: readonly Clock[]
}
export interface LeftOver {
  readonly when: string
  readonly condition: Cql2Node
  readonly why: Message
}

const packSchema = z.strictObject({
  ...headShape,
  clocks: clocksSchema,
  strategies: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[A-Z][A-Za-z0-9_-]{0,29}$/),
        stage: z.string().min(1),
        title: message,
        when: z.string().min(1),
        basis: z.array(z.string().min(1)).min(1),
        lead: z.string().min(1),
        co: z.array(z.string().min(1)),
        actions: z.array(z.string().min(1)).min(1),
        deadline: z.strictObject({
          text: message,
          kind: z.enum(['law', 'mgmt']),
          parts: deadlinePartsSchema,
        }),
      }),
    )
    .min(1)
    .max(200),
  grades: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,29}$/),
      z.strictObject({
        title: message,
        basis: z.array(z.string().min(1)).min(1),
        classes: z
          .array(
            z.strictObject({
              code: z.string().regex(/^[A-Z][A-Za-z0-9_-]{0,29}$/),
              title: message,
              when: z.string().min(1),
            }),
          )
          .min(1)
          .max(50),
      }),
    )
    .optional(),
  left_over: z
    .array(z.strictObject({ when: z.string().min(1), why: message }))
    .max(50)
    .optional(),
})

/**
 * Reads a rule pack: every condition parsed, every name, type and unit held against the fact dictionary, which is ours
 * about land unless the pack brings its own.
 * @throws Refusal `RULE_PACK_INVALID` for what is not a pack, `RULE_SYNTAX` for a condition that cannot be read,
 *   `RULE_UNKNOWN_FACT`, `RULE_UNKNOWN_NAME`, `RULE_TYPE` for one that cannot be meant: each names pack, strategy and
 *   the nearest known name; `RULE_INCOMPLETE` when the last condition is not TRUE.
 */
export function loadPack(yamlText: string): RulePack {
  const { file, body } = readRuleFile(yamlText, packSchema)
  const read = conditionReader(file)
  if (file.dictionary === landDictionary) {
    const odd = body.strategies.find(({ code }) => !/^[A-Z]\d{1,2}$/.test(code))
    if (odd) {
      throw invalidFile({
        zh: `策略代码“${odd.code}”应为一个字母加一至两位数字。`,
        en: `The code of strategy "${odd.code}" must be a letter and one or two digits.`,
      })
    }
  }
  const vocabulary = vocabularyOf(file)
  const strategies = inOrder(body.strategies, 'strategies', { file, read }).map((strategy): Strategy => {
    const parts = readParts(strategy.deadline.parts)
    const unknown = partProblem(parts, vocabulary)
    if (unknown !== null) {
      throw invalidFile({
        zh: `${file.code} 的 ${strategy.code}:时限起算“${unknown}”既不是事件,也不是日期事实。`,
        en: `${file.code}, ${strategy.code}: a deadline counts from "${unknown}", which is neither an event nor the day of a fact.`,
      })
    }
    return { ...strategy, deadline: { ...strategy.deadline, parts } }
  })
  const grades = Object.entries(body.grades ?? {}).map(([name, grade]): Grade => {
    return { name, ...grade, classes: inOrder(grade.classes, `grades.${name}`, { file, read }) }
  })
  const leftOver =
    body.left_over?.map((left, i): LeftOver => {
      return { ...left, condition: read(left.when, `left_over.${i}`) }
    }) ?? null
  const clocks = readClocks(body.clocks, vocabulary, (clock, field, { text, hint }) => {
    const place = { file: file.code, field: `clocks.${clock}.${field}` }
    const about = { zh: `${file.code} 的 ${clock}:${text.zh}`, en: `${file.code}, ${clock}: ${text.en}` }
    throw new Refusal('RULE_PACK_INVALID', about, hint, place)
  })
  return { ...file, strategies, grades, leftOver, clocks }
}

/** Conditions of which the first true one decides: no code twice, and the last always true. */
function inOrder<Rule extends { code: string; when: string }>(
  rules: readonly Rule[],
  part: string,
  { file, read }: { file: RuleFile; read: ReturnType<typeof conditionReader> },
): (Rule & { condition: Cql2Node })[] {
  const seen = new Set<string>()
  const ready = rules.map((rule) => {
    if (seen.has(rule.code)) {
      throw invalidFile({
        zh: `策略代码 ${rule.code} 出现两次。`,
        en: `Strategy ${rule.code} occurs twice.`,
      })
    }
    seen.add(rule.code)
    return { ...rule, when: rule.when.trim(), condition: read(rule.when, `${part}.${rule.code}`) }
  })
  const last = ready.at(-1)!
  if (last.condition !== true) {
    throw new Refusal(
      'RULE_INCOMPLETE',
      {
        zh: `规则包 ${file.code} 的最后一条 ${last.code} 不是恒真,会有地块没有策略。`,
        en: `The last strategy of ${file.code}, ${last.code}, is not always true; some parcels would get none.`,
      },
      { zh: '请以 when: TRUE 的兜底策略收尾。', en: 'End with a strategy whose condition is TRUE.' },
      { file: file.code },
    )
  }
  return ready
}

const delivered = new URL('../../data/rules/', import.meta.url)
const readDelivered = (file: string): RulePack => loadPack(readFileSync(new URL(file, delivered), 'utf8'))

let shipped: RulePack | undefined
/** The pack that ships with the product and holds until a city says otherwise: data/rules/zhuzhou-2024.yaml. */
export function defaultPack(): RulePack {
  shipped ??= readDelivered('zhuzhou-2024.yaml')
  return shipped
}

let all: readonly { readonly file: string; readonly pack: RulePack }[] | undefined
/** Every pack delivered with the product, by the name of its file. */
export function deliveredPacks(): NonNullable<typeof all> {
  all ??= readdirSync(delivered)
    .filter((file) => file.endsWith('.yaml') && !notPacks.has(file))
    .toSorted()
    .map((file) => ({ file, pack: file === 'zhuzhou-2024.yaml' ? defaultPack() : readDelivered(file) }))
  return all
}

/** Files beside the packs: what a parcel is and what is wrong with it, not what to do. */
const notPacks = new Set(['identity-tags.yaml', 'problem-flags.yaml'])

/** A strategy as readers see it. */
export function strategyInfo(strategy: Strategy): StrategyInfo {
  const { code, title, stage, basis, lead, co, actions, deadline, when } = strategy
  return {
    code,
    title,
    stage,
    basis: [...basis],
    lead,
    co: [...co],
    actions: [...actions],
    deadline:
      deadline.text.zh === deadline.text.en ? deadline.text.zh : `${deadline.text.zh} / ${deadline.text.en}`,
    deadlineKind: deadline.kind,
    condition: when,
  }
}
