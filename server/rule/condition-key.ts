import { isList, isOperation, isParameter, propertiesOf, type Cql2Node } from './cql2.ts'
import { printCql2 } from './print.ts'
import type { RuleFile } from './rule-file.ts'
import { numbersBehind } from './worked-out.ts'

/**
 * What decides a condition besides the facts: its text with every parameter in its place, the values of those that change
 * with the day, the tables it asks, and the numbers its facts are worked out with. Two conditions with the same key hold for
 * the same parcels.
 */
export function conditionKey(
  condition: Cql2Node,
  pack: Pick<RuleFile, 'parameters' | 'tables' | 'dictionary'>,
): string {
  const asked = new Set<string>()
  const dated = new Set<string>()
  const put = (node: Cql2Node): Cql2Node => {
    if (isList(node)) return node.map(put)
    if (isParameter(node)) {
      const { value, changes } = pack.parameters[node.parameter]!
      if (changes.length === 0) return typeof value === 'string' ? { date: value } : value
      dated.add(node.parameter)
    }
    if (!isOperation(node)) return node
    if (Object.hasOwn(pack.tables, node.op)) asked.add(node.op)
    return { op: node.op, args: node.args.map(put) }
  }
  const text = printCql2(put(condition))
  for (const fact of propertiesOf(condition)) {
    const { parameters, tables } = numbersBehind(fact, pack)
    for (const name of parameters) dated.add(name)
    for (const name of tables) asked.add(name)
  }
  const tables = [...asked].map((name) => {
    const { values, otherwise } = pack.tables[name]!
    return `${name}=${JSON.stringify([values, otherwise])}`
  })
  const days = [...dated].map((name) => {
    const { value, changes } = pack.parameters[name]!
    return `${name}=${JSON.stringify([value, changes])}`
  })
  return [text, ...days, ...tables].join('\n')
}
