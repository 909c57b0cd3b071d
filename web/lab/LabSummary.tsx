import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Preview } from '../api.ts'
import { formatCount, formatDay, formatMuNumber, formatShare, inLanguage, muUnit } from '../format.ts'
import { useView } from '../use-view.ts'
import { numberText } from './number-text.ts'

/** The answer in one line, said aloud when it changes: how many parcels, how much land, and whose number was changed. */
export function LabSummary({ preview, busy }: { preview: Preview; busy: boolean }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { moved, parcels, overridden, changes, asOf } = preview
  return (
    <div className="lab-summary" aria-busy={busy}>
      <output aria-live="polite" className="lab-answer">
        {moved.parcels === 0 ? (
          <b>
            {changes.numbers.length + changes.conditions.length === 0
              ? t('lab.untouched')
              : t('lab.nothingMoves')}
          </b>
        ) : (
          <>
            <b className="num lab-figure">{formatCount(moved.parcels, lang)}</b> {t('lab.wouldMove')}{' '}
            <b className="num lab-figure">{formatMuNumber(moved.planarM2, lang)}</b> {muUnit(lang)}{' '}
            <span className="muted">
              {t('lab.ofAll', { share: formatShare(moved.parcels / Math.max(1, parcels), lang) })}
            </span>
          </>
        )}
      </output>
      <div className="lab-changes">
        {changes.numbers.map(({ name, title, unit, kind, before, after }) => (
          <span key={name} className="lab-change">
            {inLanguage(title, lang)} <span className="num">{numberText(before, unit, lang)}</span> →{' '}
            <b className="num">{numberText(after, unit, lang)}</b>
            {kind === 'law' && <Tag className="tag-law">{t('lab.lawChanged')}</Tag>}
          </span>
        ))}
        {changes.conditions.length > 0 && (
          <span className="lab-change">
            {t('lab.conditionsChanged', { codes: changes.conditions.join(t('listComma')) })}
          </span>
        )}
        {overridden.parcels > 0 && (
          <span className="muted">{t('lab.overridden', { count: overridden.parcels })}</span>
        )}
        <span className="muted">{t('lab.basis', { day: formatDay(asOf, lang) })}</span>
      </div>
    </div>
  )
}
