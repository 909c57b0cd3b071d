import { lawfulMonths, type IdleMonths } from '../analysis/idle-clock.ts'
import { Refusal } from '../refusal.ts'
import { parameterOn, type RuleFile } from '../rule/rule-file.ts'
import type { IsoDate } from '../units.ts'

/** Of the program: raised when it takes other facts from the same records, so that none of the old ones are kept. */
export const FACT_RULES = 1

/** The smallest plot worth supplying by use, m². */
export interface MinSupply {
  readonly values: Readonly<Record<string, number>>
  readonly otherwise: number
}

/** Numbers of a rule pack that facts are worked out with (`server/rule/worked-out.ts`). Plain data: threads are given it. */
export interface FactNumbers {
  readonly idleMonths: IdleMonths
  /** Null: the pack has no such table, and nobody can say whether a plot is large enough. */
  readonly minSupplyM2: MinSupply | null
}

/** The law's own, for facts taken without a pack. */
export const lawfulNumbers: FactNumbers = { idleMonths: lawfulMonths, minSupplyM2: null }

/**
 * What a pack says on a day; where it says nothing of idle land, the year of the law.
 * @throws Refusal `RULE_PACK_INVALID` for idle months in some other unit, or none at all
 */
export function factNumbers(
  pack: Pick<RuleFile, 'code' | 'parameters' | 'tables'>,
  asOf: IsoDate,
): FactNumbers {
  const { min_supply_m2: table } = pack.tables
  return {
    idleMonths: {
      notStarted: monthsOf(pack, 'idle_fee_after', asOf) ?? lawfulMonths.notStarted,
      stopped: monthsOf(pack, 'idle_halt_after', asOf) ?? lawfulMonths.stopped,
    },
    minSupplyM2: table ? { values: table.values, otherwise: table.otherwise } : null,
  }
}

function monthsOf(
  { code, parameters }: Pick<RuleFile, 'code' | 'parameters'>,
  name: string,
  asOf: IsoDate,
): number | null {
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  if (!parameter) return null
  const value = parameterOn(parameter, asOf)
  const months = { month: 1, year: 12 }[parameter.unit]
  if (months !== undefined && typeof value === 'number' && value > 0) return value * months
  throw new Refusal(
    'RULE_PACK_INVALID',
    {
      zh: `${code} 的参数 ${name} 用于判断土地是否闲置,单位须为月(month)或年(year),且大于 0。`,
      en: `${code}: the parameter ${name} decides whether land is idle; it is in month or year, and more than 0.`,
    },
    { zh: '请修改单位或数值。', en: 'Change its unit or its value.' },
    { file: code, field: `parameters.${name}` },
  )
}
