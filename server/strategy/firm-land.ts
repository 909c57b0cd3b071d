import { normalCode } from '../identifier/normal.ts'
import { normalName } from '../record/identity.ts'
import type { IsoDate } from '../units.ts'
import type { LandUser, Link } from './fact-input.ts'

/** What firms are known by in the yearly lists: the credit code, else the name. */
export function firmKey({
  holder_code,
  holder,
}: {
  holder_code?: string | undefined
  holder?: string | undefined
}): string | null {
  const code = holder_code === undefined ? '' : normalCode(holder_code)
  if (code !== '') return code
  const name = holder === undefined ? '' : normalName(holder)
  return name === '' ? null : name
}

/**
 * Which firms use which parcels (firm_land_use: firm, parcel, m², owned or rented), many to many. Of each firm the latest
 * year up to the day asked counts; rows without a year belong to every year. A firm some of whose land has no area has no
 * shares: they would not add up to its land.
 */
export class FirmLand {
  readonly #users = new Map<string, LandUser[]>()

  constructor(
    rows: readonly Link<'firm_land_use'>[],
    results: ReadonlyMap<string, readonly Link<'performance'>[]>,
    asOf: IsoDate,
  ) {
    const byFirm = new Map<string, Link<'firm_land_use'>[]>()
    for (const row of rows) {
      const firm = firmKey(row.fields)
      if (firm !== null && row.fields.parcel_code !== undefined) append(byFirm, firm, row)
    }
    for (const [firm, all] of byFirm) this.#take(firm, latestYear(all, asOf), results.get(firm) ?? [])
    for (const users of this.#users.values())
      users.sort((a, b) => b.areaM2 - a.areaM2 || (a.firm < b.firm ? -1 : 1))
  }

  #take(firm: string, rows: readonly Link<'firm_land_use'>[], results: readonly Link<'performance'>[]): void {
    const landM2 = sum(rows.map(({ fields }) => fields.area_m2 ?? Number.NaN))
    if (!(landM2 > 0)) return
    const byParcel = new Map<string, Link<'firm_land_use'>[]>()
    for (const row of rows) append(byParcel, normalCode(row.fields.parcel_code!), row)
    for (const [parcel, own] of byParcel) {
      const areaM2 = sum(own.map(({ fields }) => fields.area_m2!))
      append(this.#users, parcel, { firm, rows: own, areaM2, shareOfFirm: areaM2 / landM2, results })
    }
  }

  /** The firms on a parcel, the one with most land first. */
  usersOf(parcelCode: string | null): readonly LandUser[] {
    return parcelCode === null ? [] : (this.#users.get(normalCode(parcelCode)) ?? [])
  }

  /** Every parcel any firm uses. */
  parcels(): Iterable<[parcelCode: string, users: readonly LandUser[]]> {
    return this.#users
  }
}

function latestYear(rows: readonly Link<'firm_land_use'>[], asOf: IsoDate): Link<'firm_land_use'>[] {
  const asked = Number(asOf.slice(0, 4))
  const years = rows.flatMap(({ fields: { year } }) => (year !== undefined && year <= asked ? [year] : []))
  const latest = Math.max(...years)
  return rows.filter(({ fields: { year } }) => year === undefined || year === latest)
}

/** The row of a yearly list that counts: the latest year not after the day asked; without a year last. */
export function latestResult(
  rows: readonly Link<'performance'>[],
  asOf: IsoDate,
): Link<'performance'> | undefined {
  const asked = Number(asOf.slice(0, 4))
  return rows
    .filter(({ fields: { year } }) => year === undefined || year <= asked)
    .toSorted((a, b) => (b.fields.year ?? 0) - (a.fields.year ?? 0) || a.recordId - b.recordId)[0]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)

function append<K, V>(lists: Map<K, V[]>, key: K, item: V): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}
