import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../server/refusal.ts'
import { cql2Limits, parseCql2, propertiesOf, type Cql2Node } from '../../server/rule/cql2.ts'
import { printCql2 } from '../../server/rule/print.ts'
import { conditionArbitrary } from './arbitrary.ts'

const refusalOf = (text: string, purpose?: 'rule'): Refusal => {
  try {
    parseCql2(text, purpose)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error(`"${text}" was read`)
}

describe('what is read', () => {
  test.each<[string, Cql2Node]>([
    ['site.built = TRUE', { op: '=', args: [{ property: 'site.built' }, true] }],
    [
      "a = 'x' and b <> 2 And c < -1.5e2",
      {
        op: 'and',
        args: [
          { op: '=', args: [{ property: 'a' }, 'x'] },
          { op: '<>', args: [{ property: 'b' }, 2] },
          { op: '<', args: [{ property: 'c' }, -150] },
        ],
      },
    ],
    [
      'NOT (a = 1 OR b = 2)',
      {
        op: 'not',
        args: [
          {
            op: 'or',
            args: [
              { op: '=', args: [{ property: 'a' }, 1] },
              { op: '=', args: [{ property: 'b' }, 2] },
            ],
          },
        ],
      },
    ],
    [
      'a + b * 2 - c / 4 > 0',
      {
        op: '>',
        args: [
          {
            op: '-',
            args: [
              { op: '+', args: [{ property: 'a' }, { op: '*', args: [{ property: 'b' }, 2] }] },
              { op: '/', args: [{ property: 'c' }, 4] },
            ],
          },
          0,
        ],
      },
    ],
    [
      'a BETWEEN 1 AND 2 AND b = 3',
      {
        op: 'and',
        args: [
          { op: 'between', args: [{ property: 'a' }, 1, 2] },
          { op: '=', args: [{ property: 'b' }, 3] },
        ],
      },
    ],
    [
      "stage NOT IN ('built', 'completed')",
      { op: 'not', args: [{ op: 'in', args: [{ property: 'stage' }, ['built', 'completed']] }] },
    ],
    [
      "name LIKE '株洲%' OR name IS NOT NULL",
      {
        op: 'or',
        args: [
          { op: 'like', args: [{ property: 'name' }, '株洲%'] },
          { op: 'not', args: [{ op: 'isNull', args: [{ property: 'name' }] }] },
        ],
      },
    ],
    [
      "signed_on >= DATE('2024-11-07')",
      { op: '>=', args: [{ property: 'signed_on' }, { date: '2024-11-07' }] },
    ],
    [
      '用途.大类 = 1 AND "a ""b""" = :tol',
      {
        op: 'and',
        args: [
          { op: '=', args: [{ property: '用途.大类' }, 1] },
          { op: '=', args: [{ property: 'a "b"' }, { parameter: 'tol' }] },
        ],
      },
    ],
    ["holder = 'O''Neill'", { op: '=', args: [{ property: 'holder' }, "O'Neill"] }],
    [
      'as_of > add_years(start.due, 2)',
      { op: '>', args: [{ property: 'as_of' }, { op: 'add_years', args: [{ property: 'start.due' }, 2] }] },
    ],
    [
      'S_INTERSECTS(geom, POLYGON((113 27, 114 27, 114 28, 113 27)))',
      {
        op: 's_intersects',
        args: [
          { property: 'geom' },
          {
            type: 'Polygon',
            coordinates: [
              [
                [113, 27],
                [114, 27],
                [114, 28],
                [113, 27],
              ],
            ],
          },
        ],
      },
    ],
    [
      'S_INTERSECTS(geom, BBOX(113, 27, 114, 28))',
      { op: 's_intersects', args: [{ property: 'geom' }, { bbox: [113, 27, 114, 28] }] },
    ],
    [
      'in_date = 1 AND order_no = 2 AND polygon = 3',
      {
        op: 'and',
        args: [
          { op: '=', args: [{ property: 'in_date' }, 1] },
          { op: '=', args: [{ property: 'order_no' }, 2] },
          { op: '=', args: [{ property: 'polygon' }, 3] },
        ],
      },
    ],
  ])('%s', (text, node) => expect(parseCql2(text)).toEqual(node))

  test('what is printed is read back as it was', () => {
    fc.assert(
      fc.property(conditionArbitrary, (condition) => {
        expect(parseCql2(printCql2(condition))).toEqual(condition)
      }),
      { seed: 11, numRuns: 300 },
    )
  })

  test('names are listed once, in reading order', () => {
    expect(propertiesOf(parseCql2('b = 1 AND a IN (1, 2) AND add_years(c, 1) > b'))).toEqual(['b', 'a', 'c'])
  })
})

describe('what is refused', () => {
  test.each([
    ['a = 1 b', 'Line 1, column 7'],
    ['a = 1;', 'Line 1, column 6'],
    ['a =', 'Line 1, column 4'],
    ['a = 1 AND\n  (b = 2', 'Line 2, column 9'],
    ['a == 1', 'Line 1, column 4'],
    ["a = 'open", 'Line 1, column 5'],
    ['AND', 'Line 1, column 1'],
    ['', 'Line 1, column 1'],
    ['a = 1 # b', 'Line 1, column 7'],
    ['1a = 2', 'Line 1, column 1'],
    ['a IN ()', 'Line 1, column 7'],
    ['a BETWEEN 1', 'Line 1, column 12'],
  ])('%s is refused at %s', (text, where) => {
    const refusal = refusalOf(text)
    expect(refusal.code).toBe('FILTER_SYNTAX')
    expect(refusal.text.en).toContain(where)
    expect(refusal.text.zh).toMatch(/第 \d+ 行第 \d+ 列/)
  })

  test('a rule says so by its code, and a full-width sign is pointed out', () => {
    const refusal = refusalOf('面积 ＞ 1', 'rule')
    expect(refusal.code).toBe('RULE_SYNTAX')
    expect(refusal.hint.zh).toContain('全角')
  })

  test.each(["DATE('2024-02-30') < d", "DATE('today') < d", "TIMESTAMP('soon') < d"])(
    '%s names no day',
    (text) => expect(refusalOf(text).text.en).toContain('not a calendar day'),
  )

  test('32 brackets deep is read, 33 is not', () => {
    const nested = (n: number) => `${'('.repeat(n)}a = 1${')'.repeat(n)}`
    expect(parseCql2(nested(32))).toEqual(parseCql2('a = 1'))
    expect(refusalOf(nested(33)).text.en).toContain('32 deep')
    expect(refusalOf('NOT '.repeat(900) + 'a = 1').text.en).toContain('32 deep')
  })

  test('brackets inside a text do not count', () => {
    expect(parseCql2(`a = '${'('.repeat(50)}'`)).toEqual({
      op: '=',
      args: [{ property: 'a' }, '('.repeat(50)],
    })
    expect(refusalOf(`a = '\\'' OR ${'('.repeat(3000)}`).text.en).toContain('32 deep')
  })

  test('64 operators are read, 65 are not', () => {
    const chain = (n: number) => Array.from({ length: n }, (_, i) => `a = ${i}`).join(' OR ')
    expect(() => parseCql2(chain(32))).not.toThrow() // 32 comparisons and 31 OR
    expect(refusalOf(chain(33)).text.en).toContain('64 operators')
  })

  test('a condition is at most 4000 characters long', () => {
    expect(refusalOf(`a = '${'x'.repeat(cql2Limits.characters)}'`).text.en).toContain('4000')
  })

  test('no text makes the parser do anything but read or refuse', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      "'",
      '"',
      'AND',
      'NOT',
      'a',
      '.',
      ':',
      '1',
      '=',
      '<',
      ' ',
      'IN',
      'DATE',
      'POLYGON',
      ',',
      '-',
      '\\',
      '策',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          parseCql2(pieces.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
      { seed: 5, numRuns: 2000 },
    )
  })
})
