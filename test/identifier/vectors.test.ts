import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isOrganisationCode, parseCreditCode } from '../../server/identifier/credit-code.ts'
import { parseParcelCode } from '../../server/identifier/parcel-code.ts'
import { parseResidentId } from '../../server/identifier/resident-id.ts'
import { parseSupervisionNo } from '../../server/identifier/supervision-no.ts'
import { parseUnitCode } from '../../server/identifier/unit-code.ts'

interface Vector {
  readonly code: string
  readonly valid: boolean
  readonly warn?: string
  readonly family?: string
}
const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/identifier/test-vectors.json', import.meta.url), 'utf8'),
) as Record<'uscc' | 'org_code' | 'resident_id' | 'parcel_code' | 'unit_code' | 'supervision_no', Vector[]>

describe('the published vectors', () => {
  test.each(vectors.parcel_code)('宗地代码 $code: valid $valid', ({ code, valid, warn }) => {
    const parsed = parseParcelCode(code)
    expect(parsed.ok).toBe(valid)
    if (parsed.ok) expect(parsed.warnings.length > 0).toBe(warn !== undefined)
  })
  test.each(vectors.unit_code)('不动产单元号 $code: valid $valid', ({ code, valid }) =>
    expect(parseUnitCode(code).ok).toBe(valid),
  )
  test.each(vectors.supervision_no)('电子监管号 $code: $family', ({ code, valid, family }) => {
    const parsed = parseSupervisionNo(code)
    expect(parsed.ok).toBe(valid)
    if (parsed.ok) expect(parsed.family.replace('_', '-')).toBe(family)
  })
  test.each(vectors.uscc)('信用代码 $code: valid $valid', ({ code, valid }) =>
    expect(parseCreditCode(code).ok).toBe(valid),
  )
  test.each(vectors.org_code)('组织机构代码 $code: valid $valid', ({ code, valid }) =>
    expect(isOrganisationCode(code)).toBe(valid),
  )
  test.each(vectors.resident_id)('身份证号 $code: valid $valid', ({ code, valid }) =>
    expect(parseResidentId(code).ok).toBe(valid),
  )
})

describe('a parcel code', () => {
  test('comes apart into county, zones, feature and serial', () => {
    expect(parseParcelCode('430211001002GB00123')).toMatchObject({
      ok: true,
      countyCode: '430211',
      cadastralZone: '001',
      cadastralSubzone: '002',
      ownership: 'G',
      right: 'B',
      serial: '00123',
    })
  })
  test('is read in full-width characters, lower case and with blanks', () => {
    expect(parseParcelCode('４３０２１１ 001001 gb00123')).toMatchObject({
      ok: true,
      normal: '430211001001GB00123',
    })
  })
  test('hiding a zero-width character is refused, and the character is shown', () => {
    const parsed = parseParcelCode('430211001001GB0012\u200b3')
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.reason.zh).toContain('<U+200B>')
  })
  test('with the serial 00000 is none', () => expect(parseParcelCode('430211001001GB00000').ok).toBe(false))
  test('of the abolished 株洲县 names its successor', () => {
    const parsed = parseParcelCode('430221001001GB00123')
    expect(parsed.ok && parsed.warnings[0]?.zh).toContain('430212渌口区')
  })
  test('of a county Zhuzhou does not have is doubted, one of another city is not', () => {
    expect(parseParcelCode('430299001001GB00123')).toMatchObject({
      ok: true,
      warnings: [{ zh: expect.stringContaining('430299') as string }],
    })
    expect(parseParcelCode('370322001001GB90141')).toMatchObject({ ok: true, warnings: [] })
  })
})

test('a supply number may carry the suffix of a change', () => {
  expect(parseSupervisionNo('4514002016B00269-1')).toMatchObject({
    ok: true,
    family: 'supply',
    year: 2016,
    letters: 'B',
    serial: '00269',
    change: '1',
  })
})
test('the message about a wrong resident id never repeats the id', () => {
  const parsed = parseResidentId('430202198001010018')
  expect(JSON.stringify(parsed)).not.toContain('19800101')
})
