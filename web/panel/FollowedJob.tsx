import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { cancelJob, followJob, isOver, type Job } from '../api.ts'
import { useView } from '../use-view.ts'
import { JobProgress } from './JobProgress.tsx'
import { useTellProblem } from './use-tell-problem.tsx'

/** Follows a job that runs or waits to its end, whoever started it. @param onEnded once, however it ended */
export function FollowedJob({
  job,
  cancelText,
  onEnded,
}: {
  job: Job
  cancelText: string
  onEnded: () => void
}) {
  const { lang } = useView()
  const [now, setNow] = useState<Job>(job)
  const [error, setError] = useState<Error | null>(null)
  const { jobId } = job
  useEffect(() => {
    const left = new AbortController()
    followJob(jobId, { lang, signal: left.signal }, setNow).then(onEnded, (caught: unknown) => {
      if (!left.signal.aborted) setError(caught instanceof Error ? caught : new Error(String(caught)))
    })
    return () => left.abort()
  }, [jobId, lang, onEnded])
  return <UnfinishedJob job={now} error={error} cancelText={cancelText} />
}

/** How far a job is, and the way to stop it. */
export function UnfinishedJob({
  job,
  error = null,
  cancelText,
}: {
  job: Job
  error?: Error | null
  cancelText: string
}) {
  const { lang } = useView()
  const tellProblem = useTellProblem()
  return (
    <div className="job-running">
      <JobProgress state={{ job, error }} />
      {!isOver(job) && (
        <Button danger size="small" onClick={() => void cancelJob(job.jobId, { lang }).catch(tellProblem)}>
          {cancelText}
        </Button>
      )}
    </div>
  )
}
