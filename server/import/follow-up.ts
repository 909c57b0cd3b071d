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
): AsyncGenerator<Draft[]> {
  await writeDecisions(tx, decision.follows, [...decision.rows], decision)
  const { reading } = delivery
  const all: Reading = { issues: [], refused: 0, repairs: [] }
  /** What is said of other rows was said the first time. */
  const keepDecided = (): void => {
    for (const issue of all.issues.splice(0))
      if (issue.row !== null && decision.rows.has(issue.row)) reading.issues.push(issue)
    for (const repair of all.repairs?.splice(0) ?? [])
      if (decision.rows.has(repair.row)) reading.repairs?.push(repair)
  }
  const decided: Draft[] = []
  for await (const batch of drafts(tx, { ...delivery, reading: all })) {
    keepDecided()
    decided.push(...batch.filter(({ rowNo }) => decision.rows.has(rowNo)))
    yield batch.filter(({ rowNo }) => !decision.rows.has(rowNo))
  }
  keepDecided()
  yield decided
  reading.refused += decision.rows.size - decided.length
}
