import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { fetchRow } from '../api.ts'
import { formatCount, inLanguage } from '../format.ts'
import { DeliveryMap } from '../map/DeliveryMap.tsx'
import { useIssueGroups, useIssues } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { Answer } from './Loading.tsx'

/** Rows printed per type before "and so many more". */
const SHOWN = 50

/** Findings of a delivery by type, each with its advice; a row opens as it was delivered, and on the map. */
export function DeliveryFindings({ delivery }: { delivery: number }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const groups = useIssueGroups(delivery)
  const issues = useIssues(delivery)
  const [row, setRow] = useState<number | null>(null)
  return (
    <Answer of={groups}>
      {(found) =>
        found.length === 0 ? (
          <p className="muted">{t('intake.none')}</p>
        ) : (
          <section aria-label={t('intake.findings')}>
            {found.map(({ code, severity, title, advice, count, first }) => {
              const listed = issues.data?.issues.filter(
                (each) => each.code === code && each.severity === severity,
              ) ?? [first]
              return (
                <details key={`${code} ${severity}`} className="reason" open={severity === 'must_fix'}>
                  <summary>
                    <span className="flag" data-severity={severity === 'must_fix' ? 'high' : 'low'}>
                      <b>{code}</b> {inLanguage(title, lang)}
                    </span>{' '}
                    <span className="muted">{t(`issue.${severity}`)}</span>{' '}
                    <span className="num">{formatCount(count, lang)}</span>
                  </summary>
                  <p className="muted">
                    {t('intake.advice')}
                    {t('colon')}
                    {inLanguage(advice, lang)}
                  </p>
                  <ul className="plain">
                    {listed.slice(0, SHOWN).map((issue, i) => (
                      <li key={i}>
                        {issue.row !== null && (
                          <Button
                            type="link"
                            size="small"
                            aria-expanded={row === issue.row}
                            onClick={() => setRow(issue.row)}
                          >
                            {t('intake.seeRow', { row: issue.row })}
                          </Button>
                        )}
                        {issue.field && <span className="code">{issue.field} </span>}
                        {inLanguage(issue.message, lang)}
                        {issue.value !== null && <span className="muted"> “{issue.value}”</span>}
                      </li>
                    ))}
                    {count > Math.min(listed.length, SHOWN) && (
                      <li className="muted">
                        {t('issue.more', { count: count - Math.min(listed.length, SHOWN) })}
                      </li>
                    )}
                  </ul>
                </details>
              )
            })}
            {row !== null && <OneRow key={row} delivery={delivery} row={row} />}
          </section>
        )
      }
    </Answer>
  )
}

function OneRow({ delivery, row }: { delivery: number; row: number }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const found = useQuery({
    queryKey: ['delivered-row', delivery, row],
    queryFn: ({ signal }) => fetchRow(delivery, row, { lang, signal }),
  })
  return (
    <Answer of={found}>
      {({ values, geometry }) => (
        <section className="one-row" aria-label={t('problem.row', { row })} aria-live="polite">
          <h4>{t('problem.row', { row })}</h4>
          <dl className="facts">
            {Object.entries(values).map(([column, value]) => (
              <div key={column}>
                <dt>{column}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {geometry ? (
            <DeliveryMap
              shapes={[{ geometry: geometry as unknown, tone: 'conflict' }]}
              label={t('intake.place')}
            />
          ) : (
            <p className="muted">{t('intake.noPlace')}</p>
          )}
        </section>
      )}
    </Answer>
  )
}
