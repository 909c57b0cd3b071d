import type { Message } from '../refusal.ts'
import { isList, isOperation, isProperty, type Cql2Node } from './cql2.ts'
import { definitionOf } from './dictionary.ts'
import { chooseStrategy, winnerOf } from './evaluate.ts'
import type { FactName, Facts } from './fact.ts'
import type { RulePack, Strategy } from './pack.ts'
import { factsIn, findFacts } from './search.ts'

/** Something about a whole pack that its author should see; `error` keeps the pack from being used. */
export interface PackComplaint {
  readonly code: 'DEAD' | 'SHADOWED' | 'CONSTANT' | 'VALUE_UNUSED' | 'PARAMETER_UNUSED'
  readonly severity: 'error' | 'note'
  readonly strategy: string | null
  readonly text: Message
  /** Facts of a parcel that show it, where there are any. */
  readonly example: Facts | null
}

export interface PackCheck {
  readonly complaints: readonly PackComplaint[]
  /** For each strategy the facts of a parcel that gets it. */
  readonly witnesses: ReadonlyMap<string, Facts>
}

/** The day witnesses live on; any day does. */
const WITNESS_DAY = '2025-01-31'
const BUDGET = 20_000

/**
 * Whether every strategy of a pack can be reached, and what in it is never used.
 *
 * Names, types and units are held against the dictionary when a pack is loaded; this looks at the rules together. A
 * strategy is reached by one of the given examples or by facts found in a small search; one whose condition can be
 * true but never wins is shadowed, with the facts and the strategies before it that took them.
 */
export function checkPack(pack: RulePack, examples: readonly Facts[] = []): PackCheck {
  const complaints: PackComplaint[] = []
  const witnesses = new Map<string, Facts>()
  for (const facts of examples) {
    const { code } = winnerOf(pack, facts)
    if (!witnesses.has(code)) witnesses.set(code, facts)
  }
  pack.strategies.forEach((strategy, i) => {
    const isLast = i === pack.strategies.length - 1
    if (!isLast && factsIn(strategy.condition).length === 0) complaints.push(constant(strategy))
    if (witnesses.has(strategy.code)) return
    const { witness, shadow } = lookForWitness(pack, strategy)
    if (witness) witnesses.set(strategy.code, witness)
    else complaints.push(shadow ? shadowed(pack, strategy, shadow) : dead(strategy))
  })
  return { complaints: [...complaints, ...unusedValues(pack), ...unusedParameters(pack)], witnesses }
}

/** Facts under which the strategy wins; failing that, facts under which it is true and another one wins. */
function lookForWitness(pack: RulePack, strategy: Strategy): { witness: Facts | null; shadow: Facts | null } {
  let shadow: Facts | null = null
  const witness = findFacts({
    pack,
    condition: strategy.condition,
    facts: { as_of: WITNESS_DAY },
    free: factsIn(strategy.condition).filter((name) => name !== 'as_of'),
    budget: BUDGET,
    accept: (facts) => {
      const wins = winnerOf(pack, facts) === strategy
      if (!wins) shadow ??= facts
      return wins
    },
  })
  return { witness, shadow }
}

const constant = ({ code }: Strategy): PackComplaint => ({
  code: 'CONSTANT',
  severity: 'error',
  strategy: code,
  text: {
    zh: `${code} 的条件不涉及任何事实,结果总是一样。`,
    en: `The condition of ${code} speaks of no fact; it always comes out the same.`,
  },
  example: null,
})

const dead = ({ code }: Strategy): PackComplaint => ({
  code: 'DEAD',
  severity: 'error',
  strategy: code,
  text: {
    zh: `没有找到能使 ${code} 的条件成立的事实。`,
    en: `No facts were found under which the condition of ${code} is true.`,
  },
  example: null,
})

function shadowed(pack: RulePack, { code }: Strategy, example: Facts): PackComplaint {
  const winner = chooseStrategy(pack, example).strategy.code
  return {
    code: 'SHADOWED',
    severity: 'error',
    strategy: code,
    text: {
      zh: `${code} 总被前面的策略取代,例如 ${winner}。`,
      en: `${code} always loses to a strategy before it, for example ${winner}.`,
    },
    example,
  }
}

/** Listed values of a fact that rules do tell apart, which no rule ever names: perhaps forgotten. */
function unusedValues(pack: RulePack): PackComplaint[] {
  const named = new Map<FactName, Set<string>>()
  for (const { condition } of pack.strategies) collectValues(condition, named)
  const complaints: PackComplaint[] = []
  for (const [name, used] of named) {
    const { values = [], zh, en } = definitionOf(pack.dictionary, name)
    const unused = values.filter((value) => !used.has(value))
    if (unused.length === 0) continue
    complaints.push({
      code: 'VALUE_UNUSED',
      severity: 'note',
      strategy: null,
      text: {
        zh: `没有规则提到“${zh}”(${name}) 的取值 ${unused.join('、')}。`,
        en: `No rule names these values of "${en}" (${name}): ${unused.join(', ')}.`,
      },
      example: null,
    })
  }
  return complaints
}

function collectValues(node: Cql2Node, named: Map<FactName, Set<string>>): void {
  if (!isOperation(node)) return
  const parts = node.args.flatMap((arg) => (isList(arg) ? arg : [arg]))
  const texts = parts.filter((part) => typeof part === 'string')
  for (const part of parts) {
    if (isProperty(part) && texts.length > 0) {
      const values = named.get(part.property) ?? new Set()
      for (const text of texts) values.add(text)
      named.set(part.property, values)
    }
    collectValues(part, named)
  }
}

function unusedParameters(pack: RulePack): PackComplaint[] {
  return Object.keys(pack.parameters)
    .filter((name) => !pack.strategies.some(({ when }) => new RegExp(`:${name}\\b`).test(when)))
    .map((name) => ({
      code: 'PARAMETER_UNUSED' as const,
      severity: 'note' as const,
      strategy: null,
      text: { zh: `参数 ${name} 没有被使用。`, en: `No rule uses the parameter ${name}.` },
      example: null,
    }))
}
