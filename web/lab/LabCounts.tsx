import { useTranslation } from 'react-i18next'
import type { Preview } from '../api.ts'
import { formatCount, formatMuNumber, muUnit } from '../format.ts'
import { useView } from '../use-view.ts'
import { StrategyTable } from './StrategyTable.tsx'

/** Before and after, strategy by strategy; what changes stands out. */
export function LabCounts({ preview: { strategies } }: { preview: Preview }) {
  const { t } = useTranslation()
  const { lang } = useView()
  return (
    <div className="lab-scroll" role="region" aria-label={t('lab.tab.counts')} tabIndex={0}>
      <StrategyTable
        heads={[
          t('lab.before'),
          t('lab.after'),
          t('lab.difference'),
          t('lab.differenceMu', { unit: muUnit(lang) }),
        ]}
        rows={strategies.filter(({ before, after }) => before.parcels + after.parcels > 0)}
        changed={({ before, after }) => before.parcels !== after.parcels}
        cells={({ before, after }) => {
          const parcels = after.parcels - before.parcels
          const planarM2 = after.planarM2 - before.planarM2
          return [
            formatCount(before.parcels, lang),
            formatCount(after.parcels, lang),
            parcels === 0 ? '' : signed(formatCount(parcels, lang), parcels),
            parcels === 0 ? '' : signed(formatMuNumber(planarM2, lang), planarM2),
          ]
        }}
      />
    </div>
  )
}

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text)
