import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { makeCity, type City } from './city.ts'
import { neighbourhoodOf, type RecordSource } from './neighbourhood.ts'
import { partOf } from './part.ts'
import type { KnownRegisters } from './registers.ts'

/** Some records as they were and as they are: on the day of the build, by its knowledge and that of the one before. */
export interface Change {
  /** Every version that stands no longer. */
  readonly before: readonly LandRecord[]
  readonly after: readonly LandRecord[]
  /** Versions the build before went by. */
  readonly stood: readonly LandRecord[]
}

/** The part of a city a change can have touched, and the documents it speaks for. */
export interface ChangedCity {
  readonly city: City
  readonly owned: readonly number[]
}

/**
 * What a change leads to, by building its neighbourhood alone. The rows of the owned documents are those a build of
 * everything would make.
 * @param known of the whole base, after the change
 * @param limit records at most
 * @returns null where everything must be built: a district has changed, or the neighbourhood is beyond the limit
 */
export async function makeChange(
  asOf: IsoDate,
  { before, after }: Pick<Change, 'before' | 'after'>,
  source: RecordSource,
  known: KnownRegisters,
  limit: number,
): Promise<ChangedCity | null> {
  const isDistrict = ({ kind, layer }: LandRecord): boolean => kind === 'layer' && layer === 'district'
  if (before.some(isDistrict) || after.some(isDistrict)) return null
  const neighbourhood = await neighbourhoodOf({ before, after }, source, limit)
  if (neighbourhood === null) return null
  const { records, owned } = neighbourhood
  const city = await makeCity(asOf, records, { known })
  return { city: partOf(city, owned), owned: [...owned].toSorted((a, b) => a - b) }
}
