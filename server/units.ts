import { dayNumber, dayText, monthsLater } from './day-number.ts'

/** A calendar day, `YYYY-MM-DD`. Compares correctly as text. */
export type IsoDate = string

/** 1 亩 is exactly 2000/3 m². Round only when printing. */
export const M2_PER_MU = 2000 / 3
export const M2_PER_HA = 10_000

export const muFromM2 = (m2: number): number => m2 / M2_PER_MU

/** Whether the text is a real calendar day written `YYYY-MM-DD`; there is no year 0. */
export function isIsoDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/**
 * The last day of a period of whole years that runs from a date: the corresponding day, or the last day of the
 * month where there is none (民法典 §§200-204). A period is over from the day after.
 */
export const addYears = (date: IsoDate, years: number): IsoDate => addMonths(date, years * 12)

/** The last day of a period of whole months that runs from a date, counted as `addYears` counts. */
export const addMonths = (date: IsoDate, months: number): IsoDate =>
  dayText(monthsLater(dayNumber(date), months))

/** The day some days later, or earlier when negative. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Calendar days from one day to another; negative when `to` lies earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}
