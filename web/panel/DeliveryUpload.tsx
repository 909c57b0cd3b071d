import { InboxOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Select, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sendDelivery, type ImportSummary } from '../api.ts'
import { inLanguage } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { ImportReport } from './ImportReport.tsx'
import { JobProgress, useJob } from './JobProgress.tsx'

const kinds = ['approval', 'supply', 'registration', 'completion'] as const

export function DeliveryUpload({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const [file, setFile] = useState<File | null>(null)
  const [as, setAs] = useState<string>('approval')
  const [crs, setCrs] = useState('')
  const [mapping, setMapping] = useState('')
  const [dryRun, setDryRun] = useState(true)
  const [allOrNothing, setAllOrNothing] = useState(false)
  const job = useJob(onDone)
  const send = () => {
    if (file)
      void job.follow(sendDelivery({ file, as, crs, mapping, dryRun, allOrNothing }, { lang }), { lang })
  }
  return (
    <form
      className="upload"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Upload.Dragger
        maxCount={1}
        beforeUpload={(chosen) => {
          setFile(chosen)
          return false
        }}
        onRemove={() => setFile(null)}
        accept=".zip,.geojson,.json,.csv,.txt"
      >
        <InboxOutlined className="upload-icon" />
        <p>{t('delivery.drop')}</p>
        <p className="muted">{t('delivery.formats')}</p>
      </Upload.Dragger>
      <div className="upload-grid">
        <label>
          <span>{t('delivery.kind')}</span>
          <Select
            value={as}
            onChange={setAs}
            aria-label={t('delivery.kind')}
            options={[
              {
                label: t('delivery.documents'),
                options: kinds.map((value) => ({ value: value as string, label: t(`recordKind.${value}`) })),
              },
              {
                label: t('delivery.layers'),
                options: catalog.layers.map(({ name, title }) => ({
                  value: `layer:${name}`,
                  label: inLanguage(title, lang),
                })),
              },
            ]}
          />
        </label>
        <label>
          <span>{t('delivery.crs')}</span>
          <Input
            value={crs}
            onChange={({ target }) => setCrs(target.value)}
            placeholder={t('delivery.crsExample')}
          />
        </label>
      </div>
      <label>
        <span>{t('delivery.mapping')}</span>
        <Input.TextArea
          value={mapping}
          onChange={({ target }) => setMapping(target.value)}
          rows={2}
          className="code"
          placeholder={t('delivery.mappingExample')}
        />
      </label>
      <div>
        <Checkbox checked={dryRun} onChange={({ target }) => setDryRun(target.checked)}>
          {t('delivery.dryRun')}
        </Checkbox>
        <Checkbox checked={allOrNothing} onChange={({ target }) => setAllOrNothing(target.checked)}>
          {t('delivery.allOrNothing')}
        </Checkbox>
      </div>
      <Button type="primary" htmlType="submit" disabled={!file} loading={job.running}>
        {dryRun ? t('delivery.try') : t('delivery.send')}
      </Button>
      <JobProgress state={job} />
      {job.job?.state === 'done' && <ImportReport summary={job.job.result as ImportSummary} />}
    </form>
  )
}
