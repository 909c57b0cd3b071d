import type { DeadlineRow } from '../contract/decision.ts'
import type { Message } from '../refusal.ts'
import { warningDays } from '../rule/deadline.ts'
import { addDays, type IsoDate } from '../units.ts'

export interface Calendar {
  readonly name: string
  /** When the deadlines were worked out, ISO instant: what is the same is sent the same. */
  readonly madeAt: string
  readonly language: keyof Message
}

/**
 * Deadlines as an iCalendar feed (RFC 5545): one whole-day event per deadline, reminders 90, 30 and 7 days ahead. The UID
 * of an event is that of the parcel and the rule, so a calendar moves it when its day moves.
 */
export function* calendarHead({ name, language }: Calendar): Generator<string> {
  yield* lines([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Terrier//deadlines//ZH',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(`${language === 'zh' ? '期限' : 'Deadlines'} ${name}`)}`,
  ])
}

export const calendarTail = (): string => 'END:VCALENDAR\r\n'

/** One deadline; nothing where it has no day. */
export function* calendarEvent(row: DeadlineRow, { madeAt, language }: Calendar): Generator<string> {
  if (row.due === null || row.rule === null) return
  const zh = language === 'zh'
  const what = row.title?.[language] ?? row.rule
  const land = row.name ?? row.parcelCode ?? String(row.parcelId)
  const summary = `${row.strategy} ${what} · ${land}`
  const override = row.overrideId === null ? [] : [zh ? `人工改定(规则:${row.ruledStrategy})` : `override (rules: ${row.ruledStrategy})`] // prettier-ignore
  const about = [
    `${zh ? '地块编号' : 'Parcel'} ${row.parcelId}`,
    ...(row.parcelCode === null ? [] : [`${zh ? '宗地代码' : 'Parcel code'} ${row.parcelCode}`]),
    ...override,
    ...(row.basis === null ? [] : [`${zh ? '依据' : 'Basis'} ${row.basis}`]),
  ].join('\n')
  yield* lines([
    'BEGIN:VEVENT',
    `UID:${row.parcelId}-${row.rule}@deadline.terrier`,
    `DTSTAMP:${madeAt.replaceAll(/[-:]|\.\d+/g, '')}`,
    `DTSTART;VALUE=DATE:${basic(row.due)}`,
    `DTEND;VALUE=DATE:${basic(addDays(row.due, 1))}`,
    `SUMMARY:${escaped(summary)}`,
    `DESCRIPTION:${escaped(about)}`,
    `CATEGORIES:${escaped(row.strategy)},${row.kind ?? 'mgmt'}`,
    'TRANSP:TRANSPARENT',
    ...warningDays.flatMap((days) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `TRIGGER:-P${days}D`,
      `DESCRIPTION:${escaped(zh ? `${days} 日后到期:${summary}` : `due in ${days} days: ${summary}`)}`,
      'END:VALARM',
    ]),
    'END:VEVENT',
  ])
}

const basic = (day: IsoDate): string => day.replaceAll('-', '')

/** RFC 5545 §3.3.11. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r?\n/g, '\\n')
    .replaceAll(/\p{Cc}/gu, ' ')

function* lines(list: readonly string[]): Generator<string> {
  for (const line of list) yield `${folded(line)}\r\n`
}

/** Lines of 75 octets at most, broken between characters: one of Chinese has three octets (RFC 5545 §3.1). */
function folded(line: string): string {
  let out = ''
  let octets = 0
  for (const letter of line) {
    const size = Buffer.byteLength(letter)
    if (octets + size > 75) {
      out += '\r\n '
      octets = 1
    }
    out += letter
    octets += size
  }
  return out
}
