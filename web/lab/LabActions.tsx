import { App as Antd, Button, Input, Modal, Space } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import * as api from '../api.ts'
import { formatCount, formatMu } from '../format.ts'
import { JobProgress, useJob } from '../panel/JobProgress.tsx'
import { useTellProblem } from '../panel/use-tell-problem.tsx'
import { changeView, useView } from '../use-view.ts'
import { isTrying, noTrial } from '../view.ts'
import { triedRules, usePreview } from './use-lab.ts'

/** Keep what is tried, or make it the rules in force. */
export function LabActions() {
  const { t } = useTranslation()
  const { trial } = useView()
  const [open, setOpen] = useState<'save' | 'adopt' | null>(null)
  const idle = !isTrying(trial)
  return (
    <Space size={4}>
      <Button size="small" disabled={idle} onClick={() => setOpen('save')}>
        {t('lab.save')}
      </Button>
      <Button size="small" type="primary" disabled={idle} onClick={() => setOpen('adopt')}>
        {t('lab.adopt')}
      </Button>
      {open === 'save' && <SaveDialog onClose={() => setOpen(null)} />}
      {open === 'adopt' && <AdoptDialog onClose={() => setOpen(null)} />}
    </Space>
  )
}

function SaveDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { lang, trial } = useView()
  const client = useQueryClient()
  const { message } = Antd.useApp()
  const tell = useTellProblem()
  const [name, setName] = useState('')
  const [by, setBy] = useState('')
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      await api.saveScenario({ ...triedRules(trial), name, by, note }, { lang })
      await client.invalidateQueries({ queryKey: ['lab', 'scenarios'] })
      void message.success(t('lab.saved', { name }))
      changeView({ labTab: 'scenarios' })
      onClose()
    } catch (error) {
      tell(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={t('lab.saveTitle')}
      okText={t('lab.save')}
      cancelText={t('draw.cancel')}
      okButtonProps={{ disabled: name.trim() === '' || by.trim() === '', loading: busy }}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <Field label={t('lab.name')}>
        {(id) => (
          <Input id={id} maxLength={80} value={name} onChange={({ target }) => setName(target.value)} />
        )}
      </Field>
      <Field label={t('lab.by')}>
        {(id) => <Input id={id} maxLength={60} value={by} onChange={({ target }) => setBy(target.value)} />}
      </Field>
      <Field label={t('lab.note')}>
        {(id) => (
          <Input.TextArea
            id={id}
            maxLength={2000}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
    </Modal>
  )
}

function AdoptDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { lang, trial } = useView()
  const client = useQueryClient()
  const preview = usePreview().data
  const [by, setBy] = useState('')
  const [reason, setReason] = useState('')
  const [validFrom, setValidFrom] = useState('')
  const job = useJob(() => {
    changeView({ trial: noTrial, move: null, parcel: null })
    void client.invalidateQueries() // everything on the page follows from the strategies
  })
  const done = job.job?.state === 'done'
  const lawful = preview?.changes.numbers.filter(({ kind }) => kind === 'law') ?? []
  return (
    <Modal
      open
      title={t('lab.adoptTitle')}
      okText={done ? t('lab.close') : t('lab.adoptNow')}
      cancelText={t('draw.cancel')}
      cancelButtonProps={{ disabled: job.running, style: done ? { display: 'none' } : {} }}
      okButtonProps={{
        disabled: !done && (reason.trim().length < 4 || by.trim() === ''),
        loading: job.running,
      }}
      onOk={() => {
        if (done) onClose()
        else {
          const request = { ...triedRules(trial), by, reason, ...(validFrom !== '' && { validFrom }) }
          void job.follow(api.adoptRules(request, { lang }), { lang })
        }
      }}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      {preview && !done && (
        <p>
          {t('lab.adoptWhat', {
            count: preview.moved.parcels,
            parcels: formatCount(preview.moved.parcels, lang),
            area: formatMu(preview.moved.planarM2, lang),
          })}
        </p>
      )}
      {lawful.length > 0 && !done && (
        <p className="lab-warning">
          {t('lab.adoptLaw', { names: lawful.map(({ title }) => title[lang]).join(t('listComma')) })}
        </p>
      )}
      {!done && (
        <>
          <Field label={t('lab.reason')}>
            {(id) => (
              <Input.TextArea
                id={id}
                maxLength={2000}
                value={reason}
                placeholder={t('lab.reasonExample')}
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
          <Field label={t('lab.by')}>
            {(id) => (
              <Input id={id} maxLength={60} value={by} onChange={({ target }) => setBy(target.value)} />
            )}
          </Field>
          <Field label={t('lab.validFrom')}>
            {(id) => (
              <input
                id={id}
                type="date"
                className="lab-date"
                value={validFrom}
                onChange={({ target }) => setValidFrom(target.value)}
              />
            )}
          </Field>
        </>
      )}
      <JobProgress state={job} />
      {done && <p>{t('lab.adopted')}</p>}
    </Modal>
  )
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="lab-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}
