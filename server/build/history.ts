/**
 * What happened to every number between two builds.
 *
 * Every life of a number begins with `created` or `restored`, may be `redrawn`, and ends with `split` (its land went to
 * several), `merged` (to one that took in other land as well) or `retired`. A number has one event in a build at most, so
 * the land that came to it and went from it in that build belongs to that event.
 *
 * Each event balances: after = before + came − went + correction. The correction is what the edges do not explain: land
 * the number took up that nobody gave up for it, less land it gave up that nobody took up. That is land that was or
 * became nobody's, a survey drawn anew, land that is now counted in two titles or no longer is, and passages under
 * 0.01 m². All areas are planar.
 */
import { PolygonSet } from '../geo/polygon-set.ts'
import { landMoved, type Land, type ParcelEdge } from './land-moved.ts'
import { compareText } from './order.ts'

/** A border that moved by less is drawn anew, not handed over: nobody is merged or split by it. */
const BORDER_M2 = 1
/** A successor with a smaller share of the old land did not make it a split. */
const SUCCESSOR_SHARE = 0.01

export type EventKind = 'created' | 'redrawn' | 'split' | 'merged' | 'retired' | 'restored'

export interface ParcelEvent {
  readonly kind: EventKind
  readonly parcelId: number
  /** 0 for a number that is new or back. */
  readonly beforeM2: number
  /** 0 for a number that ended. */
  readonly afterM2: number
  /** Along the edges to this number. */
  readonly cameM2: number
  /** Along the edges from this number. */
  readonly wentM2: number
  readonly correctionM2: number
}

/** A piece and the number it has now. */
export interface Successor extends Land {
  /** How it came by its number. */
  readonly came: 'kept' | 'restored' | 'created'
  readonly sameShape: boolean
}

/**
 * The events of one build and the land that moved. Numbers in order; first what ended, then what came back, then what is
 * new, then what changed its shape.
 */
export function tellHistory(
  before: readonly Land[],
  after: readonly Successor[],
): { events: ParcelEvent[]; edges: ParcelEdge[] } {
  const now = new Map(after.map((successor) => [successor.parcelId, successor]))
  const changed = after.filter(({ came, sameShape }) => came !== 'kept' || !sameShape)
  const gone = before.filter(({ parcelId }) => now.get(parcelId)?.sameShape !== true)
  const ended = before.filter(({ parcelId }) => !now.has(parcelId))
  const edges = landMoved(gone, changed)
  const [beforeM2, afterM2] = [areasOf(gone), areasOf(changed)]
  const endOf = endings(beforeM2, edges, new Set(before.map(({ parcelId }) => parcelId)))
  const kinds: { kind: EventKind; parcelId: number }[] = [
    ...ended.map(({ parcelId }) => ({ kind: endOf(parcelId), parcelId })),
    ...changed.map(({ parcelId, came }) => ({ kind: came === 'kept' ? 'redrawn' : came, parcelId }) as const),
  ]
  return { events: inOrder(balanced(kinds, beforeM2, afterM2, edges)), edges }
}

function areasOf(lands: readonly Land[]): Map<number, number> {
  const shapes = PolygonSet.fromWkb(lands.map(({ wkb }) => wkb))
  return new Map(lands.map(({ parcelId }, row) => [parcelId, shapes.areaM2(row)]))
}

function balanced(
  kinds: readonly { readonly kind: EventKind; readonly parcelId: number }[],
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  edges: readonly ParcelEdge[],
): ParcelEvent[] {
  const came = new Map<number, number>()
  const went = new Map<number, number>()
  for (const { from, to, areaM2 } of edges) {
    went.set(from, (went.get(from) ?? 0) + areaM2)
    came.set(to, (came.get(to) ?? 0) + areaM2)
  }
  return kinds.map(({ kind, parcelId }) => {
    const [beforeM2, afterM2] = [before.get(parcelId) ?? 0, after.get(parcelId) ?? 0]
    const [cameM2, wentM2] = [came.get(parcelId) ?? 0, went.get(parcelId) ?? 0]
    const correctionM2 = afterM2 - beforeM2 - cameM2 + wentM2
    return { kind, parcelId, beforeM2, afterM2, cameM2, wentM2, correctionM2 }
  })
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

/** How each ended number ended, by where its land went: slivers that went to neighbours do not count. */
function endings(
  wholeM2: ReadonlyMap<number, number>,
  edges: readonly ParcelEdge[],
  earlier: ReadonlySet<number>,
): (parcelId: number) => EventKind {
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
