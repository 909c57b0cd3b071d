import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedJob } from '../../server/contract.ts'
import { isOver } from '../api.ts'
import { formatMoment, inLanguage } from '../format.ts'
import { useJobs } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { FollowedJob, UnfinishedJob } from './FollowedJob.tsx'
import { problemOf } from './JobProgress.tsx'

const kinds = ['import', 'build', 'classify'] as const

/**
 * Jobs that wait or run, whoever started them and whether or not the page was left meanwhile; and imports that did not end
 * well lately: cancelled, failed, or cut short by a crash, and what was kept of them.
 */
export function RecentJobs() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const again = useCallback(() => void client.invalidateQueries(), [client])
  const jobs = (useJobs().data ?? []).flatMap((job) => {
    const kind = kinds.find((each) => each === job.kind)
    const isTold = kind && (!isOver(job) || (kind === 'import' && job.state !== 'done'))
    return isTold ? [{ job, kind }] : []
  })
  if (jobs.length === 0) return null
  const next = jobs.findLast(({ job }) => !isOver(job))?.job // jobs run in turn, the oldest first
  return (
    <section aria-label={t('intake.jobs')}>
      <h2>{t('intake.jobs')}</h2>
      <ul className="plain">
        {jobs.map(({ job, kind }) => (
          <li key={job.jobId}>
            <JobLine job={job} kind={t(`job.kind.${kind}`)} />
            {job === next ? (
              <FollowedJob job={job} cancelText={t('job.cancel')} onEnded={again} />
            ) : (
              !isOver(job) && <UnfinishedJob job={job} cancelText={t('job.cancel')} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function JobLine({ job, kind }: { job: ListedJob; kind: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const problem = problemOf(job, lang)?.problem
  return (
    <>
      <span className="num">{formatMoment(job.createdAt, lang)}</span> {kind} {job.fileName}{' '}
      {isOver(job) && (
        <>
          <b>{t(`job.${job.state}`)}</b>{' '}
          {problem ? problem.detail || problem.title : inLanguage(job.step, lang)}
          {problem?.hint && <div className="muted">{problem.hint}</div>}
        </>
      )}
    </>
  )
}
