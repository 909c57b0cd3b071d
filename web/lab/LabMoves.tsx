import { Empty } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Preview } from '../api.ts'
import { formatCount, formatMu, formatMuNumber, inLanguage, muUnit } from '../format.ts'
import { StrategyChip } from '../panel/Chip.tsx'
import { changeView, useView } from '../use-view.ts'

type Move = Preview['moves'][number]

/** Who goes from where to where, as a table: rows lose, columns gain, the darker the more land. A cell lists its parcels. */
export function LabMoves({ preview: { moves, strategies } }: { preview: Preview }) {
  const { t } = useTranslation()
  const { lang, move } = useView()
  if (moves.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('lab.noMoves')} />
  const order = strategies.map(({ code }) => code)
  const inOrder = (codes: Iterable<string>): string[] =>
    [...new Set(codes)].toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
  const [rows, columns] = [inOrder(moves.map(({ from }) => from)), inOrder(moves.map(({ to }) => to))]
  const most = Math.max(...moves.map(({ planarM2 }) => planarM2))
  const titles = new Map(strategies.map(({ code, title }) => [code, inLanguage(title, lang)]))
  const cellOf = (from: string, to: string): Move | undefined =>
    moves.find((each) => each.from === from && each.to === to)
  const open = ({ from, to }: Move) => changeView({ move: { from, to }, labTab: 'movers' })
  return (
    <div className="lab-scroll" role="region" aria-label={t('lab.tab.moves')} tabIndex={0}>
      <table className="lab-matrix">
        <caption className="muted">{t('lab.matrixHint', { unit: muUnit(lang) })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('lab.fromTo')}</th>
            {columns.map((code) => (
              <th key={code} scope="col" title={titles.get(code)}>
                <StrategyChip code={code} />
                <span className="lab-title">{titles.get(code)}</span>
              </th>
            ))}
            <th scope="col" className="num">
              {t('lab.sum')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((from) => (
            <tr key={from}>
              <th scope="row" title={titles.get(from)}>
                <StrategyChip code={from} /> {titles.get(from)}
              </th>
              {columns.map((to) => {
                const cell = cellOf(from, to)
                if (!cell) return <td key={to} className="lab-none" />
                const isOpen = move?.from === from && move.to === to
                return (
                  <td
                    key={to}
                    className="lab-cell"
                    data-open={isOpen}
                    style={{ background: heat(cell.planarM2 / most) }}
                  >
                    <button type="button" onClick={() => open(cell)}>
                      <span className="visually-hidden">
                        {t('lab.moveLabel', {
                          from: `${from} ${titles.get(from)}`,
                          to: `${to} ${titles.get(to)}`,
                          count: cell.parcels,
                          area: formatMu(cell.planarM2, lang),
                        })}
                      </span>
                      <b aria-hidden className="num">
                        {formatCount(cell.parcels, lang)}
                      </b>
                      <span aria-hidden className="num">
                        {formatMuNumber(cell.planarM2, lang)}
                      </span>
                    </button>
                  </td>
                )
              })}
              <Sum moves={moves.filter((each) => each.from === from)} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('lab.sum')}</th>
            {columns.map((to) => (
              <Sum key={to} moves={moves.filter((each) => each.to === to)} />
            ))}
            <Sum moves={moves} />
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

function Sum({ moves }: { moves: readonly Move[] }) {
  const { lang } = useView()
  const parcels = moves.reduce((sum, each) => sum + each.parcels, 0)
  const planarM2 = moves.reduce((sum, each) => sum + each.planarM2, 0)
  return (
    <td className="lab-total">
      <b className="num">{formatCount(parcels, lang)}</b>
      <span className="num">{formatMuNumber(planarM2, lang)}</span>
    </td>
  )
}

/** Paper to amber; dark ink reads on all of it. */
const heat = (share: number): string => `rgb(214 131 34 / ${(8 + 62 * Math.sqrt(share)).toFixed(0)}%)`
