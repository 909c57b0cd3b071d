import { Button, Empty } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Mover } from '../../server/contract.ts'
import type { Preview } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatCount, formatMu, formatParcelId, inLanguage } from '../format.ts'
import { fitMapTo, setHovered } from '../map/signal.ts'
import { StrategyChip } from '../panel/Chip.tsx'
import { Answer } from '../panel/Loading.tsx'
import { ReasonTree } from '../panel/ReasonTree.tsx'
import { PagedRows } from '../panel/PagedRows.tsx'
import { useCatalog } from '../use-api.ts'
import { changeView, hrefOf, useView } from '../use-view.ts'
import { changed } from '../view.ts'
import { useMovers, useTriedReason } from './use-lab.ts'

const moverHeight = 52

/** The parcels that would move, largest first; opening one shows it on the map and why it would move. */
export function LabMovers({ preview }: { preview: Preview }) {
  const { t } = useTranslation()
  const { lang, move, parcel } = useView()
  const pages = useMovers(preview.id)
  return (
    <div className="lab-movers">
      <Answer of={pages}>
        {({ pages: loaded }) => {
          const head = loaded[0]!
          return (
            <>
              <div className="lab-movers-head">
                <output aria-live="polite">
                  <b className="num">{formatCount(head.parcels, lang)}</b> {t('list.parcels')}{' '}
                  <b className="num">{formatMu(head.planarM2, lang)}</b>
                </output>
                {move && (
                  <Button size="small" onClick={() => changeView({ move: null })}>
                    {move.from} → {move.to} ✕ <span className="visually-hidden">{t('lab.allMoves')}</span>
                  </Button>
                )}
              </div>
              <PagedRows
                of={pages}
                total={head.parcels}
                empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('lab.noMoves')} />}
                rowHeight={moverHeight}
                label={t('lab.tab.movers')}
                question={`${preview.id} ${move?.from} ${move?.to}`}
                keyOf={(row) => row.parcelId}
                selected={parcel}
                onOpen={(row) => {
                  changeView({ parcel: row.parcelId }, 'replace')
                  fitMapTo(row.bbox)
                }}
              >
                {(row) => <MoverLine row={row} />}
              </PagedRows>
            </>
          )
        }}
      </Answer>
      {parcel !== null && <WhyMoved preview={preview} parcel={parcel} />}
    </div>
  )
}

function MoverLine({ row }: { row: Mover }) {
  const { lang } = useView()
  const catalog = useCatalog()
  const name = row.project ?? row.holder ?? row.location ?? row.parcelCode ?? formatParcelId(row.parcelId)
  return (
    <div
      className="line"
      onPointerEnter={() => setHovered(row.parcelId)}
      onPointerLeave={() => setHovered(null)}
    >
      <div className="line-top">
        <StrategyChip code={row.from} /> <span aria-hidden>→</span> <StrategyChip code={row.to} />
        <span className="line-strategy">{name}</span>
        <span className="num line-area">{formatMu(row.planarM2, lang)}</span>
      </div>
      <div className="line-more muted">
        <span className="num">{row.parcelCode ?? formatParcelId(row.parcelId)}</span>
        <span>{titleOf(catalog, 'district', row.district, lang)}</span>
      </div>
    </div>
  )
}

/** The reason of the strategy a parcel would have, and the way to its card with the reason it has now. */
export function WhyMoved({ preview, parcel }: { preview: Preview; parcel: number }) {
  const { t } = useTranslation()
  const view = useView()
  const reason = useTriedReason(preview.id, parcel)
  return (
    <section className="lab-why" aria-label={t('lab.why')}>
      <Answer of={reason}>
        {({ strategy, tried }) => {
          const won = tried.find(({ code }) => code === strategy.code)
          return (
            <>
              <h3>
                {t('lab.whyOf', { parcel: formatParcelId(parcel) })} <StrategyChip code={strategy.code} />{' '}
                {inLanguage(strategy.title, view.lang)}
              </h3>
              {won && <ReasonTree node={won.reason} />}
              <a
                href={hrefOf(changed(view, { page: 'map', parcel, tab: 'strategy' }))}
                onClick={(event) => {
                  event.preventDefault()
                  changeView({ page: 'map', parcel, tab: 'strategy' })
                }}
              >
                {t('lab.card')}
              </a>
            </>
          )
        }}
      </Answer>
    </section>
  )
}
