import type { ReasonNode } from './explanation.ts'

/**
 * The tests a verdict rests on: of an "all of" that is false the false ones, of one that is true all of them; of an "any
 * of" the other way round; and where it is unknown, the unknown ones.
 */
export function decisiveTests(node: ReasonNode): ReasonNode[] {
  if (node.children.length === 0) return [node]
  if (node.op === 'not') return node.children.flatMap(decisiveTests)
  return node.children.filter(({ verdict }) => verdict === node.verdict).flatMap(decisiveTests)
}
