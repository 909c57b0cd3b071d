import { Empty, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { M2_PER_MU } from '../../server/units.ts'
import type { AreaBrief } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatCount, formatDay, formatNumber, inLanguage, muUnit, roundedToTotal } from '../format.ts'
import { coloursOf, unknownColour } from '../map/palette.ts'
import { fitMapTo } from '../map/signal.ts'
import { useCatalog } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { Area } from './Area.tsx'
import { Balance } from './Balance.tsx'
import { ParcelLine, parcelLineHeight } from './ParcelLine.tsx'
import { Rows } from './Rows.tsx'

const groupings = ['strategy', 'kind', 'use'] as const
type Grouping = (typeof groupings)[number]
const briefKey = { strategy: 'byStrategy', kind: 'byKind', use: 'byUse' } as const

export function AreaBriefBody({ brief }: { brief: AreaBrief }) {
  const { t } = useTranslation()
  const { lang, parcel, drawn } = useView()
  const catalog = useCatalog()
  const [grouping, setGrouping] = useState<Grouping>('strategy')
  return (
    <>
      <table className="areas-table">
        <caption aria-live="polite">
          {t('brief.caption', { count: brief.parcels, day: formatDay(brief.asOf, lang) })}
        </caption>
        <tbody>
          <tr>
            <th scope="row">{t('brief.drawnPlanar')}</th>
            <td>
              <Area m2={brief.areaPlanarM2} />
            </td>
          </tr>
          <tr>
            <th scope="row">{t('brief.drawnEllipsoid')}</th>
            <td>
              <Area m2={brief.areaEllipsoidM2} />
            </td>
          </tr>
          <tr>
            <th scope="row">{t('brief.inParcels')}</th>
            <td>
              <Area m2={brief.parcelsPlanarM2} />
            </td>
          </tr>
        </tbody>
      </table>
      <section>
        <h3>{t('brief.balance')}</h3>
        <Balance accounts={brief.accounts} closureM2={brief.closureM2} />
      </section>
      <section>
        <header className="section-head">
          <h3>{t('brief.classes')}</h3>
          <Segmented<Grouping>
            size="small"
            value={grouping}
            onChange={setGrouping}
            options={groupings.map((value) => ({ value, label: t(`colouring.${value}`) }))}
          />
        </header>
        <Classes rows={brief[briefKey[grouping]]} grouping={grouping} />
      </section>
      {brief.findings.length > 0 && (
        <section>
          <h3>{t('brief.findings')}</h3>
          <div className="tag-line">
            {brief.findings.map(({ code, title, count }) => (
              <span
                key={code}
                className="flag"
                data-severity={catalog.flags.find((flag) => flag.code === code)?.severity}
              >
                <b>{code}</b> {inLanguage(title, lang)}{' '}
                <span className="num">{formatCount(count, lang)}</span>
              </span>
            ))}
          </div>
        </section>
      )}
      <section>
        <h3>{t('brief.parcels')}</h3>
        {brief.rows.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('brief.empty')} />
        ) : (
          <div className="brief-rows" style={{ height: Math.min(brief.rows.length, 6.5) * parcelLineHeight }}>
            <Rows
              rows={brief.rows}
              total={brief.rows.length}
              rowHeight={parcelLineHeight}
              label={t('brief.parcels')}
              question={JSON.stringify(drawn)}
              keyOf={(row) => row.parcelId}
              selected={parcel}
              onOpen={(row) => {
                changeView({ parcel: row.parcelId })
                fitMapTo(row.bbox)
              }}
            >
              {(row) => <ParcelLine row={row} insideM2={row.insideM2} />}
            </Rows>
          </div>
        )}
        <p className="muted foot">{t('brief.insideNote')}</p>
      </section>
    </>
  )
}

/** Rows are rounded together, so that they add up to the total under them. */
function Classes({ rows, grouping }: { rows: AreaBrief['byStrategy']; grouping: Grouping }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const colours = coloursOf(
    grouping,
    catalog.strategies.map(({ code }) => code),
  )
  const present = rows.filter(({ parcels }) => parcels > 0).toSorted((a, b) => b.planarM2 - a.planarM2)
  const mu = roundedToTotal(
    present.map(({ planarM2 }) => planarM2 / M2_PER_MU),
    2,
  )
  const largest = Math.max(...present.map(({ planarM2 }) => planarM2), 1)
  const total = present.reduce((sum, { planarM2 }) => sum + planarM2, 0)
  return (
    <table className="classes">
      <thead className="muted">
        <tr>
          <th scope="col">
            <span className="visually-hidden">{t('brief.classes')}</span>
          </th>
          <th scope="col">{t('list.parcels')}</th>
          <th scope="col">{muUnit(lang)}</th>
        </tr>
      </thead>
      <tbody>
        {present.map(({ key, parcels, planarM2 }, i) => (
          <tr key={key}>
            <th scope="row">
              <span
                className="class-bar"
                style={{
                  width: `${(100 * planarM2) / largest}%`,
                  background: colours.get(key) ?? unknownColour,
                }}
              />
              <i className="swatch" style={{ background: colours.get(key) ?? unknownColour }} />
              {grouping === 'strategy' && <b>{key} </b>}
              {titleOf(catalog, grouping, key, lang)}
            </th>
            <td className="num">{formatCount(parcels, lang)}</td>
            <td className="num">{formatNumber(mu[i]!, lang, 2)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('balance.total')}</th>
          <td className="num">
            {formatCount(
              present.reduce((sum, { parcels }) => sum + parcels, 0),
              lang,
            )}
          </td>
          <td className="num">
            {formatNumber(total / M2_PER_MU, lang, 2)} {muUnit(lang)}
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
