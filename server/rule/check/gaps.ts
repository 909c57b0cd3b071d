import { isOperation, type Cql2Node } from '../cql2.ts'
import { verdictOf } from '../evaluate.ts'
import type { Facts, FactValue } from '../fact.ts'
import { printCql2 } from '../print.ts'
import type { RuleFile } from '../rule-file.ts'
import type { PackComplaint, RuleList } from './complaint.ts'
import { budgetPerQuestion, holdsIn, look, namesFor, type Judgement, type Situation } from './look.ts'
import { undecided } from './reach.ts'
import { factsIn, isJunction, replaced, testsIn } from './tests.ts'
import type { Values } from './values.ts'

interface Context {
  readonly file: RuleFile
  readonly values: Values
  readonly list: RuleList
}

/**
 * Facts, all known, that no rule takes but the last: one example for each stage, or one in all where no fact with a
 * list of values runs through the rules. What the pack says may be left over is not complained about.
 * @param leftOver conditions under which land may be left to the last rule; null where the pack does not say, and
 *   then gaps are notes only.
 */
export function gaps({ file, values, list }: Context, leftOver: readonly Cql2Node[] | null): PackComplaint[] {
  const rules = list.rules.slice(0, -1).map(({ condition }) => condition)
  const last = list.rules.at(-1)!.code
  const pivot = pivotOf(rules, file)
  const stages: (FactValue | null)[] = pivot === null ? [null] : [...values.of(pivot, {})]
  return stages.flatMap((stage): PackComplaint[] => {
    const given: Facts = pivot === null || stage === null ? {} : { [pivot]: stage }
    const { found, isProof } = lookForGap({ file, values, rules, leftOver: leftOver ?? [], given })
    const where = pivot === null ? '' : `${pivot} = ${String(stage)}`
    if (found === null) {
      if (isProof) return []
      const said = undecided(
        null,
        `known facts are left to ${last} ${where && `at ${where}`}`,
        `${where} 是否有事实齐全却落入 ${last} 的情形`,
        values,
      )
      return [{ ...said, strategy: list.prefix + last, about: where || null }]
    }
    return [
      {
        code: 'GAP',
        severity: leftOver === null ? 'note' : 'warning',
        strategy: list.prefix + last,
        about: where || null,
        text: {
          zh: `${where ? `${where} 时,` : ''}有事实齐全的地块没有策略可用,落入 ${last}。若属有意,请写入 left_over。`,
          en: `${where ? `At ${where}, land` : 'Land'} about which everything is known is left to ${last}. If that is meant, say so under left_over.`,
        },
        example: found,
      },
    ]
  })
}

/** A closed list that at least a third of the rules ask about, the one most ask about: the stage of land, say. */
function pivotOf(rules: readonly Cql2Node[], file: RuleFile): string | null {
  const counts = new Map<string, number>()
  for (const rule of rules) {
    for (const name of factsIn(rule)) {
      if (file.dictionary.facts.get(name)?.values) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1])
  return most && most[1] * 3 >= rules.length ? most[0] : null
}

function lookForGap({
  file,
  values,
  rules,
  leftOver,
  given,
}: {
  file: RuleFile
  values: Values
  rules: readonly Cql2Node[]
  leftOver: readonly Cql2Node[]
  given: Facts
}): { found: Facts | null; isProof: boolean } {
  const conditions = [...rules, ...leftOver]
  // Rules of this stage first and those that ask much last: what can never be escaped is noticed soon.
  const alive = conditions.filter((rule) => verdictOf(rule, { facts: given, pack: file }) !== 'false')
  const special = alive.filter((rule) => factsIn(rule).some((name) => Object.hasOwn(given, name)))
  const first = namesFor(special, values)
  const rest = namesFor(alive, values).filter((name) => !first.includes(name))
  const settle = (names: readonly string[], of: readonly Cql2Node[], from: Facts) =>
    look({
      values,
      names: names.filter((name) => !Object.hasOwn(from, name)),
      given: from,
      mayBeUnknown: false,
      budget: budgetPerQuestion,
      judge: (situation) => judge(of, situation, file),
    })
  // The rules that ask for no stage are escaped, or not, whatever the stage; so they are looked at by themselves.
  const own = settle(first, special, given)
  if (own.found === null) return own
  const whole = settle(rest, alive, own.found)
  if (whole.found !== null || rest.length === 0) return whole
  return settle(namesFor(alive, values), alive, given)
}

/** No rule may take it. */
function judge(rules: readonly Cql2Node[], situation: Situation, file: RuleFile): Judgement {
  let answer: Judgement = 'yes'
  for (const rule of rules) {
    const verdict = holdsIn(rule, situation, file)
    if (verdict === 'true') return 'no'
    if (verdict === 'unknown') answer = 'maybe'
  }
  return answer
}

/** A comparison with its sides in one order, whichever way it is written. */
interface Limit {
  readonly rule: number
  readonly test: Cql2Node
  readonly sides: string
  readonly op: '<' | '<=' | '>' | '>='
}
const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const
const isOrder = (op: string): op is keyof typeof turned => Object.hasOwn(turned, op)

/** Neighbours at one limit of which both, or neither, take the limit itself. */
export function boundaries({ file, values, list }: Context): PackComplaint[] {
  const limits = list.rules.flatMap(({ condition }, rule) => limitsIn(condition, rule))
  const complaints = new Map<string, PackComplaint>()
  for (const low of limits.filter(({ op }) => op === '<' || op === '<=')) {
    for (const high of limits.filter(({ op }) => op === '>' || op === '>=')) {
      if (low.rule === high.rule || low.sides !== high.sides) continue
      const both = low.op === '<=' && high.op === '>='
      const neither = low.op === '<' && high.op === '>'
      if (!both && !neither) continue
      const complaint = both
        ? overlap({ file, values, list }, low, high)
        : hole({ file, values, list }, low, high)
      if (complaint) complaints.set(`${complaint.code} ${complaint.strategy} ${complaint.about}`, complaint)
    }
  }
  return [...complaints.values()]
}

function limitsIn(condition: Cql2Node, rule: number): Limit[] {
  return testsIn(condition).flatMap((test): Limit[] => {
    if (!isOperation(test) || isJunction(test) || !isOrder(test.op)) return []
    const [left, right] = test.args.map(printCql2) as [string, string]
    return left <= right
      ? [{ rule, test, sides: `${left} ${right}`, op: test.op }]
      : [{ rule, test, sides: `${right} ${left}`, op: turned[test.op] }]
  })
}

/** Facts at the limit under which both rules hold. */
function overlap({ file, values, list }: Context, low: Limit, high: Limit): PackComplaint | null {
  const [a, b] = [list.rules[low.rule]!, list.rules[high.rule]!]
  const example = atLimit(file, values, low.test, [a.condition, b.condition])
  if (example === null) return null
  const [first, second] = low.rule < high.rule ? [a, b] : [b, a]
  return {
    code: 'BOUNDARY_OVERLAP',
    severity: 'warning',
    strategy: list.prefix + second.code,
    about: `${printCql2(low.test)} … ${printCql2(high.test)}`,
    text: {
      zh: `${first.code} 与 ${second.code} 都包含界限本身(“${printCql2(low.test)}”与“${printCql2(high.test)}”),恰在界限上时由在前的 ${first.code} 取得。`,
      en: `${first.code} and ${second.code} both take the limit itself ("${printCql2(low.test)}", "${printCql2(high.test)}"); exactly at it ${first.code} wins by standing first.`,
    },
    example,
  }
}

/** Facts at the limit that neither rule takes, each of which would but for it, and that are left to the last one. */
function hole({ file, values, list }: Context, low: Limit, high: Limit): PackComplaint | null {
  const [a, b] = [list.rules[low.rule]!, list.rules[high.rule]!]
  const wide = [replaced(a.condition, low.test, true), replaced(b.condition, high.test, true)]
  const others = list.rules.slice(0, -1).map(({ condition }) => condition)
  const example = atLimit(file, values, low.test, wide, others)
  if (example === null) return null
  return {
    code: 'BOUNDARY_GAP',
    severity: 'warning',
    strategy: list.prefix + (low.rule < high.rule ? b : a).code,
    about: `${printCql2(low.test)} … ${printCql2(high.test)}`,
    text: {
      zh: `${a.code}(“${printCql2(low.test)}”)与 ${b.code}(“${printCql2(high.test)}”)都不含界限本身,恰在界限上的地块落入 ${list.rules.at(-1)!.code}。`,
      en: `Neither ${a.code} ("${printCql2(low.test)}") nor ${b.code} ("${printCql2(high.test)}") takes the limit itself; land exactly at it is left to ${list.rules.at(-1)!.code}.`,
    },
    example,
  }
}

function atLimit(
  file: RuleFile,
  values: Values,
  test: Cql2Node,
  hold: readonly Cql2Node[],
  fail: readonly Cql2Node[] = [],
): Facts | null {
  if (!isOperation(test)) return null
  const equal: Cql2Node = { op: '=', args: test.args }
  const wanted = [equal, ...hold]
  return look({
    values,
    names: namesFor(wanted, values, fail),
    mayBeUnknown: true,
    judge: (situation) => {
      if (fail.some((rule) => holdsIn(rule, situation, file) === 'true')) return 'no'
      const verdicts = wanted.map((condition) => holdsIn(condition, situation, file))
      if (verdicts.includes('false')) return 'no'
      return verdicts.every((verdict) => verdict === 'true') ? 'yes' : 'maybe'
    },
  }).found
}
