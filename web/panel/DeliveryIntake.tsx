import { CheckOutlined, InboxOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Select, Spin, Upload } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ApiProblem,
  cancelJob,
  isOver,
  previewDelivery,
  saveProfile,
  sendDelivery,
  type DeliveryForm,
  type DeliveryPreview,
  type ImportSummary,
  type SourceProfile,
} from '../api.ts'
import { inLanguage } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { DeliveryColumns, MappingText, type Mapping } from './DeliveryColumns.tsx'
import { DeliveryUnderstood, FirstRows } from './DeliveryUnderstood.tsx'
import { ImportReport } from './ImportReport.tsx'
import { JobProgress, useJob } from './JobProgress.tsx'
import { ProblemNotice } from './ProblemNotice.tsx'

const kinds = ['approval', 'supply', 'registration', 'completion'] as const

interface Intake {
  readonly id: number
  readonly file: File
  /** It has been looked at, and what was corrected in it stays. */
  readonly opened: boolean
  /** It is in the base. */
  readonly kept: boolean
}

/** Files on their way in: dropped, understood, corrected, tried, confirmed, one after the other. */
export function DeliveryIntake({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [files, setFiles] = useState<readonly Intake[]>([])
  const [shown, setShown] = useState(0)
  const change = (id: number, part: Partial<Intake>) =>
    setFiles((all) => all.map((each) => (each.id === id ? { ...each, ...part } : each)))
  const show = (id: number) => {
    setShown(id)
    change(id, { opened: true })
  }
  const add = (all: readonly File[]) => {
    const first = 1 + Math.max(0, ...files.map(({ id }) => id))
    setFiles([...files, ...all.map((file, i) => ({ id: first + i, file, opened: i === 0, kept: false }))])
    setShown(first)
  }
  const remove = (id: number) => {
    const at = files.findIndex((each) => each.id === id)
    const next = files[at + 1] ?? files[at - 1]
    setFiles(files.filter((each) => each.id !== id))
    if (next) show(next.id)
  }
  return (
    <div className="intake">
      <Upload.Dragger
        multiple
        showUploadList={false}
        beforeUpload={(chosen, all) => {
          if (chosen === all[0]) add(all)
          return false
        }}
        // what is dropped though we cannot read it is refused with the reason, not passed over in silence
        accept={{ format: readable, filter: () => true }}
      >
        <InboxOutlined className="upload-icon" />
        <p>{t('delivery.drop')}</p>
        <p className="muted">{t('delivery.formats')}</p>
      </Upload.Dragger>
      {files.length > 1 && (
        <div className="file-tabs" role="group" aria-label={t('intake.files')}>
          {files.map(({ id, file, kept }) => (
            <Button
              key={id}
              size="small"
              type={id === shown ? 'primary' : 'default'}
              aria-pressed={id === shown}
              icon={kept ? <CheckOutlined aria-label={t('intake.kept')} /> : undefined}
              onClick={() => show(id)}
            >
              {file.name}
            </Button>
          ))}
        </div>
      )}
      {files.map(
        ({ id, file, opened }) =>
          opened && (
            <OneFile
              key={id}
              file={file}
              isShown={id === shown}
              onDone={() => {
                change(id, { kept: true })
                onDone()
              }}
              onRemove={() => remove(id)}
            />
          ),
      )}
    </div>
  )
}

const readable = '.zip,.gpkg,.geojson,.geojsonl,.json,.kml,.dxf,.csv,.tsv,.xlsx,.txt'

function OneFile({
  file,
  isShown,
  onDone,
  onRemove,
}: {
  file: File
  /** Another file is shown meanwhile; what was said of this one and how far its import is stays. */
  isShown: boolean
  onDone: () => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const [as, setAs] = useState('')
  const [crs, setCrs] = useState('')
  const [from, setFrom] = useState('')
  const [mapping, setMapping] = useState('')
  const [allOrNothing, setAllOrNothing] = useState(false)
  const [seen, setSeen] = useState<DeliveryPreview | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [looking, setLooking] = useState(false)
  const [choices, setChoices] = useState<readonly string[]>([])
  const [row, setRow] = useState<number | null>(null)
  const [isTrial, setIsTrial] = useState(true)
  const job = useJob((ended) => {
    if ((ended.result as ImportSummary | null)?.delivery) onDone()
  })

  const asked = useRef<AbortController | null>(null)
  const look = async (given: Partial<Pick<DeliveryForm, 'as' | 'crs' | 'from' | 'mapping'>> = {}) => {
    asked.current?.abort() // the answer to what was asked before would undo what is chosen now
    const asking = (asked.current = new AbortController())
    setLooking(true)
    setError(null)
    try {
      const found = await previewDelivery(
        { file, as, crs, from, mapping, ...given },
        { lang, signal: asking.signal },
      )
      if (asking.signal.aborted) return
      setSeen(found)
      setAs(found.as)
    } catch (caught) {
      if (asking.signal.aborted) return
      setError(caught instanceof Error ? caught : new Error(String(caught)))
      if (caught instanceof ApiProblem && caught.problem.choices) setChoices(caught.problem.choices)
    }
    setLooking(false)
  }
  const firstLook = useRef<typeof look | null>(look)
  useEffect(() => {
    void firstLook.current?.()
    firstLook.current = null // once, also where effects run twice
  }, [])
  const send = (dryRun: boolean) => {
    setIsTrial(dryRun)
    void job.follow(sendDelivery({ file, as, crs, from, mapping, dryRun, allOrNothing }, { lang }), { lang })
  }
  const parsed = parseMapping(mapping)
  return (
    <section className="one-file" aria-label={file.name} hidden={!isShown}>
      <header>
        <h3>{file.name}</h3>
        <Button size="small" onClick={onRemove} aria-label={t('intake.remove', { name: file.name })}>
          ✕
        </Button>
      </header>
      <div className="upload-grid">
        <KindSelect
          value={as}
          onChange={(chosen) => {
            setAs(chosen)
            void look({ as: chosen })
          }}
        />
        <label>
          <span>{t('delivery.crs')}</span>
          <Input
            value={crs}
            onChange={({ target }) => setCrs(target.value)}
            onBlur={() => void look()}
            placeholder={t('delivery.crsExample')}
          />
        </label>
      </div>
      {looking && <Spin description={t('intake.looking')} />}
      {error && <ProblemNotice error={error} onRetry={() => void look()} />}
      {choices.length > 0 && (
        <LayerSelect
          choices={choices}
          value={from}
          onChange={(chosen) => {
            setFrom(chosen)
            void look({ from: chosen })
          }}
        />
      )}
      {seen && (
        <>
          <p className="muted">{t(`intake.asKnownBy.${seen.asKnownBy}`)}</p>
          <DeliveryUnderstood seen={seen} row={row} withMap={isShown} />
          <DeliveryColumns
            seen={seen}
            mapping={parsed ?? seen.mapping}
            onChange={(changed) => {
              const text = JSON.stringify(changed, null, 1)
              setMapping(text)
              void look({ mapping: text })
            }}
          />
          <MappingText text={mapping} onChange={setMapping} />
          <FirstRows seen={seen} row={row} onRow={setRow} />
          {mapping !== '' && <Remember seen={seen} mapping={parsed ?? seen.mapping} crs={crs} />}
          <Checkbox checked={allOrNothing} onChange={({ target }) => setAllOrNothing(target.checked)}>
            {t('delivery.allOrNothing')}
          </Checkbox>
          <div className="actions">
            <Button onClick={() => send(true)} loading={job.running && isTrial} disabled={job.running}>
              {t('intake.try')}
            </Button>
            <Button
              type="primary"
              onClick={() => send(false)}
              loading={job.running && !isTrial}
              disabled={job.running || seen.crsProblem !== null}
            >
              {t('intake.bring')}
            </Button>
            {job.running && job.job && !isOver(job.job) && (
              <Button danger onClick={() => void cancelJob(job.job!.jobId, { lang })}>
                {t('intake.cancel')}
              </Button>
            )}
          </div>
        </>
      )}
      <JobProgress state={job} />
      {job.job?.state === 'done' && (
        <>
          <h3>{t(isTrial ? 'intake.tried' : 'intake.kept')}</h3>
          <ImportReport summary={job.job.result as ImportSummary} onRow={setRow} />
        </>
      )}
    </section>
  )
}

/** What is written in the box, where it is a mapping; null: not yet. */
function parseMapping(text: string): Mapping | null {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text) as Mapping
  } catch {
    return null // being typed; the server says what is wrong with it when asked
  }
}

function KindSelect({ value, onChange }: { value: string; onChange: (as: string) => void }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  return (
    <label>
      <span>{t('delivery.kind')}</span>
      <Select
        value={value || null}
        onChange={(chosen: string) => onChange(chosen)}
        aria-label={t('delivery.kind')}
        options={[
          {
            label: t('delivery.documents'),
            options: kinds.map((kind) => ({ value: kind as string, label: t(`recordKind.${kind}`) })),
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
  )
}

/** Which layer, sheet or packed file, where the file holds several. */
function LayerSelect({
  choices,
  value,
  onChange,
}: {
  choices: readonly string[]
  value: string
  onChange: (layer: string) => void
}) {
  const { t } = useTranslation()
  return (
    <label className="layer-choice">
      <span>{t('intake.layer')}</span>
      <Select
        value={value || null}
        placeholder={t('intake.chooseLayer')}
        aria-label={t('intake.layer')}
        onChange={onChange}
        options={choices.map((name) => ({ value: name, label: name }))}
      />
    </label>
  )
}

/** Keeps a corrected mapping for the next file of this source. */
function Remember({ seen, mapping, crs }: { seen: DeliveryPreview; mapping: Mapping; crs: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const [name, setName] = useState(seen.profile?.name ?? '')
  const [by, setBy] = useState('')
  const [saved, setSaved] = useState<SourceProfile | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const save = async () => {
    try {
      const columns = seen.columns.map(({ column }) => column)
      setSaved(await saveProfile({ as: seen.as, name, columns, mapping, crs: crs || null, by }, { lang }))
      setError(null)
    } catch (caught) {
      setError(caught instanceof Error ? caught : new Error(String(caught)))
    }
  }
  return (
    <div className="remember">
      <Input
        value={name}
        onChange={({ target }) => setName(target.value)}
        placeholder={t('intake.sourceName')}
        aria-label={t('intake.sourceName')}
      />
      <Input
        value={by}
        onChange={({ target }) => setBy(target.value)}
        placeholder={t('intake.person')}
        aria-label={t('intake.person')}
      />
      <Button onClick={() => void save()} disabled={!name.trim() || !by.trim()}>
        {t('intake.remember')}
      </Button>
      {saved && <p role="status">{t('intake.remembered', { name: saved.name, version: saved.version })}</p>}
      {error && <ProblemNotice error={error} />}
    </div>
  )
}
