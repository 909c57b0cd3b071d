import { Tag } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ParcelCard } from '../api.ts'
import { ChosenNote } from '../claims/ChosenNote.tsx'
import { titleOf } from '../catalog.ts'
import { formatDay, formatParcelId, inLanguage, unknownText } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import type { View } from '../view.ts'
import { Area } from './Area.tsx'

/** 身份证: what the parcel is, by every number it has. */
export function IdentityTab({ parcel }: { parcel: ParcelCard }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const use = [titleOf(catalog, 'use', parcel.useGroup, lang), parcel.useText].filter(Boolean).join(' · ')
  /** What a statement of records may be chosen for, beside its value: field of data/claims/precedence.yaml. */
  const rows: [label: string, value: ReactNode, claimed?: string][] = [
    [
      t('identity.number'),
      <span key="n" className="num">
        {formatParcelId(parcel.parcelId)}
      </span>,
    ],
    [t('identity.parcelCode'), <Code key="c" text={parcel.parcelCode} />, 'parcel_code'],
    [t('identity.unitCode'), <Code key="u" text={parcel.unitCode} />],
    [t('identity.kind'), titleOf(catalog, 'kind', parcel.kind, lang)],
    [t('identity.stage'), titleOf(catalog, 'stage', parcel.stage, lang)],
    [t('identity.district'), titleOf(catalog, 'district', parcel.district, lang)],
    [t('identity.location'), parcel.location],
    [t('identity.project'), parcel.project, 'project'],
    [t('identity.holder'), parcel.holder, 'holder'],
    [t('identity.holderCode'), <Code key="h" text={parcel.holderCode} />],
    [t('identity.use'), use, 'use'],
    [t('identity.useCode'), <Code key="s" text={parcel.useCode} />],
    [t('identity.useScheme'), parcel.useScheme],
  ]
  return (
    <>
      <table className="areas-table">
        <caption>{t('identity.areas')}</caption>
        <tbody>
          <tr>
            <th scope="row">{t('area.document')}</th>
            <td>
              <ChosenNote parcel={parcel.parcelId} field="area" />
              <Area m2={parcel.areas.documentM2} />
            </td>
          </tr>
          <tr>
            <th scope="row">{t('area.planar')}</th>
            <td>
              <Area m2={parcel.areas.planarM2} />
            </td>
          </tr>
          <tr>
            <th scope="row">{t('area.ellipsoid')}</th>
            <td>
              <Area m2={parcel.areas.ellipsoidM2} />
            </td>
          </tr>
        </tbody>
      </table>
      <dl className="facts">
        {rows.map(([label, value, note]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {note && <ChosenNote parcel={parcel.parcelId} field={note} />}
              {value === null || value === undefined || value === '' ? (
                <span className="muted" title={t('identity.unknown')}>
                  {unknownText}
                </span>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
      {parcel.flags.length > 0 && (
        <div className="tag-line">
          <h3>{t('identity.flags')}</h3>
          {parcel.flags.map((flag) => {
            const known = catalog.flags.find(({ code }) => code === flag)
            const shown: Partial<View> =
              known?.raisedBy === 'fact' ? { tab: 'strategy', raised: flag } : { tab: 'conflicts' }
            return (
              <button
                key={flag}
                type="button"
                className="flag"
                data-severity={known?.severity}
                onClick={() => changeView(shown, 'replace')}
              >
                <b>{flag}</b> {titleOf(catalog, 'flag', flag, lang)}
              </button>
            )
          })}
        </div>
      )}
      {parcel.tags.length > 0 && (
        <div className="tag-line">
          <h3>{t('identity.tags')}</h3>
          {parcel.tags.map((tag) => {
            const known = catalog.tags.find(({ code }) => code === tag)
            return <Tag key={tag}>{known ? inLanguage(known.title, lang) : tag}</Tag>
          })}
        </div>
      )}
      <details className="muted">
        <summary>{t('identity.notChecked')}</summary>
        <ul className="plain">
          {catalog.tags.map(
            ({ code, title, notChecked }) =>
              notChecked && (
                <li key={code}>
                  {inLanguage(title, lang)} — {inLanguage(notChecked, lang)}
                </li>
              ),
          )}
        </ul>
      </details>
      <p className="muted foot">{t('identity.asOf', { day: formatDay(parcel.asOf, lang) })}</p>
    </>
  )
}

function Code({ text }: { text: string | null }) {
  const { t } = useTranslation()
  return text ? (
    <span className="num code">{text}</span>
  ) : (
    <span className="muted" title={t('identity.unknown')}>
      {unknownText}
    </span>
  )
}
