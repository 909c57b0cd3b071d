import type { IsoDate } from '../units.ts'

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

const pad = (n: number): string => String(n).padStart(2, '0')
