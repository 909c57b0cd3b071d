import { formatDay, formatNumber } from '../format.ts'
import type { Language } from '../view.ts'

const units: Readonly<Record<string, { zh: string; en: string }>> = {
  month: { zh: '个月', en: 'months' },
  year: { zh: '年', en: 'years' },
  day: { zh: '天', en: 'days' },
  m2: { zh: 'm²', en: 'm²' },
  score: { zh: '分', en: 'points' },
  count: { zh: '个', en: '' },
  wan: { zh: '万元', en: '10,000 yuan' },
  'wan per mu': { zh: '万元/亩', en: '10,000 yuan per mu' },
  ratio: { zh: '', en: '' },
  date: { zh: '', en: '' },
}

/** The unit of a parameter in words; as the pack has it where nobody has named it. */
export const unitText = (unit: string, lang: Language): string => units[unit]?.[lang] ?? unit

/** A value of a parameter with its unit: `9 个月`, `0.8`, `2024-11-07`. */
export function numberText(value: number | string, unit: string, lang: Language): string {
  if (typeof value === 'string') return formatDay(value, lang)
  const decimals = Number.isInteger(value) ? 0 : Math.min(4, (String(value).split('.')[1] ?? '').length)
  return `${formatNumber(value, lang, decimals)} ${unitText(unit, lang)}`.trim()
}

/** Whole years of a number of months, to say beside it: 24 months are two years. */
export const yearsOf = (months: number): number | null =>
  months > 0 && months % 12 === 0 ? months / 12 : null

/** How far a slider reaches, and its step: wide enough to see what happens, never below what makes sense. */
export function reachOf(value: number, unit: string): { min: number; max: number; step: number } {
  switch (unit) {
    case 'ratio':
      return value <= 1
        ? { min: 0, max: 1, step: value > 0.9 ? 0.001 : 0.01 }
        : { min: 0, max: 4 * value, step: 0.1 }
    case 'month':
      return { min: 0, max: Math.max(36, 2 * value), step: 1 }
    case 'year':
      return { min: 0, max: Math.max(10, 2 * value), step: 1 }
    case 'score':
      return { min: 0, max: 100, step: 1 }
    case 'day':
      return { min: 0, max: Math.max(730, 2 * value), step: 5 }
    default: {
      const max = Math.max(10, 3 * value)
      return { min: 0, max, step: max > 1000 ? 50 : max > 100 ? 5 : 0.5 }
    }
  }
}
