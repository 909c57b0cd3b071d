import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cql2Limits, parseCql2, type Cql2Node } from '../../server/rule/cql2.ts'
import { printCql2 } from '../../server/rule/print.ts'

// Anything the language can say, sensible or not: what is printed must be read back as the same tree.
const letters = fc.constantFrom(
  'a',
  'B',
  '_',
  '9',
  '.',
  ':',
  ' ',
  '"',
  "'",
  '\\',
  '(',
  '策',
  '＞',
  'é',
  '%',
  '\n',
)
const text = fc
  .oneof(
    fc.array(letters, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 8 }),
  )
  .filter((value) => !value.endsWith('\\')) // no text of the language ends so: \' is a quote
const name = fc.oneof(
  fc.constantFrom(
    'a',
    'unit.area_m2',
    'eo:cloud',
    'and',
    'NULL',
    'date',
    'point',
    'div',
    'x y',
    'a"b',
    '用途.大类',
    ':p',
    '1a',
  ),
  fc.array(letters, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
)
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0))
const day = fc.constantFrom('2024-02-29', '0999-01-01', '9999-12-31')
const moment = fc.constantFrom('2024-02-29T23:59:59Z', '1969-07-16T05:32:00.5Z')
const flat = fc.tuple(number, number)
const high = fc.tuple(number, number, number)
const shapesOf = (place: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Cql2Node> => {
  const line = fc.array(place, { minLength: 1, maxLength: 3 })
  const rings = fc.array(line, { minLength: 1, maxLength: 2 })
  const of = (type: string, coordinates: fc.Arbitrary<unknown>) =>
    fc.record({ type: fc.constant(type), coordinates })
  return fc.oneof(
    of('Point', place),
    of('LineString', line),
    of('MultiPoint', line),
    of('Polygon', rings),
    of('MultiLineString', rings),
    of('MultiPolygon', fc.array(rings, { minLength: 1, maxLength: 2 })),
  ) as fc.Arbitrary<Cql2Node>
}
const shape = fc.oneof(shapesOf(flat), shapesOf(high))
const property = name.map((value): Cql2Node => ({ property: value }))
const leaf: fc.Arbitrary<Cql2Node> = fc.oneof(
  text,
  number,
  fc.boolean(),
  property,
  fc.constantFrom('tol', '年限').map((parameter): Cql2Node => ({ parameter })),
  day.map((date): Cql2Node => ({ date })),
  moment.map((timestamp): Cql2Node => ({ timestamp })),
  fc
    .tuple(fc.oneof(day, moment, fc.constant('..'), property), fc.oneof(moment, fc.constant('..'), property))
    .map((interval): Cql2Node => ({ interval })),
  shape,
  fc.tuple(number, number, number, number).map((bbox): Cql2Node => ({ bbox })),
  fc
    .array(shape, { minLength: 1, maxLength: 2 })
    .map((geometries) => ({ type: 'GeometryCollection', geometries }) as Cql2Node),
)
const wild: fc.Arbitrary<Cql2Node> = fc.letrec<{ node: Cql2Node }>((tie) => {
  const node = tie('node')
  const op = (names: string[], ...args: fc.Arbitrary<Cql2Node>[]): fc.Arbitrary<Cql2Node> =>
    fc.record({ op: fc.constantFrom(...names), args: fc.tuple(...args) })
  const list = fc.array(node, { minLength: 2, maxLength: 3 })
  return {
    node: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      leaf,
      op(['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'div', '^', 'like'], node, node),
      op(['not', 'isNull'], node),
      op(['between'], node, node, node),
      op(
        ['in'],
        node,
        fc.oneof(
          list,
          node.map((only) => [only]),
        ),
      ),
      fc.record({ op: fc.constantFrom('and', 'or'), args: list }),
      op(['f', 'Foo', 's_within', 't_metBy'], node, node),
      op(['a_containedBy', 'f'], property, fc.oneof(list, fc.constant([]))),
    ),
  }
}).node

test('whatever is printed is read back as it was', () => {
  let checked = 0
  fc.assert(
    fc.property(wild, (node) => {
      const printed = printCql2(node)
      if (printed.length > cql2Limits.characters || tooBig(node)) return
      checked++
      expect(parseCql2(printed)).toEqual(node)
    }),
    { seed: 21065, numRuns: 3000 },
  )
  expect(checked).toBeGreaterThan(2500)
})

/** Beyond the limits on conditions, which are tested by themselves. */
function tooBig(node: Cql2Node): boolean {
  const json = JSON.stringify(node)
  const operators = json.split('"op"').length - 1
  return operators > 20
}
