import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ParcelRow } from '../../server/contract.ts'
import { coloursOf, inkOn, unknownColour } from '../map/palette.ts'
import { useCatalog } from '../use-api.ts'

/** The code of a strategy on its colour, the same as on the map. */
export function StrategyChip({ code }: { code: string | null }) {
  const catalog = useCatalog()
  const colour =
    coloursOf(
      'strategy',
      catalog.strategies.map((strategy) => strategy.code),
    ).get(code ?? '') ?? unknownColour
  return (
    <span className="chip" style={{ background: colour, color: inkOn(colour) }}>
      {code ?? '?'}
    </span>
  )
}

/** Says that a person decided on this strategy, and what the rules say; nothing where they agree. */
export function OverrideTag({
  row,
  short = false,
}: {
  row: Pick<ParcelRow, 'overrideId' | 'ruledStrategy'>
  short?: boolean
}) {
  const { t } = useTranslation()
  if (row.overrideId === null) return null
  const ruled = t('decision.rules', { code: row.ruledStrategy ?? '—' })
  return (
    <Tag className="tag-override" title={ruled}>
      {t('decision.isOverride')}
      {!short && ` · ${ruled}`}
    </Tag>
  )
}
