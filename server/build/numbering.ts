import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { IsoDate } from '../units.ts'
import { sameBytes } from './bytes.ts'
import type { City } from './city.ts'
import { recalled, recallNumbers } from './look-back.ts'
import type { ParcelDraft } from './parcel-draft.ts'
import { loadRetired, loadStanding } from './parcel-store.ts'
import { mainLineBuild } from './standing-store.ts'
import {
  boxOf,
  changesOf,
  keysOf,
  succeed,
  type ParcelChanges,
  type ParcelKey,
  type Succession,
} from './succession.ts'

/** A city whose parcels know which number they go on with. */
export interface Numbered {
  /** Counties of the parcels that need a new number, in their order. */
  readonly unborn: readonly string[]
  /** Every parcel's number, with new ones for the unborn. */
  keys(newNumbers: readonly number[]): ParcelKey[]
  /** What has to be written of the parcels. */
  changes(keys: readonly ParcelKey[]): ParcelChanges
}

/**
 * Numbers go on from those that stand.
 * @param owned the records a part of a city speaks for; null: all
 */
export async function continueNumbers(
  db: Kysely<Database>,
  city: City,
  owned: readonly number[] | null = null,
): Promise<Numbered> {
  const count = city.ownParcels ?? city.parcels.length
  const own = { parcels: city.parcels.slice(0, count), attributes: city.attributes }
  const standing = await loadStanding(db, owned === null ? {} : { owned })
  const succession = await succeed(own, standing, (box) => loadRetired(db, box))
  const foreign = await standingKeys(db, city.parcels.slice(count))
  return {
    ...numbered(own, succession, (keys) => changesOf(own, succession, keys.slice(0, count))),
    keys: (newNumbers) => [...keysOf(own, succession, newNumbers), ...foreign],
  }
}

/** The numbers of parcels nothing has happened to. */
async function standingKeys(db: Kysely<Database>, parcels: readonly ParcelDraft[]): Promise<ParcelKey[]> {
  if (parcels.length === 0) return []
  const sources = [...new Set(parcels.map(({ source }) => source.recordId))]
  const standing = await loadStanding(db, { owned: sources })
  return parcels.map(({ kind, source, wkb }) => {
    const found = standing.find(
      (each) => each.kind === kind && each.sourceRecordId === source.recordId && sameBytes(each.wkb, wkb),
    )
    if (!found)
      throw new Error(`Parcel of record ${source.recordId} at the edge of a change has changed too.`)
    return found
  })
}

/** A look-back's numbers: as they were on its day, else as they are now, else as they last were. */
export async function lookUpNumbers(
  db: Kysely<Database>,
  city: City,
  day: { readonly asOf: IsoDate; readonly knownAt: string },
): Promise<Numbered> {
  const ofDay = await db
    .selectNoFrom(mainLineBuild(sql`${day.asOf}::date`, sql`${day.knownAt}::timestamptz`).as('build'))
    .executeTakeFirstOrThrow()
  const around = boxOf(city.parcels.map(({ wkb }) => wkb))
  const recollection = await recallNumbers(city, [
    async () => (ofDay.build === null ? [] : loadStanding(db, { buildId: ofDay.build })),
    () => loadStanding(db),
    () => loadRetired(db, around, { lookBacksToo: true }),
  ])
  return numbered(city, recollection, (keys) => recalled(city, recollection, keys))
}

function numbered(
  city: Pick<City, 'parcels'>,
  succession: Pick<Succession, 'heir'>,
  changes: Numbered['changes'],
): Numbered {
  return {
    unborn: city.parcels
      .filter((_, index) => succession.heir[index] === null)
      .map(({ districtCode }) => districtCode),
    keys: (newNumbers) => keysOf(city, succession, newNumbers),
    changes,
  }
}
