import { landDictionary } from './dictionary.ts'
import type { LandFactName } from './fact.ts'
import type { RuleFile } from './rule-file.ts'

/** Numbers of a pack by name. */
export interface NumberNames {
  readonly parameters: readonly string[]
  readonly tables: readonly string[]
}

const idleMonths: NumberNames = { parameters: ['idle_fee_after', 'idle_halt_after'], tables: [] }

/**
 * Facts about land that are worked out with numbers of the rule pack: whoever changes such a number changes the fact. The
 * names are those a pack has to use; one it does not give is the law's, and a table it does not give leaves that part open.
 */
const behind: ReadonlyMap<string, NumberNames> = new Map<LandFactName, NumberNames>([
  ['idle.kind', idleMonths],
  ['idle.cause', idleMonths], // unknown is said of land that is idle only
  ['maturity.score', { parameters: [], tables: ['min_supply_m2'] }],
])

const none: NumberNames = { parameters: [], tables: [] }

/** The numbers behind a fact, as far as the pack gives them; mostly none. */
export function numbersBehind(
  fact: string,
  { dictionary, parameters, tables }: Pick<RuleFile, 'dictionary' | 'parameters' | 'tables'>,
): NumberNames {
  const names = dictionary === landDictionary ? behind.get(fact) : undefined
  if (names === undefined) return none
  return {
    parameters: names.parameters.filter((name) => Object.hasOwn(parameters, name)),
    tables: names.tables.filter((name) => Object.hasOwn(tables, name)),
  }
}
