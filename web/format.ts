/**
 * Numbers to text; the only place where units are printed.
 * Areas come in as m² and say their kind next to where they are shown; 1 亩 = 2000/3 m² exactly.
 * Rounding happens here and nowhere earlier.
 */
import type { Message } from '../server/refusal.ts'
import { muFromM2 } from '../server/units.ts'
import type { Language } from './view.ts'

export const unknownText = '—'

const cache = new Map<string, Intl.NumberFormat>()
function number(lang: Language, decimals: number): Intl.NumberFormat {
  const key = `${lang}${decimals}`
  let format = cache.get(key)
  if (!format) {
    format = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    })
    cache.set(key, format)
  }
  return format
}

/** -0 prints as 0: a balance of minus nothing is nothing. */
const plain = (value: number, decimals: number): number => {
  const rounded = Math.round(value * 10 ** decimals) / 10 ** decimals
  return rounded === 0 ? 0 : value
}

export const formatNumber = (value: number, lang: Language, decimals = 0): string =>
  number(lang, decimals).format(plain(value, decimals))

export const formatCount = (value: number, lang: Language): string => formatNumber(value, lang)

/** `12,345.67 m²`; two decimals are what a survey claims. */
export const formatM2 = (m2: number | null | undefined, lang: Language, decimals = 2): string =>
  m2 === null || m2 === undefined ? unknownText : `${formatNumber(m2, lang, decimals)} m²`

/** `18.52 亩`, `18.52 mu`. */
export const formatMu = (m2: number | null | undefined, lang: Language, decimals?: number): string =>
  m2 === null || m2 === undefined ? unknownText : `${formatMuNumber(m2, lang, decimals)} ${muUnit(lang)}`

/** As `formatMu` without the unit, for columns whose heading names it. */
export function formatMuNumber(m2: number, lang: Language, decimals?: number): string {
  const mu = muFromM2(m2)
  return formatNumber(mu, lang, decimals ?? muDecimals(mu))
}

const muDecimals = (mu: number): number => (Math.abs(mu) >= 10_000 ? 0 : Math.abs(mu) >= 1000 ? 1 : 2)

export const muUnit = (lang: Language): string => (lang === 'zh' ? '亩' : 'mu')

export type AreaUnit = 'mu' | 'm2' | 'ha'
export const areaUnits: readonly AreaUnit[] = ['mu', 'ha', 'm2']
const perUnit: Record<AreaUnit, { m2: number; decimals: number }> = {
  mu: { m2: 2000 / 3, decimals: 2 },
  ha: { m2: 10_000, decimals: 4 },
  m2: { m2: 1, decimals: 2 },
}

export const unitName = (unit: AreaUnit, lang: Language): string =>
  unit === 'mu' ? muUnit(lang) : unit === 'ha' ? (lang === 'zh' ? '公顷' : 'ha') : 'm²'

/** An area in one unit, without naming it: for columns whose heading does. */
export const formatIn = (unit: AreaUnit, m2: number, lang: Language): string =>
  formatNumber(m2 / perUnit[unit].m2, lang, perUnit[unit].decimals)

/**
 * A column of areas rounded so that its rows add up to the rounded total: each is rounded down or up, the largest
 * remainders up (Hamilton's method), so no row is off by a whole last digit.
 * @param decimals digits kept after the point
 * @returns numbers to print with exactly that many decimals, in the order given
 */
export function roundedToTotal(values: readonly number[], decimals: number): number[] {
  const scale = 10 ** decimals
  const scaled = values.map((value) => value * scale)
  const floors = scaled.map(Math.floor)
  const total = Math.round(scaled.reduce((sum, value) => sum + value, 0))
  const missing = total - floors.reduce((sum, value) => sum + value, 0)
  const byRemainder = scaled
    .map((value, i) => ({ i, left: value - floors[i]! }))
    .toSorted((a, b) => b.left - a.left || a.i - b.i)
  const raised = new Set(byRemainder.slice(0, missing).map(({ i }) => i))
  return floors.map((value, i) => (value + (raised.has(i) ? 1 : 0)) / scale)
}

/** A column of m² in one unit, as text whose rows add up to the printed total. */
export function formatColumn(
  unit: AreaUnit,
  m2: readonly number[],
  lang: Language,
): { rows: string[]; total: string } {
  const { m2: size, decimals } = perUnit[unit]
  const rounded = roundedToTotal(
    m2.map((value) => value / size),
    decimals,
  )
  const total = m2.reduce((sum, value) => sum + value, 0) / size
  return {
    rows: rounded.map((value) => formatNumber(value, lang, decimals)),
    total: formatNumber(total, lang, decimals),
  }
}

/** A share of 0 to 1 as percent: `0.4 %`, and `< 0.1 %` for what is there but small. */
export function formatShare(share: number | null | undefined, lang: Language): string {
  if (share === null || share === undefined) return unknownText
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return `< ${formatNumber(0.1, lang, 1)} %`
  return `${formatNumber(percent, lang, percent >= 99.95 || percent === 0 ? 0 : 1)} %`
}

/** A length in metres, for a scale bar: `200 m`, `2 km`. */
export const formatMetres = (m: number, lang: Language): string =>
  m >= 1000 ? `${formatNumber(m / 1000, lang)} km` : `${formatNumber(m, lang)} m`

/** The size of a file: `12.4 MB`. */
export function formatBytes(bytes: number, lang: Language): string {
  const steps = ['B', 'KB', 'MB', 'GB'] as const
  const step = Math.min(steps.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10))
  return `${formatNumber(bytes / 1024 ** step, lang, step === 0 ? 0 : 1)} ${steps[step]}`
}

/** ISO day to the reader's way of writing it. Text that is no day is left as it is. */
export function formatDay(iso: string | null | undefined, lang: Language): string {
  if (!iso) return unknownText
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso)
  if (!match) return iso
  const [year, month, day] = [match[1]!, match[2]!, match[3]!]
  if (lang === 'zh') return `${year}-${month}-${day}`
  return `${Number(day)} ${months[Number(month) - 1] ?? month} ${year}`
}
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A moment, in the reader's own time zone, to the minute. */
export function formatMoment(iso: string | null | undefined, lang: Language): string {
  if (!iso) return unknownText
  const moment = new Date(iso)
  if (Number.isNaN(moment.getTime())) return iso
  if (lang === 'en') {
    return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(moment)
  }
  const [date, time] = ['date', 'time'].map((part) =>
    new Intl.DateTimeFormat(
      'sv-SE', // the locale that writes ISO days
      part === 'date' ? { dateStyle: 'short' } : { timeStyle: 'short' },
    ).format(moment),
  )
  return `${date} ${time}`
}

/** Our number in groups a person can read out: `4302 1100 000123` is county, then serial. */
export function formatParcelId(id: number): string {
  const text = String(id)
  return text.length > 8 ? `${text.slice(0, -8)}-${text.slice(-8)}` : text
}

/** Nothing else chooses between the two languages of a message. */
export const inLanguage = (message: Message, lang: Language): string => message[lang] || message.zh

/** A value of a fact or a detail as a person reads it. */
export function formatValue(value: unknown, lang: Language): string {
  if (value === null || value === undefined || value === '') return unknownText
  if (typeof value === 'boolean') return lang === 'zh' ? (value ? '是' : '否') : value ? 'yes' : 'no'
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? formatNumber(value, lang)
      : formatNumber(value, lang, Math.abs(value) < 1 ? 4 : 2)
  if (Array.isArray(value))
    return value.map((item) => formatValue(item, lang)).join(lang === 'zh' ? '、' : ', ')
  if (typeof value === 'object') {
    const entries = Object.entries(value)
    return entries.map(([key, item]) => `${key} ${formatValue(item, lang)}`).join(lang === 'zh' ? '；' : '; ')
  }
  const text = String(value)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? formatDay(text, lang) : text
}
