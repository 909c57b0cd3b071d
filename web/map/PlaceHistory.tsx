import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { layerName, titleOf } from '../catalog.ts'
import { formatDay, formatMu, formatParcelId } from '../format.ts'
import { Answer } from '../panel/Loading.tsx'
import { useCatalog, usePlaces } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'

/** Every parcel that ever lay at a place, newest first, and the zones there: what a number that is gone used to be. */
export function PlaceHistory({ at, onClose }: { at: { lon: number; lat: number }; onClose: () => void }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const places = usePlaces(at)
  return (
    <section className="place card" aria-label={t('place.title')}>
      <header className="section-head">
        <h3>{t('place.title')}</h3>
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t('card.close')}
          onClick={onClose}
        />
      </header>
      <Answer of={places}>
        {({ versions, zones }) => (
          <>
            {versions.length === 0 && <p className="muted">{t('place.none')}</p>}
            <ul className="plain">
              {versions.map((version) => (
                <li key={`${version.parcelId}-${version.fromBuild}`}>
                  <button
                    type="button"
                    className="link-row num"
                    onClick={() => changeView({ parcel: version.parcelId, finding: null })}
                  >
                    {version.parcelCode ?? formatParcelId(version.parcelId)}
                  </button>{' '}
                  {titleOf(catalog, 'kind', version.kind, lang)} ·{' '}
                  {titleOf(catalog, 'stage', version.stage, lang)}{' '}
                  <span className="num">{formatMu(version.planarM2, lang)}</span>
                  <div className="muted num">
                    {formatDay(version.validFrom, lang)} –{' '}
                    {version.current
                      ? t('place.until')
                      : version.validTo
                        ? formatDay(version.validTo, lang)
                        : t('place.retired')}
                    {version.holder && ` · ${version.holder}`}
                  </div>
                </li>
              ))}
            </ul>
            {zones.length > 0 && (
              <p className="muted">
                {t('place.zones')}:{' '}
                {zones
                  .map(({ layer, name }) => [layerName(catalog, layer, lang), name].filter(Boolean).join(' '))
                  .join(t('listSemicolon'))}
              </p>
            )}
          </>
        )}
      </Answer>
    </section>
  )
}
