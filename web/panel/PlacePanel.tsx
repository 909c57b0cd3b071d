import { AimOutlined, CloseOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Places } from '../api.ts'
import { layerName, titleOf } from '../catalog.ts'
import { formatDay, formatM2, formatMu, unknownText } from '../format.ts'
import { placeBounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useCatalog, usePlaces } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import type { Place } from '../view.ts'
import { eventName } from './event-name.ts'
import { Answer } from './Loading.tsx'
import { CopyLink } from './ParcelPanel.tsx'
import { ParcelLink } from './ParcelLink.tsx'
import { knownKind } from './record-kind.ts'
import { useFocusBack } from './use-focus-back.ts'

/** 此处沿革: every parcel that ever lay at a place, newest first, with what became of it, and the documents of the place. */
export function PlacePanel({ place }: { place: Place }) {
  const { t } = useTranslation()
  const panel = useFocusBack()
  const { lang } = useView()
  const places = usePlaces(place)
  return (
    <article ref={panel} tabIndex={-1} className="panel" aria-label={t('place.title')}>
      <div className="panel-close">
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t('place.close')}
          onClick={() => changeView({ place: null })}
        />
      </div>
      <header className="card-head">
        <h2>{t('place.title')}</h2>
        <p className="muted num">
          {place.lon.toFixed(6)}°E {place.lat.toFixed(6)}°N
        </p>
        <div className="card-actions">
          <Button size="small" icon={<AimOutlined />} onClick={() => fitMapTo(placeBounds(place))}>
            {t('card.zoom')}
          </Button>
          <CopyLink />
        </div>
      </header>
      <div className="panel-body">
        <Answer of={places}>
          {(answer) => (
            <>
              <Versions versions={answer.versions} />
              <Documents records={answer.records} />
              <Zones zones={answer.zones} />
              <p className="muted foot">{t('place.asOf', { day: formatDay(answer.asOf, lang) })}</p>
            </>
          )}
        </Answer>
      </div>
    </article>
  )
}

function Versions({ versions }: Pick<Places, 'versions'>) {
  const { t } = useTranslation()
  return (
    <section>
      <h3>{t('place.parcels')}</h3>
      {versions.length === 0 ? (
        <p className="muted">{t('place.none')}</p>
      ) : (
        <ol className="timeline">
          {versions.map((version) => (
            <Version key={`${version.parcelId}-${version.fromBuild}`} version={version} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Version({ version }: { version: Places['versions'][number] }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const until = version.current ? t('place.until') : formatDay(version.validTo, lang)
  return (
    <li className="timeline-entry" data-past={!version.current}>
      <div className="timeline-head">
        <ParcelLink
          id={version.parcelId}
          code={version.parcelCode}
          tab={version.current ? 'identity' : 'lineage'}
        />
        <span className="muted num nowrap">
          {formatDay(version.validFrom, lang)} – {until}
        </span>
      </div>
      <div>
        {titleOf(catalog, 'kind', version.kind, lang)} · {titleOf(catalog, 'stage', version.stage, lang)} ·{' '}
        <span className="num">{formatMu(version.planarM2, lang)}</span>{' '}
        <span className="num muted">{formatM2(version.planarM2, lang)}</span>
      </div>
      {(version.holder ?? version.project) && (
        <div className="muted">{[version.holder, version.project].filter(Boolean).join(' · ')}</div>
      )}
      {version.became && <Change change={version.became} way="to" />}
      {version.came && <Change change={version.came} way="from" />}
    </li>
  )
}

/** How a state began or ended: `分割 → 430211…`. The number that has the land at this place comes first. */
function Change({
  change,
  way,
}: {
  change: NonNullable<Places['versions'][number]['became']>
  way: 'from' | 'to'
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const numbers = change.numbers.toSorted((a, b) => Number(b.here) - Number(a.here)).slice(0, mostNumbers)
  return (
    <div className="place-change">
      <time className="num muted" dateTime={change.on}>
        {formatDay(change.on, lang)}
      </time>{' '}
      <b>{eventName(t, change.kind)}</b>
      {numbers.length > 0 && (
        <>
          <span className="muted">{t(`place.${way}`)}</span>
          <ul>
            {numbers.map((other) => (
              <li key={other.parcelId}>
                <ParcelLink id={other.parcelId} code={other.parcelCode} />{' '}
                <span className="num">{formatM2(other.planarM2, lang)}</span>{' '}
                {!other.here && <span className="muted">{t('place.elsewhere')}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
const mostNumbers = 12

function Documents({ records }: Pick<Places, 'records'>) {
  const { t } = useTranslation()
  const { lang } = useView()
  return (
    <section>
      <h3>{t('place.records')}</h3>
      {records.length === 0 ? (
        <p className="muted">{t('place.noRecords')}</p>
      ) : (
        <ul className="plain place-records">
          {records.map((record) => (
            <li key={record.recordId} data-past={!record.current}>
              <div className="timeline-head">
                <span>
                  {t(`recordKind.${knownKind(record.kind)}`)}{' '}
                  <span className="num code">{record.doc ?? unknownText}</span>
                </span>
                <span className="muted num nowrap">{formatDay(record.on ?? record.validFrom, lang)}</span>
              </div>
              <div className="muted">
                {[record.holder, record.project].filter(Boolean).join(' · ')}{' '}
                <span className="num">{formatMu(record.planarM2, lang)}</span>{' '}
                {!record.current && (
                  <Tag className="tag-note">
                    {record.validTo
                      ? t('place.ended', { day: formatDay(record.validTo, lang) })
                      : t('place.notInForce')}
                  </Tag>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Zones({ zones }: Pick<Places, 'zones'>) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  if (zones.length === 0) return null
  return (
    <section>
      <h3>{t('place.zones')}</h3>
      <p>
        {zones
          .map(({ layer, name }) => [layerName(catalog, layer, lang), name].filter(Boolean).join(' '))
          .join(t('listSemicolon'))}
      </p>
    </section>
  )
}
