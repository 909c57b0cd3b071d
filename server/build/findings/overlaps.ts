import { overlappingPairs } from '../../geo/pair-area.ts'
import type { RecordKind } from '../../record/record.ts'
import { commonLand, type Extent } from '../overlap.ts'
import { shapeOf, type Ranked } from '../registers.ts'
import { judgement, onLand, withoutLand, type FindingDraft } from './finding.ts'

/** Rounding to the 0.1 mm grid alone moves a shared border by as much; it is what the ledger closes to. */
export const ROUNDING_M2 = 0.01
/** No connected piece of a smaller overlap can be real. */
export const SMALLEST_REAL_M2 = 1

interface Question<K extends RecordKind> {
  readonly code: string
  /** The lesser rank is named first. */
  readonly register: Ranked<K>
  isPair(i: number, j: number): boolean
  /** Dates of a row, for `detail`. */
  datesOf(i: number): Readonly<Record<string, unknown>>
  parcelsOf(i: number, j: number): readonly number[]
}

/**
 * Every pair of a register that shares land. Measured first; a shape is made only where the area could be real. Common
 * land without a real piece is kept as noise; what is below rounding is nothing.
 */
export function overlapsWithin<K extends RecordKind>(question: Question<K>): FindingDraft[] {
  const { code, register } = question
  const { ranks } = register
  const found: FindingDraft[] = []
  overlappingPairs(
    register.shapes,
    null,
    (i, j, areaM2) => {
      if (!question.isPair(i, j)) return
      const [first, second] = ranks[i]! <= ranks[j]! ? [i, j] : [j, i]
      const records = [register.records[first]!, register.records[second]!]
      const extent =
        areaM2 < SMALLEST_REAL_M2 ? tooSmall(areaM2) : commonLand(shapeOf(records[0]!), shapeOf(records[1]!))
      found.push({
        ...withoutLand,
        code,
        noise: !extent.real,
        records,
        parcels: question.parcelsOf(i, j),
        detail: { ...judgement(extent), first: question.datesOf(first), second: question.datesOf(second) },
        ...onLand(extent, register.shapes.areaM2(first), register.shapes.areaM2(second)),
      })
    },
    ROUNDING_M2,
  )
  return found
}

const tooSmall = (planarM2: number): Extent => ({
  real: false,
  planarM2,
  ellipsoidM2: null,
  pieces: 1,
  noiseM2: 0,
  test: 'area',
  wkb: null,
})
