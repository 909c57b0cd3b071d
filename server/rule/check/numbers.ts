import { isList, isOperation, isParameter, isProperty, type Cql2Node } from '../cql2.ts'
import { definitionOf } from '../dictionary.ts'
import type { RulePack } from '../pack.ts'
import type { PackComplaint } from './complaint.ts'

/** What a number of a rule can reasonably be, in its unit. A term of use rights ends at 70 years. */
const sane: Readonly<Record<string, readonly [number, number]>> = {
  year: [0, 70],
  month: [0, 840],
  day: [0, 7300],
  ratio: [0, 5],
  score: [0, 100],
  count: [0, 1e6],
  m2: [0, 1e6],
  wan: [0, 1e7],
  'wan per mu': [0, 1e5],
}
/** Days a rule may turn on: since the republic, and not a lifetime ahead. */
const saneDays = ['1949-10-01', '2075-12-31'] as const

/** Numbers of the pack that nothing uses or that cannot be meant, and lists of values and keys not gone through. */
export function numbers(pack: RulePack): PackComplaint[] {
  const conditions = [...pack.strategies, ...pack.grades.flatMap(({ classes }) => classes)].map(
    ({ condition }) => condition,
  )
  const used = { parameters: new Set<string>(), tables: new Set<string>() }
  const named = new Map<string, Set<string>>()
  for (const condition of conditions) collect(condition, used, named)
  return [
    ...unusedParameters(pack, used.parameters),
    ...Object.keys(pack.tables)
      .filter((name) => !used.tables.has(name))
      .map((name) => unused('table', '表', name)),
    ...oddParameters(pack),
    ...missingKeys(pack),
    ...unusedValues(pack, named),
  ]
}

function collect(
  node: Cql2Node,
  used: { parameters: Set<string>; tables: Set<string> },
  named: Map<string, Set<string>>,
): void {
  if (isParameter(node)) used.parameters.add(node.parameter)
  if (!isOperation(node)) return
  used.tables.add(node.op)
  const parts = node.args.flatMap((arg) => (isList(arg) ? arg : [arg]))
  const texts = parts.filter((part) => typeof part === 'string')
  for (const part of parts) {
    if (isProperty(part) && texts.length > 0) {
      const values = named.get(part.property) ?? new Set()
      for (const text of texts) values.add(text)
      named.set(part.property, values)
    }
    collect(part, used, named)
  }
}

const unusedParameters = ({ parameters }: RulePack, used: ReadonlySet<string>): PackComplaint[] =>
  Object.keys(parameters)
    .filter((name) => !used.has(name))
    .map((name) => unused('parameter', '参数', name))

const unused = (en: string, zh: string, name: string): PackComplaint => ({
  code: 'PARAMETER_UNUSED',
  severity: 'note',
  strategy: null,
  about: name,
  text: { zh: `${zh} ${name} 没有被使用。`, en: `No rule uses the ${en} ${name}.` },
  example: null,
})

function oddParameters(pack: RulePack): PackComplaint[] {
  return Object.entries(pack.parameters).flatMap(([name, { value, changes, unit }]) =>
    [value, ...changes.map((change) => change.value)]
      .filter((each) => !isSane(each, unit))
      .map((each): PackComplaint => ({
        code: 'PARAMETER_RANGE',
        severity: 'warning',
        strategy: null,
        about: name,
        text: {
          zh: `参数 ${name} 的值 ${each}(单位 ${unit})超出常理,应在 ${rangeText(unit)} 之间。`,
          en: `The parameter ${name} is ${each} (unit ${unit}), which can hardly be meant; expected ${rangeText(unit)}.`,
        },
        example: null,
      })),
  )
}

const isSane = (value: number | string, unit: string): boolean => {
  if (typeof value === 'string') return value >= saneDays[0] && value <= saneDays[1]
  const range = sane[unit]
  return range === undefined || (value >= range[0] && value <= range[1])
}
const rangeText = (unit: string): string =>
  unit === 'date' ? saneDays.join(' … ') : (sane[unit] ?? []).join(' … ')

function missingKeys(pack: RulePack): PackComplaint[] {
  return Object.entries(pack.tables).flatMap(([name, { by, values, otherwise, unit }]): PackComplaint[] => {
    const missing = (pack.dictionary.tableKeys.get(by) ?? []).filter((key) => !Object.hasOwn(values, key))
    const range = sane[unit]
    const odd = Object.entries({ ...values, otherwise }).filter(
      ([, value]) => range && (value < range[0] || value > range[1]),
    )
    return [
      ...(missing.length === 0
        ? []
        : [
            {
              code: 'TABLE_KEYS' as const,
              severity: 'note' as const,
              strategy: null,
              about: name,
              text: {
                zh: `表 ${name} 没有列出 ${missing.join('、')},按其余值 ${otherwise} 计。`,
                en: `The table ${name} does not list ${missing.join(', ')}; they count as the rest, ${otherwise}.`,
              },
              example: null,
            },
          ]),
      ...odd.map(([key, value]) => ({
        code: 'PARAMETER_RANGE' as const,
        severity: 'warning' as const,
        strategy: null,
        about: `${name}.${key}`,
        text: {
          zh: `表 ${name} 中 ${key} 的值 ${value}(单位 ${unit})超出常理。`,
          en: `In the table ${name}, ${key} is ${value} (unit ${unit}), which can hardly be meant.`,
        },
        example: null,
      })),
    ]
  })
}

/** Listed values of a fact that rules do tell apart, which no rule ever names: perhaps forgotten. */
function unusedValues(pack: RulePack, named: ReadonlyMap<string, ReadonlySet<string>>): PackComplaint[] {
  return [...named].flatMap(([name, used]): PackComplaint[] => {
    const { values = [], zh, en } = definitionOf(pack.dictionary, name)
    const rest = values.filter((value) => !used.has(value))
    if (rest.length === 0) return []
    return [
      {
        code: 'VALUE_UNUSED',
        severity: 'note',
        strategy: null,
        about: name,
        text: {
          zh: `没有规则提到“${zh}”(${name}) 的取值 ${rest.join('、')}。`,
          en: `No rule names these values of "${en}" (${name}): ${rest.join(', ')}.`,
        },
        example: null,
      },
    ]
  })
}
