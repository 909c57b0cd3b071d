import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ImportSummary } from '../api.ts'
import { formatCount, inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'
import { wayOfKnowing } from './crs-known-by.ts'

const counts = ['read', 'used', 'repaired', 'unchanged', 'refused'] as const
const severities = ['must_fix', 'may_fix_later', 'note'] as const
/** Rows printed per code before "and so many more": the same complaint about 3,000 rows is one thing to fix. */
const shownPerCode = 20

/** What became of every row, and what could not be believed, grouped by what kind of trouble it is. */
export function ImportReport({
  summary,
  onRow,
}: {
  summary: ImportSummary
  /** A row was chosen to be seen on the map. */
  onRow?: (row: number) => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const known = wayOfKnowing(summary.crsKnownBy)
  return (
    <section className="import-report" aria-live="polite">
      <dl className="counts">
        {counts.map((key) => (
          <div key={key} data-alarm={key === 'refused' && summary.refused > 0}>
            <dt>{t(`delivery.${key}`)}</dt>
            <dd className="num">{formatCount(summary[key], lang)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        {summary.delivery === null
          ? t('delivery.nothingKept')
          : t('delivery.keptAs', { number: summary.delivery })}
        {summary.missing > 0 && ` · ${t('intake.missing')} ${formatCount(summary.missing, lang)}`}
        {summary.crs && ` · ${t('delivery.crs')} ${summary.crs}`}
        {summary.crs && known && t('brackets', { text: t(`delivery.crsKnownBy.${known}`) })}
      </p>
      <IssueGroups summary={summary} onRow={onRow} />
    </section>
  )
}

/** What could not be believed, the gravest first, grouped by code; of very many the first ten thousand are known here. */
function IssueGroups({
  summary,
  onRow,
}: {
  summary: Pick<ImportSummary, 'issues' | 'issueCounts'>
  onRow: ((row: number) => void) | undefined
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const groups = summary.issueCounts.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.count - a.count,
  )
  return (
    <>
      {groups.map(({ code, severity, count }) => (
        <details key={`${code} ${severity}`} className="reason" open={severity === 'must_fix'}>
          <summary>
            <span className="flag" data-severity={severity === 'must_fix' ? 'high' : 'low'}>
              <b>{code}</b> {t(`issue.${severity}`)}
            </span>{' '}
            <span className="num">{formatCount(count, lang)}</span>
          </summary>
          <ul className="plain">
            {summary.issues
              .filter((issue) => issue.code === code && issue.severity === severity)
              .slice(0, shownPerCode)
              .map((issue, i) => (
                <li key={i}>
                  {issue.row !== null &&
                    (onRow ? (
                      <Button type="link" size="small" onClick={() => onRow(issue.row!)}>
                        {t('problem.row', { row: issue.row })}
                      </Button>
                    ) : (
                      <span className="num muted">{t('problem.row', { row: issue.row })} </span>
                    ))}
                  {issue.field && <span className="code">{issue.field} </span>}
                  {inLanguage(issue.message, lang)}
                  {issue.value !== null && <span className="muted"> “{issue.value}”</span>}
                </li>
              ))}
            {count > shownPerCode && (
              <li className="muted">{t('issue.more', { count: count - shownPerCode })}</li>
            )}
          </ul>
        </details>
      ))}
    </>
  )
}
