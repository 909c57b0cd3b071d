import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BinaryRows, micros } from '../../server/db/copy-binary.ts'

/** The values of the only row of some rows, as bytes; null where there is none. */
function valuesOf(rows: BinaryRows): (Buffer | null)[] {
  const bytes = Buffer.from(rows.finished())
  expect(bytes.subarray(0, 11).toString('latin1')).toBe('PGCOPY\n\u00ff\r\n\0')
  expect(bytes.readInt16BE(bytes.length - 2)).toBe(-1)
  const values: (Buffer | null)[] = []
  let at = 21
  for (let i = 0; i < bytes.readInt16BE(19); i++) {
    const length = bytes.readInt32BE(at)
    values.push(length < 0 ? null : bytes.subarray(at + 4, at + 4 + length))
    at += 4 + Math.max(0, length)
  }
  expect(at).toBe(bytes.length - 2)
  return values
}

test('an object is written as JSON.stringify writes it', () => {
  const given = [
    {},
    { known: 1, missing: undefined },
    {
      用途: '工业',
      'a "b"': 'back \\ slash \u0001 \n',
      half: '\ud800',
      whole: '𠮷',
      nested: { list: [1, null, '二'] },
      zero: -0,
      no: false,
      none: null,
    },
    { long: '地'.repeat(3_000), plain: 'x'.repeat(3_000), marks: '"'.repeat(3_000) },
  ]
  const rows = new BinaryRows()
  rows.begin(2 * given.length)
  for (const each of given) {
    rows.jsonbObject(each)
    rows.jsonbObject(new Map(Object.entries(each)))
  }
  for (const [i, value] of valuesOf(rows).entries()) {
    expect(value![0]).toBe(1)
    expect(value!.subarray(1).toString('utf8')).toBe(JSON.stringify(given[Math.floor(i / 2)]))
  }
})

test('any text is written in UTF-8, and as JSON.stringify writes it', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'a地é"\\\u0001\u007f\u2028\ud83d\ude00') }),
  )
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 8 }), (texts) => {
      const rows = new BinaryRows()
      rows.begin(texts.length + 1)
      for (const text of texts) rows.text(text)
      const named = Object.fromEntries(texts.map((text, i) => [`${i} ${text}`, text]))
      rows.jsonbObject(named)
      const values = valuesOf(rows)
      for (const [i, text] of texts.entries()) expect(values[i]).toEqual(Buffer.from(text))
      expect(values.at(-1)!.subarray(1).toString('utf8')).toBe(JSON.stringify(named))
    }),
    { numRuns: 60 },
  )
})

test('a buffer grows, is used again, and keeps what was written before', () => {
  const rows = new BinaryRows()
  for (const turn of [1, 2]) {
    rows.clear()
    rows.begin(3)
    rows.text('a'.repeat(2_000_000))
    rows.int8(-turn * 2 ** 40)
    rows.text(null)
    const [text, number, none] = valuesOf(rows)
    expect(text!.length).toBe(2_000_000)
    expect(number!.readBigInt64BE()).toBe(BigInt(-turn) * 2n ** 40n)
    expect(none).toBeNull()
  }
})

test('days and instants count from the year 2000; what is none is refused', () => {
  const rows = new BinaryRows()
  rows.begin(2)
  rows.daterange('2000-01-02', null)
  rows.timestamptz(micros('2000-01-01T00:00:01.000250Z'))
  const [range, instant] = valuesOf(rows)
  expect([...range!]).toEqual([0x02 | 0x10, 0, 0, 0, 4, 0, 0, 0, 1])
  expect(instant!.readBigInt64BE()).toBe(1_000_250n)
  expect(() => rows.daterange('2023-02-29', null)).toThrow('2023-02-29')
  expect(() => micros('yesterday')).toThrow('yesterday')
  expect(() => rows.int8(2 ** 60)).toThrow(TypeError)
})
