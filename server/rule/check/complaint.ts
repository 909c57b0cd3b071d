import type { Message } from '../../refusal.ts'
import type { Cql2Node } from '../cql2.ts'
import type { Facts } from '../fact.ts'

/**
 * What can be wrong with a pack as a whole.
 *
 * `error` keeps a pack from being used, `warning` is most likely a slip, `note` is for the author to know.
 */
export type Severity = 'error' | 'warning' | 'note'
export type ComplaintCode =
  | 'NOT_READ' // the file, a name, a type, a unit: what loading refuses
  | 'CONTRADICTORY' // clauses that cannot hold together
  | 'DEAD' // a condition that is never true
  | 'SHADOWED' // a condition that is true only where an earlier one is
  | 'CONSTANT' // a condition or clause that no fact can change
  | 'DEAD_BRANCH' // one side of an OR that is never true
  | 'REPEATED' // the same clause or value twice
  | 'GAP' // known facts that are left to the last resort, and nobody said they may be
  | 'BOUNDARY_GAP' // two neighbours of which neither takes the limit itself
  | 'BOUNDARY_OVERLAP' // two neighbours that both take it
  | 'VALUE_UNUSED'
  | 'PARAMETER_UNUSED'
  | 'PARAMETER_RANGE'
  | 'TABLE_KEYS'
  | 'UNDECIDED' // not settled within the budget, or not decidable by trying the values that matter

/** Something about a pack that its author should see. */
export interface PackComplaint {
  readonly code: ComplaintCode
  readonly severity: Severity
  /** The strategy (or `grade.class`) it is about, where it is about one. */
  readonly strategy: string | null
  /** The clause, parameter, table, fact or field, as it is written. */
  readonly about: string | null
  readonly text: Message
  /** Facts of a parcel that show it, held against the pack by evaluation, where there are any. */
  readonly example: Facts | null
}

/** Rules of which the first true one decides: the strategies, or the classes of one grade. */
export interface RuleList {
  /** Before the code of a rule when it is spoken of: nothing for strategies, `priority.` for a grade. */
  readonly prefix: string
  readonly rules: readonly { readonly code: string; readonly condition: Cql2Node }[]
}
