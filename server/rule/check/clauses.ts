import { isList, isOperation, type Cql2Node } from '../cql2.ts'
import { printCql2 } from '../print.ts'
import type { RuleFile } from '../rule-file.ts'
import type { PackComplaint } from './complaint.ts'
import { holdsIn, look, namesFor } from './look.ts'
import { asksForUnknown, isJunction, testsIn } from './tests.ts'
import { ordinaryDay, type Values } from './values.ts'

type Complaint = Omit<PackComplaint, 'strategy'>

/** Clauses of a condition that no known fact can change, and what is written twice. */
export function uselessClauses(
  code: string,
  condition: Cql2Node,
  values: Values,
  file: RuleFile,
): Complaint[] {
  const complaints: Complaint[] = []
  const seen = new Set<string>()
  if (condition !== true) {
    for (const test of testsIn(condition)) {
      const text = printCql2(test)
      if (seen.has(text) || asksForUnknown(test)) continue
      seen.add(text)
      const always = alwaysIs(test, values, file)
      if (always !== null) complaints.push(constantClause(code, text, always))
    }
    const whole = isJunction(condition) ? alwaysIs(condition, values, file) : null
    if (whole === true && !asksForUnknown(condition))
      complaints.push(constantClause(code, printCql2(condition), true))
  }
  return [...complaints, ...repeatedIn(code, condition)]
}

/** What a condition comes to whenever its facts are known, where that is always the same. */
function alwaysIs(condition: Cql2Node, values: Values, file: RuleFile): boolean | null {
  const never = (wanted: 'true' | 'false'): boolean => {
    const { isProof } = look({
      values,
      names: namesFor([condition], values),
      mayBeUnknown: false,
      judge: (situation) => {
        const verdict = holdsIn(condition, situation, file)
        return verdict === wanted ? 'yes' : verdict === 'unknown' ? 'maybe' : 'no'
      },
    })
    return isProof
  }
  return never('false') ? true : never('true') ? false : null
}

function constantClause(code: string, text: string, always: boolean): Complaint {
  return {
    code: 'CONSTANT',
    severity: 'warning',
    about: text,
    text: {
      zh: `${code} 中的“${text}”只要事实已知就总是${always ? '成立' : '不成立'}。`,
      en: `In ${code}, "${text}" is always ${String(always)} once its facts are known.`,
    },
    example: { as_of: ordinaryDay },
  }
}

function repeatedIn(code: string, node: Cql2Node): Complaint[] {
  if (isList(node)) return repeats(node).map((text) => repeated(code, text))
  if (!isOperation(node)) return []
  const own = isJunction(node) ? repeats(node.args) : []
  return [...own.map((text) => repeated(code, text)), ...node.args.flatMap((arg) => repeatedIn(code, arg))]
}

function repeats(parts: readonly Cql2Node[]): string[] {
  const texts = parts.map(printCql2)
  return [...new Set(texts.filter((text, i) => texts.indexOf(text) !== i))]
}

const repeated = (code: string, text: string): Complaint => ({
  code: 'REPEATED',
  severity: 'warning',
  about: text,
  text: { zh: `${code} 中“${text}”写了两次。`, en: `In ${code}, "${text}" is written twice.` },
  example: null,
})
