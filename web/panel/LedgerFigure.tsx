import { useTranslation } from 'react-i18next'

/** A figure that opens into its pieces on the map. @param text null: nothing is booked, and nothing opens */
export function LedgerFigure({
  text,
  isShown,
  onToggle,
}: {
  text: string | null
  isShown: boolean
  onToggle: () => void
}) {
  const { t } = useTranslation()
  if (text === null) return <span className="muted">0</span>
  return (
    <button
      type="button"
      className="figure"
      aria-pressed={isShown}
      title={t('ledger.showPieces')}
      onClick={onToggle}
    >
      {text}
    </button>
  )
}
