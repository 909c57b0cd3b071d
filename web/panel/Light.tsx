import { useTranslation } from 'react-i18next'
import type { TrafficLight } from '../../server/contract.ts'

/** A light by colour, shape of its word and what it means; never by colour alone. */
export function LightMark({ light, wordy = false }: { light: TrafficLight; wordy?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className="light" data-light={light} title={t(`decision.lightMeans.${light}`)}>
      <i aria-hidden />
      {t(`decision.light.${light}`)}
      {wordy && <span className="muted"> · {t(`decision.lightMeans.${light}`)}</span>}
    </span>
  )
}

/** How long it still is, or by how much it is over. */
export function DaysLeft({ days }: { days: number | null }) {
  const { t } = useTranslation()
  if (days === null) return <span className="muted">{t('decision.undated')}</span>
  return (
    <span className="num" data-alarm={days < 0}>
      {days === 0
        ? t('decision.today')
        : t(days < 0 ? 'decision.over' : 'decision.left', { days: Math.abs(days) })}
    </span>
  )
}
