import type { Message } from '../refusal.ts'
import { isList, isOperation, isParameter, propertiesOf, type Cql2Node } from './cql2.ts'
import type { FactName, Facts } from './fact.ts'
import { parameterOn, type RuleFile } from './rule-file.ts'
import { numberInWords } from './words.ts'
import { numbersBehind } from './worked-out.ts'

type Numbers = Pick<RuleFile, 'dictionary' | 'parameters' | 'tables'>

/** A number of a pack as a reader sees it: what it is called, how much it is, and whose it is. */
export interface PackNumber {
  /** A parameter, or `table.key`. */
  readonly name: string
  readonly title: Message
  readonly value: number | string
  /** With its unit. */
  readonly shown: Message
  readonly basis: string
}

/** The numbers of the pack a fact was worked out with, for a parcel; none for a fact that records state. */
export function numbersOfFact(fact: FactName, pack: Numbers, facts: Facts): PackNumber[] {
  const { parameters, tables } = numbersBehind(fact, pack)
  return [
    ...parameters.map((name) => parameterNumber(pack, name, facts)),
    ...tables.flatMap((name) => tableNumber(pack, name, facts['plan.use_group'])),
  ]
}

/** The numbers a condition holds a fact against, and those the fact itself was worked out with. */
export function numbersBeside(
  fact: FactName,
  conditions: readonly Cql2Node[],
  pack: Numbers,
  facts: Facts,
): PackNumber[] {
  const names = new Set(conditions.flatMap((condition) => parametersBeside(condition, fact)))
  const found = [...names].map((name) => parameterNumber(pack, name, facts))
  const behind = numbersOfFact(fact, pack, facts).filter(({ name }) => !names.has(name))
  return [...found, ...behind]
}

function parametersBeside(node: Cql2Node, fact: FactName): string[] {
  if (!isOperation(node)) return []
  if (['and', 'or', 'not'].includes(node.op)) return node.args.flatMap((arg) => parametersBeside(arg, fact))
  return propertiesOf(node).includes(fact) ? parametersIn(node) : []
}

function parametersIn(node: Cql2Node): string[] {
  if (isParameter(node)) return [node.parameter]
  const parts = isList(node) ? node : isOperation(node) ? node.args : []
  return parts.flatMap(parametersIn)
}

function parameterNumber({ parameters }: Numbers, name: string, { as_of }: Facts): PackNumber {
  const parameter = parameters[name]!
  const value = parameterOn(parameter, as_of)
  const { title, unit, basis } = parameter
  return { name, title, value, shown: numberInWords(value, unit), basis }
}

function tableNumber({ tables }: Numbers, name: string, key: unknown): PackNumber[] {
  if (typeof key !== 'string') return []
  const { values, otherwise, title, unit, basis } = tables[name]!
  const value = values[key] ?? otherwise
  return [{ name: `${name}.${key}`, title, value, shown: numberInWords(value, unit), basis }]
}
