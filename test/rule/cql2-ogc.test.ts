import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compileParcelFilter } from '../../server/parcel/filter.ts'
import { Refusal } from '../../server/refusal.ts'
import { parseCql2, propertiesOf } from '../../server/rule/cql2.ts'
import { landDictionary } from '../../server/rule/dictionary.ts'
import { printCql2 } from '../../server/rule/print.ts'
import { conditionToSql, packNames } from '../../server/rule/to-sql.ts'
import { typeProblems } from '../../server/rule/type-check.ts'
import { dateFunctions, type Meaning } from '../../server/rule/vocabulary.ts'

// Every example the OGC publishes with the standard; the README beside them says where from.
const folder = new URL('../fixtures/cql2-ogc/', import.meta.url)
const examples = readdirSync(new URL('text/', folder)).map((file) => {
  const json = file.replace(/(-alt\d+)?\.txt$/, '.json')
  return {
    name: file.replace('.txt', ''),
    text: readFileSync(new URL(`text/${file}`, folder), 'utf8'),
    json: JSON.parse(readFileSync(new URL(`json/${json}`, folder), 'utf8')) as unknown,
  }
})

const isRead = (text: string): boolean => {
  try {
    parseCql2(text)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

describe('the examples of the standard', () => {
  test('are all here', () => {
    expect(examples).toHaveLength(120)
    expect(new Set(examples.map(({ name }) => name.replace(/-alt\d+/, ''))).size).toBe(
      readdirSync(new URL('json/', folder)).length,
    )
  })

  test.each(examples)('$name is read as the standard says', ({ text, json }) => {
    expect(parseCql2(text)).toEqual(json)
  })

  test.each(examples)('$name is printed so that it is read the same', ({ text, json }) => {
    expect(parseCql2(printCql2(parseCql2(text)))).toEqual(json)
  })

  test('none is read with anything after it', () => {
    const garbage = [' x', ' 1', ';', ')', ' AND', ' --', " 'x'", ' = 1 = 1', ' (', ' #', '\0', ' NOT']
    const wronglyRead = examples.flatMap(({ name, text }) =>
      garbage.filter((more) => isRead(text.trim() + more)).map((more) => name + more),
    )
    expect(wronglyRead).toEqual([])
  })

  test('none is read with its last sign missing, unless what is left is whole', () => {
    const stillRead = examples
      .filter(({ text }) => isRead(text.trim().slice(0, -1)))
      .map(({ text }) => text.trim().slice(-4))
    // a digit or letter of a last number or name, never a bracket or a quote
    expect(stillRead.filter((end) => !/[\w.]$/.test(end))).toEqual([])
  })

  test('what the type checker lets through can be compiled, the rest is refused by name', () => {
    const types: Meaning['type'][] = ['text', 'number', 'date', 'boolean', 'geometry']
    const names = {
      ...packNames({ dictionary: landDictionary, parameters: {}, tables: {} }, 'f'),
      property: () => ({ toOperationNode: () => undefined }) as never,
    }
    for (const { name, text } of examples) {
      const node = parseCql2(text)
      for (const type of types) {
        const complaints = typeProblems(node, {
          properties: new Map(propertiesOf(node).map((property): [string, Meaning] => [property, { type }])),
          parameters: new Map(),
          functions: dateFunctions,
        })
        if (complaints.length === 0) expect(() => conditionToSql(node, names), name).not.toThrow()
        for (const { text: said } of complaints) expect(said.zh && said.en).toBeTruthy()
      }
    }
  })
})

describe('what the language has and a filter has not', () => {
  test.each([
    ['S_INTERSECTS(geom, POINT Z (113 27 50))', '"POINT(113 27 50)" cannot be used here'],
    ['S_INTERSECTS(geom, BBOX(113, 27, 0, 114, 28, 9))', 'cannot be used here'],
    ['S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(113 27)))', 'cannot be used here'],
    ["T_DURING(as_of, INTERVAL('2024-01-01', '..'))", 'no function "t_during"'],
    ["A_CONTAINS(holder, ('甲', '乙'))", 'no function "a_contains"'],
    ['area_planar_m2 % 2 = 0', 'no function "%"'],
    ["CASEI(holder) = CASEI('x')", 'no function "casei"'],
  ])('%s', (text, said) => {
    expect(() => compileParcelFilter(text)).toThrow(Refusal)
    expect(() => compileParcelFilter(text)).toThrow(said)
  })

  test.each([
    'S_INTERSECTS(geom, MULTIPOINT((113 27), (114 28)))',
    's_within(geom, MULTILINESTRING((113 27, 114 28)))',
  ])('%s is asked', (text) => expect(() => compileParcelFilter(text)).not.toThrow())

  test.each([
    ['(1, 2) = 3', 'stands alone'],
    ['a BETWEEN (1, 2) AND 3', 'stands alone'],
    ['MULTIPOINT(113, 27) = 1', 'Line 1'], // a shape written wrongly is no function
    ["INTERVAL('2024-02-30', '..') = 1", 'calendar day'],
    ["TIMESTAMP('2024-01-01T00:00:00') = a", 'calendar day'],
    ['a ^ 2 ^ 3 = 1', 'Line 1'],
  ])('%s is not read', (text, said) => expect(() => parseCql2(text)).toThrow(said))
})
