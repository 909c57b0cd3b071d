import { use as i18nextWith } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './locale/en.ts'
import { zh } from './locale/zh.ts'
import type { Language } from './view.ts'

/** Both languages come with the page: switching asks nobody. */
export async function startLanguages(lang: Language): Promise<void> {
  await i18nextWith(initReactI18next).init({
    lng: lang,
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  })
}

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof zh }
  }
}
