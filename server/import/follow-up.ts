import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { Draft, Reading } from '../record/draft.ts'
import { drafts, type Delivery } from './drafts.ts'
import { writeDecisions, type Decision } from './repair-list-store.ts'

/** What a following delivery is made of. */
export interface FollowUp extends Decision {
  readonly follows: number
  readonly rows: ReadonlySet<number>
}

/**
 * The drafts of a file with the decided rows last, so that repeated numbers of the other rows fall as they fell the first
 * time; issues and counts of the decided rows alone.
 */
export async function* decidedDrafts(
  tx: Transaction<Database>,
  delivery: Delivery,
  decision: FollowUp,
): AsyncGenerator<Draft> {
  await writeDecisions(tx, decision.follows, [...decision.rows], decision)
  const all: Reading = { issues: [], refused: 0, repairs: [] }
  const decided: Draft[] = []
  for await (const draft of drafts(tx, { ...delivery, reading: all })) {
    if (decision.rows.has(draft.rowNo)) decided.push(draft)
    else yield draft
  }
  yield* decided
  const { reading } = delivery
  reading.issues.push(...all.issues.filter(({ row }) => row !== null && decision.rows.has(row)))
  reading.repairs?.push(...(all.repairs ?? []).filter(({ row }) => decision.rows.has(row)))
  reading.refused += decision.rows.size - decided.length
}
