import { AutoComplete, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ParcelRow } from '../../server/contract.ts'
import { formatMu, formatParcelId } from '../format.ts'
import { fitMapTo } from '../map/signal.ts'
import { CatalogContext, useCatalogQuery, useSuggestions } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { StrategyChip } from './Chip.tsx'

/** Code, number, project, holder or location. Enter filters by the text; a suggestion opens its parcel. */
export function SearchBox() {
  const { t } = useTranslation()
  const { filter, lang } = useView()
  const [text, setText] = useState(filter.q)
  const [applied, setApplied] = useState(filter.q)
  if (applied !== filter.q) {
    // cleared or changed elsewhere: by the filter panel, or the back button
    setApplied(filter.q)
    setText(filter.q)
  }
  const asked = useDeferredValue(text)
  const { data: catalog } = useCatalogQuery()
  const { data: found, isFetching, error } = useSuggestions(asked)
  const rows = text.trim().length >= 2 ? (found?.rows ?? []) : []

  const open = (row: ParcelRow) => {
    setText(filter.q)
    fitMapTo(row.bbox)
    changeView({ page: 'map', parcel: row.parcelId })
  }
  return (
    <CatalogContext value={catalog ?? null}>
      <AutoComplete
        className="search"
        value={text}
        onChange={setText}
        onSelect={(id: string) => {
          const row = rows.find(({ parcelId }) => String(parcelId) === id)
          if (row) open(row)
        }}
        popupMatchSelectWidth={420}
        notFoundContent={
          text.trim().length < 2 || error
            ? null
            : isFetching || text !== asked
              ? t('loading')
              : t('search.none')
        }
        options={
          catalog
            ? rows.map((row) => ({
                value: String(row.parcelId),
                label: (
                  <span className="suggestion">
                    <StrategyChip code={row.strategy} />
                    <span className="suggestion-text">
                      <b>{row.project ?? row.holder ?? row.parcelCode ?? formatParcelId(row.parcelId)}</b>
                      <span className="muted">
                        {[row.parcelCode ?? formatParcelId(row.parcelId), row.project ? row.holder : null]
                          .filter(Boolean)
                          .join(' · ')}
                      </span>
                    </span>
                    <span className="num muted">{formatMu(row.areas.planarM2, lang)}</span>
                  </span>
                ),
              }))
            : []
        }
      >
        <Input.Search
          allowClear
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          onSearch={(value, _event, info) => {
            if (info?.source === 'clear' || value.trim() !== filter.q) apply(value)
          }}
        />
      </AutoComplete>
    </CatalogContext>
  )
}

/** Search results are parcels: shown on the map, or beside the ledger. Every other page has no place for them. */
const apply = (q: string): void =>
  changeView((view) => ({
    filter: { ...view.filter, q: q.trim() },
    page: q.trim() === '' || view.page === 'ledger' ? view.page : 'map',
  }))
