import { expect, test } from 'vitest'
import { keepBooks } from '../../server/build/city.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import type { LandRecord } from '../../server/record/record.ts'
import type { IsoDate } from '../../server/units.ts'
import { demoRecords } from '../build/edits.ts'

/** Plots of the city; set PARCELS for a larger one. */
const parcels = Number(process.env.PARCELS ?? 800)

/** The day a paper is of; a zone has always been there. */
function dayOf({ fields }: LandRecord): IsoDate | undefined {
  const dates = fields as Readonly<Record<string, string | undefined>>
  return dates.approved_on ?? dates.signed_on ?? dates.registered_on ?? dates.accepted_on
}

/** The last day of June and of December, ten years back from the city's own day. */
const days = Array.from({ length: 20 }, (_, half): IsoDate => {
  const year = 2025 - Math.floor((half + 1) / 2)
  return (half % 2 === 0 ? `${year}-06-30` : `${year}-12-31`) as IsoDate
})

test(
  `the ledger of ${parcels} plots closes in every district on twenty days`,
  { timeout: 3_600_000 },
  async () => {
    expect(days[0]).toBe(CITY_AS_OF)
    const records = demoRecords(parcels, 1)
    const approved: number[] = []
    let worstM2 = 0
    for (const day of days) {
      const { ledger, faces } = await keepBooks(
        day,
        records.filter((record) => (dayOf(record) ?? '') <= day),
      )
      for (const { code, closureM2 } of ledger.districts) {
        expect(Math.abs(closureM2), `${day} ${code}`).toBeLessThanOrEqual(0.01)
        worstM2 = Math.max(worstM2, Math.abs(closureM2))
      }
      expect(faces.leastConserved?.errorM2 ?? 0).toBeLessThanOrEqual(0.05)
      approved.push(ledger.total.accounts.approved)
    }
    // the days are not all alike: land is approved year by year
    expect(new Set(approved).size).toBe(days.length)
    console.log(`${parcels} plots, ${days.length} days: largest closure ${worstM2.toExponential(1)} m²`)
  },
)
