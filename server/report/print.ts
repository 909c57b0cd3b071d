import { M2_PER_MU } from '../units.ts'
import type { Lang } from './document.ts'

/** An area with its unit: m² to two decimals and 亩 to two. Rounded here and nowhere earlier. */
export function printArea(m2: number, lang: Lang): string {
  return `${printNumber(m2, 2)} m²(${printNumber(m2 / M2_PER_MU, 2)} ${lang === 'zh' ? '亩' : 'mu'})`
}

/** 亩 alone, to two decimals. */
export const printMu = (m2: number, lang: Lang): string =>
  `${printNumber(m2 / M2_PER_MU, 2)} ${lang === 'zh' ? '亩' : 'mu'}`

export function printNumber(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

export function printShare(share: number): string {
  return `${printNumber(share * 100, 1)} %`
}

/** What is not known is said to be unknown, never left blank. */
export function printOr(value: string | null | undefined, lang: Lang): string {
  return value ?? (lang === 'zh' ? '不详' : 'unknown')
}
