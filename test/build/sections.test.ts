import { beforeAll, describe, expect, test } from 'vitest'
import { makeWholeCity } from '../../server/build/whole-city.ts'
import { makeCity, type City } from '../../server/build/city.ts'
import { planSections } from '../../server/build/section-plan.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { Refusal } from '../../server/refusal.ts'
import type { LandRecord } from '../../server/record/record.ts'
import { demoRecords, rowsOf } from './edits.ts'

describe('a city built in sections', () => {
  let records: LandRecord[]
  let whole: City
  beforeAll(async () => {
    records = demoRecords(1500, 5)
    whole = await makeWholeCity(CITY_AS_OF, records)
  })

  test('is the city built in one piece, to the last digit and in the same order', async () => {
    const city = await makeWholeCity(CITY_AS_OF, records, { sectionSize: 400, threads: 2 })
    expect(rowsOf(city, () => true)).toEqual(rowsOf(await makeCity(CITY_AS_OF, records), () => true))
    expect(city.parcels.map(({ source, areaPlanarM2 }) => [source.recordId, areaPlanarM2])).toEqual(
      whole.parcels.map(({ source, areaPlanarM2 }) => [source.recordId, areaPlanarM2]),
    )
    expect(city.attributes).toEqual(whole.attributes)
    expect(city.findings.map(said)).toEqual(whole.findings.map(said))
    expect(city.ledger.pieces.map(said)).toEqual(whole.ledger.pieces.map(said))
    for (const [at, { code, closureM2 }] of city.ledger.districts.entries()) {
      expect(code).toBe(whole.ledger.districts[at]!.code)
      expect(Math.abs(closureM2)).toBeLessThan(1e-5)
    }
  }, 120_000)

  test('every document is owned by one section, whatever the size', () => {
    for (const size of [100, 1000, 100_000]) {
      const owned = [...planSections(records, size)].flatMap((section) => section.owned)
      const documents = records.filter(({ kind }) => kind !== 'layer').map(({ recordId }) => recordId)
      expect(owned.toSorted((a, b) => a - b)).toEqual(documents)
    }
  })

  test('an aborted build ends its threads', async () => {
    const stop = new AbortController()
    const built = makeWholeCity(CITY_AS_OF, records, {
      sectionSize: 200,
      threads: 2,
      signal: stop.signal,
      onSection: () => stop.abort(new Error('enough')),
    })
    await expect(built).rejects.toThrow('enough')
  }, 60_000)

  test('a refusal in a thread is the same refusal here', async () => {
    const far = records.find(({ kind, wkb }) => kind === 'approval' && wkb !== null)!
    const wkb = far.wkb!.slice()
    // its first corner 1,000 km east: beyond what the overlay grid holds
    new DataView(wkb.buffer).setFloat64(22, 1.4e6, true)
    const broken = records.map((record) => (record === far ? ({ ...far, wkb } as LandRecord) : record))
    const failure: unknown = await makeWholeCity(CITY_AS_OF, broken, { sectionSize: 400, threads: 1 }).catch(
      (error: unknown) => error,
    )
    const alone: unknown = await makeCity(CITY_AS_OF, broken).catch((error: unknown) => error)
    expect((failure as Error).message).toBe((alone as Error).message)
    expect(failure instanceof Refusal).toBe(alone instanceof Refusal)
  }, 60_000)
})

const said = ({ records, wkb, ...rest }: City['findings'][number] | City['ledger']['pieces'][number]) => ({
  ...rest,
  records: records.map(({ recordId }) => recordId),
  wkb: wkb && Buffer.from(wkb).toString('base64'),
})
