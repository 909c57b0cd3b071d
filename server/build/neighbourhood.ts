/**
 * Which records have to be looked at again when a few have changed (design section 6: the cost of a change is the size of
 * the change).
 *
 * Two records are *near* when their boxes come within a metre: the corners of a piece depend on everything that touches
 * it. They are *kin* when they have a square metre in common or one calls the other by a name it offers: less is noise to
 * links and findings. From the changed records, as they were and as they are, first all that is near or named by them,
 * then step by step what is kin to those. A change reaches
 *
 *   shapes of parcels and pieces of the ledger   of documents near it                                         (step 1)
 *   links and attributes   of land whose deed calls a paper that singles out no contract since (`singlesOut`)  (step 3)
 *   findings               of what is linked to that land                                                      (step 4)
 *
 * and one step more is taken, in case links learn to look further. Those are *owned*: their rows are compared and
 * written. What they say rests on as many steps again, and on everything near that. Most changes reach two steps; the
 * tests build towns where they reach three.
 */
import type { Box } from '../geo/area.ts'
import { overlappingPairs } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { isOfHolder, namesOf, namesToFind } from '../record/names.ts'
import type { LandRecord } from '../record/record.ts'

/** Where records are found: a base, or a list in memory. All true on the day and known by the moment of the build. */
export interface RecordSource {
  /** Documents, no zones, whose box meets one of these. */
  documentsNear(boxes: readonly Box[]): Promise<readonly LandRecord[]>
  /** Zones of every layer but districts whose box meets one of these. */
  zonesNear(boxes: readonly Box[]): Promise<readonly LandRecord[]>
  /** Documents that have one of these names, see server/record/names.ts. */
  named(names: readonly string[]): Promise<readonly LandRecord[]>
  districts(): Promise<readonly LandRecord[]>
}

export interface Neighbourhood {
  readonly records: readonly LandRecord[]
  /** Numbers of the documents whose rows are asked again, changed and vanished ones included. */
  readonly owned: ReadonlySet<number>
}

/** Steps from a document to all its rows rest on. */
export const STEPS = 5
export const NEAR_M = 1
/**
 * Common land below a square metre is noise whatever its width. A little less, because a parcel's corners lie on the grid,
 * up to 0.1 mm beside its document.
 */
export const KIN_M2 = 0.9

/**
 * @param change every version of the changed records that stood, and the one that stands
 * @param limit records at most; beyond, going through everything is as quick
 * @returns null beyond the limit
 */
export async function neighbourhoodOf(
  { before, after }: { readonly before: readonly LandRecord[]; readonly after: readonly LandRecord[] },
  source: RecordSource,
  limit: number,
): Promise<Neighbourhood | null> {
  const found = new Map<number, LandRecord>()
  const reached = new Set<LandRecord>()
  const keep = (records: readonly LandRecord[]): readonly LandRecord[] =>
    records.map((record) => {
      const known = found.get(record.recordId)
      if (known) return known
      found.set(record.recordId, record)
      return record
    })

  let front: LandRecord[] = []
  const reach = (record: LandRecord): void => {
    if (reached.has(record)) return
    reached.add(record)
    if (!isOfHolder(record)) front.push(record)
  }
  const asked = new Set<string>()
  const namedBy = async (records: readonly LandRecord[]): Promise<readonly LandRecord[]> => {
    const names = new Set(records.flatMap((record) => namesToFind(namesOf(record))))
    const unasked = [...names].filter((name) => !asked.has(name))
    for (const name of unasked) asked.add(name)
    return keep(await source.named(unasked))
  }
  const changed = [...before, ...after]
  const documents = changed.filter(({ kind }) => kind !== 'layer')
  const zones = changed.filter(({ kind }) => kind === 'layer')
  // a paper without a shape may carry no name by which it finds itself
  for (const record of keep(after)) if (record.kind !== 'layer') reach(record)
  for (const record of keep(await source.documentsNear(boxesOf(documents)))) reach(record)
  for (const record of await namedBy(documents)) reach(record)
  const meetingZones = keep(await source.documentsNear(boxesOf(zones)))
  if (found.size > limit) return null
  for (const record of under(zones, meetingZones)) reach(record)

  const owned = new Set(documents.map(({ recordId }) => recordId))
  for (let step = 1; step < 2 * STEPS; step++) {
    if (step <= STEPS) for (const { recordId } of reached) owned.add(recordId)
    const here = front
    front = []
    if (here.length === 0) break
    const near = keep(await source.documentsNear(boxesOf(here)))
    if (found.size > limit) return null
    for (const [, record] of commonLandOf(here, near, KIN_M2)) reach(record)
    for (const record of await namedBy(here)) reach(record)
    if (found.size > limit) return null
  }
  keep(await source.documentsNear(boxesOf(front)))
  keep(await source.zonesNear(boxesOf([...reached])))
  keep(await source.districts())
  return found.size > limit ? null : { records: [...found.values()], owned }
}

function boxesOf(records: readonly LandRecord[]): Box[] {
  const shapes = PolygonSet.fromWkb(records.flatMap(({ wkb }) => wkb ?? []))
  return Array.from({ length: shapes.count }, (_, i): Box => {
    const [west, south, east, north] = shapes.box(i)
    return [west - NEAR_M, south - NEAR_M, east + NEAR_M, north + NEAR_M]
  })
}

/** Documents whose box, a metre wider, has land in common with a zone: their parcels may lie a hair beside them. */
function under(zones: readonly LandRecord[], documents: readonly LandRecord[]): LandRecord[] {
  if (zones.length === 0) return []
  const boxes = PolygonSet.fromMultiPolygons(
    boxesOf(documents).map(([west, south, east, north]) => [
      [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ],
    ]),
  )
  const found = new Set<LandRecord>()
  const shapes = PolygonSet.fromWkb(zones.flatMap(({ wkb }) => wkb ?? []))
  overlappingPairs(shapes, boxes, (_, j) => found.add(documents[j]!), 0)
  return [...found]
}

function commonLandOf(
  from: readonly LandRecord[],
  to: readonly LandRecord[],
  minM2: number,
): (readonly [LandRecord, LandRecord])[] {
  const shaped = (records: readonly LandRecord[]) => records.filter(({ wkb }) => wkb !== null)
  const setOf = (records: readonly LandRecord[]) => PolygonSet.fromWkb(records.map(({ wkb }) => wkb!))
  const [a, b] = [shaped(from), shaped(to)]
  const pairs: (readonly [LandRecord, LandRecord])[] = []
  overlappingPairs(setOf(a), setOf(b), (i, j) => pairs.push([a[i]!, b[j]!]), minM2)
  return pairs
}
