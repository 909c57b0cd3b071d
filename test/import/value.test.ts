import { describe, expect, test } from 'vitest'
import { documentArea } from '../../server/import/area.ts'
import { convert, parseChoice, parseDate, parseFlag, parseQuantity } from '../../server/import/value.ts'

describe('a date', () => {
  test.each([
    ['2019年12月21日', '2019-12-21'],
    ['2019-12-21', '2019-12-21'],
    ['2019/12/21', '2019-12-21'],
    ['2019.12.21', '2019-12-21'],
    ['20191221', '2019-12-21'],
    ['2019-1-5', '2019-01-05'],
    ['２０１９年１２月２１日', '2019-12-21'],
    ['2019-12-21 00:00:00', '2019-12-21'],
    ['2019-12-20T16:00:00Z', '2019-12-21'], // midnight in Beijing
    [1_576_857_600_000, '2019-12-21'], // the same, as the land market writes it
    ['1576857600000', '2019-12-21'],
    ['2024-02-29', '2024-02-29'],
    ['二〇一九年十二月二十一日', '2019-12-21'],
    ['二零二四年二月廿九日', '2024-02-29'],
    ['二〇二〇年十月十日', '2020-10-10'],
    ['2019年12月21号', '2019-12-21'],
    ['2019.12.21.', '2019-12-21'],
    ['2019 年 12 月 21 日 15:30', '2019-12-21'],
    ['21 December 2019', '2019-12-21'],
    ['Dec 21, 2019', '2019-12-21'],
  ])('%s is %s', (raw, day) => expect(parseDate(raw)).toEqual({ state: 'value', value: day }))

  test('of Excel is a day number, and the reader is told', () => {
    expect(parseDate('45292')).toMatchObject({
      state: 'value',
      value: '2024-01-01',
      remark: { en: expect.stringContaining('2024-01-01') as string },
    })
  })
  test.each([
    '2024/2/30',
    '2023-02-29',
    '0000-00-00',
    '9999-12-31',
    '民国113年',
    '2019年12月',
    '12/21/2019',
    'soon',
  ])('%s is none', (raw) => expect(parseDate(raw).state).toBe('wrong'))
  test('with day and month in numbers is one only where their order is given', () => {
    expect(parseDate('01/02/2023').state).toBe('wrong')
    expect(parseDate('01/02/2023', 'dmy')).toEqual({ state: 'value', value: '2023-02-01' })
    expect(parseDate('01/02/2023', 'mdy')).toEqual({ state: 'value', value: '2023-01-02' })
    expect(parseDate('31/02/2023', 'dmy').state).toBe('wrong')
  })
  test.each(['', ' ', '-', '/', '—', 'NULL', '未知'])('“%s” is a blank', (raw) =>
    expect(parseDate(raw)).toEqual({ state: 'blank' }),
  )
})

describe('a number', () => {
  test.each([
    ['1,234.5', 1234.5, null],
    ['１２', 12, null],
    ['12.3亩', 12.3, 'mu'],
    ['0.7655公顷', 0.7655, 'ha'],
    ['100.5㎡', 100.5, 'm2'],
    ['3000万元', 3000, 'wan'],
    ['35%', 0.35, null],
    ['-5', -5, null],
    [0, 0, null],
  ])('%s is %d', (raw, amount, unit) =>
    expect(parseQuantity(raw)).toEqual({ state: 'value', value: { amount, unit } }),
  )
  test.each(['1e400', '十二', '1.2.3', '12,34', 'NaN123', true])('%s is none', (raw) =>
    expect(parseQuantity(raw).state).toBe('wrong'),
  )
  test('that is blank is not zero', () => expect(parseQuantity(' ')).toEqual({ state: 'blank' }))
})

test('1 亩 is 2000/3 m² exactly, and conversions leave no dust', () => {
  expect(convert(15, 'mu', 'ha')).toBe(1)
  expect(convert(0.0647, 'ha', 'm2')).toBe(647)
  expect(convert(12_345, 'yuan', 'wan')).toBe(1.2345)
})

test.each([
  ['是', true],
  ['已到位', true],
  ['净地', true],
  ['√', true],
  [1, true],
  ['否', false],
  ['未补偿', false],
  ['无', false],
  [0, false],
])('%s reads as %s', (raw, flag) => expect(parseFlag(raw)).toEqual({ state: 'value', value: flag }))
test('a blank is neither yes nor no, and 也许 is said to be unknown', () => {
  expect(parseFlag('')).toEqual({ state: 'blank' })
  expect(parseFlag('也许').state).toBe('wrong')
})

test.each([
  ['有效', 'status', ['valid', 'lapsed', 'withdrawn', 'reduced'], 'valid'],
  ['有效', 'status', ['in_force', 'pending'], 'in_force'],
  ['失效', 'status', ['valid', 'lapsed', 'withdrawn', 'reduced'], 'lapsed'],
  ['撤回', 'status', ['valid', 'lapsed', 'withdrawn', 'reduced'], 'withdrawn'],
  ['核减', 'status', ['valid', 'lapsed', 'withdrawn', 'reduced'], 'reduced'],
  ['未动工', 'start_state', ['none', 'started', 'unknown'], 'none'],
  ['none', 'start_state', ['none', 'started', 'unknown'], 'none'], // as an export of records writes it
  ['已动工', 'start_state', ['none', 'started', 'unknown'], 'started'],
  ['不详', 'start_state', ['none', 'started', 'unknown'], 'unknown'],
  ['政府原因', 'idle_cause', ['unknown', 'gov', 'force_majeure', 'own', 'mixed'], 'gov'],
  ['自身原因', 'idle_cause', ['unknown', 'gov', 'force_majeure', 'own', 'mixed'], 'own'],
  ['单独选址', 'approval_kind', ['batch', 'single'], 'single'],
])('%s in %s is a choice', (raw, field, values, choice) =>
  expect(parseChoice(raw, field, values)).toEqual({ state: 'value', value: choice }),
)

describe('the unit of an area', () => {
  const plot = 57_089.5
  test('that is named and fits raises no doubt', () =>
    expect(documentArea({ amount: 5.7089, unit: null }, 'ha', null, plot)).toEqual({ m2: 57_089 }))
  test('that is named and does not fit where another would is kept, and doubted', () => {
    expect(documentArea({ amount: 5.7089, unit: null }, 'm2', null, plot)).toMatchObject({
      m2: 5.7089,
      doubt: { severity: 'may_fix_later' },
    })
  })
  test('that nobody names is told by the shape', () => {
    expect(documentArea({ amount: 85.634, unit: null }, null, null, plot)).toMatchObject({
      doubt: { severity: 'note', message: { en: expect.stringContaining('亩') as string } },
    })
    expect(documentArea({ amount: 57_089.5, unit: null }, null, 'ha', plot)).toMatchObject({
      m2: 57_089.5,
      doubt: { severity: 'note' },
    })
  })
  test('that nothing tells leaves the area unknown, not zero', () =>
    expect(documentArea({ amount: 5, unit: null }, null, null, null)).toMatchObject({
      m2: null,
      doubt: { severity: 'may_fix_later' },
    }))
  test('written in the cell goes before the heading', () =>
    expect(documentArea({ amount: 5.7089, unit: 'ha' }, 'm2', null, plot).m2).toBe(57_089))
})
