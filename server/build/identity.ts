/**
 * Which number each piece of land has: kept, restored or new. What became of the others is told in history.ts.
 *
 * A piece keeps the number of a predecessor when it is the same land of the same document, when it carries the same code
 * (titles), or when each covers 80 % of the other, whatever kind it now is: the land decides, so supplied land that is
 * titled keeps its number. A shape that was retired and comes back takes its old number.
 *
 * Land that did not change finds its own number before anything else is asked. So the documents whose land may have
 * changed can be matched alone, with the numbers they had, and the answer is the one all documents would give.
 */
import { overlappingPairs, pairAreaM2 } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { normalCode } from '../identifier/normal.ts'
import { sameBytes } from './bytes.ts'

/** Both must cover this share of the other for a number to stay. */
export const SAME_LAND = 0.8
/** A shape that moved by less is the same shape: corners of neighbours are rounded to 0.1 mm. */
const SAME_SHAPE_M2 = 0.01

/** Land of this build, in canonical order. */
export interface Piece {
  readonly kind: string
  readonly sourceRecordId: number
  readonly parcelCode: string | null
  readonly unitCode: string | null
  readonly districtCode: string
  /** Working plane (EPSG:4547). */
  readonly wkb: Uint8Array
}

/** A number of an earlier build with its last shape. */
export interface Predecessor extends Omit<Piece, 'districtCode'> {
  readonly parcelId: number
}

export interface Numbered {
  /** By piece: the predecessor whose number it has, or -1 where it needs a new one. */
  readonly predecessor: Int32Array
  /** By piece: whether the shape stayed the same. */
  readonly sameShape: Uint8Array
}

/**
 * Pairs pieces with predecessors. Ties are broken by the same source, then by how much the shapes agree, then by the
 * later of two numbers, then by canonical order.
 * @param open pieces that still need a number; default: all
 */
export function matchNumbers(
  pieces: readonly Piece[],
  predecessors: readonly Predecessor[],
  open?: readonly number[],
): Numbered {
  const matching = new Matching(pieces, predecessors, open ?? [...pieces.keys()])
  matching.byOwnShape()
  matching.byCode('unitCode')
  matching.byCode('parcelCode')
  matching.byLand()
  return matching
}

class Matching implements Numbered {
  readonly predecessor: Int32Array
  readonly sameShape: Uint8Array
  readonly #pieces: readonly Piece[]
  readonly #predecessors: readonly Predecessor[]
  readonly #open: Set<number>
  readonly #free: Set<number>

  constructor(pieces: readonly Piece[], predecessors: readonly Predecessor[], open: readonly number[]) {
    this.#pieces = pieces
    this.#predecessors = predecessors
    this.predecessor = new Int32Array(pieces.length).fill(-1)
    this.sameShape = new Uint8Array(pieces.length)
    this.#open = new Set(open)
    this.#free = new Set(predecessors.keys())
  }

  /** The same land of the same document: a rebuild of the same records ends here. */
  byOwnShape(): void {
    const bySource = groupBy(this.#free, (old) => sourceOf(this.#predecessors[old]!))
    for (const index of this.#open) {
      const piece = this.#pieces[index]!
      const old = bySource
        .get(sourceOf(piece))
        ?.find((each) => this.#free.has(each) && sameBytes(this.#predecessors[each]!.wkb, piece.wkb))
      if (old !== undefined) this.#take(index, old, true)
    }
    const { open, free, now, before } = this.#shapesLeft()
    overlappingPairs(now, before, (i, j, areaM2) => {
      const [index, old] = [open[i]!, free[j]!]
      if (sourceOf(this.#pieces[index]!) !== sourceOf(this.#predecessors[old]!)) return
      if (Math.max(now.areaM2(i), before.areaM2(j)) - areaM2 > SAME_SHAPE_M2) return
      if (this.#open.has(index) && this.#free.has(old)) this.#take(index, old, true)
    })
  }

  /** The register says it is the same parcel. A code that two carry says nothing. */
  byCode(field: 'unitCode' | 'parcelCode'): void {
    const codeOf = (piece: Pick<Piece, 'kind' | typeof field>): string | undefined =>
      piece.kind === 'titled' && piece[field] !== null ? normalCode(piece[field]) : undefined
    const before = groupBy(this.#free, (old) => codeOf(this.#predecessors[old]!))
    const now = groupBy(this.#open, (index) => codeOf(this.#pieces[index]!))
    for (const [code, indices] of now) {
      const olds = before.get(code) ?? []
      if (indices.length === 1 && olds.length === 1) this.#take(indices[0]!, olds[0]!)
    }
  }

  /** Each covers 80 % of the other. */
  byLand(): void {
    const { open, free, now, before } = this.#shapesLeft()
    const pairs: { index: number; old: number; isSameSource: boolean; agreement: number }[] = []
    overlappingPairs(now, before, (i, j, areaM2) => {
      const [nowM2, beforeM2] = [now.areaM2(i), before.areaM2(j)]
      if (areaM2 < SAME_LAND * nowM2 || areaM2 < SAME_LAND * beforeM2) return
      const [index, old] = [open[i]!, free[j]!]
      const isSameSource = sourceOf(this.#pieces[index]!) === sourceOf(this.#predecessors[old]!)
      pairs.push({ index, old, isSameSource, agreement: areaM2 / (nowM2 + beforeM2 - areaM2) })
    })
    pairs.sort(
      (a, b) =>
        Number(b.isSameSource) - Number(a.isSameSource) ||
        b.agreement - a.agreement ||
        this.#predecessors[b.old]!.parcelId - this.#predecessors[a.old]!.parcelId ||
        a.index - b.index,
    )
    for (const { index, old } of pairs)
      if (this.#open.has(index) && this.#free.has(old)) this.#take(index, old)
  }

  /** Pieces without a number and numbers without a piece, with their shapes in the same order. */
  #shapesLeft() {
    const open = [...this.#open]
    const free = [...this.#free]
    return {
      open,
      free,
      now: PolygonSet.fromWkb(open.map((index) => this.#pieces[index]!.wkb)),
      before: PolygonSet.fromWkb(free.map((old) => this.#predecessors[old]!.wkb)),
    }
  }

  #take(index: number, old: number, isOwn = false): void {
    this.#open.delete(index)
    this.#free.delete(old)
    this.predecessor[index] = old
    this.sameShape[index] =
      isOwn || isSameShape(this.#pieces[index]!.wkb, this.#predecessors[old]!.wkb) ? 1 : 0
  }
}

function isSameShape(now: Uint8Array, before: Uint8Array): boolean {
  if (sameBytes(now, before)) return true
  const set = PolygonSet.fromWkb([now, before])
  return Math.max(set.areaM2(0), set.areaM2(1)) - pairAreaM2(set, 0, set, 1) <= SAME_SHAPE_M2
}

const sourceOf = ({ kind, sourceRecordId }: Pick<Piece, 'kind' | 'sourceRecordId'>): string =>
  `${kind} ${sourceRecordId}`

function groupBy(
  indices: Iterable<number>,
  nameOf: (index: number) => string | undefined,
): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const index of indices) {
    const name = nameOf(index)
    if (name === undefined) continue
    const group = groups.get(name)
    if (group) group.push(index)
    else groups.set(name, [index])
  }
  return groups
}
