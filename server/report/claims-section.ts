import type { ClaimChoice, FieldStatements, ParcelClaims, Statement } from '../contract.ts'
import type { Block, Lang } from './document.ts'
import { printNumber } from './print.ts'

/** 各方说法: what records contradict each other about, who says what, which of it is used and by which rule or person. */
export function claimsBlocks({ fields }: ParcelClaims, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const contradicted = fields.filter(({ pairs }) => pairs.length > 0)
  const compared = fields.filter(({ statements }) => statements.length > 0).map(({ title }) => title[lang])
  if (compared.length === 0)
    return [{ kind: 'text', text: t('没有记录说明过该宗地。', 'No record says anything of this parcel.') }]
  if (contradicted.length === 0)
    return [
      {
        kind: 'text',
        text: t(
          `各方说法没有相互矛盾。有记录说明的:${compared.join('、')}。`,
          `Nothing records say contradicts. Spoken of: ${compared.join(', ')}.`,
        ),
      },
    ]
  return contradicted.flatMap((field) => fieldBlocks(field, lang))
}

function fieldBlocks(field: FieldStatements, lang: Lang): Block[] {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  return [
    { kind: 'text', text: `${field.title[lang]} · ${whyUsed(field, lang)}` },
    {
      kind: 'table',
      head: [t('说法', 'Statement'), t('来源', 'Source'), t('日期', 'Date'), t('采用', 'Used')],
      rows: field.statements.map((statement) => [
        valueText(statement, field.unit, lang),
        sourceText(statement, lang),
        statement.on ?? t('日期不详', 'no date'),
        statement.used ? '✓' : '—',
      ]),
      widths: [34, 40, 16, 10],
    },
  ]
}

/** The rule or the person, and what became of what a person said before. */
function whyUsed({ rule, usedBy, used, choices }: FieldStatements, lang: Lang): string {
  const [newest] = choices
  if (usedBy === 'person' && newest) return choiceText(newest, lang)
  const byRule =
    lang === 'zh'
      ? `按规则 ${rule.rule}:${rule.text.zh}(${rule.basis})${used === null ? '未采用任何说法。' : ''}`
      : `by rule ${rule.rule}: ${rule.text.en} (${rule.basis})${used === null ? ' None is used.' : ''}`
  if (newest?.state !== 'reopened') return byRule
  return lang === 'zh'
    ? `${byRule} ${newest.decidedOn} 的人工择定因说法已变而重新待定。`
    : `${byRule} What a person chose on ${newest.decidedOn} is open again: a statement it was made on has changed.`
}

const choiceText = ({ by, decidedOn, reason, document }: ClaimChoice, lang: Lang): string =>
  lang === 'zh'
    ? `人工择定:${by},${decidedOn};理由:${reason};依据:${document}`
    : `chosen by ${by} on ${decidedOn}; reason: ${reason}; document: ${document}`

/** Areas as the paper has them, to two decimals; text is in the language the claims were read in. */
function valueText({ value, text }: Statement, unit: FieldStatements['unit'], lang: Lang): string {
  if (typeof value !== 'number') return text
  if (unit === 'm2') return `${printNumber(value, 2)} m²(${lang === 'zh' ? '文件面积' : 'by document'})`
  if (unit === 'wan') return `${printNumber(value, 2)} ${lang === 'zh' ? '万元' : '×10,000 CNY'}`
  return text
}

function sourceText({ registerTitle, doc, delivery }: Statement, lang: Lang): string {
  const row = lang === 'zh' ? `第 ${delivery.row} 行` : `row ${delivery.row}`
  return [
    registerTitle[lang],
    doc ?? (lang === 'zh' ? '无文号' : 'no number'),
    `${delivery.fileName} ${row}`,
  ].join(' · ')
}
