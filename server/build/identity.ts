/**
 * Which number each piece of land has: kept, restored or new, and what became of the others.
 *
 * A piece keeps the number of a predecessor when it carries the same code (titles) or when each covers 80 % of the
 * other, whatever kind it now is: the land decides, so supplied land that is titled keeps its number. A shape that was
 * retired and comes back takes its old number. Every life of a number begins with `created` or `restored`, may be
 * `redrawn`, and ends with `split` (its land went to several), `merged` (to one that took in other land as well) or
 * `retired`. Land that passes from one number to another is an edge with its area.
 */
import { overlappingPairs, pairAreaM2 } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { normalCode } from '../identifier/normal.ts'
import { sameBytes } from './bytes.ts'
import { compareText } from './order.ts'

/** Both must cover this share of the other for a number to stay. */
export const SAME_LAND = 0.8
/** A shape that moved by less is the same shape: corners of neighbours are rounded to 0.1 mm. */
const SAME_SHAPE_M2 = 0.01
/** Land of a retired number that went on is followed to the ledger's own precision … */
const EDGE_M2 = 0.01
/** … but a border between two numbers that both stay must move by more than noise. */
const BORDER_M2 = 1
/** A successor with a smaller share of the old land did not make it a split. */
const SUCCESSOR_SHARE = 0.01

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

export type EventKind = 'created' | 'redrawn' | 'split' | 'merged' | 'retired' | 'restored'
export interface ParcelEvent {
  readonly kind: EventKind
  readonly parcelId: number
}
export interface ParcelEdge {
  readonly from: number
  readonly to: number
  readonly areaM2: number
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
  matching.byExactShape()
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

  /** A rebuild of the same records ends here. */
  byExactShape(): void {
    const bySource = groupBy(this.#free, (old) => sourceOf(this.#predecessors[old]!))
    for (const index of this.#open) {
      const piece = this.#pieces[index]!
      const old = bySource
        .get(sourceOf(piece))
        ?.find((each) => this.#free.has(each) && sameBytes(this.#predecessors[each]!.wkb, piece.wkb))
      if (old !== undefined) this.#take(index, old, true)
    }
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
    const open = [...this.#open]
    const free = [...this.#free]
    if (open.length === 0 || free.length === 0) return
    const now = PolygonSet.fromWkb(open.map((index) => this.#pieces[index]!.wkb))
    const before = PolygonSet.fromWkb(free.map((old) => this.#predecessors[old]!.wkb))
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

  #take(index: number, old: number, isExact = false): void {
    this.#open.delete(index)
    this.#free.delete(old)
    this.predecessor[index] = old
    this.sameShape[index] =
      isExact || isSameShape(this.#pieces[index]!.wkb, this.#predecessors[old]!.wkb) ? 1 : 0
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

/** A piece and the number it has now. */
export interface Successor {
  readonly parcelId: number
  readonly wkb: Uint8Array
  /** How it came by its number. */
  readonly came: 'kept' | 'restored' | 'created'
  readonly sameShape: boolean
}

/**
 * What happened to every number between two builds, and the land that moved. Numbers in order; within a build first
 * what ended, then what came back, then what is new, then what changed its shape.
 */
export function tellHistory(
  before: readonly Predecessor[],
  after: readonly Successor[],
): { events: ParcelEvent[]; edges: ParcelEdge[] } {
  const now = new Set(after.map(({ parcelId }) => parcelId))
  const ended = before.filter((old) => !now.has(old.parcelId))
  const edges = landMoved(before, after)
  const endOf = endings(ended, edges, new Set(before.map(({ parcelId }) => parcelId)))
  const events: ParcelEvent[] = [
    ...ended.map(({ parcelId }) => ({ kind: endOf(parcelId), parcelId })),
    ...after
      .filter(({ came }) => came === 'restored')
      .map(({ parcelId }) => ({ kind: 'restored' as const, parcelId })),
    ...after
      .filter(({ came }) => came === 'created')
      .map(({ parcelId }) => ({ kind: 'created' as const, parcelId })),
    ...after
      .filter(({ came, sameShape }) => came === 'kept' && !sameShape)
      .map(({ parcelId }) => ({ kind: 'redrawn' as const, parcelId })),
  ]
  return { events: inOrder(events), edges }
}

const phases: readonly (readonly EventKind[])[] = [
  ['split', 'merged', 'retired'],
  ['restored'],
  ['created'],
  ['redrawn'],
]
function inOrder(events: readonly ParcelEvent[]): ParcelEvent[] {
  const phaseOf = (kind: EventKind): number => phases.findIndex((kinds) => kinds.includes(kind))
  return events.toSorted(
    (a, b) => phaseOf(a.kind) - phaseOf(b.kind) || a.parcelId - b.parcelId || compareText(a.kind, b.kind),
  )
}

/** Land of each number that is now under another: what the other took, not what the two shared already. */
function landMoved(before: readonly Predecessor[], after: readonly Successor[]): ParcelEdge[] {
  const now = new Map(after.map((successor) => [successor.parcelId, successor]))
  const olds = before.filter((old) => now.get(old.parcelId)?.sameShape !== true)
  const news = after.filter((successor) => !successor.sameShape || successor.came !== 'kept')
  const oldShapes = PolygonSet.fromWkb(olds.map(({ wkb }) => wkb))
  const newShapes = PolygonSet.fromWkb(news.map(({ wkb }) => wkb))
  const oldRow = new Map(olds.map(({ parcelId }, row) => [parcelId, row]))
  const newRow = new Map(news.map(({ parcelId }, row) => [parcelId, row]))
  const edges: ParcelEdge[] = []
  overlappingPairs(
    oldShapes,
    newShapes,
    (i, j, areaM2) => {
      const [from, to] = [olds[i]!.parcelId, news[j]!.parcelId]
      if (from === to) return
      const hadAlready = oldRow.get(to)
      const keepsStill = newRow.get(from)
      const shared = Math.max(
        hadAlready === undefined ? 0 : pairAreaM2(oldShapes, i, oldShapes, hadAlready),
        keepsStill === undefined ? 0 : pairAreaM2(newShapes, keepsStill, newShapes, j),
      )
      const movedM2 = areaM2 - shared
      if (movedM2 >= (keepsStill === undefined ? EDGE_M2 : BORDER_M2))
        edges.push({ from, to, areaM2: movedM2 })
    },
    EDGE_M2,
  )
  return edges.toSorted((a, b) => a.from - b.from || a.to - b.to)
}

/** How each ended number ended, by where its land went: slivers that went to neighbours do not count. */
function endings(
  ended: readonly Predecessor[],
  edges: readonly ParcelEdge[],
  earlier: ReadonlySet<number>,
): (parcelId: number) => EventKind {
  const shapes = PolygonSet.fromWkb(ended.map(({ wkb }) => wkb))
  const wholeM2 = new Map(ended.map(({ parcelId }, row) => [parcelId, shapes.areaM2(row)]))
  const successors = new Map<number, number[]>()
  const parents = new Map<number, number>()
  for (const { from, to, areaM2 } of edges) {
    if (areaM2 < BORDER_M2) continue
    parents.set(to, (parents.get(to) ?? 0) + 1)
    if (areaM2 >= SUCCESSOR_SHARE * (wholeM2.get(from) ?? Infinity))
      successors.set(from, [...(successors.get(from) ?? []), to])
  }
  return (parcelId) => {
    const [only, ...others] = successors.get(parcelId) ?? []
    if (only === undefined) return 'retired'
    if (others.length > 0) return 'split'
    return parents.get(only)! > 1 || earlier.has(only) ? 'merged' : 'retired'
  }
}
