import { readFileSync } from 'node:fs'
import peggy from 'peggy'
import { Refusal, type Message } from '../refusal.ts'
import { isIsoDate } from '../units.ts'

/** A condition or value in the JSON form of CQL2 (OGC 21-065r2), and `parameter`, which is our own. */
export type Cql2Node =
  | Cql2Literal
  | Cql2Property
  | Cql2Parameter
  | Cql2Operation
  | Cql2Geometry
  | Cql2OtherGeometry
  | Cql2Interval
  | readonly Cql2Node[]
export type Cql2Literal =
  string | number | boolean | { readonly date: string } | { readonly timestamp: string }
export interface Cql2Property {
  readonly property: string
}
export interface Cql2Parameter {
  readonly parameter: string
}
/**
 * `and or not = <> < <= > >= + - * / % div ^ between in like isNull`, or the name of a function: the standard's as it
 * spells them, one written in capitals in lower case. `and` and `or` take two or more; `in` takes a value and a list.
 */
export interface Cql2Operation {
  readonly op: string
  readonly args: readonly Cql2Node[]
}
/** Lon/lat in degrees, as filters give them. */
export type Cql2Geometry =
  Shape<readonly [number, number]> | { readonly bbox: readonly [number, number, number, number] }
/** Shapes of the standard that no filter of ours takes: with heights, or of several kinds. */
export type Cql2OtherGeometry =
  | Shape<readonly [number, number, number]>
  | { readonly bbox: readonly [number, number, number, number, number, number] }
  | {
      readonly type: 'GeometryCollection'
      readonly geometries: readonly (Cql2Geometry | Cql2OtherGeometry)[]
    }
type Shape<Place> =
  | { readonly type: 'Point'; readonly coordinates: Place }
  | { readonly type: 'LineString' | 'MultiPoint'; readonly coordinates: readonly Place[] }
  | { readonly type: 'Polygon' | 'MultiLineString'; readonly coordinates: readonly (readonly Place[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Place[])[])[] }
/** From and to: days or moments as texts, `..` for open, properties or functions. */
export interface Cql2Interval {
  readonly interval: readonly [Cql2Node, Cql2Node]
}

/** Limits on one condition: enough for any rule a person can read, too little to tire a parser or a database. */
export const cql2Limits = { characters: 4000, depth: 32, operators: 64 } as const

/** Whose text it is decides the code of the refusal: ours (a rule) or a reader's (a filter). */
export type Cql2Purpose = 'filter' | 'rule'

/**
 * Reads a condition written in CQL2 text; all of it, or nothing.
 *
 * Equality of texts is exact, names keep their case, keywords do not. `DATE('…')` must be a real calendar day.
 * What the names mean and whether the types fit is for `type-check.ts`.
 * @throws Refusal `FILTER_SYNTAX` or `RULE_SYNTAX` with line, column and what was expected there.
 */
export function parseCql2(text: string, purpose: Cql2Purpose = 'filter'): Cql2Node {
  const refuse = (message: Message, hint: Message, cause?: unknown): Refusal =>
    new Refusal(purpose === 'rule' ? 'RULE_SYNTAX' : 'FILTER_SYNTAX', message, hint, {}, { cause })

  if (text.length > cql2Limits.characters) {
    throw refuse(
      {
        zh: `条件有 ${text.length} 个字符,超过 ${cql2Limits.characters} 个。`,
        en: `The condition has ${text.length} characters, more than ${cql2Limits.characters}.`,
      },
      { zh: '请拆成几个较短的条件。', en: 'Split it into shorter conditions.' },
    )
  }
  const deepAt = tooDeepAt(text)
  if (deepAt !== null) throw refuse(...tooComplex('depth'))

  let node: Cql2Node
  try {
    // The grammar beside this file builds nothing but Cql2Node; the generated parser cannot say so.
    node = parser.parse(text) as Cql2Node
  } catch (cause) {
    if (cause instanceof parser.SyntaxError) throw refuse(...syntaxMessage(text, cause), cause)
    throw cause
  }
  const size = measure(node, 1)
  if (size.depth > cql2Limits.depth) throw refuse(...tooComplex('depth'))
  if (size.operators > cql2Limits.operators) throw refuse(...tooComplex('operators'))
  if (size.badDay !== undefined) {
    throw refuse(
      { zh: `“${size.badDay}”不是日历上的一天。`, en: `"${size.badDay}" is not a calendar day.` },
      {
        zh: "日期写作 DATE('2024-11-07'),时刻写作 TIMESTAMP('2024-11-07T08:00:00Z')。",
        en: "Write a day as DATE('2024-11-07'), a moment as TIMESTAMP('2024-11-07T08:00:00Z').",
      },
    )
  }
  if (size.strayList) {
    throw refuse(
      { zh: '一组值不能单独使用。', en: 'A list of values stands alone.' },
      { zh: '请写在 IN 之后,或作为函数的参数。', en: 'Write it after IN or as an argument of a function.' },
    )
  }
  return node
}

const parser = peggy.generate(readFileSync(new URL('cql2.peggy', import.meta.url), 'utf8'), {
  grammarSource: 'cql2.peggy',
})

export const isOperation = (node: Cql2Node): node is Cql2Operation => isObject(node) && 'op' in node
export const isProperty = (node: Cql2Node): node is Cql2Property => isObject(node) && 'property' in node
export const isParameter = (node: Cql2Node): node is Cql2Parameter => isObject(node) && 'parameter' in node
export const isDate = (node: Cql2Node): node is { readonly date: string } => isObject(node) && 'date' in node
export const isTimestamp = (node: Cql2Node): node is { readonly timestamp: string } =>
  isObject(node) && 'timestamp' in node
export const isInterval = (node: Cql2Node): node is Cql2Interval => isObject(node) && 'interval' in node
export const isAnyGeometry = (node: Cql2Node): node is Cql2Geometry | Cql2OtherGeometry =>
  isObject(node) && ('type' in node || 'bbox' in node)
/** A plane shape of one kind: what a filter can ask with. */
export const isGeometry = (node: Cql2Node): node is Cql2Geometry =>
  isAnyGeometry(node) &&
  ('bbox' in node ? node.bbox.length === 4 : node.type !== 'GeometryCollection' && isPlane(node.coordinates))
function isPlane(coordinates: readonly unknown[]): boolean {
  return Array.isArray(coordinates[0])
    ? coordinates.every((part) => isPlane(part as readonly unknown[]))
    : coordinates.length === 2
}
export const isList = (node: Cql2Node): node is readonly Cql2Node[] => Array.isArray(node)
const isObject = (node: Cql2Node): node is Exclude<Cql2Node, string | number | boolean> =>
  typeof node === 'object'

/** Every name of a property in the condition, each once, in reading order. */
export function propertiesOf(node: Cql2Node): string[] {
  const names = new Set<string>()
  const visit = (part: Cql2Node): void => {
    if (isList(part)) part.forEach(visit)
    else if (isProperty(part)) names.add(part.property)
    else if (isOperation(part)) part.args.forEach(visit)
    else if (isInterval(part)) part.interval.forEach(visit)
  }
  visit(node)
  return [...names]
}

/** Position where brackets nest deeper than any condition may, found before the parser has to follow them down. */
function tooDeepAt(text: string): number | null {
  let depth = 0
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!
    if (quote !== '') {
      if (letter === '\\' && text[i + 1] === "'") i++
      else if (letter === quote) quote = ''
    } else if (letter === "'" || letter === '"') quote = letter
    else if (letter === '(') depth++
    else if (letter === ')') depth--
    if (depth > cql2Limits.depth) return i
  }
  return null
}

interface Size {
  readonly depth: number
  readonly operators: number
  readonly badDay: string | undefined
  /** A list where a single value belongs. */
  readonly strayList: boolean
}

function measure(node: Cql2Node, depth: number, listMayStand = false): Size {
  const leaf = { depth, operators: 0, badDay: undefined, strayList: false }
  if (isDate(node)) return { ...leaf, badDay: isIsoDate(node.date) ? undefined : node.date }
  if (isTimestamp(node)) return { ...leaf, badDay: isMoment(node.timestamp) ? undefined : node.timestamp }
  if (isInterval(node)) {
    const texts = node.interval.filter((bound) => typeof bound === 'string')
    const bad = texts.find((text) => text !== '..' && !isIsoDate(text) && !isMoment(text))
    return bad === undefined ? sum(node.interval, leaf, false) : { ...leaf, badDay: bad }
  }
  if (isList(node)) return sum(node, { ...leaf, strayList: !listMayStand }, true)
  if (!isOperation(node)) return leaf
  const { op, args } = node
  const operators = op === 'and' || op === 'or' ? args.length - 1 : 1
  return sum(args, { ...leaf, operators }, op === 'in' || !operatorNames.has(op))
}

function sum(parts: readonly Cql2Node[], own: Size, listMayStand: boolean): Size {
  let total = own
  for (const part of parts) {
    const size = measure(part, own.depth + 1, listMayStand)
    total = {
      depth: Math.max(total.depth, size.depth),
      operators: total.operators + size.operators,
      badDay: total.badDay ?? size.badDay,
      strayList: total.strayList || size.strayList,
    }
  }
  return total
}

/** What is no function. */
const operatorNames = new Set('and or not = <> < <= > >= + - * / % div ^ between in like isNull'.split(' '))
const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) &&
  isIsoDate(text.slice(0, 10)) &&
  !Number.isNaN(Date.parse(text))

function tooComplex(what: 'depth' | 'operators'): [Message, Message] {
  const limit = cql2Limits[what]
  const message =
    what === 'depth'
      ? { zh: `条件嵌套超过 ${limit} 层。`, en: `The condition is nested more than ${limit} deep.` }
      : { zh: `条件中的运算超过 ${limit} 个。`, en: `The condition has more than ${limit} operators.` }
  return [message, { zh: '请拆成几个较短的条件。', en: 'Split it into shorter conditions.' }]
}

/** What the parser was looking for, in the reader's words; anything else it names is quoted as it stands. */
const expectedZh: Record<string, string> = {
  name: '名称',
  number: '数字',
  "'text'": "'文本'",
  date: "DATE('…')",
  'TRUE or FALSE': 'TRUE 或 FALSE',
  parameter: ':参数',
  geometry: '几何',
  interval: "INTERVAL('…', '…')",
  comparison: '比较符',
  '+ or -': '+ 或 -',
  '* or /': '* 或 /',
}

function syntaxMessage(text: string, error: peggy.parser.SyntaxError): [Message, Message] {
  const { line, column } = error.location.start
  const expected = [...new Set((error.expected ?? []).map(wordOf))]
    .filter((word) => word !== 'space')
    .toSorted()
  const found = error.found ?? null
  const zh = expected.map((word) => expectedZh[word] ?? (word === 'end' ? '结尾' : word)).join('、')
  const message = {
    zh: `第 ${line} 行第 ${column} 列:此处应为 ${zh},实际是 ${found === null ? '结尾' : `“${found}”`}。`,
    en: `Line ${line}, column ${column}: expected ${expected.join(', ')} but found ${found === null ? 'the end' : `"${found}"`}.`,
  }
  return [message, syntaxHint(text, error.location.start.offset)]
}

function wordOf(expectation: peggy.parser.Expectation): string {
  if (expectation.type === 'literal') return expectation.text
  return expectation.type === 'other' ? expectation.description : expectation.type
}

function syntaxHint(text: string, offset: number): Message {
  const rest = text.slice(offset)
  if (/^[！-～。、“”‘’《》]/.test(rest)) {
    return { zh: '此处是全角符号,请改用半角。', en: 'This is a full-width sign; use the half-width one.' }
  }
  if (/^(==|!=)/.test(rest) || /[=!]$/.test(text.slice(0, offset))) {
    return { zh: '相等写作 =,不等写作 <>。', en: 'Write = for equal and <> for not equal.' }
  }
  return {
    zh: '条件用 CQL2 书写,例如 site.built = TRUE AND unit.area_m2 >= 3333。文本用单引号,名称不用。',
    en: 'Conditions are CQL2, for example site.built = TRUE AND unit.area_m2 >= 3333. Texts take single quotes, names do not.',
  }
}
