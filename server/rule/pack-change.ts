import { createHash } from 'node:crypto'
import { isMap, isScalar, parseDocument, type Document } from 'yaml'
import type { PackChanges } from '../contract.ts'
import { Refusal, type Message } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { loadPack, type RulePack } from './pack.ts'
import { parameterOn, type Parameter } from './rule-file.ts'
import { nearestName } from './vocabulary.ts'

/** A number of a pack as it is tried. */
export interface ChangedNumber {
  readonly name: string
  readonly title: Message
  readonly unit: string
  readonly kind: Parameter['kind']
  readonly basis: string
  readonly before: number | string
  readonly after: number | string
}

/** In `table.otherwise`: the value for every key the table does not list. */
const OTHERWISE = 'otherwise'

/**
 * A pack with some of its numbers and conditions changed, to be tried. Only changed conditions are read again; numbers are
 * put in their place without going through the text, which is what makes a slider quick. `hash` names base and changes;
 * the text is that of the base: `changedText` writes the new one.
 * @param asOf of a number that changes with the day, the value of this day is changed
 * @throws Refusal `PARAMETER_UNKNOWN`, `PARAMETER_INVALID`, `STRATEGY_UNKNOWN`, and those of `loadPack`
 */
export function changedPack(base: RulePack, changes: PackChanges, asOf: IsoDate): RulePack {
  const { set = {}, when = {} } = changes
  if (Object.keys(set).length === 0 && Object.keys(when).length === 0) return base
  const pack = Object.keys(when).length === 0 ? base : loadPack(changedText(base, { when }, asOf))
  const parameters = { ...pack.parameters }
  const tables = { ...pack.tables }
  for (const [name, value] of Object.entries(set)) {
    const [tableName = '', key] = name.split('.')
    const table = tables[tableName]
    if (key !== undefined && table) {
      if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidValue(name, value, table.unit)
      tables[tableName] =
        key === OTHERWISE
          ? { ...table, otherwise: value }
          : { ...table, values: { ...table.values, [knownKey(pack, name)]: value } }
    } else {
      const parameter = parameters[name]
      if (!parameter) throw unknownNumber(pack, name)
      parameters[name] = withValue(parameter, checkedValue(name, value, parameter), asOf)
    }
  }
  const hash = createHash('sha256')
    .update(`${base.hash}\n${canonical(changes)}`)
    .digest('hex')
  return { ...pack, parameters, tables, hash }
}

/** Which of a parameter's values holds on a day: -1 for the first of all, else its place among the changes. */
const placeOn = ({ changes }: Parameter, asOf: IsoDate): number =>
  changes.findLastIndex(({ from }) => from <= asOf)

function withValue(parameter: Parameter, value: number | string, asOf: IsoDate): Parameter {
  const at = placeOn(parameter, asOf)
  return at < 0
    ? { ...parameter, value }
    : { ...parameter, changes: parameter.changes.with(at, { ...parameter.changes[at]!, value }) }
}

/** What differs in numbers between two packs on a day, with both values; what only one of them has is left out. */
export function changedNumbers(before: RulePack, after: RulePack, asOf: IsoDate): ChangedNumber[] {
  const numbers: ChangedNumber[] = []
  for (const [name, parameter] of Object.entries(after.parameters)) {
    const was = before.parameters[name]
    if (!was) continue
    const [from, to] = [parameterOn(was, asOf), parameterOn(parameter, asOf)]
    if (from === to) continue
    const { title, unit, kind, basis } = parameter
    numbers.push({ name, title, unit, kind, basis, before: from, after: to })
  }
  for (const [name, { title, unit, basis, values, otherwise }] of Object.entries(after.tables)) {
    const was = before.tables[name]
    if (!was) continue
    const common = { title, unit, kind: null, basis }
    for (const key of new Set([...Object.keys(was.values), ...Object.keys(values)])) {
      const [from, to] = [was.values[key] ?? was.otherwise, values[key] ?? otherwise]
      if (from !== to) numbers.push({ name: `${name}.${key}`, ...common, before: from, after: to })
    }
    if (was.otherwise !== otherwise)
      numbers.push({ name: `${name}.${OTHERWISE}`, ...common, before: was.otherwise, after: otherwise })
  }
  return numbers
}

/** Strategies whose condition reads otherwise, or is in one pack alone. */
export function changedConditions(before: RulePack, after: RulePack): string[] {
  const was = new Map(before.strategies.map(({ code, when }) => [code, when]))
  const is = new Map(after.strategies.map(({ code, when }) => [code, when]))
  return [...new Set([...was.keys(), ...is.keys()])].filter((code) => was.get(code) !== is.get(code))
}

/** The head of a pack that is adopted. */
export interface NewHead {
  readonly version: string
  readonly validFrom: IsoDate
  /** Lines of comment put before the text, without their signs. */
  readonly remark: readonly string[]
}

/**
 * The text of a pack with changes made in their places: every other character stays, comments and all.
 * @throws as `changedPack`
 */
export function changedText(base: RulePack, changes: PackChanges, asOf: IsoDate, head?: NewHead): string {
  const document = parseDocument(base.yaml, { maxAliasCount: 0 } as object)
  const edits: Edit[] = []
  for (const [name, value] of Object.entries(changes.set ?? {}))
    edits.push(...numberEdits(base, document, { name, value, asOf }))
  for (const [code, condition] of Object.entries(changes.when ?? {}))
    edits.push(conditionEdit(base, document, code, condition))
  if (head) {
    edits.push(scalarEdit(document, ['version'], quoted(head.version)))
    edits.push(scalarEdit(document, ['valid_from'], head.validFrom))
  }
  let text = base.yaml
  for (const { from, to, put } of edits.toSorted((a, b) => b.from - a.from))
    text = text.slice(0, from) + put + text.slice(to)
  const remark = head?.remark.map((line) => `# ${line.replaceAll(/\s+/g, ' ')}\n`).join('') ?? ''
  return remark + text
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly put: string
}

function numberEdits(
  base: RulePack,
  document: Document,
  { name, value, asOf }: { name: string; value: number | string; asOf: IsoDate },
): Edit[] {
  const [table = '', key] = name.split('.')
  if (key !== undefined && base.tables[table]) {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw invalidValue(name, value, base.tables[table].unit)
    const path =
      key === OTHERWISE ? ['tables', table, OTHERWISE] : ['tables', table, 'values', knownKey(base, name)]
    if (document.hasIn(path)) return [scalarEdit(document, path, String(value))]
    const values = document.getIn(['tables', table, 'values'], true)
    if (!isMap(values) || !values.flow || !values.range) throw noPlace(path)
    return [{ from: values.range[0] + 1, to: values.range[0] + 1, put: ` ${key}: ${value},` }]
  }
  const parameter = base.parameters[name]
  if (!parameter) throw unknownNumber(base, name)
  const text = String(checkedValue(name, value, parameter))
  const ofDay = ['parameters', name, 'values', placeOn(parameter, asOf) + 1, 'value']
  return [scalarEdit(document, document.hasIn(ofDay) ? ofDay : ['parameters', name, 'value'], text)]
}

function conditionEdit(base: RulePack, document: Document, code: string, condition: string): Edit {
  const at = base.strategies.findIndex((strategy) => strategy.code === code)
  if (at < 0) {
    throw new Refusal(
      'STRATEGY_UNKNOWN',
      { zh: `规则包中没有策略 ${code}。`, en: `The pack has no strategy ${code}.` },
      { zh: '请核对策略代码。', en: 'Check the code.' },
      { field: `when.${code}` },
    )
  }
  return scalarEdit(document, ['strategies', at, 'when'], quoted(condition.trim().replaceAll(/\s+/g, ' ')))
}

/** The characters a value stands in. A folded text ends with a line break, which is kept. */
function scalarEdit(document: Document, path: readonly (string | number)[], put: string): Edit {
  const node = document.getIn(path, true)
  if (!isScalar(node) || !node.range) throw noPlace(path)
  const [from, to] = node.range
  const isBlock = node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL'
  return { from, to, put: isBlock ? `${put}\n` : put }
}

const noPlace = (path: readonly (string | number)[]): TypeError =>
  new TypeError(`The rule pack has no plain value at ${path.join('.')}.`)

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Names in order, so that the same changes always read the same. */
const canonical = ({ set = {}, when = {} }: PackChanges): string =>
  JSON.stringify([Object.entries(set).toSorted(byName), Object.entries(when).toSorted(byName)])
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

function checkedValue(name: string, value: number | string, { unit }: Parameter): number | string {
  if (unit === 'date') {
    if (typeof value === 'string' && isIsoDate(value)) return value
    throw invalidValue(name, value, unit)
  }
  const isPeriod = unit === 'year' || unit === 'month'
  const isFit =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!isPeriod || (Number.isInteger(value) && Math.abs(value) <= 1200))
  if (!isFit) throw invalidValue(name, value, unit)
  return value
}

/** The key of a table, from `table.KEY`. */
function knownKey(pack: RulePack, name: string): string {
  const [table = '', key = ''] = name.split('.')
  const known = keysOf(pack, table)
  if (known.includes(key)) return key
  throw unknownNumber(pack, name)
}

/** Keys a table may list: the values of the closed list it is asked with. */
function keysOf({ dictionary, tables }: RulePack, table: string): readonly string[] {
  return tables[table] ? (dictionary.tableKeys.get(tables[table].by) ?? []) : []
}

function unknownNumber(pack: RulePack, name: string): Refusal {
  const known = [
    ...Object.keys(pack.parameters),
    ...Object.keys(pack.tables).flatMap((table) =>
      [...keysOf(pack, table), OTHERWISE].map((key) => `${table}.${key}`),
    ),
  ]
  const near = nearestName(name, known)
  return new Refusal(
    'PARAMETER_UNKNOWN',
    { zh: `规则包中没有参数“${name}”。`, en: `The pack has no parameter "${name}".` },
    near
      ? { zh: `是否指“${near}”?`, en: `Did you mean "${near}"?` }
      : { zh: `可用的参数:${known.join('、')}。`, en: `There are: ${known.join(', ')}.` },
    { field: `set.${name}` },
  )
}

function invalidValue(name: string, value: number | string, unit: string): Refusal {
  const wanted =
    unit === 'date'
      ? { zh: '日期写作 2024-11-07。', en: 'Write a day as 2024-11-07.' }
      : unit === 'year' || unit === 'month'
        ? { zh: '年和月须为整数,至多 1200。', en: 'Years and months are whole numbers, at most 1200.' }
        : { zh: '须为数字。', en: 'It takes a number.' }
  return new Refusal(
    'PARAMETER_INVALID',
    { zh: `“${value}”不能作为参数 ${name} 的值。`, en: `"${value}" is no value for the parameter ${name}.` },
    wanted,
    { field: `set.${name}` },
  )
}
