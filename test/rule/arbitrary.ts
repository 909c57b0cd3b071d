import fc from 'fast-check'
import type { Cql2Node } from '../../server/rule/cql2.ts'
import {
  factDefinitions,
  factNames,
  type FactDefinition,
  type LandFactName,
  type Facts,
  type FactValue,
} from '../../server/rule/fact.ts'
import { addDays } from '../../server/units.ts'

/** Days a few years around 2025-01-31, often at whole years from it, so that anniversaries are met. */
const day: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: -1500, max: 500 }).map((days) => addDays('2025-01-31', days)),
  fc
    .tuple(fc.integer({ min: 2020, max: 2027 }), fc.constantFrom('01-30', '01-31', '02-01', '02-28', '03-01'))
    .map(([y, d]) => `${y}-${d}`),
  fc.constantFrom('2024-02-29', '2024-11-07', '9999-12-31'),
)
const number = fc.oneof(
  fc.constantFrom(0, 1, 0.999, 0.15, 0.2, 40, 500, 3333, 2, 0.1, -1),
  fc.integer({ min: 0, max: 1e9 }).map((n) => n / 1000),
)
const text = fc.constantFrom('B', 'W', 'IND', '湘政地[2022]1号', '', "it's", 'a%b_c')

function valueOfFact(name: LandFactName): fc.Arbitrary<FactValue> {
  const { type, values }: FactDefinition = factDefinitions[name]
  if (type === 'boolean') return fc.boolean()
  if (type === 'number') return number
  if (type === 'date') return day
  return values ? fc.constantFrom(...values) : text
}

/** Facts of a parcel nobody would believe, each known or not; the day asked about always is. */
export const factsArbitrary: fc.Arbitrary<Facts> = fc
  .record(
    Object.fromEntries(factNames.map((name) => [name, valueOfFact(name)])) as Record<
      LandFactName,
      fc.Arbitrary<FactValue>
    >,
    { requiredKeys: [] },
  )
  .map((facts) => ({ ...facts, as_of: facts.as_of ?? '2025-01-31' }))

const property = (...names: LandFactName[]): fc.Arbitrary<Cql2Node> =>
  fc.constantFrom(...names.map((name) => ({ property: name })))
const numberFact = property('unit.area_m2', 'unit.compactness', 'far.actual', 'flags.block', 'maturity.score')
const dateFact = property('as_of', 'start.due', 'supply.date', 'term.end', 'approval.date')
const textFact = property('chain.stage', 'right.feature2', 'approval.doc_no')

const numberNode: fc.Arbitrary<Cql2Node> = fc.letrec<{ node: Cql2Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    numberFact,
    fc.constantFrom<Cql2Node>(0, 1, 2, 0.5, 3333, -1),
    fc.record({ op: fc.constant('days_to'), args: dateFact.map((fact) => [fact]) }),
    fc.record({ op: fc.constantFrom('+', '-', '*', '/'), args: fc.tuple(tie('node'), tie('node')) }),
  ),
})).node
const dateNode: fc.Arbitrary<Cql2Node> = fc.oneof(
  dateFact,
  day.map((date): Cql2Node => ({ date })),
  fc.record({
    op: fc.constantFrom('add_years', 'add_months'),
    args: fc.tuple(dateFact, fc.integer({ min: -30, max: 30 })),
  }),
)
const comparator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=')
const test: fc.Arbitrary<Cql2Node> = fc.oneof(
  fc.record({ op: comparator, args: fc.tuple(numberNode, numberNode) }),
  fc.record({ op: comparator, args: fc.tuple(dateNode, dateNode) }),
  fc.record({ op: fc.constantFrom('=', '<>'), args: fc.tuple(textFact, fc.oneof(textFact, text)) }),
  fc.record({ op: fc.constant('='), args: fc.tuple(property('site.built', 'plan.conflict'), fc.boolean()) }),
  fc.record({ op: fc.constant('between'), args: fc.tuple(numberNode, numberNode, numberNode) }),
  fc.record({
    op: fc.constant('in'),
    args: fc.tuple(textFact, fc.array(text, { minLength: 1, maxLength: 4 })),
  }),
  fc.record({
    op: fc.constant('like'),
    args: fc.tuple(textFact, fc.constantFrom('%', 'W', '湘%', '%[2022]_号', "i_'s", 'a\\%b%')),
  }),
  fc.record({
    op: fc.constant('isNull'),
    args: fc.oneof(numberNode, dateNode, textFact).map((node) => [node]),
  }),
)

/** Conditions well typed but otherwise wild. */
export const conditionArbitrary: fc.Arbitrary<Cql2Node> = fc.letrec<{ condition: Cql2Node }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    test,
    fc.record({
      op: fc.constantFrom('and', 'or'),
      args: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not'), args: tie('condition').map((node) => [node]) }),
  ),
})).condition
