import { useTranslation } from 'react-i18next'
import type { Preview } from '../api.ts'
import { formatCount, formatMuNumber, inLanguage, muUnit } from '../format.ts'
import { StrategyChip } from '../panel/Chip.tsx'
import { useView } from '../use-view.ts'
import type { Language } from '../view.ts'

/** Before and after, strategy by strategy; what changes stands out. */
export function LabCounts({ preview: { strategies } }: { preview: Preview }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const shown = strategies.filter(({ before, after }) => before.parcels + after.parcels > 0)
  return (
    <div className="lab-scroll">
      <table className="ledger-table lab-counts">
        <thead>
          <tr>
            <th scope="col">{t('lab.strategy')}</th>
            <th scope="col" className="num">
              {t('lab.before')}
            </th>
            <th scope="col" className="num">
              {t('lab.after')}
            </th>
            <th scope="col" className="num">
              {t('lab.difference')}
            </th>
            <th scope="col" className="num">
              {t('lab.differenceMu', { unit: muUnit(lang) })}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ code, title, before, after }) => {
            const parcels = after.parcels - before.parcels
            const planarM2 = after.planarM2 - before.planarM2
            return (
              <tr key={code} data-changed={parcels !== 0}>
                <th scope="row">
                  <StrategyChip code={code} /> {inLanguage(title, lang)}
                </th>
                <td className="num">{formatCount(before.parcels, lang)}</td>
                <td className="num">{formatCount(after.parcels, lang)}</td>
                <td className="num">{parcels === 0 ? '' : signed(formatCount(parcels, lang), parcels)}</td>
                <td className="num">{parcels === 0 ? '' : signedMu(planarM2, lang)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text)
const signedMu = (m2: number, lang: Language): string => signed(formatMuNumber(m2, lang), m2)
