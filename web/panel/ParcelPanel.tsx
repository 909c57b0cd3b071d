import { AimOutlined, CloseOutlined, DownloadOutlined, LinkOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, Tabs, Tooltip } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem, makeReport, saveAs, type ParcelCard } from '../api.ts'
import { ClaimsTab } from '../claims/ClaimsTab.tsx'
import { useClaims } from '../claims/use-claims.ts'
import { titleOf } from '../catalog.ts'
import { formatParcelId } from '../format.ts'
import { fitMapTo } from '../map/signal.ts'
import { useCatalog, useConflicts, useParcel } from '../use-api.ts'
import { changeView, linkTo, useView } from '../use-view.ts'
import { cardTabs, type CardTab } from '../view.ts'
import { OverrideTag, StrategyChip } from './Chip.tsx'
import { ConflictsTab } from './ConflictsTab.tsx'
import { DossierTab } from './DossierTab.tsx'
import { IdentityTab } from './IdentityTab.tsx'
import { LineageTab } from './LineageTab.tsx'
import { Answer } from './Loading.tsx'
import { useFocusBack } from './use-focus-back.ts'
import { useTellProblem } from './use-tell-problem.tsx'
import { StrategyTab } from './StrategyTab.tsx'

/** Everything about one parcel. */
export function ParcelPanel({ id }: { id: number }) {
  const { t } = useTranslation()
  const panel = useFocusBack()
  const view = useView()
  const card = useParcel(id)
  return (
    <article ref={panel} tabIndex={-1} className="panel" aria-label={t('card.title')}>
      <div className="panel-close">
        {(view.place ?? view.drawn) && (
          <Button type="link" size="small" onClick={() => changeView({ parcel: null })}>
            {t(view.place ? 'card.backToPlace' : 'card.backToArea')}
          </Button>
        )}
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t('card.close')}
          onClick={() => changeView({ parcel: null, tab: 'identity' })}
        />
      </div>
      {hasEnded(card.error) ? (
        <Ended id={id} />
      ) : (
        <Answer of={card}>{(parcel) => <Card parcel={parcel} />}</Answer>
      )}
    </article>
  )
}

const hasEnded = (error: Error | null): boolean =>
  error instanceof ApiProblem && error.problem.code === 'PARCEL_RETIRED'

/** A number that has ended has no card any more, but it still tells what became of its land. */
function Ended({ id }: { id: number }) {
  return (
    <>
      <header className="card-head">
        <h2 className="num">{formatParcelId(id)}</h2>
        <div className="card-actions">
          <CopyLink />
        </div>
      </header>
      <div className="panel-body">
        <LineageTab id={id} />
      </div>
    </>
  )
}

function Card({ parcel }: { parcel: ParcelCard }) {
  const { t } = useTranslation()
  const { tab, lang } = useView()
  const catalog = useCatalog()
  const conflicts = useConflicts(parcel.parcelId)
  const claims = useClaims(parcel.parcelId)
  const conflictCount = conflicts.data?.checks.filter(({ state }) => state === 'conflict').length ?? 0
  const tabs: Record<CardTab, { count?: number; body: React.ReactNode }> = {
    identity: { body: <IdentityTab parcel={parcel} /> },
    strategy: { body: <StrategyTab id={parcel.parcelId} /> },
    conflicts: { count: conflictCount, body: <ConflictsTab id={parcel.parcelId} /> },
    claims: { count: claims.data?.conflicts ?? 0, body: <ClaimsTab id={parcel.parcelId} /> },
    dossier: { body: <DossierTab id={parcel.parcelId} /> },
    lineage: { body: <LineageTab id={parcel.parcelId} geometry={parcel.geometry} /> },
  }
  return (
    <>
      <header className="card-head">
        <h2>{parcel.project ?? parcel.location ?? parcel.parcelCode ?? formatParcelId(parcel.parcelId)}</h2>
        <p className="card-strategy">
          <StrategyChip code={parcel.strategy} />{' '}
          <b>{titleOf(catalog, 'strategy', parcel.strategy, lang) || t('card.notClassified')}</b>
          <OverrideTag row={parcel} />
        </p>
        <div className="card-actions">
          <Button size="small" icon={<AimOutlined />} onClick={() => fitMapTo(parcel.bbox)}>
            {t('card.zoom')}
          </Button>
          <CopyLink />
          <ReportButton parcelId={parcel.parcelId} />
        </div>
      </header>
      <Tabs
        className="card-tabs"
        activeKey={tab}
        onChange={(key) => changeView({ tab: key as CardTab }, 'replace')}
        items={cardTabs.map((key) => ({
          key,
          label: (
            <>
              {t(`tab.${key}`)}
              {tabs[key].count ? <span className="tab-count num">{tabs[key].count}</span> : null}
            </>
          ),
          children: tabs[key].body,
        }))}
      />
    </>
  )
}

export function CopyLink() {
  const { t } = useTranslation()
  const view = useView()
  const { message } = App.useApp()
  const tellProblem = useTellProblem()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(linkTo(view))
      void message.success(t('card.linkCopied'))
    } catch (error) {
      // Browsers refuse the clipboard on plain http; the address bar always has the same link.
      tellProblem(new Error(t('card.linkRefused'), { cause: error }))
    }
  }
  return (
    <Tooltip title={t('card.linkHint')}>
      <Button size="small" icon={<LinkOutlined />} onClick={() => void copy()}>
        {t('card.copyLink')}
      </Button>
    </Tooltip>
  )
}

function ReportButton({ parcelId }: { parcelId: number }) {
  const { t } = useTranslation()
  const { lang, asOf } = useView()
  const [busy, setBusy] = useState(false)
  const tellProblem = useTellProblem()
  const make = async (format: 'docx' | 'pdf') => {
    setBusy(true)
    try {
      const { blob, name } = await makeReport(
        { kind: 'parcel', parcelIds: [parcelId], format },
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
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'docx', label: t('report.docx') },
          { key: 'pdf', label: t('report.pdf') },
        ],
        onClick: ({ key }) => void make(key === 'pdf' ? 'pdf' : 'docx'),
      }}
    >
      <Button size="small" icon={<DownloadOutlined />} loading={busy}>
        {t('report.title')}
      </Button>
    </Dropdown>
  )
}
