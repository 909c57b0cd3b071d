import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DeadlineLine, ParcelDeadlines as Deadlines } from '../../server/contract.ts'
import { formatDay, inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'
import { ownLanguage } from '../word.ts'
import { DaysLeft, LightMark } from './Light.tsx'

/** 期限 of one parcel: the next one with what it follows from, and all there are. */
export function ParcelDeadlines({ deadlines }: { deadlines: Deadlines }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { light, next, all, since } = deadlines
  const others = all.filter(({ rule }) => rule !== next?.rule)
  return (
    <section className="deadlines-card">
      <h3>{t('decision.next')}</h3>
      <p className="deadline-light">
        <LightMark light={light} wordy />
      </p>
      {next && <Line line={next} />}
      {others.length > 0 && (
        <details>
          <summary>
            {t('decision.all')} <span className="num">{all.length}</span>
          </summary>
          {others.map((line) => (
            <Line key={line.rule} line={line} />
          ))}
        </details>
      )}
      {since && <p className="muted foot">{t('decision.since', { day: formatDay(since, lang) })}</p>}
    </section>
  )
}

function Line({ line }: { line: DeadlineLine }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { title, due, daysLeft, kind, state, recurring, warning, counted, facts, basis } = line
  const source = facts.find((fact) => fact.source !== null)?.source
  return (
    <div className="deadline-line">
      <div className="deadline-what">
        <b>{inLanguage(title, lang)}</b>
        <Tag className={kind === 'law' ? 'tag-law' : undefined}>{t(`decision.kind.${kind}`)}</Tag>
        {recurring && <Tag>{t('decision.recurring')}</Tag>}
        {state === 'unsure' && <Tag>{t('decision.unsure')}</Tag>}
      </div>
      <div className="deadline-day">
        {due && (
          <time className="num" dateTime={due}>
            {formatDay(due, lang)}
          </time>
        )}{' '}
        <DaysLeft days={daysLeft} />
        {warning !== null && <Tag className="tag-note">{t('decision.warning', { days: warning })}</Tag>}
      </div>
      <div className="muted deadline-from">
        {inLanguage(counted, lang)}
        {source && ` · ${inLanguage(source, lang)}`} · {ownLanguage(basis, lang)}
      </div>
    </div>
  )
}
