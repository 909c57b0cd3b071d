import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { runBuild } from '../../server/build/run.ts'
import type { Base } from '../../server/db/open.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { freshBase } from '../helpers/database.ts'

const AT = '2025-07-01T08:00:00Z'

/** The whole job on one base: records in, parcels and ledger, a strategy for each. What came of it, row by row. */
async function wholeJob(base: Base) {
  await loadDemo(base, { parcels: 600, seed: 7, at: AT })
  const build = await runBuild(base, { asOf: CITY_AS_OF, startedAt: AT })
  const run = await runClassify(base, { startedAt: AT })
  const rows = <T>(query: ReturnType<typeof sql<T>>) => query.execute(base.db).then((result) => result.rows)
  return {
    build,
    run,
    parcels: await rows(sql<{ areaPlanarM2: number }>`
      SELECT parcel_id AS "parcelId", kind, parcel_code AS "parcelCode", district_code AS district, stage, holder, use_group AS "useGroup",
             area_planar_m2 AS "areaPlanarM2", ST_IsValid(geom) AS valid
      FROM parcel_version WHERE to_build IS NULL ORDER BY parcel_id`),
    findings: await rows(sql<{ areaPlanarM2: number | null }>`
      SELECT finding_id AS no, code, noise, parcel_ids AS parcels, record_ids AS records, area_planar_m2 AS "areaPlanarM2"
      FROM finding ORDER BY finding_id`),
    strategies: await rows(
      sql`SELECT parcel_id AS "parcelId", strategy, runners_up AS "runnersUp", flags, tags FROM assessment ORDER BY parcel_id`,
    ),
    ledger: await rows(
      sql<{
        areaM2: number
      }>`SELECT district_code AS district, account, area_m2 AS "areaM2" FROM ledger_entry ORDER BY 1, 2`,
    ),
  }
}

/** Rows with their area to the hundredth of a square metre, which is how closely the two bases must agree. */
const toHundredths = <T extends object>(rows: readonly T[], field: keyof T) =>
  rows.map((row) => ({
    ...row,
    [field]: row[field] === null ? null : Math.round(Number(row[field]) * 100) / 100,
  }))

test('both bases come to the same parcels, findings, strategies and ledger, row by row', async () => {
  const results = []
  for (const kind of ['embedded', 'server'] as const) {
    const base = await freshBase(kind)
    try {
      results.push(await wholeJob(base))
    } finally {
      await base.close()
    }
  }
  const [embedded, server] = results as [
    Awaited<ReturnType<typeof wholeJob>>,
    Awaited<ReturnType<typeof wholeJob>>,
  ]
  expect(embedded.parcels.length).toBeGreaterThan(500)
  expect(toHundredths(embedded.parcels, 'areaPlanarM2')).toEqual(toHundredths(server.parcels, 'areaPlanarM2'))
  expect(toHundredths(embedded.findings, 'areaPlanarM2')).toEqual(
    toHundredths(server.findings, 'areaPlanarM2'),
  )
  expect(embedded.strategies).toEqual(server.strategies)
  expect(toHundredths(embedded.ledger, 'areaM2')).toEqual(toHundredths(server.ledger, 'areaM2'))
  expect(embedded.build.closureM2).toBeLessThanOrEqual(0.01)
  expect(embedded.run.unclassified).toBe(0)
})
