import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import type { OverlapPreview } from '../api.ts'
import { layerName } from '../catalog.ts'
import { formatShare } from '../format.ts'
import { collectionBounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useCatalog, useOverlapPreview } from '../use-api.ts'
import { useView } from '../use-view.ts'
import type { DrawnPurpose, DrawnRing } from '../view.ts'
import { Area } from './Area.tsx'
import { Answer } from './Loading.tsx'
import { knownKind } from './record-kind.ts'

/** The drawn shape against the base before it becomes a document: what it would overlap, what would be left. */
export function OverlapCheck({ drawn, purpose }: { drawn: DrawnRing; purpose: DrawnPurpose }) {
  return <Answer of={useOverlapPreview(drawn, purpose)}>{(preview) => <Preview preview={preview} />}</Answer>
}

/** Longer lists are for an export; a check is of one plot. */
const mostListed = 100

function Preview({ preview }: { preview: OverlapPreview }) {
  const { t } = useTranslation()
  const nameOf = useRegisterName()
  const real = preview.overlaps.filter(({ noise }) => !noise)
  const noise = preview.overlaps.filter((overlap) => overlap.noise)
  return (
    <>
      <Alert
        type={real.length > 0 ? 'error' : 'success'}
        showIcon
        role="status"
        title={real.length > 0 ? t('overlap.found', { count: real.length }) : t('overlap.none')}
        description={
          preview.notChecked.length > 0
            ? t('overlap.notChecked', { layers: preview.notChecked.map(nameOf).join(t('listComma')) })
            : undefined
        }
      />
      <table className="areas-table">
        <tbody>
          <tr>
            <th scope="row">{t('brief.drawnPlanar')}</th>
            <td>
              <Area m2={preview.areaPlanarM2} />
            </td>
          </tr>
          <tr>
            <th scope="row">{t('brief.drawnEllipsoid')}</th>
            <td>
              <Area m2={preview.areaEllipsoidM2} />
            </td>
          </tr>
          <tr>
            <th scope="row">{t('overlap.left')}</th>
            <td>
              <Area m2={preview.remainder.planarM2} />
            </td>
          </tr>
        </tbody>
      </table>
      {real.length > 0 && (
        <section>
          <h3>{t('overlap.list')}</h3>
          <ul className="plain">
            {real.slice(0, mostListed).map((overlap) => (
              <OverlapLine key={overlap.recordId} overlap={overlap} />
            ))}
            {real.length > mostListed && (
              <li className="muted">{t('overlap.more', { count: real.length - mostListed })}</li>
            )}
          </ul>
        </section>
      )}
      {noise.length > 0 && (
        <details className="reason">
          <summary>{t('overlap.noise', { count: noise.length })}</summary>
          <ul className="plain">
            {noise.slice(0, mostListed).map((overlap) => (
              <OverlapLine key={overlap.recordId} overlap={overlap} />
            ))}
          </ul>
        </details>
      )}
      <p className="muted foot">{t('overlap.shares')}</p>
    </>
  )
}

/** Name of a register or a layer. */
function useRegisterName(): (name: string) => string {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  return (name) => {
    const kind = knownKind(name)
    return kind === 'other' ? layerName(catalog, name, lang) : t(`recordKind.${kind}`)
  }
}

function OverlapLine({ overlap }: { overlap: OverlapPreview['overlaps'][number] }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const nameOf = useRegisterName()
  const show = () => {
    const bounds = collectionBounds({ features: [overlap] })
    if (bounds) fitMapTo(bounds)
  }
  return (
    <li className="finding">
      <button type="button" className="link-row" onClick={show}>
        <b>{nameOf(overlap.layer || overlap.kind)}</b>{' '}
        <span className="code">{overlap.doc ?? t('finding.noNumber')}</span>
      </button>
      <div>
        <span className="muted">{t('area.planar')}</span> <Area m2={overlap.planarM2} />
      </div>
      <div>
        <span className="muted">{t('area.ellipsoid')}</span> <Area m2={overlap.ellipsoidM2} />
      </div>
      <div className="muted num">
        {t('overlap.shareLine', {
          drawn: formatShare(overlap.shareOfDrawn, lang),
          other: formatShare(overlap.shareOfOther, lang),
        })}
      </div>
    </li>
  )
}
