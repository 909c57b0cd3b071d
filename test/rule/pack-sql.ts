import { sql, type RawBuilder } from 'kysely'
import type { RulePack } from '../../server/rule/pack.ts'
import { fittingCodes } from '../../server/rule/to-sql.ts'

interface ChosenStrategy {
  county_code: string
  parcel_id: number
  strategy: string
  runners_up: string[]
}

/**
 * The whole pack as one SELECT over the facts that stand, or those one run took: exactly one strategy per parcel, the first whose condition is
 * true, with the other true ones as runners-up. The last strategy is what is left, so nothing is left without one.
 */
export function packToSql(
  pack: RulePack,
  { takenBy }: { takenBy?: number } = {},
): RawBuilder<ChosenStrategy> {
  const last = pack.strategies.at(-1)!
  // OFFSET 0 keeps the planner from writing every condition out twice, once for each reading of the list.
  return sql<ChosenStrategy>`
    select f.county_code, f.parcel_id, coalesce(fitting.codes[1], ${last.code}::text) as strategy, fitting.codes[2:] as runners_up
    from fact as f
    cross join lateral (select ${fittingCodes(pack, 'f')} as codes offset 0) as fitting
    where ${takenBy === undefined ? sql`true` : sql`f.run_id = ${takenBy}`}`
}
