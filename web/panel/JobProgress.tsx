import { Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem, followJob, isOver, type Job, type Problem } from '../api.ts'
import { inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'
import type { Language } from '../view.ts'
import { ProblemNotice } from './ProblemNotice.tsx'

export interface JobState {
  readonly job: Job | null
  readonly error: Error | null
  readonly running: boolean
  follow(started: Promise<Job>, ask: { lang: Language }): Promise<void>
}

/** Follows one job at a time. @param onDone once it has ended well. */
export function useJob(onDone: (job: Job) => void): JobState {
  const [job, setJob] = useState<Job | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [running, setRunning] = useState(false)
  return {
    job,
    error,
    running,
    async follow(started, ask) {
      setJob(null)
      setError(null)
      setRunning(true)
      try {
        const first = await started
        setJob(first)
        const ended = isOver(first) ? first : await followJob(first.jobId, ask, setJob)
        setJob(ended)
        if (ended.state === 'done') onDone(ended)
        else setError(problemOf(ended, ask.lang))
      } catch (caught) {
        setError(caught instanceof Error ? caught : new Error(String(caught)))
      } finally {
        setRunning(false)
      }
    },
  }
}

/** What made a job fail, in the reader's language; null where nothing did. */
export function problemOf({ problem }: Job, lang: Language): ApiProblem | null {
  if (!isProblem(problem)) return null
  const inEnglish = 'en' in problem && isProblem(problem.en) ? problem.en : problem
  return new ApiProblem(lang === 'zh' ? problem : inEnglish)
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'title' in value

export function JobProgress({ state: { job, error } }: { state: Pick<JobState, 'job' | 'error'> }) {
  const { t } = useTranslation()
  const { lang } = useView()
  if (error) return <ProblemNotice error={error} />
  if (!job) return null
  const status = job.state === 'done' ? 'success' : isOver(job) ? 'exception' : 'active'
  return (
    <div className="job" role="status">
      <Progress percent={Math.round(job.progress * 100)} status={status} aria-label={t('job.progress')} />
      <span className="muted">
        {t(`job.${job.state}`)} · {inLanguage(job.step, lang)}
      </span>
    </div>
  )
}
