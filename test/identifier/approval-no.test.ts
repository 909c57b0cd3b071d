import { expect, test } from 'vitest'
import { approvalNoKey, parseApprovalNo } from '../../server/identifier/approval-no.ts'

test.each([
  ['湘政地[2023]123号', '湘政地〔2023〕123号', 2023, 123],
  ['湘政地【2023】 123 号', '湘政地〔2023〕123号', 2023, 123],
  ['湘政地（２０２３）123', '湘政地〔2023〕123号', 2023, 123],
  ['（2019）政国土字第123号', '〔2019〕政国土字第123号', 2019, 123],
  ['（虚构）政国土字〔2019〕第000号', '（虚构）政国土字〔2019〕第000号', 2019, 0],
])('%s is %s', (written, normal, year, number) =>
  expect(parseApprovalNo(written)).toMatchObject({ ok: true, normal, year, number }),
)

test('two spellings of one document have one key', () => {
  expect(approvalNoKey('湘政地[2023]第0123号')).toBe(approvalNoKey('湘政地〔2023〕 123号'))
  expect(approvalNoKey('湘政地〔2023〕123号')).not.toBe(approvalNoKey('湘政地〔2023〕124号'))
})
test('free text is no approval number, and compares as it is written', () => {
  expect(parseApprovalNo('见会议纪要').ok).toBe(false)
  expect(approvalNoKey('见 会议纪要')).toBe('见会议纪要')
})
