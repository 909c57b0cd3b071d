import { isList, isOperation, propertiesOf, type Cql2Node } from '../cql2.ts'

/** The facts a condition speaks of, each once. `days_to` asks for the day without naming it. */
export const factsIn = propertiesOf

/** The smallest parts of a condition that are true or false: everything below and, or, not. */
export function testsIn(node: Cql2Node): Cql2Node[] {
  if (isJunction(node)) return node.args.flatMap(testsIn)
  return [node]
}

export const isJunction = (node: Cql2Node): node is { op: 'and' | 'or' | 'not'; args: readonly Cql2Node[] } =>
  isOperation(node) && (node.op === 'and' || node.op === 'or' || node.op === 'not')

/** The parts that must all hold. */
export const clausesOf = (node: Cql2Node): readonly Cql2Node[] =>
  isOperation(node) && node.op === 'and' ? node.args : [node]

/** Whether a condition can lose its truth when more becomes known: only where it asks whether something is known. */
export const asksForUnknown = (node: Cql2Node): boolean =>
  isOperation(node) && (node.op === 'isNull' || node.args.some(asksForUnknown))

/** The condition with one part of it put in the place of another; parts are told by identity. */
export function replaced(node: Cql2Node, part: Cql2Node, by: Cql2Node): Cql2Node {
  if (node === part) return by
  if (isList(node)) return node
  return isOperation(node) ? { op: node.op, args: node.args.map((arg) => replaced(arg, part, by)) } : node
}
