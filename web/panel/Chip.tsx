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
