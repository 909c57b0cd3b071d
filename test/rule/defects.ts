import { parse, stringify } from 'yaml'
import {
  isList,
  isOperation,
  isProperty,
  parseCql2,
  propertiesOf,
  type Cql2Node,
} from '../../server/rule/cql2.ts'
import { definitionOf } from '../../server/rule/dictionary.ts'
import { loadPack, type RulePack } from '../../server/rule/pack.ts'
import { printCql2 } from '../../server/rule/print.ts'

/** A pack with one thing wrong in it. */
export interface Defect {
  readonly kind: string
  readonly what: string
  readonly yaml: string
  /** Strategies, numbers, facts or fields one of which a complaint has to name. */
  readonly places: readonly string[]
}

interface RuleText {
  code: string
  when: string
  [field: string]: unknown
}
interface PackText {
  strategies: RuleText[]
  parameters: Record<string, { value: number | string; unit: string }>
  tables: Record<string, { values: Record<string, number>; otherwise: number; by: string; unit: string }>
  [field: string]: unknown
}
/** One way to break the pack, by kind. */
type Site = Omit<Defect, 'yaml' | 'kind'> & { readonly spoil: (pack: PackText) => void }

/**
 * So many defects out of all the ways a good pack can be broken, every kind in turn, drawn from a seed.
 *
 * Only what is wrong in itself is made: a threshold that another city might choose, or two strategies in another order
 * that both still get land, is a choice and no defect.
 */
export function seededDefects(yaml: string, count: number, seed: number): Defect[] {
  const pack = loadPack(yaml)
  const random = mulberry32(seed)
  const kinds = Object.entries(sites).map(([kind, of]): [string, Site[]] => [
    kind,
    shuffled(of(pack), random),
  ])
  const defects: Defect[] = []
  const seen = new Set<string>()
  while (defects.length < count) {
    const before = defects.length
    for (const [kind, left] of kinds) {
      const site = left.pop()
      if (!site || defects.length === count) continue
      const text = parse(yaml) as PackText
      site.spoil(text)
      const written = stringify(text, { lineWidth: 0, aliasDuplicateObjects: false })
      if (seen.has(written)) continue
      seen.add(written)
      defects.push({ kind, what: site.what, places: site.places, yaml: written })
    }
    if (defects.length === before && kinds.every(([, left]) => left.length === 0))
      throw new Error(`There are only ${before} ways to break the pack.`)
  }
  return defects
}

const ruleIn = ({ strategies }: PackText, code: string): RuleText =>
  strategies.find((rule) => rule.code === code)!
const setWhen =
  (code: string, when: string) =>
  (pack: PackText): void => {
    ruleIn(pack, code).when = when
  }
const conditionSite = (code: string, node: Cql2Node, what: string, places = [code]): Site => ({
  what: `${code}: ${what}`,
  places,
  spoil: setWhen(code, printCql2(node)),
})
const rulesOf = (pack: RulePack) => pack.strategies.slice(0, -1)
const and = (...args: Cql2Node[]): Cql2Node => ({
  op: 'and',
  args: args.flatMap((arg) => (isOperation(arg) && arg.op === 'and' ? arg.args : [arg])),
})
const not = (node: Cql2Node): Cql2Node => ({ op: 'not', args: [node] })
const clauses = (node: Cql2Node): readonly Cql2Node[] =>
  isOperation(node) && node.op === 'and' ? node.args : [node]
const without = (node: Cql2Node, part: Cql2Node): Cql2Node => {
  const rest = clauses(node).filter((clause) => clause !== part)
  return rest.length === 1 ? rest[0]! : { op: 'and', args: rest }
}
const swap = (node: Cql2Node, part: Cql2Node, by: Cql2Node): Cql2Node =>
  node === part
    ? by
    : isList(node)
      ? node.map((each) => swap(each, part, by))
      : isOperation(node)
        ? { op: node.op, args: node.args.map((arg) => swap(arg, part, by)) }
        : node
const partsOf = (node: Cql2Node): Cql2Node[] =>
  isList(node) ? node.flatMap(partsOf) : isOperation(node) ? [node, ...node.args.flatMap(partsOf)] : [node]

/** A name written wrongly as people do: a letter lost, doubled, or two changed about. */
function misspelt(name: string): string[] {
  const i = Math.max(1, Math.floor(name.length / 2))
  return [
    name.slice(0, i) + name.slice(i + 1),
    name.slice(0, i) + name[i] + name.slice(i),
    name.slice(0, i - 1) + name[i] + name[i - 1] + name.slice(i + 1),
  ].filter((wrong) => wrong !== name)
}

const sites: Readonly<Record<string, (pack: RulePack) => Site[]>> = {
  'misspelt fact': (pack) =>
    rulesOf(pack).flatMap(({ code, when, condition }) =>
      propertiesOf(condition).flatMap((name) =>
        misspelt(name)
          .filter((wrong) => !pack.dictionary.facts.has(wrong))
          .map((wrong) => ({
            what: `${code}: ${wrong}`,
            places: [code],
            spoil: setWhen(code, when.replace(name, wrong)),
          })),
      ),
    ),
  'misspelt parameter': (pack) =>
    rulesOf(pack).flatMap(({ code, when }) =>
      [...when.matchAll(/:(\w+)/g)].flatMap(([, name]) =>
        misspelt(name!).map((wrong) => ({
          what: `${code}: :${wrong}`,
          places: [code],
          spoil: setWhen(code, when.replace(`:${name}`, `:${wrong}`)),
        })),
      ),
    ),
  'misspelt value': (pack) =>
    rulesOf(pack).flatMap(({ code, when }) =>
      [...when.matchAll(/'([a-z_]{4,})'/g)].flatMap(([, value]) =>
        misspelt(value!).map((wrong) => ({
          what: `${code}: '${wrong}'`,
          places: [code],
          spoil: setWhen(code, when.replace(`'${value}'`, `'${wrong}'`)),
        })),
      ),
    ),
  'misspelt function': (pack) =>
    rulesOf(pack).flatMap(({ code, when }) =>
      [...when.matchAll(/(\w+)\(/g)]
        .filter(([, name]) => !['AND', 'OR', 'IN'].includes(name!))
        .map(([, name]) => ({
          what: `${code}: ${name}s()`,
          places: [code],
          spoil: setWhen(code, when.replace(`${name}(`, `${name}s(`)),
        })),
    ),
  'broken syntax': (pack) =>
    rulesOf(pack).flatMap(({ code, when }) =>
      [`${when} AND`, when.replace('=', '=='), `(${when}`, when.replace(' ', ' ＆ '), `${when} 且`]
        .filter((broken) => broken !== when)
        .map((broken) => ({
          what: `${code}: ${broken.slice(-20)}`,
          places: [code],
          spoil: setWhen(code, broken),
        })),
    ),
  'wrong unit': (pack) =>
    Object.entries(pack.parameters).flatMap(([name, { unit }]) =>
      ['亩', 'mu', 'wan', 'm2', 'year', 'month', 'day', 'score']
        .filter((other) => other !== unit)
        .map((other) => ({
          what: `:${name} in ${other}`,
          places: [
            `parameters.${name}`,
            ...pack.strategies.filter(({ when }) => when.includes(`:${name}`)).map(({ code }) => code),
          ],
          spoil: ({ parameters }: PackText) => {
            parameters[name]!.unit = other
          },
        })),
    ),
  'wrong type': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) =>
      partsOf(condition).flatMap((part): Site[] => {
        if (!isOperation(part)) return []
        const [left, right] = part.args
        if (typeof right === 'boolean')
          return [
            conditionSite(
              code,
              swap(condition, part, { op: part.op, args: [left!, 'yes'] }),
              'a text for a truth',
            ),
          ]
        if (
          left !== undefined &&
          isProperty(left) &&
          definitionOf(pack.dictionary, left.property).type === 'date' &&
          ['>', '<=', '<', '>='].includes(part.op)
        )
          return [
            conditionSite(
              code,
              swap(condition, part, { op: part.op, args: [left, 365] }),
              'a number for a day',
            ),
          ]
        return []
      }),
    ),
  'contradictory clause': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) =>
      clauses(condition).flatMap((clause): Site[] => {
        const opposite = conditionSite(code, and(condition, not(clause)), `AND NOT ${printCql2(clause)}`)
        if (!isOperation(clause) || clause.op !== '=') return [opposite]
        const [fact, value] = clause.args as [Cql2Node, Cql2Node]
        const list = isProperty(fact) ? (definitionOf(pack.dictionary, fact.property).values ?? []) : []
        const other = list.find((each) => each !== value)
        return other === undefined
          ? [opposite]
          : [
              opposite,
              conditionSite(code, and(condition, { op: '=', args: [fact, other] }), `and = '${other}'`),
            ]
      }),
    ),
  'impossible range': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) =>
      propertiesOf(condition).flatMap((name): Site[] => {
        const { type } = definitionOf(pack.dictionary, name)
        const fact: Cql2Node = { property: name }
        if (type === 'number')
          return [
            conditionSite(
              code,
              and(condition, { op: '>', args: [fact, 5] }, { op: '<', args: [fact, 3] }),
              `5 < ${name} < 3`,
            ),
          ]
        if (type !== 'date') return []
        const [late, early]: [Cql2Node, Cql2Node] = [{ date: '2024-06-02' }, { date: '2024-06-01' }]
        return [
          conditionSite(
            code,
            and(condition, { op: '>=', args: [fact, late] }, { op: '<=', args: [fact, early] }),
            `${name} in no time`,
          ),
        ]
      }),
    ),
  'dead branch': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) =>
      partsOf(condition).flatMap((part): Site[] =>
        isOperation(part) && part.op === 'or'
          ? part.args.map((branch) =>
              conditionSite(
                code,
                swap(condition, branch, and(branch, not(branch))),
                `${printCql2(branch)} and not`,
              ),
            )
          : [],
      ),
    ),
  'constant condition': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) =>
      [
        true,
        false,
        { op: '=', args: [1, 1] },
        { op: 'or', args: [condition, true] },
        and(condition, { op: '<', args: [1, 2] }),
      ].map((node: Cql2Node) => conditionSite(code, node, printCql2(node).slice(-12))),
    ),
  'always true once known': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) => {
      const [first] = clauses(condition)
      return first === undefined
        ? []
        : [conditionSite(code, and(condition, { op: 'or', args: [first, not(first)] }), 'a clause or not')]
    }),
  'written twice': (pack) =>
    rulesOf(pack).flatMap(({ code, condition }) => [
      ...(clauses(condition).length > 1
        ? [conditionSite(code, and(condition, clauses(condition)[0]!), 'a clause twice')]
        : []),
      ...partsOf(condition).flatMap((part): Site[] => {
        if (!isOperation(part) || part.op !== 'in' || !isList(part.args[1]!)) return []
        const list = part.args[1]
        return [conditionSite(code, swap(condition, list, [...list, list[0]!]), 'a value twice')]
      }),
    ]),
  'behind what takes all of it': (pack) =>
    coverings(pack).flatMap(([inner, outer]) => [
      {
        what: `${inner} behind ${outer}`,
        places: [inner],
        spoil: ({ strategies }: PackText) => {
          const [moved] = strategies.splice(indexOf(strategies, inner), 1)
          strategies.splice(indexOf(strategies, outer) + 1, 0, moved!)
        },
      },
      {
        what: `${outer} before ${inner}`,
        places: [inner],
        spoil: ({ strategies }: PackText) => {
          const [moved] = strategies.splice(indexOf(strategies, outer), 1)
          strategies.splice(indexOf(strategies, inner), 0, moved!)
        },
      },
    ]),
  'the same again': (pack) =>
    rulesOf(pack).map(({ code }, i) => ({
      what: `${code} again as Y9`,
      places: ['Y9'],
      spoil: ({ strategies }: PackText) => {
        strategies.splice(i + 1, 0, { ...strategies[i]!, code: 'Y9' })
      },
    })),
  'taken by two together': (pack) =>
    rulesOf(pack).map(({ code, when }, i) => ({
      what: `${code} behind its halves`,
      places: [code],
      spoil: ({ strategies }: PackText) => {
        const half = (name: string, sign: string): RuleText => ({
          ...strategies[i]!,
          code: name,
          when: `(${when}) AND as_of ${sign} DATE('2024-06-30')`,
        })
        strategies.splice(i, 0, half('Y1', '<='), half('Y2', '>'))
      },
    })),
  'too wide': (pack) =>
    (
      [
        ['C3', /^idle\.cause/, ['C4', 'C5', 'C6']],
        ['E7', /^low_eff/, ['E8', 'E9']],
        ['E1', /^unit\.in/, ['E2', 'E9']],
        ['D3', / OR /, ['E1', 'E9']],
        ['C0', /^start/, ['C1', 'C9']],
        ['D1', /^as_of/, ['D2']],
        ['A1', / OR /, ['A2']],
        ['C7', /^idle/, ['D1', 'D2']],
        ['E2', / OR /, ['E3', 'E7']],
      ] as const
    ).map(([code, clause, places]) => {
      const { condition } = pack.strategies.find((rule) => rule.code === code)!
      const part = clauses(condition).find((each) => clause.test(printCql2(each)))!
      return conditionSite(code, without(condition, part), `without ${printCql2(part)}`, [...places])
    }),
  'limit of neighbours': (pack) =>
    neighbours(pack).flatMap(([code, other, test]) => {
      const { condition } = pack.strategies.find((rule) => rule.code === code)!
      const flipped = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }[test.op]!
      return [
        conditionSite(
          code,
          swap(condition, test, { op: flipped, args: test.args }),
          `${test.op} → ${flipped} beside ${other}`,
          [code, other],
        ),
      ]
    }),
  'turned round': (pack) =>
    (
      [
        ['A2', 'maturity.score'],
        ['C8', 'start.due'],
        ['C9', 'start.due'],
        ['D1', 'finish.due'],
        ['D2', 'finish.due'],
        ['C5', ':idle_recover_after'],
      ] as const
    ).map(([code, about]) => {
      const { condition } = pack.strategies.find((rule) => rule.code === code)!
      const test = clauses(condition).find((each) => printCql2(each).includes(about)) as {
        op: string
        args: Cql2Node[]
      }
      const flipped = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }[test.op]!
      return conditionSite(
        code,
        swap(condition, test, { op: flipped, args: test.args }),
        `${test.op} → ${flipped}`,
        [code, 'Z0'],
      )
    }),
  'narrowed list': (pack) =>
    [
      ['C6', 'unknown'],
      ['C6', 'mixed'],
      ['C3', 'gov'],
      ['C3', 'force_majeure'],
      ['C2', 'RES'],
      ['C2', 'COM'],
      ['C2', 'MIX'],
      ['E9', 'completed'],
      ['E9', 'built'],
    ].map(([code, value]) => {
      const { condition } = pack.strategies.find((rule) => rule.code === code)!
      const list = partsOf(condition).flatMap((part) =>
        isOperation(part) && part.op === 'in' ? [part.args[1]!] : [],
      )
      const [chosen] = list.filter((each) => isList(each) && each.includes(value!)) as [readonly Cql2Node[]]
      const rest = chosen.filter((each) => each !== value)
      return conditionSite(code!, swap(condition, chosen, rest), `without '${value}'`, [
        'Z0',
        'supply.use_group',
      ])
    }),
  'value that cannot be meant': (pack) =>
    Object.entries(pack.parameters).flatMap(([name, { value }]) =>
      (typeof value === 'string'
        ? ['2204-11-07', '1924-11-07']
        : [-value, value * (name === 'tol' ? 1e7 : 100)]
      ).map((odd) => ({
        what: `:${name} = ${odd}`,
        places: [name],
        spoil: ({ parameters }: PackText) => {
          parameters[name]!.value = odd
        },
      })),
    ),
  'limits that cross': () =>
    (
      [
        ['idle_fee_after', 24, 'C5'],
        ['idle_fee_after', 30, 'C5'],
        ['idle_recover_after', 12, 'C5'],
        ['idle_recover_after', 6, 'C5'],
        ['unused_from', 1.5, 'E4'],
        ['compact_from', 1.2, 'B6'],
        ['boundary_inside', 1.5, 'A1'],
        ['mature_from', 0, 'A1'],
      ] as const
    ).map(([name, value, code]) => ({
      what: `:${name} = ${value}`,
      places: [code],
      spoil: ({ parameters }: PackText) => {
        parameters[name]!.value = value
      },
    })),
  'number beside its parameter': (pack) =>
    Object.entries(pack.parameters)
      .filter(([name]) => pack.strategies.filter(({ when }) => when.includes(`:${name}`)).length === 1)
      .map(([name, { value }]) => {
        const { code, when } = pack.strategies.find((rule) => rule.when.includes(`:${name}`))!
        const written = typeof value === 'string' ? `DATE('${value}')` : String(value)
        return {
          what: `${code}: ${written} for :${name}`,
          places: [name],
          spoil: setWhen(code, when.replaceAll(`:${name}`, written)),
        }
      }),
  'code twice': (pack) =>
    rulesOf(pack).map(({ code }, i) => ({
      what: `${code} twice`,
      places: [code],
      spoil: ({ strategies }: PackText) => {
        strategies[i + 1]!.code = code
      },
    })),
  'field missing': (pack) =>
    pack.strategies.flatMap((_, i) =>
      ['basis', 'lead', 'deadline', 'actions', 'title', 'when'].map((field) => ({
        what: `strategy ${i} without ${field}`,
        places: [`strategies.${i}.${field}`],
        spoil: ({ strategies }: PackText) => {
          if (field === 'basis') strategies[i]![field] = []
          else delete strategies[i]![field]
        },
      })),
    ),
  'no last resort': (pack) => [
    conditionSite('Z0', parseCql2('flags.block = 0', 'rule'), 'not always'),
    {
      what: 'Z0 left out',
      places: ['E9'],
      spoil: ({ strategies }) => void strategies.pop(),
    },
    ...rulesOf(pack).map(({ code }) => ({
      what: `${code} last`,
      places: [code],
      spoil: ({ strategies }: PackText) => {
        const [moved] = strategies.splice(indexOf(strategies, code), 1)
        strategies.push(moved!)
      },
    })),
  ],
  table: (pack) =>
    Object.entries(pack.tables).flatMap(([name, { values }]) => [
      {
        what: `${name} left out`,
        places: ['B6', 'E4'],
        spoil: ({ tables }: PackText) => {
          delete tables[name]
        },
      },
      ...Object.keys(values).flatMap((key) => [
        {
          what: `${name} without ${key}`,
          places: [name],
          spoil: ({ tables }: PackText) => {
            delete tables[name]!.values[key]
          },
        },
        {
          what: `${name}.${key} negative`,
          places: [`${name}.${key}`],
          spoil: ({ tables }: PackText) => {
            tables[name]!.values[key] = -1
          },
        },
        {
          what: `${name}: ${key}X`,
          places: [`tables.${name}`],
          spoil: ({ tables }: PackText) => {
            tables[name]!.values[`${key}X`] = 1
          },
        },
      ]),
    ]),
}

const indexOf = (rules: readonly RuleText[], code: string): number =>
  rules.findIndex((rule) => rule.code === code)

/** Pairs of which the later takes all the earlier does: its clauses are among the other's. */
function coverings(pack: RulePack): [string, string][] {
  const rules = rulesOf(pack).map(({ code, condition }) => ({
    code,
    texts: new Set(clauses(condition).map(printCql2)),
  }))
  return rules.flatMap((inner, i) =>
    rules
      .slice(i + 1)
      .filter((outer) => [...outer.texts].every((text) => inner.texts.has(text)))
      .map((outer): [string, string] => [inner.code, outer.code]),
  )
}

/** Tests of two strategies that share a limit, one of which takes it and the other does not. */
function neighbours(pack: RulePack): [string, string, { op: string; args: readonly Cql2Node[] }][] {
  const tests = rulesOf(pack).flatMap(({ code, condition }) =>
    partsOf(condition).flatMap((part) =>
      isOperation(part) && ['<', '<=', '>', '>='].includes(part.op)
        ? [{ code, part, sides: part.args.map(printCql2).join() }]
        : [],
    ),
  )
  return tests.flatMap(({ code, part, sides }) =>
    tests
      .filter((other) => other.code !== code && other.sides === sides && other.part.op[0] !== part.op[0])
      .map((other): [string, string, typeof part] => [code, other.code, part]),
  )
}

/** A small generator whose numbers are the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const all = [...list]
  for (let i = all.length - 1; i > 0; i--) {
    const k = Math.floor(random() * (i + 1))
    ;[all[i], all[k]] = [all[k]!, all[i]!]
  }
  return all
}
