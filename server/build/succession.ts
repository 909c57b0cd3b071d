import type { Box } from '../geo/area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import type { ParcelAttributes } from './attributes.ts'
import type { City } from './city.ts'
import { tellHistory, type ParcelEvent, type Successor } from './history.ts'
import { matchNumbers, type Piece, type Predecessor } from './identity.ts'
import type { ParcelEdge } from './land-moved.ts'

/** A number that exists, with what it was last: its shape and what it was known for. */
export interface KnownParcel
  extends Predecessor, Omit<ParcelAttributes, 'kind' | 'sourceRecordId' | 'parcelCode' | 'unitCode'> {
  readonly kind: ParcelAttributes['kind']
  /** Where the number was born; part of its key. */
  readonly countyCode: string
}

export interface ParcelKey {
  readonly countyCode: string
  readonly parcelId: number
}

/** A state a number takes on from this build. */
export interface NewVersion extends ParcelKey {
  readonly attributes: ParcelAttributes
  readonly areaPlanarM2: number
  readonly areaEllipsoidM2: number
  readonly wkb: Uint8Array
}

export interface ParcelChanges {
  readonly born: readonly ParcelKey[]
  readonly ended: readonly ParcelKey[]
  readonly restored: readonly ParcelKey[]
  /** Numbers whose standing version gives way, ended ones included. */
  readonly closed: readonly ParcelKey[]
  readonly versions: readonly NewVersion[]
  readonly events: readonly (ParcelEvent & ParcelKey)[]
  readonly edges: readonly ParcelEdge[]
}

/** Which number each parcel of a city continues, and how. By parcel. */
export interface Succession {
  /** The numbers that stood before. */
  readonly standing: readonly KnownParcel[]
  /** Null where a new number is needed. */
  readonly heir: readonly (KnownParcel | null)[]
  readonly came: readonly Successor['came'][]
  readonly sameShape: readonly boolean[]
}

/**
 * Finds the number each parcel continues: among those that stand, else among those retired near the land still open.
 * @param retiredNear the last state of every retired number near a box
 */
export async function succeed(
  city: Pick<City, 'parcels' | 'attributes'>,
  standing: readonly KnownParcel[],
  retiredNear: (box: Box) => Promise<readonly KnownParcel[]>,
): Promise<Succession> {
  const pieces = city.parcels.map((parcel, index): Piece => ({ ...city.attributes[index]!, wkb: parcel.wkb }))
  const kept = matchNumbers(pieces, standing)
  const open = [...pieces.keys()].filter((index) => kept.predecessor[index]! < 0)
  const retired = open.length > 0 ? await retiredNear(boxOf(open.map((index) => pieces[index]!.wkb))) : []
  const restored = matchNumbers(pieces, retired, open)
  const heir = pieces.map(
    (_, index) => standing[kept.predecessor[index]!] ?? retired[restored.predecessor[index]!] ?? null,
  )
  return {
    standing,
    heir,
    came: pieces.map((_, index) =>
      kept.predecessor[index]! >= 0 ? 'kept' : heir[index] ? 'restored' : 'created',
    ),
    sameShape: pieces.map((_, index) => kept.sameShape[index] === 1),
  }
}

export function boxOf(shapes: readonly Uint8Array[]): Box {
  const set = PolygonSet.fromWkb(shapes)
  const around: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < set.count; i++) {
    const [west, south, east, north] = set.box(i)
    around[0] = Math.min(around[0], west)
    around[1] = Math.min(around[1], south)
    around[2] = Math.max(around[2], east)
    around[3] = Math.max(around[3], north)
  }
  return around
}

/** Every parcel with its number. `newNumbers` are for the parcels without an heir, in their order. */
export function keysOf(
  { parcels }: Pick<City, 'parcels'>,
  { heir }: Pick<Succession, 'heir'>,
  newNumbers: readonly number[],
): ParcelKey[] {
  const unused = newNumbers.values()
  return parcels.map((parcel, index) => {
    const known = heir[index]
    if (known) return { countyCode: known.countyCode, parcelId: known.parcelId }
    return { countyCode: parcel.districtCode, parcelId: unused.next().value! }
  })
}

/** What has to be written: a state for every number that is new, back, or no longer what it was. */
export function changesOf(
  city: Pick<City, 'parcels' | 'attributes'>,
  { standing, heir, came, sameShape }: Succession,
  keys: readonly ParcelKey[],
): ParcelChanges {
  const indices = [...keys.keys()]
  const alive = new Set(keys.map(({ parcelId }) => parcelId))
  const ended = standing.filter(({ parcelId }) => !alive.has(parcelId))
  const isChanged = (index: number): boolean =>
    came[index] !== 'kept' || !sameShape[index] || !sameAttributes(city.attributes[index]!, heir[index]!)
  const changed = indices.filter(isChanged)
  const successors = indices.map((index) => ({
    parcelId: keys[index]!.parcelId,
    wkb: city.parcels[index]!.wkb,
    came: came[index]!,
    sameShape: sameShape[index]!,
  }))
  const { events, edges } = tellHistory(standing, successors)
  const keyOf = new Map([...standing, ...keys].map((key) => [key.parcelId, key]))
  return {
    born: indices.filter((index) => came[index] === 'created').map((index) => keys[index]!),
    restored: indices.filter((index) => came[index] === 'restored').map((index) => keys[index]!),
    ended,
    closed: [...ended, ...changed.filter((index) => came[index] === 'kept').map((index) => keys[index]!)],
    versions: changed.map((index) => ({
      ...keys[index]!,
      ...city.parcels[index]!,
      attributes: city.attributes[index]!,
    })),
    events: events.map((event) => ({ ...event, countyCode: keyOf.get(event.parcelId)!.countyCode })),
    edges,
  }
}

function sameAttributes(now: ParcelAttributes, before: KnownParcel): boolean {
  return (Object.keys(now) as (keyof ParcelAttributes)[]).every((name) => now[name] === before[name])
}
