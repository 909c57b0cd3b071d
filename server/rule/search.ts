import { addDays, addMonths, addYears, type IsoDate } from '../units.ts'
import { isList, isOperation, isProperty, propertiesOf, type Cql2Node } from './cql2.ts'
import { definitionOf } from './dictionary.ts'
import { valueOf, verdictOf, type Circumstances } from './evaluate.ts'
import type { FactName, Facts, FactType, FactValue } from './fact.ts'
import type { RulePack } from './pack.ts'

/** The facts a condition speaks of, each once. */
export const factsIn = (condition: Cql2Node): FactName[] => propertiesOf(condition)

/**
 * The values of a fact at which some condition may come out otherwise, given the other facts: both truths, every
 * listed value, and for numbers and days each limit they are compared with and its neighbours on both sides.
 */
export function valuesWorthTrying(
  name: FactName,
  conditions: readonly Cql2Node[],
  circumstances: Circumstances,
): FactValue[] {
  const { type, values, unit } = definitionOf(circumstances.pack.dictionary, name)
  if (type === 'boolean') return [true, false]
  const limits = limitsIn(name, conditions, circumstances)
  if (type === 'text') {
    const texts = new Set([...(values ?? []), ...limits.filter((limit) => typeof limit === 'string')])
    // A text without a list of values can always be something nobody compares it with.
    return values ? [...texts] : [...texts, '其他']
  }
  const around =
    type === 'date'
      ? limits
          .filter((limit) => typeof limit === 'string')
          .flatMap((day) => [addDays(day, -1), day, addDays(day, 1)])
      : limits
          .filter((limit) => typeof limit === 'number')
          .flatMap((n) => [n - step(unit, n), n, n + step(unit, n)])
  return [...new Set<FactValue>(around)]
}

/** What a fact is compared with anywhere in the conditions, given the other facts: the places where something may turn. */
export const limitsIn = (
  name: FactName,
  conditions: readonly Cql2Node[],
  circumstances: Circumstances,
): FactValue[] => conditions.flatMap((condition) => limitsOf(condition, name, circumstances))

/** The smallest difference worth speaking of, in the unit of the number. */
function step(unit: string | undefined, near: number): number {
  if (unit === 'count' || unit === 'score' || unit === 'year') return 1
  if (unit === 'ratio') return 0.001
  return Math.max(0.01, Math.abs(near) * 1e-6)
}

/** What a fact is compared with, turned round so that it stands alone: `add_years(start.due, 2) < as_of` and so on. */
export function limitsOf(node: Cql2Node, name: FactName, circumstances: Circumstances): FactValue[] {
  if (!isOperation(node)) return []
  const { op, args } = node
  if (op === 'and' || op === 'or' || op === 'not')
    return args.flatMap((arg) => limitsOf(arg, name, circumstances))
  const [subject, ...others] = args.flatMap((arg) => (isList(arg) ? arg : [arg]))
  if (subject === undefined) return []
  const limits = others.flatMap((other) => solve(subject, name, valueOf(other, circumstances), circumstances))
  const turned =
    others.length === 1 ? solve(others[0]!, name, valueOf(subject, circumstances), circumstances) : []
  return [...limits, ...turned]
}

/** The values of a fact at which an expression reaches a target. */
function solve(
  node: Cql2Node,
  name: FactName,
  target: FactValue | null,
  circumstances: Circumstances,
): FactValue[] {
  if (target === null) return []
  if (isProperty(node)) return node.property === name ? [target] : []
  if (!isOperation(node)) return []
  const [first, second] = node.args
  if (first === undefined) return []
  if (typeof target === 'string') return solveDay(node.op, first, second, name, target, circumstances)
  if (typeof target === 'boolean') return []
  if (node.op === 'days_to') {
    const asOf = circumstances.facts.as_of
    if (name === 'as_of') {
      const day = valueOf(first, circumstances)
      return typeof day === 'string' ? [addDays(day, -Math.round(target))] : []
    }
    return typeof asOf === 'string'
      ? solve(first, name, addDays(asOf, Math.round(target)), circumstances)
      : []
  }
  if (second === undefined) return []
  const [left, right] = [valueOf(first, circumstances), valueOf(second, circumstances)]
  const towardsLeft = typeof right === 'number' ? inverse(node.op, target, right) : null
  const towardsRight = typeof left === 'number' ? inverseOfSecond(node.op, target, left) : null
  return [
    ...solve(first, name, towardsLeft, circumstances),
    ...solve(second, name, towardsRight, circumstances),
  ]
}

function solveDay(
  op: string,
  first: Cql2Node,
  second: Cql2Node | undefined,
  name: FactName,
  target: IsoDate,
  circumstances: Circumstances,
): FactValue[] {
  if ((op !== 'add_years' && op !== 'add_months') || second === undefined) return []
  const n = valueOf(second, circumstances)
  if (typeof n !== 'number') return []
  return solve(first, name, op === 'add_years' ? addYears(target, -n) : addMonths(target, -n), circumstances)
}

/** x for `x op b = target`. */
function inverse(op: string, target: number, b: number): number | null {
  if (op === '+') return target - b
  if (op === '-') return target + b
  if (op === '*') return b === 0 ? null : target / b
  return op === '/' ? target * b : null
}

/** x for `a op x = target`. */
function inverseOfSecond(op: string, target: number, a: number): number | null {
  if (op === '+') return target - a
  if (op === '-') return a - target
  if (op === '*') return a === 0 ? null : target / a
  return op === '/' && target !== 0 ? a / target : null
}

/** Values to begin with where nothing is known to compare with. */
function beginnings(type: FactType, asOf: IsoDate): FactValue[] {
  if (type === 'date') return [-3650, -800, -400, -1, 1, 300].map((days) => addDays(asOf, days))
  return type === 'number' ? [0, 1, 0.5, 100, 1e6] : []
}

export interface Search {
  readonly pack: RulePack
  readonly condition: Cql2Node
  /** What is settled. */
  readonly facts: Facts
  /** What may be chosen. */
  readonly free: readonly FactName[]
  /** Verdicts to look at before giving up. */
  readonly budget: number
  /** Whether a set of facts under which the condition is true is what is looked for. */
  accept(facts: Facts): boolean
}

/**
 * Looks for values of the free facts that make a condition true and are accepted; null when none was found.
 *
 * A condition false with some facts unknown stays false whatever they are, so whole branches are left out.
 * Small and complete only over the values worth trying: for checking rules and explaining them, not for proofs.
 */
export function findFacts(search: Search): Facts | null {
  let left = search.budget
  const { pack, condition } = search
  const typeOf = (name: FactName): FactType => definitionOf(pack.dictionary, name).type
  const visit = (facts: Facts, free: readonly FactName[]): Facts | null => {
    if (left-- <= 0) return null
    const verdict = verdictOf(condition, { facts, pack })
    if (verdict === 'false') return null
    if (verdict === 'true' && search.accept(facts)) return facts
    const [name, ...rest] = free
    if (name === undefined) return null
    const asOf = String(facts.as_of)
    const values = valuesWorthTrying(name, [condition], { facts, pack })
    for (const value of [...values, ...(values.length === 0 ? beginnings(typeOf(name), asOf) : [])]) {
      const found = visit({ ...facts, [name]: value }, rest)
      if (found) return found
    }
    return visit(facts, rest) // or it stays unknown
  }
  return visit(search.facts, search.free)
}
