import type { Message } from '../refusal.ts'
import {
  isDate,
  isGeometry,
  isList,
  isOperation,
  isParameter,
  isProperty,
  isTimestamp,
  type Cql2Node,
} from './cql2.ts'
import { printCql2 } from './print.ts'
import { nearestName, type ArgumentRule, type Meaning, type Vocabulary } from './vocabulary.ts'

/** Something in a condition that cannot be meant. */
export interface Complaint {
  readonly code: 'UNKNOWN_FACT' | 'UNKNOWN_PARAMETER' | 'UNKNOWN_FUNCTION' | 'UNKNOWN_VALUE' | 'TYPE' | 'UNIT'
  readonly text: Message
  readonly hint: Message
  /** The name or value complained about. */
  readonly about: string
}

/**
 * Everything wrong with the names, types, units and listed values of a condition; empty when it can be used.
 * A condition must come out true or false: a bare fact is not one, `site.built = TRUE` is.
 */
export function typeProblems(node: Cql2Node, vocabulary: Vocabulary): Complaint[] {
  const checker = new Checker(vocabulary)
  checker.condition(node)
  return checker.complaints
}

const comparisons = new Set(['=', '<>', '<', '<=', '>', '>='])
const arithmetic = new Set(['+', '-', '*', '/'])

class Checker {
  readonly complaints: Complaint[] = []
  readonly vocabulary: Vocabulary
  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary
  }

  condition(node: Cql2Node): void {
    const meaning = this.meaningOf(node)
    if (!meaning) return
    if (isProperty(node) && meaning.type === 'boolean') {
      const name = node.property
      this.complain(
        'TYPE',
        name,
        {
          zh: `“${name}”单独不是条件。`,
          en: `"${name}" alone is not a condition.`,
        },
        { zh: `请写作 ${name} = TRUE。`, en: `Write ${name} = TRUE.` },
      )
    } else if (meaning.type !== 'boolean') {
      this.complain(
        'TYPE',
        printCql2(node),
        {
          zh: `“${printCql2(node)}”是${typeZh[meaning.type]},不是条件。`,
          en: `"${printCql2(node)}" is a ${meaning.type}, not a condition.`,
        },
        { zh: '请与某个值比较。', en: 'Compare it with something.' },
      )
    }
  }

  /** What a node stands for, or null once a complaint about it has been made. */
  private meaningOf(node: Cql2Node): Meaning | null {
    if (typeof node === 'string') return { type: 'text' }
    if (typeof node === 'number') return { type: 'number' }
    if (typeof node === 'boolean') return { type: 'boolean' }
    if (isDate(node) || isTimestamp(node)) return { type: 'date' }
    if (isProperty(node)) return this.named('UNKNOWN_FACT', node.property, this.vocabulary.properties)
    if (isParameter(node)) return this.named('UNKNOWN_PARAMETER', node.parameter, this.vocabulary.parameters)
    if (isOperation(node)) return this.operation(node.op, node.args, node)
    return isGeometry(node) ? { type: 'geometry' } : this.unusable(node)
  }

  private operation(op: string, args: readonly Cql2Node[], node: Cql2Node): Meaning | null {
    if (op === 'and' || op === 'or' || op === 'not') {
      for (const arg of args) this.condition(arg)
      return { type: 'boolean' }
    }
    const [first = '', second = '', third = ''] = args
    if (comparisons.has(op)) {
      this.comparable(first, second, node, op !== '=' && op !== '<>')
      return { type: 'boolean' }
    }
    if (op === 'between') {
      this.comparable(first, second, node, true)
      this.comparable(first, third, node, true)
      return { type: 'boolean' }
    }
    if (op === 'in') {
      for (const item of isList(second) ? second : []) this.comparable(first, item, node, false)
      return { type: 'boolean' }
    }
    if (op === 'isNull') {
      this.meaningOf(first)
      return { type: 'boolean' }
    }
    if (op === 'like') {
      for (const arg of args) this.expect(arg, { type: 'text' }, node)
      return { type: 'boolean' }
    }
    if (arithmetic.has(op)) return this.arithmetic(op, first, second, node)
    return this.call(op, args, node)
  }

  private comparable(a: Cql2Node, b: Cql2Node, whole: Cql2Node, ordered: boolean): void {
    const [left, right] = [this.meaningOf(a), this.meaningOf(b)]
    if (!left || !right) return
    if (left.type !== right.type || left.type === 'geometry') return this.mismatch(left, right, whole)
    if (ordered && left.type !== 'number' && left.type !== 'date') {
      return this.complain(
        'TYPE',
        printCql2(whole),
        {
          zh: `“${printCql2(whole)}”:${typeZh[left.type]}没有大小。`,
          en: `"${printCql2(whole)}": a ${left.type} has no order.`,
        },
        { zh: '请用 =、<> 或 IN。', en: 'Use =, <> or IN.' },
      )
    }
    this.sameUnit(left, right, whole)
    this.listed(left, b)
    this.listed(right, a)
  }

  /** A text compared with a fact of a closed list must be on the list. */
  private listed({ values }: Meaning, node: Cql2Node): void {
    if (!values || typeof node !== 'string' || values.includes(node)) return
    const near = nearestName(node, values)
    this.complain(
      'UNKNOWN_VALUE',
      node,
      {
        zh: `“${node}”不在取值范围内。`,
        en: `"${node}" is not one of the values.`,
      },
      {
        zh: `${near ? `是否指“${near}”?` : ''}取值:${values.join('、')}。`,
        en: `${near ? `Did you mean "${near}"? ` : ''}Values: ${values.join(', ')}.`,
      },
    )
  }

  private arithmetic(op: string, a: Cql2Node, b: Cql2Node, whole: Cql2Node): Meaning | null {
    const left = this.expect(a, { type: 'number' }, whole)
    const right = this.expect(b, { type: 'number' }, whole)
    if (!left || !right) return null
    if (op === '+' || op === '-') {
      this.sameUnit(left, right, whole)
      return { type: 'number', unit: left.unit ?? right.unit }
    }
    if (op === '/' && left.unit !== undefined && left.unit === right.unit)
      return { type: 'number', unit: 'ratio' }
    // A share of something is still that something; other products have a unit we do not name.
    const scaled = left.unit === undefined || left.unit === 'ratio' ? right : left
    const scale = scaled === left ? right : left
    if (op === '/' && scaled !== left) return { type: 'number' }
    return {
      type: 'number',
      unit: scale.unit === undefined || scale.unit === 'ratio' ? scaled.unit : undefined,
    }
  }

  private call(name: string, args: readonly Cql2Node[], node: Cql2Node): Meaning | null {
    const signature = this.vocabulary.functions.get(name)
    if (!signature) {
      const near = nearestName(name, this.vocabulary.functions.keys())
      this.complain(
        'UNKNOWN_FUNCTION',
        name,
        {
          zh: `没有名为“${name}”的函数。`,
          en: `There is no function "${name}".`,
        },
        suggestion(near, this.vocabulary.functions.keys()),
      )
      return null
    }
    if (args.length !== signature.args.length) {
      this.complain(
        'TYPE',
        name,
        {
          zh: `函数 ${name} 需要 ${signature.args.length} 个参数,这里有 ${args.length} 个。`,
          en: `${name} takes ${signature.args.length} arguments, here are ${args.length}.`,
        },
        { zh: `见“${printCql2(node)}”。`, en: `See "${printCql2(node)}".` },
      )
      return null
    }
    signature.args.forEach((rule, i) => this.argument(args[i]!, rule, node))
    return signature.returns
  }

  private argument(node: Cql2Node, rule: ArgumentRule, whole: Cql2Node): void {
    const meaning = this.expect(node, rule, whole)
    if (!meaning) return
    this.sameUnit(meaning, rule, whole)
    this.listed(rule, node)
    const constant =
      isParameter(node) || (typeof node === 'number' && Number.isInteger(node) && Math.abs(node) <= 1200)
    if (rule.constant && !constant) {
      this.complain(
        'TYPE',
        printCql2(node),
        {
          zh: `“${printCql2(whole)}”中的“${printCql2(node)}”应为整数或参数。`,
          en: `"${printCql2(node)}" in "${printCql2(whole)}" must be a whole number or a parameter.`,
        },
        { zh: '例如 add_years(start.due, 1)。', en: 'For example add_years(start.due, 1).' },
      )
    }
  }

  private expect(node: Cql2Node, wanted: Meaning, whole: Cql2Node): Meaning | null {
    const meaning = this.meaningOf(node)
    if (meaning && meaning.type !== wanted.type) {
      this.mismatch(wanted, meaning, whole)
      return null
    }
    return meaning
  }

  private sameUnit(left: Meaning, right: Meaning, whole: Cql2Node): void {
    if (left.unit === undefined || right.unit === undefined || left.unit === right.unit) return
    this.complain(
      'UNIT',
      printCql2(whole),
      {
        zh: `“${printCql2(whole)}”单位不一致:${left.unit} 与 ${right.unit}。`,
        en: `"${printCql2(whole)}" mixes units: ${left.unit} and ${right.unit}.`,
      },
      { zh: '请换用同一单位的参数。', en: 'Use a parameter of the same unit.' },
    )
  }

  private mismatch(left: Meaning, right: Meaning, whole: Cql2Node): void {
    const dateAndText = [left.type, right.type].toSorted().join() === 'date,text'
    this.complain(
      'TYPE',
      printCql2(whole),
      {
        zh: `“${printCql2(whole)}”类型不一致:${typeZh[left.type]}与${typeZh[right.type]}。`,
        en: `"${printCql2(whole)}" mixes a ${left.type} and a ${right.type}.`,
      },
      dateAndText
        ? { zh: "日期写作 DATE('2024-11-07')。", en: "Write a date as DATE('2024-11-07')." }
        : { zh: '两边类型应相同。', en: 'Both sides must be of one type.' },
    )
  }

  private named(
    code: 'UNKNOWN_FACT' | 'UNKNOWN_PARAMETER',
    name: string,
    known: ReadonlyMap<string, Meaning>,
  ): Meaning | null {
    const meaning = known.get(name)
    if (meaning) return meaning
    const what = code === 'UNKNOWN_FACT' ? { zh: '事实', en: 'fact' } : { zh: '参数', en: 'parameter' }
    this.complain(
      code,
      name,
      {
        zh: `没有名为“${name}”的${what.zh}。`,
        en: `There is no ${what.en} "${name}".`,
      },
      suggestion(nearestName(name, known.keys()), known.keys()),
    )
    return null
  }

  /** What the language has and nothing here can be asked with: intervals, lists of values, shapes with heights. */
  private unusable(node: Cql2Node): null {
    this.complain(
      'TYPE',
      printCql2(node),
      { zh: `此处不能使用“${printCql2(node)}”。`, en: `"${printCql2(node)}" cannot be used here.` },
      {
        zh: '请改用单个值、日期,或单一类型的平面图形。',
        en: 'Use a single value, a day, or a plane shape of one kind.',
      },
    )
    return null
  }

  private complain(code: Complaint['code'], about: string, text: Message, hint: Message): void {
    this.complaints.push({ code, about, text, hint })
  }
}

const typeZh: Record<Meaning['type'], string> = {
  boolean: '是否值',
  number: '数字',
  date: '日期',
  text: '文本',
  geometry: '几何',
}

function suggestion(near: string | null, known: Iterable<string>): Message {
  if (near !== null) return { zh: `是否指“${near}”?`, en: `Did you mean "${near}"?` }
  const list = [...known].toSorted()
  const shown = list.slice(0, 12).join(', ') + (list.length > 12 ? ' …' : '')
  return { zh: `可用的名称:${shown || '无'}。`, en: `Known names: ${shown || 'none'}.` }
}
