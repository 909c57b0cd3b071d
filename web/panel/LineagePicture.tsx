import { useEffect, useId, useRef, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lineage } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatDay, formatM2, formatNumber, formatParcelId } from '../format.ts'
import { coloursOf } from '../map/palette.ts'
import { useCatalog } from '../use-api.ts'
import { changeView, hrefOf, useView } from '../use-view.ts'
import { changed } from '../view.ts'
import { eventName } from './event-name.ts'
import { layOutLineage, ribbonPath, type Bar, type Ribbon } from './lineage-layout.ts'

/**
 * The lineage drawn: time from left to right, a bar for every number, a ribbon for land that passed. A large one is
 * scrolled, and begins where the number itself is.
 */
export function LineagePicture({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const id = useId()
  const { width, height, days, bars, ribbons } = layOutLineage(lineage)
  const scroll = useRef<HTMLDivElement>(null)
  const self = bars.findLast(({ isSelf }) => isSelf)
  const [left, top] = [(self?.x ?? 0) + (self?.width ?? 0), (self?.y ?? 0) + (self?.height ?? 0) / 2]
  useEffect(() => {
    const box = scroll.current
    box?.scrollTo({ left: left - box.clientWidth + 24, top: top - box.clientHeight / 2 })
  }, [left, top])
  const nameOf = (parcelId: number): string =>
    lineage.nodes.findLast((node) => node.parcelId === parcelId)?.parcelCode ?? formatParcelId(parcelId)
  const kinds = [...new Set(bars.map(({ state }) => state.kind))]
  return (
    <figure className="lineage">
      {/* scrolled with the keyboard as well: it is one stop of the tab key */}
      <div
        ref={scroll}
        className="lineage-scroll"
        tabIndex={0}
        role="region"
        aria-label={t('lineage.picture')}
      >
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-labelledby={`${id}-title`}
          aria-describedby={`${id}-desc`}
        >
          <title id={`${id}-title`}>{t('lineage.pictureOf', { name: nameOf(lineage.parcelId) })}</title>
          <desc id={`${id}-desc`}>
            {ribbons
              .filter(({ from, to }) => from !== to)
              .map(({ from, to, planarM2 }) => `${nameOf(from)} → ${nameOf(to)} ${formatM2(planarM2, lang)}`)
              .join(t('listSemicolon')) || t('lineage.unchanged')}
          </desc>
          {days.map(({ x, on }) => (
            <g key={x} className="lineage-day">
              <line x1={x} x2={x} y1={18} y2={height} />
              <text x={x} y={12} textAnchor="middle" className="num">
                {formatDay(on, lang)}
              </text>
            </g>
          ))}
          {ribbons.map((ribbon) => (
            <path
              key={`${ribbon.buildId}-${ribbon.from}-${ribbon.to}`}
              d={ribbonPath(ribbon)}
              className="lineage-ribbon"
              data-kept={ribbon.from === ribbon.to}
              data-own={ribbon.from === lineage.parcelId || ribbon.to === lineage.parcelId}
            >
              <title>
                {ribbon.from === ribbon.to
                  ? `${nameOf(ribbon.from)} ${t('lineage.kept')}`
                  : `${nameOf(ribbon.from)} → ${nameOf(ribbon.to)}`}{' '}
                {formatM2(ribbon.planarM2, lang)}
              </title>
            </path>
          ))}
          {bars.map((bar) => (
            <BarOf key={`${bar.parcelId}-${bar.x}`} bar={bar} name={nameOf(bar.parcelId)} />
          ))}
          {ribbons.map((ribbon) => (
            <Amount key={`${ribbon.buildId}-${ribbon.from}-${ribbon.to}`} ribbon={ribbon} />
          ))}
        </svg>
      </div>
      <figcaption className="muted lineage-legend">
        {kinds.map((kind) => (
          <span key={kind}>
            <span className="swatch" style={{ background: coloursOf('kind', []).get(kind) }} />
            {titleOf(catalog, 'kind', kind, lang)}
          </span>
        ))}
        {ribbons.length > 0 && <span>{t('lineage.ribbons')}</span>}
      </figcaption>
    </figure>
  )
}

function BarOf({ bar, name }: { bar: Bar; name: string }) {
  const { t } = useTranslation()
  const view = useView()
  const { lang } = view
  const catalog = useCatalog()
  const { state, x, y, width, height } = bar
  const colour = coloursOf('kind', []).get(state.kind) ?? '#9a9a94'
  const target = { parcel: bar.parcelId, tab: 'lineage' } as const
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return // a new tab or window, as with every link
    event.preventDefault()
    changeView(target)
  }
  const middle = y + height / 2
  const words = [
    name,
    titleOf(catalog, 'kind', state.kind, lang),
    formatM2(state.planarM2, lang),
    `${formatDay(state.validFrom, lang)} – ${state.current ? t('place.until') : formatDay(state.validTo, lang)}`,
    bar.began && eventName(t, bar.began),
    bar.ended && eventName(t, bar.ended),
  ].filter(Boolean)
  return (
    <a
      href={hrefOf(changed(view, target))}
      className="lineage-bar"
      data-self={bar.isSelf}
      data-current={state.current}
      aria-current={bar.isSelf ? 'true' : undefined}
      onClick={open}
    >
      <title>{words.join(' · ')}</title>
      <rect className="lineage-paper" x={x} y={y} width={width} height={height} rx={4} />
      <rect
        x={x}
        y={y}
        width={width}
        height={height}
        rx={4}
        style={{ fill: colour }}
        className="lineage-fill"
      />
      <rect x={x} y={y} width={5} height={height} rx={2} style={{ fill: colour }} />
      {bar.runsOn && (
        <path className="lineage-on" d={`M${x + width + 4},${middle - 5}l5,5l-5,5`} aria-hidden />
      )}
      {/* said in the name of the link, with what there is no room for */}
      <g aria-hidden>
        <text x={x + 10} y={middle - 10} className="num lineage-name">
          {name}
        </text>
        <text x={x + 10} y={middle + 5} className="num">
          {formatM2(state.planarM2, lang)}
        </text>
        {bar.began && (
          <text x={x + 10} y={middle + 20} className="lineage-event">
            {eventName(t, bar.began)}
          </text>
        )}
        {bar.ended && (
          <text x={x + width - 6} y={middle + 20} textAnchor="end" className="lineage-event" data-end>
            {eventName(t, bar.ended)}
          </text>
        )}
      </g>
    </a>
  )
}

/** The area of a ribbon on it, in whole square metres; a thin one has it beside it in the table only. */
function Amount({ ribbon }: { ribbon: Ribbon }) {
  const { lang } = useView()
  if (ribbon.width < 9 || ribbon.from === ribbon.to) return null
  return (
    <text
      x={(ribbon.x0 + ribbon.x1) / 2}
      y={(ribbon.y0 + ribbon.y1) / 2 + 4}
      textAnchor="middle"
      className="num lineage-amount"
      aria-hidden
    >
      {formatNumber(ribbon.planarM2, lang)}
    </text>
  )
}
