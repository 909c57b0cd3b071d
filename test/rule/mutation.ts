import {
  isDate,
  isList,
  isOperation,
  isParameter,
  isProperty,
  type Cql2Node,
} from '../../server/rule/cql2.ts'
import { definitionOf } from '../../server/rule/dictionary.ts'
import { verdictOf } from '../../server/rule/evaluate.ts'
import type { Facts } from '../../server/rule/fact.ts'
import type { RulePack, Strategy } from '../../server/rule/pack.ts'
import { printCql2 } from '../../server/rule/print.ts'
import { addDays } from '../../server/units.ts'

/** The pack with one thing changed, named so that it can be spoken of. */
export interface Mutant {
  readonly name: string
  readonly pack: RulePack
  /** Strategies whose answers may differ; the others stand as they were. */
  readonly touched: readonly string[]
}

/**
 * Every comparison to each neighbour and its opposite, every constant, value of a list, parameter and table entry a
 * step up and down or to another value, every AND to OR and back, every clause left out, every two strategies swapped.
 */
export function mutantsOf(pack: RulePack): Mutant[] {
  const inConditions = pack.strategies.slice(0, -1).flatMap((strategy) =>
    changesOf(strategy.condition, pack).map(({ what, node }): Mutant => {
      const strategies = pack.strategies.map((each) =>
        each === strategy ? { ...each, condition: node } : each,
      )
      return { name: `${strategy.code}: ${what}`, pack: { ...pack, strategies }, touched: [strategy.code] }
    }),
  )
  return [...inConditions, ...parameterMutants(pack), ...tableMutants(pack), ...orderMutants(pack)]
}

interface Changed {
  readonly what: string
  readonly node: Cql2Node
}

const otherComparisons: Readonly<Record<string, readonly string[]>> = {
  '=': ['<>'],
  '<>': ['='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
}
const otherArithmetic: Readonly<Record<string, string>> = { '+': '-', '-': '+', '*': '/', '/': '*' }

/** The condition with one thing in it changed, each way there is. */
function changesOf(node: Cql2Node, pack: RulePack): Changed[] {
  if (!isOperation(node)) return []
  const { op, args } = node
  const text = printCql2(node)
  const become = (changed: Cql2Node): Changed => ({ what: `${text} → ${printCql2(changed)}`, node: changed })
  const own: Changed[] = [
    ...(otherComparisons[op] ?? []).map((other) => become({ op: other, args })),
    ...(otherArithmetic[op] ? [become({ op: otherArithmetic[op], args })] : []),
  ]
  if (op === 'and' || op === 'or') {
    own.push(become({ op: op === 'and' ? 'or' : 'and', args }))
    args.forEach((arg, i) => {
      const rest = args.filter((_, k) => k !== i)
      const left = rest.length === 1 ? rest[0]! : { op, args: rest }
      own.push({ what: `${text} without ${printCql2(arg)}`, node: left })
    })
  }
  const subject = args.find(isProperty)
  const inside = args.flatMap((arg, i): Changed[] => {
    const put = (changed: Cql2Node): Cql2Node => ({
      op,
      args: args.map((each, k) => (k === i ? changed : each)),
    })
    if (isList(arg)) {
      const values = arg.map((value) => otherValues(value, subject?.property, pack, arg))
      return [
        ...arg.flatMap((_, k) => (arg.length > 1 ? [become(put(arg.filter((__, m) => m !== k)))] : [])),
        ...arg.flatMap((_, k) =>
          values[k]!.map((other) => become(put(arg.map((each, m) => (m === k ? other : each))))),
        ),
      ]
    }
    if (isOperation(arg)) {
      return changesOf(arg, pack).map(({ what, node: changed }) => ({ what, node: put(changed) }))
    }
    return otherValues(arg, subject?.property, pack).map((other) => become(put(other)))
  })
  return [...own, ...inside]
}

/** What stands in the place of a constant; of a listed text every other value that is not there already. */
function otherValues(
  node: Cql2Node,
  subject: string | undefined,
  pack: RulePack,
  beside: readonly Cql2Node[] = [],
): Cql2Node[] {
  if (isParameter(node) || isProperty(node)) return []
  if (typeof node === 'boolean') return [!node]
  if (typeof node === 'number') return [node - 1, node + 1]
  if (isDate(node)) return [-1, 1].map((days) => ({ date: addDays(node.date, days) }))
  if (typeof node !== 'string') return []
  const listed = subject === undefined ? undefined : definitionOf(pack.dictionary, subject).values
  if (!listed) return [`${node}x`]
  return listed.filter((value) => value !== node && !beside.includes(value))
}

/** The smallest step worth speaking of, in the unit of a number. */
const step: Readonly<Record<string, number>> = { m2: 0.01, ratio: 0.001, month: 1, year: 1, day: 1, score: 1 }

function parameterMutants(pack: RulePack): Mutant[] {
  return Object.entries(pack.parameters).flatMap(([name, parameter]) =>
    [-1, 1].map((sign): Mutant => {
      const { value, unit } = parameter
      const other = typeof value === 'string' ? addDays(value, sign) : round(value + sign * step[unit]!)
      return {
        name: `:${name} ${value} → ${other}`,
        pack: { ...pack, parameters: { ...pack.parameters, [name]: { ...parameter, value: other } } },
        touched: asking(pack, `:${name}`),
      }
    }),
  )
}

function tableMutants(pack: RulePack): Mutant[] {
  return Object.entries(pack.tables).flatMap(([name, table]) =>
    [...Object.keys(table.values), 'otherwise'].flatMap((key) =>
      [-1, 1].map((sign): Mutant => {
        const value = key === 'otherwise' ? table.otherwise : table.values[key]!
        const other = round(value + sign * step[table.unit]!)
        const changed =
          key === 'otherwise'
            ? { ...table, otherwise: other }
            : { ...table, values: { ...table.values, [key]: other } }
        return {
          name: `${name}.${key} ${value} → ${other}`,
          pack: { ...pack, tables: { ...pack.tables, [name]: changed } },
          touched: asking(pack, `${name}(`),
        }
      }),
    ),
  )
}

const asking = (pack: RulePack, text: string): string[] =>
  pack.strategies.filter(({ when }) => when.includes(text)).map(({ code }) => code)
const round = (n: number): number => Math.round(n * 1e6) / 1e6

/** Two neighbours change places; the last strategy cannot, or the pack is refused. */
function orderMutants(pack: RulePack): Mutant[] {
  return pack.strategies.slice(0, -2).map((first, i): Mutant => {
    const second = pack.strategies[i + 1]!
    const strategies = pack.strategies.with(i, second).with(i + 1, first)
    return { name: `${first.code} ⇄ ${second.code}`, pack: { ...pack, strategies }, touched: [] }
  })
}

export interface WorkedCase {
  readonly facts: Facts
  /** The strategy and the runners-up. */
  readonly expected: string
}

/** Asks all the worked cases of a pack and of its mutants, evaluating only what a mutant changes. */
export class Examiner {
  private readonly cases: readonly WorkedCase[]
  private readonly holds: readonly ReadonlyMap<string, boolean>[]
  constructor(pack: RulePack, cases: readonly WorkedCase[]) {
    this.cases = cases
    this.holds = cases.map(
      ({ facts }) => new Map(pack.strategies.map((each) => [each.code, isTrue(each, facts, pack)])),
    )
  }

  /** The first case that comes out otherwise under the mutant, or null: it survives. */
  killer({ pack, touched }: Mutant): WorkedCase | null {
    const again = new Set(touched)
    const changed = pack.strategies.filter(({ code }) => again.has(code))
    const last = pack.strategies.at(-1)!.code
    for (const [i, worked] of this.cases.entries()) {
      const known = this.holds[i]!
      const now = new Map(changed.map((each) => [each.code, isTrue(each, worked.facts, pack)]))
      const fitting = pack.strategies
        .slice(0, -1)
        .filter(({ code }) => now.get(code) ?? known.get(code))
        .map(({ code }) => code)
      if ((fitting.join(' ') || last) !== worked.expected) return worked
    }
    return null
  }
}

const isTrue = ({ condition }: Strategy, facts: Facts, pack: RulePack): boolean =>
  verdictOf(condition, { facts, pack }) === 'true'
