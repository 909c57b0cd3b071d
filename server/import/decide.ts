import type { Base } from '../db/open.ts'
import type { ImportSummary } from '../contract.ts'
import { Refusal, type Message } from '../refusal.ts'
import { DeliveredFile } from './delivered-file.ts'
import { readDeliveredFile } from './delivery-store.ts'
import { hadParameters } from './mapping.ts'
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
 * @throws Refusal DELIVERY_UNKNOWN, DELIVERY_UNDONE, PROPOSAL_UNKNOWN naming the first row that has none; DECISION_NOTED
 * where the file was read with parameters that are not kept: the rows arrive when it is imported again
 */
export async function decideRepairs(base: Base, request: DecisionRequest): Promise<ImportSummary | null> {
  const { deliveryId, rows, accept, at } = request
  const delivery = await openProposals(base.db, deliveryId, rows)
  const cannotRead = hadParameters(delivery.mapping)
  if (!accept || cannotRead) {
    await base.transaction((tx) => writeDecisions(tx, deliveryId, rows, request))
    if (accept) throw decisionNoted(delivery.fileName)
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

/** Without the parameters the file cannot be read again here; what was said of the shapes holds when it comes again. */
const decisionNoted = (fileName: string): Refusal =>
  new Refusal(
    'DECISION_NOTED',
    {
      zh: `决定已记录。“${fileName}”按映射文件给出的转换参数换算,参数不随来件保存,这里不能重新读取该文件。`,
      en: `The decision is noted. "${fileName}" was read with parameters of a mapping, which are not kept, so it cannot be read again here.`,
    },
    {
      zh: '请连同映射文件重新导入该文件,这些行即按此决定采用。',
      en: 'Import the file once more with its mapping: these rows are then used as decided.',
    },
    { file: fileName },
  )

const pick = ({ accept, by, reason, at }: DecisionRequest): Decision => ({ accept, by, reason, at })
