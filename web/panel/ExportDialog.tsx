import { DownloadOutlined } from '@ant-design/icons'
import { Button, Empty, Modal } from 'antd'
import { useCallback } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { exportFileUrl, isOver, type ExportFile, type ExportJob } from '../api.ts'
import { formatBytes, formatCount, formatMoment } from '../format.ts'
import { useExports } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { FollowedJob, UnfinishedJob } from './FollowedJob.tsx'
import { JobProgress, problemOf } from './JobProgress.tsx'
import { Answer } from './Loading.tsx'

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
  const client = useQueryClient()
  const again = useCallback(() => void client.invalidateQueries({ queryKey: ['exports'] }), [client])
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
        // the list then says what came of it, and the one after it is followed
        <FollowedJob job={job} cancelText={t('export.cancel')} onEnded={again} />
      ) : (
        <UnfinishedJob job={job} cancelText={t('export.cancel')} />
      )}
    </li>
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
