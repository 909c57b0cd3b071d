import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { inLanguage } from '../format.ts'
import { StrategyChip } from '../panel/Chip.tsx'
import { useView } from '../use-view.ts'

interface StrategyTableProps<Row> {
  /** Heads of the columns of numbers. */
  readonly heads: readonly string[]
  readonly rows: readonly Row[]
  readonly cells: (row: Row) => readonly string[]
  /** Makes a row stand out. */
  readonly changed?: (row: Row) => boolean
}

/** Numbers strategy by strategy. */
export function StrategyTable<Row extends { code: string; title: { zh: string; en: string } }>({
  heads,
  rows,
  cells,
  changed,
}: StrategyTableProps<Row>): ReactNode {
  const { t } = useTranslation()
  const { lang } = useView()
  return (
    <table className="ledger-table lab-counts">
      <thead>
        <tr>
          <th scope="col">{t('lab.strategy')}</th>
          {heads.map((head, i) => (
            <th key={i} scope="col" className="num">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.code} data-changed={changed?.(row)}>
            <th scope="row">
              <StrategyChip code={row.code} /> {inLanguage(row.title, lang)}
            </th>
            {cells(row).map((cell, i) => (
              <td key={i} className="num">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
