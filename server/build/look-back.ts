import type { City } from './city.ts'
import { matchNumbers, type Piece } from './identity.ts'
import type { KnownParcel, ParcelChanges, ParcelKey, Succession } from './succession.ts'

/**
 * The number each parcel of a look-back had, asked of one set of known numbers after the other: those of its own day,
 * those of now, those retired. A number is given once. Null: land no build has ever numbered.
 * @param asked loads the next set when parcels are still without a number
 */
export async function recallNumbers(
  { parcels, attributes }: Pick<City, 'parcels' | 'attributes'>,
  asked: readonly (() => Promise<readonly KnownParcel[]>)[],
): Promise<Pick<Succession, 'heir'>> {
  const pieces = parcels.map((parcel, index): Piece => ({ ...attributes[index]!, wkb: parcel.wkb }))
  const heir: (KnownParcel | null)[] = pieces.map(() => null)
  const taken = new Set<number>()
  let open = [...pieces.keys()]
  for (const load of asked) {
    if (open.length === 0) break
    const known = (await load()).filter(({ parcelId }) => !taken.has(parcelId))
    const { predecessor } = matchNumbers(pieces, known, open)
    for (const index of open) {
      const found = known[predecessor[index]!]
      if (!found) continue
      heir[index] = found
      taken.add(found.parcelId)
    }
    open = open.filter((index) => heir[index] === null)
  }
  return { heir }
}

/** What a look-back writes of its parcels: each as it was, and nothing of what became of any number. */
export function recalled(
  { parcels, attributes }: Pick<City, 'parcels' | 'attributes'>,
  { heir }: Pick<Succession, 'heir'>,
  keys: readonly ParcelKey[],
): ParcelChanges {
  return {
    born: keys.filter((_, index) => heir[index] === null),
    ended: [],
    restored: [],
    closed: [],
    versions: keys.map((key, index) => ({ ...key, ...parcels[index]!, attributes: attributes[index]! })),
    events: [],
    edges: [],
  }
}
