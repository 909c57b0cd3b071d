import { DownloadOutlined } from '@ant-design/icons'
import { Button, Empty, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  cancelJob,
  exportFileUrl,
  followJob,
  isOver,
  type ExportFile,
  type ExportJob,
  type Job,
} from '../api.ts'
import { formatBytes, formatCount, formatMoment } from '../format.ts'
import { useExports } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { JobProgress, problemOf } from './JobProgress.tsx'
import { Answer } from './Loading.tsx'
import { useTellProblem } from './use-tell-problem.tsx'

/** Exports that run as jobs: how far each is, its file once there is one. Closing it stops none of them. */
export function ExportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const exports = useExports()
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('export.title')} width={560}>
      <Answer of={exports}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('export.none')} />
          ) : (
            <ul className="exports">
              {jobs.slice(0, SHOWN).map((job) => (
                <ExportItem
                  key={job.jobId}
                  job={job}
                  isNext={job === jobs.findLast((each) => !isOver(each))}
                />
              ))}
            </ul>
          )
        }
      </Answer>
      <p className="muted">{t('export.keptFor')}</p>
    </Modal>
  )
}

const SHOWN = 20

/** @param isNext of those that wait or run, the one whose turn is first: a browser keeps few connections open, and jobs run in turn */
function ExportItem({ job, isNext }: { job: ExportJob; isNext: boolean }) {
  const { t } = useTranslation()
  const { lang } = useView()
  return (
    <li aria-label={job.fileName ?? undefined}>
      <div className="export-head">
        <b>{job.fileName}</b> <span className="muted num">{formatMoment(job.createdAt, lang)}</span>
      </div>
      {job.file ? (
        <MadeFile jobId={job.jobId} file={job.file} />
      ) : job.state === 'done' ? (
        <span className="muted">{t('export.gone')}</span>
      ) : isOver(job) ? (
        <JobProgress state={{ job, error: problemOf(job, lang) }} />
      ) : isNext ? (
        <Followed job={job} />
      ) : (
        <Unfinished job={job} />
      )}
    </li>
  )
}

/** Follows the job that is next to end; the list then says what came of it, and the one after it is followed. */
function Followed({ job }: { job: ExportJob }) {
  const { lang } = useView()
  const client = useQueryClient()
  const [now, setNow] = useState<Job>(job)
  const [error, setError] = useState<Error | null>(null)
  const { jobId } = job
  useEffect(() => {
    const left = new AbortController()
    followJob(jobId, { lang, signal: left.signal }, setNow).then(
      () => client.invalidateQueries({ queryKey: ['exports'] }),
      (caught: unknown) => {
        if (!left.signal.aborted) setError(caught instanceof Error ? caught : new Error(String(caught)))
      },
    )
    return () => left.abort()
  }, [jobId, lang, client])
  return <Unfinished job={now} error={error} />
}

function Unfinished({ job, error = null }: { job: Job; error?: Error | null }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const tellProblem = useTellProblem()
  return (
    <div className="export-running">
      <JobProgress state={{ job, error }} />
      {!isOver(job) && (
        <Button danger size="small" onClick={() => void cancelJob(job.jobId, { lang }).catch(tellProblem)}>
          {t('export.cancel')}
        </Button>
      )}
    </div>
  )
}

function MadeFile({ jobId, file }: { jobId: number; file: ExportFile }) {
  const { t } = useTranslation()
  const { lang } = useView()
  return (
    <>
      <div className="export-file">
        <Button type="primary" size="small" icon={<DownloadOutlined />} href={exportFileUrl(jobId)}>
          {t('export.fetch')}
        </Button>
        <span className="num">{formatBytes(file.size, lang)}</span>
        <span>{t('export.rows', { rows: formatCount(file.rows, lang) })}</span>
        <span className="muted">{t('export.keptUntil', { moment: formatMoment(file.keptUntil, lang) })}</span>
      </div>
      <div className="muted export-hash">
        sha256 <span className="code">{file.sha256}</span>
      </div>
    </>
  )
}
