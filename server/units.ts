/** A calendar day, `YYYY-MM-DD`. Compares correctly as text. */
export type IsoDate = string

/** 1 亩 is exactly 2000/3 m². Round only when printing. */
export const M2_PER_MU = 2000 / 3
export const M2_PER_HA = 10_000

export const muFromM2 = (m2: number): number => m2 / M2_PER_MU

/** Whether the text is a real calendar day written `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/**
 * The last day of a period of whole years that runs from a date: the corresponding day, or the last day of the
 * month where there is none (民法典 §§200-204). A period is over from the day after.
 */
export function addYears(date: IsoDate, years: number): IsoDate {
  const [y, m, d] = date.split('-').map(Number) as [number, number, number]
  const year = y + years
  return `${String(year).padStart(4, '0')}-${pad(m)}-${pad(Math.min(d, daysInMonth(year, m)))}`
}

/**
 * The last day of a period of whole months that runs from a date: the corresponding day, or the last day of the
 * month where there is none (民法典 §§200-204).
 */
export function addMonths(date: IsoDate, months: number): IsoDate {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number]
  const total = year * 12 + (month - 1) + months
  const [y, m] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1]
  const lastDay = new Date(Date.UTC(y, m, 0)).getUTCDate()
  return `${String(y).padStart(4, '0')}-${pad(m)}-${pad(Math.min(day, lastDay))}`
}

/** The day some days later, or earlier when negative. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Calendar days from one day to another; negative when `to` lies earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

const pad = (n: number): string => String(n).padStart(2, '0')
