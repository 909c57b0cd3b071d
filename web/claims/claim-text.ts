import type { FieldStatements, Statement } from '../../server/contract.ts'
import { formatM2, formatNumber, inLanguage } from '../format.ts'
import type { Language } from '../view.ts'

/** Who says something: registers, each once. */
export function registersText(statements: readonly Statement[], lang: Language): string {
  const registers = new Set(statements.map(({ registerTitle }) => inLanguage(registerTitle, lang)))
  return [...registers].join(lang === 'zh' ? '、' : ', ')
}

/** A stated value with its unit. Areas of documents keep the two decimals a survey claims. */
export function statementText(
  { value, text }: Pick<Statement, 'value' | 'text'>,
  unit: FieldStatements['unit'],
  lang: Language,
): string {
  if (typeof value !== 'number') return text
  if (unit === 'm2') return formatM2(value, lang)
  if (unit === 'wan')
    return `${formatNumber(value, lang, Number.isInteger(value) ? 0 : 2)} ${lang === 'zh' ? '万元' : '×10,000 CNY'}`
  return text
}
