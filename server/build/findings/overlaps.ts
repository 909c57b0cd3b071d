import { overlappingPairs } from '../../geo/pair-area.ts'
import type { LandRecord, RecordKind } from '../../record/record.ts'
import { commonLand, landBeyond, type Extent } from '../overlap.ts'
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
  /** Whether two rows contradict each other if they share land. Asked once a pair, in either order. */
  isPair(i: number, j: number): boolean
  /** Dates and states of a row, for `detail`. */
  paperOf(i: number): Readonly<Record<string, unknown>>
  /** What `detail` says of the pair beyond that. */
  detailOf?(first: number, second: number): Readonly<Record<string, unknown>>
  parcelsOf(i: number, j: number): readonly number[]
}

/** Two rows that share land, the earlier first. */
interface Pair {
  readonly first: number
  readonly second: number
  readonly areaM2: number
}

/**
 * Every pair of a register that shares land: three documents over one piece are three findings, and each names the
 * third in `detail.alsoUnder`. Measured first; a shape is made only where the area could be real. Common land without a
 * real piece is kept as noise; what is below rounding is nothing.
 */
export function overlapsWithin<K extends RecordKind>(question: Question<K>): FindingDraft[] {
  const { code, register } = question
  const pairs = pairsOf(question)
  const partners = partnersOf(pairs)
  return pairs.map(({ first, second, areaM2 }) => {
    const records: [LandRecord, LandRecord] = [register.records[first]!, register.records[second]!]
    const extent =
      areaM2 < SMALLEST_REAL_M2 ? tooSmall(areaM2) : commonLand(shapeOf(records[0]), shapeOf(records[1]))
    const land = onLand(extent, register.shapes.areaM2(first), register.shapes.areaM2(second))
    const rest = [...partners.get(first)!].filter((row) => partners.get(second)!.has(row))
    return {
      ...withoutLand,
      code,
      noise: !extent.real,
      records,
      parcels: question.parcelsOf(first, second),
      detail: {
        ...judgement(extent),
        ...(extent.real && {
          ...wholeOrPartial(records, land),
          alsoUnder: alsoUnder(extent, rest, register),
        }),
        first: question.paperOf(first),
        second: question.paperOf(second),
        ...question.detailOf?.(first, second),
      },
      ...land,
    }
  })
}

function pairsOf<K extends RecordKind>({ register, isPair }: Question<K>): Pair[] {
  const { ranks } = register
  const pairs: Pair[] = []
  overlappingPairs(
    register.shapes,
    null,
    (i, j, areaM2) => {
      if (!isPair(i, j)) return
      const [first, second] = ranks[i]! <= ranks[j]! ? [i, j] : [j, i]
      pairs.push({ first, second, areaM2 })
    },
    ROUNDING_M2,
  )
  return pairs
}

function partnersOf(pairs: readonly Pair[]): ReadonlyMap<number, ReadonlySet<number>> {
  const partners = new Map<number, Set<number>>()
  const add = (row: number, other: number): void => {
    const known = partners.get(row)
    if (known) known.add(other)
    else partners.set(row, new Set([other]))
  }
  for (const { first, second } of pairs) {
    add(first, second)
    add(second, first)
  }
  return partners
}

/** Documents that contradict both and lie on their common land as well, the earliest first. */
function alsoUnder<K extends RecordKind>(
  { wkb }: Extent,
  rows: readonly number[],
  { records, ranks }: Ranked<K>,
): string[] {
  const really = rows.filter((row) => commonLand(wkb!, shapeOf(records[row]!)).real)
  const docs = really.toSorted((a, b) => ranks[a]! - ranks[b]!).map((row) => nameOf(records[row]!))
  return [...new Set(docs)]
}

const nameOf = (record: LandRecord): string => record.doc ?? record.key

/** From this share on it is worth looking whether what is left over is more than the noise of two surveys. */
const NEARLY_WHOLE = 0.95

/** Whether one document lies in the other whole, but for noise. */
function wholeOrPartial(
  [first, second]: readonly [LandRecord, LandRecord],
  { shareOfFirst, shareOfSecond }: Pick<FindingDraft, 'shareOfFirst' | 'shareOfSecond'>,
) {
  const isIn = (inner: LandRecord, outer: LandRecord, innerShare: number | null): boolean =>
    (innerShare ?? 0) >= NEARLY_WHOLE && !landBeyond(shapeOf(inner), [shapeOf(outer)]).real
  const [firstIn, secondIn] = [isIn(first, second, shareOfFirst), isIn(second, first, shareOfSecond)]
  if (!firstIn && !secondIn) return { overlap: 'partial' }
  return { overlap: 'whole', wholeOf: firstIn && secondIn ? 'both' : firstIn ? 'first' : 'second' }
}

const tooSmall = (planarM2: number): Extent => ({
  real: false,
  planarM2,
  ellipsoidM2: null,
  pieces: 1,
  noiseM2: 0,
  test: 'area',
  meanWidthM: null,
  wkb: null,
})
