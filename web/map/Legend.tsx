import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { classesOf, statsKey } from '../catalog.ts'
import { formatCount, formatNumber, inLanguage, muUnit, roundedToTotal } from '../format.ts'
import { muFromM2 } from '../../server/units.ts'
import { useCatalog, useStats } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { toggled, without } from '../filter.ts'
import { colourings, type Colouring } from '../view.ts'
import { LegendCard } from './LegendCard.tsx'
import { coloursOf, groupOf, strategyGroups, unknownColour } from './palette.ts'

/** Only classes that are there, with how much of them; a click filters by one, with shift by several. */
export function Legend({ startOpen }: { startOpen: boolean }) {
  const { t } = useTranslation()
  const view = useView()
  const catalog = useCatalog()
  const colouring = view.colour
  const { data: stats, isPlaceholderData } = useStats(without(view.filter, colouring))
  const colours = coloursOf(
    colouring,
    catalog.strategies.map(({ code }) => code),
  )
  const chosen = view.filter[colouring]

  const present = stats?.[statsKey[colouring]].filter(({ parcels }) => parcels > 0) ?? []
  const order = classesOf(catalog, colouring).map(({ code }) => code)
  const rows = present.toSorted((a, b) => rank(order, a.key) - rank(order, b.key))
  const mu = roundedToTotal(
    rows.map(({ planarM2 }) => muFromM2(planarM2)),
    0,
  )
  const choose = (key: string, adding: boolean) =>
    changeView(({ filter }) => ({
      filter: { ...filter, [colouring]: toggled(filter[colouring], key, adding) },
    }))

  return (
    <LegendCard
      title={t('legend.title')}
      startOpen={startOpen}
      controls={
        <Segmented<Colouring>
          size="small"
          aria-label={t('legend.colourBy')}
          value={colouring}
          onChange={(colour) => changeView({ colour })}
          options={colourings.map((value) => ({ value, label: t(`colouring.${value}`) }))}
        />
      }
    >
      <ul className="legend-classes" aria-busy={isPlaceholderData}>
        {rows.map(({ key, parcels }, i) => {
          const isChosen = chosen.includes(key)
          const name =
            key === ''
              ? t(colouring === 'strategy' ? 'card.notClassified' : 'legend.unknown')
              : nameOf(catalog, colouring, key, view.lang)
          const before = rows[i - 1]
          const opensGroup = colouring === 'strategy' && (!before || groupOf(before.key) !== groupOf(key))
          return (
            <li key={key}>
              {opensGroup && <div className="legend-group">{t(`strategyGroup.${knownGroup(key)}`)}</div>}
              <button
                type="button"
                className="legend-class"
                title={name}
                // Land without a class cannot be asked for by one.
                disabled={key === ''}
                aria-pressed={isChosen}
                data-dimmed={chosen.length > 0 && !isChosen}
                onClick={(event) => choose(key, event.shiftKey || event.ctrlKey || event.metaKey)}
              >
                <i className="swatch" style={{ background: colours.get(key) ?? unknownColour }} />
                <span className="legend-name">
                  {colouring === 'strategy' && <b>{key}</b>} {name}
                </span>
                <span className="num">{formatCount(parcels, view.lang)}</span>
                <span className="num legend-mu">
                  {formatNumber(mu[i]!, view.lang)} {muUnit(view.lang)}
                </span>
              </button>
            </li>
          )
        })}
        {stats && rows.length === 0 && <li className="muted legend-empty">{t('legend.empty')}</li>}
      </ul>
      <footer className="muted">
        {chosen.length > 0 ? (
          <Button
            size="small"
            type="link"
            onClick={() => changeView(({ filter }) => ({ filter: without(filter, colouring) }))}
          >
            {t('legend.showAll')}
          </Button>
        ) : (
          t('legend.hint')
        )}
      </footer>
    </LegendCard>
  )
}

const rank = (order: readonly string[], key: string): number =>
  order.includes(key) ? order.indexOf(key) : order.length

function knownGroup(key: string): (typeof strategyGroups)[number] {
  return strategyGroups.find((group) => group === groupOf(key)) ?? 'Z'
}

function nameOf(
  catalog: ReturnType<typeof useCatalog>,
  colouring: Colouring,
  key: string,
  lang: 'zh' | 'en',
): string {
  const found = classesOf(catalog, colouring).find(({ code }) => code === key)
  return found ? inLanguage(found.title, lang) : key
}
