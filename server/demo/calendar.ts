import type { IsoDate } from '../units.ts'
import type { Random } from './random.ts'

/** The day the demo city is asked about; every date in it is set against this one. */
export const CITY_AS_OF: IsoDate = '2025-06-30'
/** A day before the later deliveries: the first build, so that the second has splits and mergers to tell. */
export const CITY_BEFORE: IsoDate = '2025-03-31'

/** The day so many days later (earlier when negative). Counts in UTC and reads no clock. */
export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** A day between two others, both included. */
export function dayBetween(random: Random, from: IsoDate, to: IsoDate): IsoDate {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
  return addDays(from, random.whole(0, days))
}
