import { useTranslation } from 'react-i18next'
import type { Preview } from '../api.ts'
import { formatCount, inLanguage } from '../format.ts'
import { LegendCard } from '../map/LegendCard.tsx'
import { coloursOf, unknownColour } from '../map/palette.ts'
import { moverColour } from '../map/style.ts'
import { useView } from '../use-view.ts'

/** What the map shows while rules are tried: who would move, in the colour of where to; the others paler. */
export function LabLegend({ preview, startOpen }: { preview: Preview | undefined; startOpen: boolean }) {
  const { t } = useTranslation()
  const { lang } = useView()
  if (!preview) return null
  const { strategies } = preview
  const colours = coloursOf(
    'strategy',
    strategies.map(({ code }) => code),
  )
  const touched = strategies.filter(({ before, after }) => before.parcels !== after.parcels)
  return (
    <LegendCard title={t('lab.legend')} startOpen={startOpen}>
      <ul className="legend-classes">
        <li className="lab-legend-line">
          <i className="swatch lab-swatch-mover" style={{ borderColor: moverColour }} />{' '}
          {t('lab.legendMover')}
        </li>
        <li className="lab-legend-line muted">{t('lab.legendOthers')}</li>
        {touched.map(({ code, title, before, after }) => (
          <li key={code} className="lab-legend-line">
            <i className="swatch" style={{ background: colours.get(code) ?? unknownColour }} />
            <span className="legend-name">
              <b>{code}</b> {inLanguage(title, lang)}
            </span>
            <span className="num">
              {formatCount(before.parcels, lang)} → {formatCount(after.parcels, lang)}
            </span>
          </li>
        ))}
      </ul>
    </LegendCard>
  )
}
