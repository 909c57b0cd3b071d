import { describe, expect, test } from 'vitest'
import { meaningOf } from '../../server/import/field-name.ts'
import { fieldTypes } from '../../server/import/field-type.ts'
import { recordFields, recordKinds, type RecordKind } from '../../server/record/record.ts'

const fieldOf = (kind: RecordKind, name: string): string | null => {
  const meaning = meaningOf(kind, name, undefined)
  return meaning === null
    ? null
    : meaning.kind === 'field'
      ? `${meaning.field}${meaning.unit === null ? '' : `:${meaning.unit}`}`
      : meaning.kind
}

describe('headings of the forms in use', () => {
  test.each<[RecordKind, string, string]>([
    ['approval', '批文号', 'doc_no'],
    ['approval', '批准日期', 'approved_on'],
    ['approval', '批准机关', 'authority'],
    ['approval', '批准面积（公顷）', 'area_ha:ha'],
    ['approval', '批文状态', 'status'],
    ['approval', '补偿到位', 'compensated'],
    ['approval', '征收状态', 'expropriation'],
    ['approval', '净地', 'site_clean'],
    ['approval', '地块编号', 'plot_no'],
    ['supply', '电子监管号', 'supervision_no'],
    ['supply', '项目名称', 'project'],
    ['supply', '土地使用权人', 'holder'],
    ['supply', '面积（公顷）', 'area_ha:ha'],
    ['supply', '面积(亩)', 'area_ha:mu'],
    ['supply', '成交价格（万元）', 'price_wan:wan'],
    ['supply', '成交价（元）', 'price_wan:yuan'],
    ['supply', '约定容积率（下限）', 'far_min'],
    ['supply', '约定开工时间', 'start_due'],
    ['supply', '实际交地时间', 'handover_on'],
    ['supply', '土地使用年限', 'term_text'],
    ['registration', 'ZDDM', 'parcel_code'],
    ['registration', 'bdcdyh', 'unit_code'],
    ['registration', 'QLLX', 'right_type'],
    ['registration', 'QLXZ', 'right_nature'],
    ['registration', 'YT', 'use'],
    ['registration', 'ZDMJ', 'area_m2:m2'],
    ['registration', 'ZL', 'location'],
    ['registration', '登簿日期', 'registered_on'],
    ['completion', '竣工验收日期', 'accepted_on'],
    ['layer', 'XZQDM', 'code'],
  ])('%s: %s is %s', (kind, name, field) => expect(fieldOf(kind, name)).toBe(field))

  test.each([
    ['idnumber', 'supervision_no'],
    ['district', 'district'],
    ['name', 'project'],
    ['location', 'location'],
    ['area', 'area_ha:ha'],
    ['source', 'source'],
    ['use', 'use'],
    ['supply', 'method'],
    ['duration', 'term_text'],
    ['price', 'price_wan:wan'],
    ['holder', 'holder'],
    ['plot_ratio_minimum', 'far_min'],
    ['plot_ratio_maximum', 'far_max'],
    ['time4handover_plan', 'handover_due'],
    ['time4commencement_plan', 'start_due'],
    ['time4completion_plan', 'finish_due'],
    ['time4commencement_reality', 'start_on'],
    ['time4completion_reality', 'finish_on'],
    ['date4sign', 'signed_on'],
    ['approvedby', 'authority'],
    ['industry', 'industry'],
    ['grade', 'grade'],
  ])('the crawler of the land market calls %s what is %s', (name, field) =>
    expect(fieldOf('supply', name)).toBe(field),
  )
})

test('every canonical name means itself', () => {
  for (const kind of recordKinds)
    for (const field of Object.keys(recordFields[kind].shape))
      expect(fieldOf(kind, field)?.split(':')[0]).toBe(field)
})

/** What is left of a name after its first bytes, as a format that cuts names leaves it. */
const cut = (text: string, bytes: number) => {
  const all = Buffer.from(text)
  const whole = new TextDecoder().decode(all.subarray(0, bytes), { stream: true })
  return { name: whole, stray: [...all.subarray(Buffer.byteLength(whole), bytes)] }
}

describe('names cut by the format', () => {
  test.each<[RecordKind, string, string]>([
    ['approval', '地块编号', 'plot_no'], // 地块编 and one byte of 号
    ['approval', '批准文号', 'doc_no'],
    ['approval', '面积公顷', 'area_ha'],
    ['supply', '土地用途', 'use'],
    ['supply', '约定开工时间', 'start_due'], // 约定开 and one byte of 工
    ['supply', '约定交地时间', 'handover_due'],
  ])('%s: ten bytes of %s still mean %s', (kind, name, field) => {
    const meaning = meaningOf(kind, cut(name, 10).name, cut(name, 10))
    expect(meaning).toMatchObject({ kind: 'field', field })
  })
  test('a beginning that several names share means none of them', () =>
    expect(meaningOf('supply', '约定', { name: '约定', stray: [] })).toBeNull())
})

test('types of fields come from the schemas', () => {
  const types = fieldTypes('supply')
  expect(types.get('signed_on')).toEqual({ type: 'date' })
  expect(types.get('price_wan')).toEqual({ type: 'number' })
  expect(types.get('holder_bankrupt')).toEqual({ type: 'flag' })
  expect(types.get('start_state')).toEqual({ type: 'choice', values: ['none', 'started', 'unknown'] })
  expect(types.get('holder')).toEqual({ type: 'text' })
})
