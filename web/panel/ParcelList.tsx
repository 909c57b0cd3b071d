import { Button, Checkbox, Empty, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ParcelRow } from '../../server/contract.ts'
import { formatCount, formatMu } from '../format.ts'
import type { Bounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useParcelPages } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { emptyFilter, exportQuery, isFiltered } from '../filter.ts'
import { sorts, type Sort } from '../view.ts'
import { ExportMenu } from './ExportMenu.tsx'
import { Answer } from './Loading.tsx'
import { ParcelLine, parcelLineHeight } from './ParcelLine.tsx'
import { PagedRows } from './PagedRows.tsx'

/** The parcels the filter leaves, as many as the reader cares to scroll through. */
export function ParcelList({ bounds }: { bounds: Bounds | null }) {
  const { t } = useTranslation()
  const { asOf, filter, sort, listFollowsMap, parcel, lang } = useView()
  const within = listFollowsMap ? bounds : null
  const pages = useParcelPages(filter, sort, within)
  const head = pages.data?.pages[0]
  const open = (row: ParcelRow) => {
    changeView({ parcel: row.parcelId })
    if (!bounds || !isWithin(row.bbox, bounds)) fitMapTo(row.bbox)
  }
  return (
    <section className="list" aria-label={t('list.title')} aria-busy={pages.isFetching}>
      <header className="list-head">
        <output aria-live="polite">
          {head ? (
            <>
              <b className="num">{formatCount(head.total, lang)}</b> {t('list.parcels')}{' '}
              <b className="num">{formatMu(head.totalPlanarM2, lang)}</b>{' '}
              <span className="muted">{t('area.planarShort')}</span>
            </>
          ) : (
            pages.isPending && t('loading')
          )}
        </output>
        <Select<Sort>
          size="small"
          variant="borderless"
          aria-label={t('list.sort')}
          value={sort}
          onChange={(next) => changeView({ sort: next })}
          popupMatchSelectWidth={false}
          options={sorts.map((value) => ({ value, label: t(`sort.${value}`) }))}
        />
        <Checkbox
          checked={listFollowsMap}
          onChange={({ target }) => changeView({ listFollowsMap: target.checked })}
        >
          {t('list.followMap')}
        </Checkbox>
        <ExportMenu
          parcels={exportQuery(filter, within)}
          total={pages.isPlaceholderData ? null : (head?.total ?? null)}
        />
      </header>
      <Answer of={pages}>
        {({ pages: [first] }) => (
          <PagedRows
            of={pages}
            total={first!.total}
            empty={
              <Empty
                image={Empty.PRESENTED_IMAGE_SIMPLE}
                description={isFiltered(filter) ? t('list.emptyFiltered') : t('list.empty')}
              >
                {isFiltered(filter) && (
                  <Button onClick={() => changeView({ filter: emptyFilter })}>{t('filter.clear')}</Button>
                )}
              </Empty>
            }
            rowHeight={parcelLineHeight}
            label={t('list.title')}
            question={JSON.stringify([asOf, sort, filter, within])}
            keyOf={(row) => row.parcelId}
            selected={parcel}
            onOpen={open}
          >
            {(row) => <ParcelLine row={row} />}
          </PagedRows>
        )}
      </Answer>
    </section>
  )
}

const isWithin = ([w, s, e, n]: Bounds, [west, south, east, north]: Bounds): boolean =>
  w >= west && s >= south && e <= east && n <= north
