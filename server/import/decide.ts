import type { Base } from '../db/open.ts'
import type { ImportSummary } from '../contract.ts'
import { Refusal, type Message } from '../refusal.ts'
import { DeliveredFile } from './delivered-file.ts'
import { readDeliveredFile } from './delivery-store.ts'
import { openProposals, writeDecisions, type Decision } from './repair-list-store.ts'
import { importFile } from './run.ts'

/** A person's word on proposed repairs of one delivery. */
export interface DecisionRequest extends Decision {
  readonly deliveryId: number
  readonly rows: readonly number[]
  readonly jobId?: number | undefined
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
}

/**
 * Accepts or rejects proposed repairs. Accepted rows arrive in a delivery of their own that follows the first: the kept
 * bytes are read again as they were read then, and only those rows are recorded, with the shape the person saw. Other
 * rows are not touched, whatever later deliveries have made of them.
 * @returns the summary of the following delivery; null for a rejection
 * @throws Refusal DELIVERY_UNKNOWN, DELIVERY_UNDONE, PROPOSAL_UNKNOWN naming the first row that has none
 */
export async function decideRepairs(base: Base, request: DecisionRequest): Promise<ImportSummary | null> {
  const { deliveryId, rows, accept, at } = request
  const delivery = await openProposals(base.db, deliveryId, rows)
  if (!accept) {
    await base.transaction((tx) => writeDecisions(tx, deliveryId, rows, request))
    return null
  }
  const { pieces } = await readDeliveredFile(base.db, deliveryId)
  const file = await DeliveredFile.received(pieces, delivery.fileName)
  const summary = await importFile(base, {
    file,
    name: delivery.fileName,
    as: delivery.as,
    crs: delivery.declaredCrs ?? undefined,
    from: delivery.from ?? undefined,
    mapping: { name: 'mapping', text: JSON.stringify(delivery.mapping) },
    receivedAt: at,
    jobId: request.jobId,
    onProgress: request.onProgress,
    decision: { follows: deliveryId, rows: new Set(rows), ...pick(request) },
  })
  if (summary.delivery === null)
    throw new Refusal(
      'PROPOSAL_MOOT',
      { zh: '这些行的内容已经按此采用。', en: 'These rows stand like this already.' },
      { zh: '无需再决定。', en: 'There is nothing left to decide.' },
    )
  return summary
}

const pick = ({ accept, by, reason, at }: DecisionRequest): Decision => ({ accept, by, reason, at })
