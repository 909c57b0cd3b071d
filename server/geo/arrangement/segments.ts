import { accumulate } from './int32-list.ts'
import { PairTable } from './pair-table.ts'
import type { Segments } from './quantise.ts'

/**
 * Segments that several shapes have in common, once each, running from the lower to the higher node number.
 * `labelShape` and `labelSign` from `labelStart[s]` up to `labelStart[s + 1]` say whose boundary segment `s` is, by
 * ascending shape, and on which side that shape lies: +1 left, -1 right.
 */
export interface UniqueSegments {
  readonly count: number
  readonly from: Int32Array
  readonly to: Int32Array
  readonly labelStart: Int32Array
  readonly labelShape: Int32Array
  readonly labelSign: Int8Array
}

/** Most boundaries are drawn in several registers with the very same vertices: one search then serves them all. */
export function uniqueSegments(segments: Segments, nodes: PairTable): UniqueSegments {
  const pairs = new PairTable(segments.count)
  const segmentOf = new Int32Array(segments.count)
  const sign = new Int8Array(segments.count)
  for (let i = 0; i < segments.count; i++) {
    const a = nodes.number(segments.x0[i]!, segments.y0[i]!)
    const b = nodes.number(segments.x1[i]!, segments.y1[i]!)
    segmentOf[i] = a < b ? pairs.number(a, b) : pairs.number(b, a)
    sign[i] = a < b ? 1 : -1
  }
  const labelStart = new Int32Array(pairs.count + 1)
  for (let i = 0; i < segments.count; i++) labelStart[segmentOf[i]! + 1]!++
  accumulate(labelStart)
  const labelShape = new Int32Array(segments.count)
  const labelSign = new Int8Array(segments.count)
  const next = labelStart.slice()
  for (let i = 0; i < segments.count; i++) {
    const at = next[segmentOf[i]!]!++
    labelShape[at] = segments.shape[i]!
    labelSign[at] = sign[i]!
  }
  return {
    count: pairs.count,
    from: pairs.first.slice(0, pairs.count),
    to: pairs.second.slice(0, pairs.count),
    labelStart,
    labelShape,
    labelSign,
  }
}
