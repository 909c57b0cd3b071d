import { useTranslation } from 'react-i18next'
import { formatMoment, inLanguage } from '../format.ts'
import { useImportJobs } from '../use-api.ts'
import { useView } from '../use-view.ts'

/** Imports that did not end well lately: cancelled, failed, or cut short by a crash, and what was kept of them. */
export function ImportJobs() {
  const { t } = useTranslation()
  const { lang } = useView()
  const jobs = useImportJobs().data?.filter(({ state }) => state !== 'done') ?? []
  if (jobs.length === 0) return null
  return (
    <section aria-label={t('intake.jobs')}>
      <h2>{t('intake.jobs')}</h2>
      <ul className="plain">
        {jobs.map((job) => (
          <li key={job.jobId}>
            <span className="num">{formatMoment(job.createdAt, lang)}</span> {job.fileName}{' '}
            <b>{t(`job.${job.state}`)}</b> {inLanguage(job.step, lang)}
          </li>
        ))}
      </ul>
    </section>
  )
}
