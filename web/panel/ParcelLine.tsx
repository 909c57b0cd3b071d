import { useTranslation } from 'react-i18next'
import type { ParcelRow } from '../../server/contract.ts'
import { titleOf } from '../catalog.ts'
import { formatMu, formatParcelId } from '../format.ts'
import { setHovered, useIsHovered } from '../map/signal.ts'
import { useCatalog } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { OverrideTag, StrategyChip } from './Chip.tsx'

export const parcelLineHeight = 66

/** One parcel in a list: what to do, whose it is, where, how large. Pointing at it lights it up on the map. */
export function ParcelLine({ row, insideM2 }: { row: ParcelRow; insideM2?: number }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const hovered = useIsHovered(row.parcelId)
  const name = row.project ?? row.holder ?? row.location ?? row.parcelCode ?? formatParcelId(row.parcelId)
  const owner = row.project !== null ? row.holder : null
  return (
    <div
      className="line"
      data-hovered={hovered}
      onPointerEnter={() => setHovered(row.parcelId)}
      onPointerLeave={() => setHovered(null)}
    >
      <div className="line-top">
        <StrategyChip code={row.strategy} />
        <span className="line-strategy">{titleOf(catalog, 'strategy', row.strategy, lang)}</span>
        <OverrideTag row={row} short />
        <span className="num line-area">{formatMu(insideM2 ?? row.areas.planarM2, lang)}</span>
      </div>
      <div className="line-name">
        {name}
        {owner && <span className="muted"> · {owner}</span>}
      </div>
      <div className="line-more muted">
        <span className="num">{row.parcelCode ?? formatParcelId(row.parcelId)}</span>
        <span>{titleOf(catalog, 'district', row.district, lang)}</span>
        <span>{titleOf(catalog, 'stage', row.stage, lang)}</span>
        {row.flags.length > 0 && (
          <span
            className="line-flags"
            title={row.flags.map((flag) => `${flag} ${titleOf(catalog, 'flag', flag, lang)}`).join('\n')}
          >
            {t('list.flags', { count: row.flags.length })}
          </span>
        )}
      </div>
    </div>
  )
}
