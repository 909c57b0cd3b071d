import { AimOutlined, CloseOutlined, DownloadOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { exportUrl, makeReport, saveAs } from '../api.ts'
import { drawnGeometry, ringBounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useAreaBrief } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { emptyFilter, filterAsCql2 } from '../filter.ts'
import { drawnPurposes, type DrawnPurpose, type DrawnRing } from '../view.ts'
import { AreaBriefBody } from './AreaBriefBody.tsx'
import { Answer } from './Loading.tsx'
import { OverlapCheck } from './OverlapCheck.tsx'
import { CopyLink } from './ParcelPanel.tsx'
import { useFocusBack } from './use-focus-back.ts'
import { useTellProblem } from './use-tell-problem.tsx'

/** What the reader drew: a brief of what lies in it, or a check of it as a new approval, supply or title. */
export function AreaPanel({ drawn }: { drawn: DrawnRing }) {
  const { t } = useTranslation()
  const panel = useFocusBack()
  const { purpose } = useView()
  return (
    <article ref={panel} tabIndex={-1} className="panel" aria-label={t('area.title')}>
      <div className="panel-close">
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t('area.close')}
          onClick={() => changeView({ drawn: null, purpose: 'brief' })}
        />
      </div>
      <header className="card-head">
        <h2>{t('area.title')}</h2>
        <label className="purpose">
          <span className="muted">{t('area.purpose')}</span>
          <Select<DrawnPurpose>
            size="small"
            value={purpose}
            aria-label={t('area.purpose')}
            onChange={(next) => changeView({ purpose: next })}
            popupMatchSelectWidth={false}
            options={drawnPurposes.map((value) => ({ value, label: t(`purpose.${value}`) }))}
          />
        </label>
        <div className="card-actions">
          <Button size="small" icon={<AimOutlined />} onClick={() => fitMapTo(ringBounds(drawn))}>
            {t('card.zoom')}
          </Button>
          <CopyLink />
          <Exports drawn={drawn} />
        </div>
      </header>
      <div className="panel-body">
        {purpose === 'brief' ? <Brief drawn={drawn} /> : <OverlapCheck drawn={drawn} purpose={purpose} />}
      </div>
    </article>
  )
}

function Brief({ drawn }: { drawn: DrawnRing }) {
  return <Answer of={useAreaBrief(drawn)}>{(brief) => <AreaBriefBody brief={brief} />}</Answer>
}

function Exports({ drawn }: { drawn: DrawnRing }) {
  const { lang, asOf } = useView()
  const [busy, setBusy] = useState(false)
  const inside = { filter: filterAsCql2(emptyFilter, drawn) }
  const tellProblem = useTellProblem()
  const workbook = async () => {
    setBusy(true)
    try {
      const { blob, name } = await makeReport(
        { kind: 'area', geometry: drawnGeometry(drawn), format: 'xlsx' },
        { lang, asOf },
      )
      saveAs(blob, name)
    } catch (error) {
      tellProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button size="small" icon={<DownloadOutlined />} loading={busy} onClick={() => void workbook()}>
        XLSX
      </Button>
      <Button size="small" icon={<DownloadOutlined />} href={exportUrl('geojson', inside, asOf)}>
        GeoJSON
      </Button>
      <Button size="small" icon={<DownloadOutlined />} href={exportUrl('gpkg', inside, asOf)}>
        GeoPackage
      </Button>
    </>
  )
}
