// Days counted from 1970-01-01, in the calendar of today carried back and forth: years of any length.

/** The day `YYYY-MM-DD` of a day number. */
export function dayText(day: number): string {
  let text = dayTexts.get(day)
  if (text === undefined) {
    const [date] = new Date(day * 86_400_000).toISOString().split('T')
    text = date!.replace(/^\+0*/, '') // years beyond 9999 are written with a sign
    if (dayTexts.size < 100_000) dayTexts.set(day, text)
  }
  return text
}
const dayTexts = new Map<number, string>()

/** Days since 1970-01-01 of a day `YYYY-MM-DD`, years of any length. */
export function dayNumber(iso: string): number {
  let number = dayNumbers.get(iso)
  if (number === undefined) {
    const [, year, month, day] = /^(-?\d+)-(\d+)-(\d+)$/.exec(iso)!
    number = daysOf(Number(year), Number(month), Number(day))
    if (dayNumbers.size < 100_000) dayNumbers.set(iso, number) // a city has some thousand different days
  }
  return number
}
const dayNumbers = new Map<string, number>()

/**
 * The last day of a period of whole months that runs from a day: the corresponding day, or the last day of the month where
 * there is none (民法典 §§200-204). A period is over from the day after.
 * @param day days since 1970-01-01
 */
export function monthsLater(day: number, months: number): number {
  // Calendar of a day number (Howard Hinnant, "chrono-compatible low-level date algorithms"): years begin in March.
  const z = day + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const total = (yearOfEra + era * 400) * 12 + marchMonth + 2 + months // months since January of the year 0
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  return daysOf(year, month, Math.min(dayOfMonth, lastDayOf(year, month)))
}

function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
function lastDayOf(year: number, month: number): number {
  const leaps = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return leaps ? 29 : lengths[month - 1]!
}
