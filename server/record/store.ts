import type { Transaction } from 'kysely'
import type { Base } from '../db/open.ts'
import type { Database } from '../db/schema.ts'
import { RowsRefused, type DeliveryInput, type Drafts, type Tally } from './delivery.ts'
import { contentOf, hashOf, keepContent } from './content-store.ts'
import { closeDelivery, openDelivery, wasReceived } from './delivery-store.ts'
import type { DeliverySummary, Draft, Reading } from './draft.ts'
import { IssuesFound } from './issue-store.ts'
import { reportMissing } from './missing-store.ts'
import { Register } from './register-store.ts'
import { RepeatedNumbers } from './repeated-number-store.ts'

export { RowsRefused, type CrsKnownBy, type DeliveryInput, type Drafts } from './delivery.ts'
export { landRecordColumns, loadRecords } from './load-store.ts'
export { undoDelivery, type UndoSummary } from './undo-store.ts'

/** Thrown to roll the transaction back when nothing is to be kept; the summary is the answer all the same. */
class NothingKept extends Error {
  readonly summary: DeliverySummary
  constructor(summary: DeliverySummary) {
    super('Nothing to keep.')
    this.summary = summary
  }
}

/** Few enough that a batch is gone before the collector of garbage would keep it; more where each is looked up. */
const BATCH = 100
const BATCH_LOOKED_UP = 1_000

/**
 * Records a delivery in one transaction: it arrives whole or not at all.
 *
 * A row with a new key gets a number and version 1; a changed row a further version, the old one closed at
 * `receivedAt`; an unchanged row nothing. Rows missing from this delivery are left alone: a delivery says what it
 * holds, not what has ended. A delivery that changes nothing and was received before leaves no trace (`delivery: null`).
 * Areas are computed here, planar and ellipsoidal, from the shape in the working CRS.
 * @throws RowsRefused with `allOrNothing`
 */
export async function recordDrafts(
  base: Base,
  delivery: DeliveryInput,
  drafts: Drafts,
): Promise<DeliverySummary> {
  try {
    return await base.transaction((tx) => record(tx, delivery, drafts))
  } catch (error) {
    if (error instanceof NothingKept) return error.summary
    throw error
  }
}

async function record(
  tx: Transaction<Database>,
  delivery: DeliveryInput,
  drafts: Drafts,
): Promise<DeliverySummary> {
  const reading: Reading = delivery.reading ?? { issues: [], refused: 0 }
  const content = delivery.bytes instanceof Uint8Array ? contentOf(delivery.bytes) : delivery.bytes
  const sha256 = await hashOf(content)
  const receivedBefore = await wasReceived(tx, delivery, sha256)
  await keepContent(tx, sha256, content)
  const deliveryId = await openDelivery(tx, delivery, sha256)
  const tally: Tally = { used: 0, repaired: 0, unchanged: 0 }
  const register = new Register(tx, delivery, deliveryId, tally, reading)

  const numbers = new RepeatedNumbers(delivery)

  const found = new IssuesFound(tx, deliveryId, reading)

  await takeAll({ register, numbers, found }, typeof drafts === 'function' ? drafts(tx) : inBatches(drafts))
  if (tally.used + tally.repaired > 0)
    await numbers.report(tx, delivery, deliveryId, { besides: await register.looksUp(), reading })

  const missing = delivery.onlyRows ? 0 : await reportMissing(tx, delivery, register, reading)
  const counts = {
    read: tally.used + tally.repaired + tally.unchanged + reading.refused,
    ...tally,
    refused: reading.refused,
    missing,
  }
  const summary: DeliverySummary = {
    delivery: deliveryId,
    ...counts,
    crs: delivery.crs ?? null,
    crsKnownBy: delivery.crsKnownBy ?? null,
    ...found.told(),
  }
  if (delivery.allOrNothing && reading.refused > 0)
    throw new RowsRefused(delivery.fileName, { ...summary, delivery: null })
  const changesNothing = tally.used + tally.repaired === 0 && (reading.refused === 0 || receivedBefore)
  if (delivery.dryRun || changesNothing) throw new NothingKept({ ...summary, delivery: null })
  await closeDelivery(tx, deliveryId, counts)
  await found.finish()
  return summary
}

async function takeAll(
  { register, numbers, found }: { register: Register; numbers: RepeatedNumbers; found: IssuesFound },
  batches: Iterable<readonly Draft[]> | AsyncIterable<readonly Draft[]>,
): Promise<void> {
  try {
    const size = (await register.looksUp()) ? BATCH_LOOKED_UP : BATCH
    let waiting: Draft[] = []
    for await (const batch of batches) {
      for (const draft of batch) {
        waiting.push(draft)
        numbers.add(draft)
      }
      if (waiting.length < size && !found.isMuch) continue
      await register.take(waiting)
      waiting = []
      if (found.isMuch) await found.write()
    }
    await register.take(waiting)
    await register.finish()
  } finally {
    await register.settled() // where a statement under way failed, its error is the one to tell
  }
}

function* inBatches(drafts: Iterable<Draft>): Generator<Draft[]> {
  let batch: Draft[] = []
  for (const draft of drafts) {
    batch.push(draft)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  yield batch
}
