import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount, formatM2, formatMu } from '../format.ts'
import { collectionBounds } from '../map/geography.ts'
import { fitMapTo } from '../map/signal.ts'
import { useLedgerPieces } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { Answer } from './Loading.tsx'

/** What the open figure sums: its pieces counted here and drawn on the map, which moves to them. */
export function LedgerPieces({ of, figure }: { of: string; figure: string }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const pieces = useLedgerPieces()
  const shown = pieces.data
  useEffect(() => {
    const bounds = shown && collectionBounds(shown)
    if (bounds) fitMapTo(bounds)
  }, [shown])
  return (
    <Answer of={pieces}>
      {({ features, total, totalPlanarM2 }) => (
        <div aria-live="polite" className="pieces">
          <b>{of}</b> · {figure}
          {t('colon')}
          {t('ledger.pieces', { text: formatCount(total, lang) })}{' '}
          <span className="num">{formatM2(totalPlanarM2, lang)}</span>{' '}
          <span className="num muted">{formatMu(totalPlanarM2, lang)}</span>
          {features.length < total && (
            <span className="muted"> {t('ledger.cut', { text: formatCount(features.length, lang) })}</span>
          )}
        </div>
      )}
    </Answer>
  )
}
