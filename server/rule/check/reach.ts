import type { Cql2Node } from '../cql2.ts'
import { isOperation } from '../cql2.ts'
import { verdictOf } from '../evaluate.ts'
import type { Facts } from '../fact.ts'
import { printCql2 } from '../print.ts'
import type { RuleFile } from '../rule-file.ts'
import type { PackComplaint, RuleList } from './complaint.ts'
import { holdsIn, look, lookForTruth, namesFor, type Answer } from './look.ts'
import { asksForUnknown, clausesOf, factsIn, replaced } from './tests.ts'
import { ordinaryDay, type Values } from './values.ts'

type Complain = (complaint: Omit<PackComplaint, 'strategy'>) => void
interface Context {
  readonly file: RuleFile
  readonly values: Values
  readonly list: RuleList
  readonly index: number
  readonly complain: Complain
}

/**
 * Whether a rule can decide anything: facts under which it is the first true one, or a complaint why there are none.
 * The last rule of a list is what is left and is reached by anything unknown.
 */
export function reach({ file, values, list, index, complain }: Context): Facts | null {
  const rule = list.rules[index]!
  const { condition, code } = rule
  const isLast = index === list.rules.length - 1
  const earlier = list.rules.slice(0, index)
  if (!isLast && isAlwaysTrue(condition, file)) {
    complain({
      code: 'CONSTANT',
      severity: 'error',
      about: printCql2(condition),
      text: {
        zh: `${code} 的条件总是成立,其后的策略都不会被选中。`,
        en: `The condition of ${code} always holds; no strategy after it is ever chosen.`,
      },
      example: { as_of: ordinaryDay },
    })
  } else if (!isLast && factsIn(condition).length === 0) {
    complain({
      code: 'CONSTANT',
      severity: 'error',
      about: printCql2(condition),
      text: {
        zh: `${code} 的条件不涉及任何事实,结果总是一样。`,
        en: `The condition of ${code} speaks of no fact; it always comes out the same.`,
      },
      example: null,
    })
  }
  const turning = earlier.filter((other) => asksForUnknown(other.condition))
  const names = namesFor(
    [condition, ...turning.map((other) => other.condition)],
    values,
    conditionsOf(earlier),
  )
  const rivals = rivalsIn(earlier, names)
  const winning = look({
    values,
    names,
    mayBeUnknown: true,
    judge: (situation) => {
      const verdict = holdsIn(condition, situation, file)
      // What is true stays true when more becomes known, so a parcel once taken stays taken.
      if (verdict === 'unknown') return 'maybe'
      if (verdict === 'false' || rivals.some((other) => holdsIn(other.condition, situation, file) === 'true'))
        return 'no'
      return verdict === 'true' &&
        turning.every((other) => factsIn(other.condition).every((name) => !situation.open.has(name)))
        ? 'yes'
        : 'maybe'
    },
  })
  if (winning.found) return winning.found
  const truth = lookForTruth(condition, values, file)
  if (!truth.found) deadOrNot({ file, values, condition, code, truth, complain })
  else shadowed({ file, values, list, index, complain, winning, example: truth.found })
  return null
}

const conditionsOf = (rules: RuleList['rules']): Cql2Node[] => rules.map(({ condition }) => condition)

/** Rules that can hold while only these facts are known. */
const rivalsIn = (rules: RuleList['rules'], names: readonly string[]): RuleList['rules'] =>
  rules.filter(({ condition }) => {
    const asked = factsIn(condition)
    return (
      asked.length === 0 ||
      asksForUnknown(condition) ||
      asked.some((name) => name === 'as_of' || names.includes(name))
    )
  })

/** Nothing known but the day, and yet it holds. */
const isAlwaysTrue = (condition: Cql2Node, file: RuleFile): boolean =>
  !asksForUnknown(condition) && verdictOf(condition, { facts: { as_of: ordinaryDay }, pack: file }) === 'true'

function deadOrNot({
  file,
  values,
  condition,
  code,
  truth,
  complain,
}: Pick<Context, 'file' | 'values' | 'complain'> & {
  condition: Cql2Node
  code: string
  truth: Answer
}): void {
  if (!truth.isProof) return complain(undecided(code, 'the condition can hold', '条件能否成立', values))
  const quarrel = quarrelIn(condition, values, file)
  const [first, second] = quarrel.map(printCql2)
  if (first === undefined) {
    complain({
      code: 'DEAD',
      severity: 'error',
      about: printCql2(condition),
      text: {
        zh: `${code} 的条件在任何事实下都不成立。`,
        en: `The condition of ${code} holds under no facts whatever.`,
      },
      example: null,
    })
  } else {
    complain({
      code: 'CONTRADICTORY',
      severity: 'error',
      about: second === undefined ? first : `${first} … ${second}`,
      text:
        second === undefined
          ? { zh: `${code} 中的“${first}”永远不成立。`, en: `In ${code}, "${first}" can never hold.` }
          : {
              zh: `${code} 中的“${first}”与“${second}”不能同时成立。`,
              en: `In ${code}, "${first}" and "${second}" cannot hold together.`,
            },
      example: null,
    })
  }
}

/** One clause that cannot hold, or two that cannot together; empty where it takes more. */
function quarrelIn(condition: Cql2Node, values: Values, file: RuleFile): Cql2Node[] {
  const clauses = clausesOf(condition)
  const cannot = (node: Cql2Node): boolean => lookForTruth(node, values, file).isProof
  const alone = clauses.find(cannot)
  if (alone !== undefined) return [alone]
  for (const [i, first] of clauses.entries()) {
    const second = clauses.slice(i + 1).find((other) => cannot({ op: 'and', args: [first, other] }))
    if (second !== undefined) return [first, second]
  }
  return []
}

function shadowed({
  file,
  values,
  list,
  index,
  complain,
  winning,
  example,
}: Context & { winning: Answer; example: Facts }): void {
  const { condition, code } = list.rules[index]!
  if (!winning.isProof)
    return complain(undecided(code, 'it is ever the first that holds', '是否会被选中', values))
  const earlier = list.rules.slice(0, index)
  const takers = new Map<string, number>()
  const names = namesFor([condition], values, conditionsOf(earlier))
  const rivals = rivalsIn(earlier, names)
  let cases = 0
  look({
    values,
    names,
    mayBeUnknown: true,
    judge: (situation) => {
      const verdict = holdsIn(condition, situation, file)
      if (verdict === 'false') return 'no'
      if (verdict === 'unknown' || situation.open.has('as_of')) return 'maybe'
      cases++
      for (const other of rivals) {
        if (holdsIn(other.condition, situation, file) === 'true')
          takers.set(other.code, (takers.get(other.code) ?? 0) + 1)
      }
      return 'no'
    },
  })
  const alone = [...takers].find(([, times]) => times === cases)?.[0]
  const together = earlier.map((other) => other.code).filter((other) => takers.has(other))
  const by = alone ?? together.join('、')
  const first = earlier.find(
    (other) => verdictOf(other.condition, { facts: example, pack: file }) === 'true',
  )?.code
  complain({
    code: 'SHADOWED',
    severity: 'error',
    about: by,
    text: {
      zh: `${code} 总被前面的${alone ? ` ${alone} ` : `几条(${by})合起来`}取代,例如 ${first ?? by}。`,
      en: `${code} always loses to ${alone ?? `${together.join(', ')} together`} before it, for example ${first ?? by}.`,
    },
    example,
  })
}

/** Sides of an OR that never hold, in rules that do. */
export function deadBranches({ file, values, list, index, complain }: Context): void {
  const { condition, code } = list.rules[index]!
  for (const either of eithersIn(condition)) {
    for (const branch of either.args) {
      const { isProof } = lookForTruth(replaced(condition, either, branch), values, file)
      if (!isProof) continue
      const text = printCql2(branch)
      complain({
        code: 'DEAD_BRANCH',
        severity: 'warning',
        about: text,
        text: {
          zh: `${code} 中“或”的一支“${text}”永远不起作用。`,
          en: `In ${code}, the branch "${text}" of an OR never matters.`,
        },
        example: null,
      })
    }
  }
}

/** Every OR that is not below a NOT. */
function eithersIn(node: Cql2Node): { op: string; args: readonly Cql2Node[] }[] {
  if (!isOperation(node) || (node.op !== 'and' && node.op !== 'or')) return []
  return [...(node.op === 'or' ? [node] : []), ...node.args.flatMap(eithersIn)]
}

export const undecided = (
  code: string | null,
  en: string,
  zh: string,
  values: Values,
): Omit<PackComplaint, 'strategy'> => ({
  code: 'UNDECIDED',
  severity: 'warning',
  about: null,
  text: {
    zh: `未能判定${code ?? ''}${zh}:${values.isExact ? '情形太多' : '条件中有无法逐一求解的比较'}。请另行核对。`,
    en: `Could not settle whether ${en}${code === null ? '' : ` (${code})`}: ${values.isExact ? 'too many cases' : 'a comparison that cannot be turned round'}. Look at it yourself.`,
  },
  example: null,
})
