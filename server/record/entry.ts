import { createHash } from 'node:crypto'
import { WORKING_SRID } from '../geo/polygon.ts'
import type { Draft } from './draft.ts'

/** A draft with what identifies it settled. */
export interface Entry {
  readonly draft: Draft
  readonly county: string
  readonly key: string
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

const EWKB_HAS_SRID = 0x20000000

/** The delivered coordinates with their SRID in the header, as PostGIS writes it; null where there was no shape. */
export function deliveredEwkb(draft: Draft, wkb: Uint8Array | null): Uint8Array | null {
  const shape = draft.delivered ?? (wkb === null ? null : { srid: WORKING_SRID, wkb })
  if (shape === null) return null
  const little = shape.wkb[0] === 1
  const from = new DataView(shape.wkb.buffer, shape.wkb.byteOffset)
  const ewkb = new Uint8Array(shape.wkb.length + 4)
  const to = new DataView(ewkb.buffer)
  ewkb[0] = shape.wkb[0]!
  to.setUint32(1, from.getUint32(1, little) | EWKB_HAS_SRID, little)
  to.setUint32(5, shape.srid, little)
  ewkb.set(shape.wkb.subarray(5), 9)
  return ewkb
}
