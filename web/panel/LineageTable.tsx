import { useTranslation } from 'react-i18next'
import type { Lineage } from '../api.ts'
import { formatDay, formatIn, formatM2, unknownText } from '../format.ts'
import { useView } from '../use-view.ts'
import { eventName } from './event-name.ts'
import { buildsShown } from './lineage-layout.ts'
import { ParcelLink } from './ParcelLink.tsx'

type Event = Lineage['events'][number]

/** The picture's data as a table: every event with its balance and the land that passed, in the order it happened. */
export function LineageTable({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation()
  const shown = new Set(buildsShown(lineage).map(({ buildId }) => buildId))
  const events = lineage.events.filter(
    ({ buildId, parcelId }) =>
      shown.has(buildId) &&
      (parcelId === lineage.parcelId ||
        lineage.edges.some(
          (edge) => edge.buildId === buildId && (edge.from === parcelId || edge.to === parcelId),
        )),
  )
  const columns = ['before', 'came', 'went', 'correction', 'after'] as const
  return (
    <div className="table-scroll">
      <table className="lineage-table">
        <caption>{t('lineage.balance')}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="num">
                {t(`lineage.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        {events.map((event) => (
          <EventRows key={`${event.buildId}-${event.eventNo}`} event={event} lineage={lineage} />
        ))}
      </table>
    </div>
  )
}

function EventRows({ event, lineage }: { event: Event; lineage: Lineage }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { buildId, parcelId } = event
  const own = lineage.edges.filter(
    (edge) => edge.buildId === buildId && (edge.from === parcelId || edge.to === parcelId),
  )
  const sum = (end: 'from' | 'to'): number =>
    own.reduce((all, edge) => all + (edge[end] === parcelId ? edge.planarM2 : 0), 0)
  const elsewhere = [
    { arrow: '←', m2: (event.cameM2 ?? 0) - sum('to') },
    { arrow: '→', m2: (event.wentM2 ?? 0) - sum('from') },
  ].filter(({ m2 }) => m2 >= 0.005)
  const printed = printedBalance(event)
  return (
    <tbody data-self={parcelId === lineage.parcelId}>
      <tr>
        <th colSpan={5} scope="rowgroup">
          <time className="num" dateTime={event.on}>
            {formatDay(event.on, lang)}
          </time>{' '}
          {eventName(t, event.kind)} <ParcelLink id={parcelId} code={codeOf(lineage, parcelId)} />
        </th>
      </tr>
      <tr>
        {printed.map(({ name, hundredths, sign }) => (
          <td
            key={name}
            className="num"
            data-corrected={name === 'correction' && hundredths !== 0 && remarkable.has(event.kind)}
          >
            {hundredths === null
              ? unknownText
              : `${hundredths === 0 ? '' : sign}${formatIn('m2', Math.abs(hundredths) / 100, lang)}`}
          </td>
        ))}
      </tr>
      {(own.length > 0 || elsewhere.length > 0) && (
        <tr>
          <td colSpan={5} className="lineage-ways">
            <ul>
              {own.map((edge) => {
                const other = edge.from === parcelId ? edge.to : edge.from
                return (
                  <li key={`${edge.from}-${edge.to}`}>
                    {edge.from === parcelId ? '→' : '←'}{' '}
                    <ParcelLink id={other} code={codeOf(lineage, other)} />{' '}
                    <span className="num">{formatM2(edge.planarM2, lang)}</span>
                  </li>
                )
              })}
              {elsewhere.map(({ arrow, m2 }) => (
                <li key={arrow}>
                  {arrow} {t('lineage.others')} <span className="num">{formatM2(m2, lang)}</span>
                </li>
              ))}
            </ul>
          </td>
        </tr>
      )}
    </tbody>
  )
}

/** A number that begins or ends out of nothing is corrected by all of its land; elsewhere a correction is news. */
const remarkable: ReadonlySet<string> = new Set(['redrawn', 'split', 'merged'])

/**
 * The balance in hundredths of a square metre, so that what is printed adds up: the correction, being what is left, takes
 * what rounding leaves as well.
 */
function printedBalance({ beforeM2, cameM2, wentM2, afterM2 }: Event) {
  const whole = (m2: number | null): number | null => (m2 === null ? null : Math.round(m2 * 100))
  const [before, came, went, after] = [whole(beforeM2), whole(cameM2), whole(wentM2), whole(afterM2)]
  const correction =
    before === null || came === null || went === null || after === null ? null : after - before - came + went
  return [
    { name: 'before', hundredths: before, sign: '' },
    { name: 'came', hundredths: came, sign: '+' },
    { name: 'went', hundredths: went, sign: '−' },
    { name: 'correction', hundredths: correction, sign: (correction ?? 0) > 0 ? '+' : '−' },
    { name: 'after', hundredths: after, sign: '' },
  ] as const
}

const codeOf = (lineage: Lineage, parcelId: number): string | null =>
  lineage.nodes.findLast((node) => node.parcelId === parcelId)?.parcelCode ?? null
