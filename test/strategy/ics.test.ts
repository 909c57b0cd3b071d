import { describe, expect, it, test } from 'vitest'
import type { DeadlineRow } from '../../server/contract.ts'
import { calendarEvent, calendarHead, calendarTail } from '../../server/strategy/ics.ts'

const calendar = { name: '自然资源局·开发利用', madeAt: '2025-02-01T08:00:00.123Z', language: 'zh' } as const
const row: DeadlineRow = {
  parcelId: 43021100000001,
  parcelCode: '430211001001GB00001',
  name: '精密铸件项目;二期,含“堆场”\\仓库\n第二行',
  holder: null,
  district: '430211',
  planarM2: 10_000,
  strategy: 'C3',
  ruledStrategy: 'C5',
  overrideId: 7,
  office: '自然资源局·开发利用',
  light: 'yellow',
  due: '2025-12-31',
  daysLeft: 333,
  warning: null,
  rule: 'idle_two_years',
  title: { zh: '满两年可无偿收回', en: 'Two years after the start due' },
  kind: 'law',
  basis: '房地产管理法26, 土地管理法38',
}
const text = (rows: readonly DeadlineRow[]): string =>
  [
    ...calendarHead(calendar),
    ...rows.flatMap((each) => [...calendarEvent(each, calendar)]),
    calendarTail(),
  ].join('')

/** Content lines of RFC 5545, unfolded, as a reader of calendars sees them. */
const unfolded = (ics: string): string[] => ics.replaceAll('\r\n ', '').split('\r\n').slice(0, -1)

describe('a calendar of deadlines', () => {
  const ics = text([row])

  test('ends every line with CR LF and none is longer than 75 octets, nor broken within a character', () => {
    expect(ics.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(ics.endsWith('END:VCALENDAR\r\n')).toBe(true)
    for (const line of ics.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      expect(line).not.toContain('\uFFFD')
    }
    expect(ics.split('\r\n').some((line) => line.startsWith(' '))).toBe(true)
  })

  test('has one whole-day event, under a name that stays, with reminders 90, 30 and 7 days ahead', () => {
    const lines = unfolded(ics)
    for (const line of [
      'UID:43021100000001-idle_two_years@deadline.terrier',
      'DTSTAMP:20250201T080000Z',
      'DTSTART;VALUE=DATE:20251231',
      'DTEND;VALUE=DATE:20260101', // the day after: RFC 5545 leaves the last day out
    ])
      expect(lines).toContain(line)
    expect(lines.filter((line) => line.startsWith('TRIGGER'))).toEqual([
      'TRIGGER:-P90D',
      'TRIGGER:-P30D',
      'TRIGGER:-P7D',
    ])
    const count = (line: string) => lines.filter((each) => each === line).length
    expect([count('BEGIN:VALARM'), count('END:VALARM'), count('BEGIN:VEVENT'), count('END:VEVENT')]).toEqual([
      3, 3, 1, 1,
    ])
  })

  test('writes ; , \\ and a new line as the RFC asks, and says that it is an override', () => {
    const lines = unfolded(ics)
    expect(lines.find((line) => line.startsWith('SUMMARY'))).toBe(
      'SUMMARY:C3 满两年可无偿收回 · 精密铸件项目\\;二期\\,含“堆场”\\\\仓库\\n第二行',
    )
    expect(lines.find((line) => line.startsWith('DESCRIPTION:地块'))).toContain('人工改定(规则:C5)')
  })

  it.each([[{ ...row, due: null }], [{ ...row, rule: null }]])('leaves out what has no day', (undated) => {
    expect([...calendarEvent(undated, calendar)]).toEqual([])
  })
})
