import type { Message } from '../refusal.ts'

export type Language = 'zh' | 'en'

/** `?lang=` decides; then the first of zh and en in Accept-Language; Chinese otherwise. */
export function readLanguage(asked: unknown, acceptLanguage: string | undefined): Language {
  if (asked === 'zh' || asked === 'en') return asked
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...options] = part.trim().toLowerCase().split(';')
      const quality = options.map((option) => /^\s*q=([\d.]+)/.exec(option)?.[1]).find((q) => q !== undefined)
      return { tag, quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ tag, quality }) => /^(zh|en)\b/.test(tag) && quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
  return wishes[0]?.tag.startsWith('en') ? 'en' : 'zh'
}

export const say = (message: Message, language: Language): string => message[language]
