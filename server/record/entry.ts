import { createHash } from 'node:crypto'
import type { Draft } from './draft.ts'

/** A draft with what identifies it settled. */
export interface Entry {
  readonly draft: Draft
  readonly county: string
  readonly key: string
  /** County and key as one text. */
  readonly id: string
  readonly wkb: Uint8Array | null
  readonly hash: string
}

/** Of what the row says, where it lies and when it holds: the same hash, nothing changed. Field order does not matter. */
export function contentHash(draft: Draft, wkb: Uint8Array | null): string {
  const fields = Object.entries(draft.fields).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256').update(
    JSON.stringify([
      fields,
      draft.doc,
      draft.areaDocumentM2,
      draft.validFrom ?? null,
      draft.validTo ?? null,
      draft.delivered?.srid ?? null,
    ]),
  )
  const shape = draft.delivered?.wkb ?? wkb
  if (shape) hash.update(shape)
  return hash.digest('hex')
}
