import { describe, expect, test } from 'vitest'
import { csvCell } from '../../server/export/csv.ts'
import { Allowance } from '../../server/http/allowance.ts'
import { attachmentHeader } from '../../server/http/attachment.ts'
import { refuseDeepJson } from '../../server/http/guard.ts'
import { readLanguage } from '../../server/http/language.ts'
import { httpError } from '../../server/http-error.ts'
import { Refusal } from '../../server/refusal.ts'

describe('the language of the reader', () => {
  test.each([
    [undefined, undefined, 'zh'],
    [undefined, 'en', 'en'],
    [undefined, 'en-GB,en;q=0.9,zh;q=0.1', 'en'],
    [undefined, 'en;q=0.2, zh-CN;q=0.9', 'zh'],
    [undefined, 'fr, de', 'zh'],
    [undefined, 'fr, en;q=0.1', 'en'],
    [undefined, 'en;q=0', 'zh'],
    ['en', 'zh', 'en'], // asked for
    ['tlh', 'en', 'en'],
  ])('lang=%s, Accept-Language: %s: %s', (asked, header, language) =>
    expect(readLanguage(asked, header)).toBe(language),
  )
})

describe('an error', () => {
  const refusal = new Refusal(
    'PARCEL_UNKNOWN',
    { zh: '没有。', en: 'None.' },
    { zh: '请查。', en: 'Check.' },
    { field: 'id' },
  )

  test('of the reader is explained in the language of the reader', () => {
    expect(httpError(refusal, 'en')).toEqual({
      status: 404,
      isOurs: false,
      body: {
        type: 'urn:terrier:problem:PARCEL_UNKNOWN',
        title: 'Not found',
        status: 404,
        detail: 'None.',
        code: 'PARCEL_UNKNOWN',
        hint: 'Check.',
        field: 'id',
      },
    })
    expect(httpError(refusal, 'zh').body.detail).toBe('没有。')
  })

  test('of ours tells the reader a number and nothing else', () => {
    const { status, isOurs, body } = httpError(
      new Error('relation "record" does not exist at /srv/secret.ts'),
      'en',
    )
    expect(status).toBe(500)
    expect(isOurs).toBe(true)
    expect(JSON.stringify(body)).not.toMatch(/record|secret/)
    expect(body.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  })

  test('a refusal nobody listed is a wish we do not fulfil', () => {
    expect(httpError(new Refusal('SOMETHING_NEW', refusal.text, refusal.hint), 'zh').status).toBe(422)
  })
})

describe('nested JSON', () => {
  const depth = (n: number) => new TextEncoder().encode('['.repeat(n) + ']'.repeat(n))
  test('passes up to the limit', () => expect(() => refuseDeepJson(depth(32))).not.toThrow())
  test('is refused past it', () => expect(() => refuseDeepJson(depth(33))).toThrow('BODY_TOO_DEEP'))
  test('brackets in texts do not count', () =>
    expect(() =>
      refuseDeepJson(new TextEncoder().encode(JSON.stringify({ a: '[{"\\'.repeat(99) }))),
    ).not.toThrow())
})

test('costly work is allowed in moderation, and again after a while', () => {
  let now = 0
  const allowance = new Allowance({ most: 3, perSecond: 1, elapsedMs: () => now })
  expect([1, 2, 3, 4].map(() => allowance.take('a'))).toEqual([true, true, true, false])
  expect(allowance.take('b')).toBe(true)
  now = 1_000
  expect([1, 2].map(() => allowance.take('a'))).toEqual([true, false])
})

describe('a download', () => {
  test('carries a Chinese name', () =>
    expect(attachmentHeader('报批 2024.zip')).toBe(
      `attachment; filename="__ 2024.zip"; filename*=UTF-8''%E6%8A%A5%E6%89%B9%202024.zip`,
    ))
  test.each(['a"; filename="b', 'a\r\nX-Evil: 1', "a'b(c)*", '\ud800x'])('is not fooled by %j', (name) => {
    const header = attachmentHeader(name)
    expect(header).toMatch(/^attachment; filename="[\w. -]+"; filename\*=UTF-8''[\w.~!%-]+$/)
  })
})

describe('a cell of a CSV file', () => {
  test.each([
    [null, ''],
    [0, '0'],
    [-5.5, '-5.5'],
    ['', ''],
    ['株洲', '株洲'],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['=1+1', "'=1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [true, 'true'],
  ])('%j is written %j', (value, written) => expect(csvCell(value)).toBe(written))
})
