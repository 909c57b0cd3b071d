import { expect, test } from 'vitest'
import { maskDoc, maskField } from '../../server/record/mask-field.ts'

test.each([
  ['holder', '张三', '张*'],
  ['project', '李四四', '李**'],
  ['plot_name', '张三', '张*'],
  ['right_nature', '出让', '出让'],
  ['right_nature', '划拨', '划拨'],
  ['use', '工业', '工业'],
  ['method', '协议', '协议'],
  ['location', '李家冲', '李家冲'],
  ['batch_name', '三批次', '三批次'],
  ['location', '张三 13812345678', '张三 138****5678'],
  ['holder_code', '430202198001010017', '430202************'],
])('%s %s is shown as %s', (field, text, shown) => expect(maskField(field, text)).toBe(shown))

test('what is not known stays unknown', () => {
  expect(maskField('holder', null)).toBeNull()
  expect(maskDoc('supply', null)).toBeNull()
})

test.each([
  ['supply', '张三', '张*'], // a supply without a number is called by its project
  ['layer', '城中片', '城中片'],
  ['approval', '第三批', '第三批'],
])('a %s called %s is shown as %s', (kind, doc, shown) => expect(maskDoc(kind, doc)).toBe(shown))
