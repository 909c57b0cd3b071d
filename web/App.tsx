import { App as Antd, Button, ConfigProvider, Tabs } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiUnreachable } from './api.ts'
import type { Bounds } from './map/geography.ts'
import { MapView } from './map/MapView.tsx'
import { AreaPanel } from './panel/AreaPanel.tsx'
import { FilterPanel } from './panel/FilterPanel.tsx'
import { HeaderBar } from './panel/HeaderBar.tsx'
import { Answer } from './panel/Loading.tsx'
import { ParcelList } from './panel/ParcelList.tsx'
import { ParcelPanel } from './panel/ParcelPanel.tsx'
import { PlacePanel } from './panel/PlacePanel.tsx'
import { theme } from './theme.ts'
import { CatalogContext, useWatchedCatalog } from './use-api.ts'
import { useView } from './use-view.ts'
import type { View } from './view.ts'

const DeliveriesPanel = lazy(async () => ({
  default: (await import('./panel/DeliveriesPanel.tsx')).DeliveriesPanel,
}))
const ClaimsPage = lazy(async () => ({ default: (await import('./claims/ClaimsPage.tsx')).ClaimsPage }))
const LabPanel = lazy(async () => ({ default: (await import('./lab/LabPanel.tsx')).LabPanel }))
const DeadlinesPanel = lazy(async () => ({
  default: (await import('./panel/DeadlinesPanel.tsx')).DeadlinesPanel,
}))
const LedgerPanel = lazy(async () => ({ default: (await import('./panel/LedgerPanel.tsx')).LedgerPanel }))

/** Panels around a map; what they show is the view. */
export function App() {
  const { lang, page } = useView()
  const { i18n, t } = useTranslation()
  useEffect(() => {
    void i18n.changeLanguage(lang)
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  }, [lang, i18n])
  useEffect(() => {
    document.title = `${t(`page.${page}`)} · Terrier 一地一策`
  }, [page, t])
  const catalog = useWatchedCatalog()
  return (
    <ConfigProvider locale={lang === 'zh' ? zhCN : enUS} theme={theme}>
      <Antd className="app" notification={{ placement: 'top' }}>
        <a className="skip" href="#main">
          {t('header.skip')}
        </a>
        <HeaderBar />
        <ApiDown />
        <main id="main" tabIndex={-1}>
          <Answer of={catalog}>
            {(loaded) => (
              <CatalogContext value={loaded}>
                <Workplace />
              </CatalogContext>
            )}
          </Answer>
        </main>
      </Antd>
    </ConfigProvider>
  )
}

function Workplace() {
  const view = useView()
  const compact = useMedia('(max-width: 1199px)')
  const [bounds, setBounds] = useState<Bounds | null>(null)
  const map = <MapView bounds={bounds} onBounds={setBounds} compact={compact} />
  if (view.page === 'deliveries') {
    return (
      <Suspense fallback={null}>
        <DeliveriesPanel />
      </Suspense>
    )
  }
  if (view.page === 'deadlines') {
    return (
      <Suspense fallback={null}>
        <DeadlinesPanel />
      </Suspense>
    )
  }
  if (view.page === 'claims') {
    return (
      <Suspense fallback={null}>
        <ClaimsPage />
      </Suspense>
    )
  }
  if (view.page === 'ledger') {
    return (
      <div className="work work-ledger">
        <Suspense fallback={<div />}>
          <LedgerPanel />
        </Suspense>
        {map}
      </div>
    )
  }
  if (view.page === 'lab') {
    return (
      <div className="work work-lab">
        <Suspense fallback={<div />}>
          <LabPanel />
        </Suspense>
        {map}
      </div>
    )
  }
  const detail = detailOf(view)
  return compact ? (
    <div className="work work-compact">
      {map}
      <CompactSide bounds={bounds} detail={detail} />
    </div>
  ) : (
    <div className="work work-wide" data-detail={detail !== null}>
      <div className="side">
        <FilterPanel />
        <ParcelList bounds={bounds} />
      </div>
      {map}
      {detail && <aside className="detail">{detail}</aside>}
    </div>
  )
}

/** A parcel covers the place or the area it was opened from; closing it leads back. */
function detailOf({ parcel, place, drawn }: View): ReactNode {
  if (parcel !== null) return <ParcelPanel key={parcel} id={parcel} />
  if (place !== null) return <PlacePanel place={place} />
  if (drawn !== null) return <AreaPanel drawn={drawn} />
  return null
}

/** On a tablet one panel holds list, filter and detail; what is opened comes to the front. */
function CompactSide({ bounds, detail }: { bounds: Bounds | null; detail: ReactNode }) {
  const { t } = useTranslation()
  const { parcel, place, drawn } = useView()
  const [tab, setTab] = useState(detail ? 'detail' : 'list')
  const opened = parcel ?? (place ? `${place.lon} ${place.lat}` : drawn ? 'area' : null)
  const [lastOpened, setLastOpened] = useState(opened)
  if (opened !== lastOpened) {
    setLastOpened(opened)
    setTab(opened === null ? 'list' : 'detail')
  }
  return (
    <Tabs
      className="side side-tabs"
      activeKey={tab}
      onChange={setTab}
      items={[
        { key: 'list', label: t('list.title'), children: <ParcelList bounds={bounds} /> },
        { key: 'filter', label: t('filter.title'), children: <FilterPanel /> },
        ...(detail
          ? [
              {
                key: 'detail',
                label: t(parcel !== null ? 'card.title' : place ? 'place.ask' : 'area.title'),
                children: <div className="detail">{detail}</div>,
              },
            ]
          : []),
      ]}
    />
  )
}

/** Says that the server does not answer, once, over everything, until it does again. */
function ApiDown() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [down, setDown] = useState(false)
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ type, query }) => {
        if (type !== 'updated') return
        if (query.state.error instanceof ApiUnreachable) setDown(true)
        else if (query.state.status === 'success' && query.state.fetchStatus === 'idle') setDown(false)
      }),
    [client],
  )
  if (!down) return null
  return (
    <div className="down" role="alert">
      {t('problem.down')}
      <Button size="small" onClick={() => void client.refetchQueries({ type: 'active' })}>
        {t('problem.retry')}
      </Button>
    </div>
  )
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const listen = () => setMatches(media.matches)
    media.addEventListener('change', listen)
    return () => media.removeEventListener('change', listen)
  }, [query])
  return matches
}
