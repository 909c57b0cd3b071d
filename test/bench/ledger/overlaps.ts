import { bulkInsert } from '../../../server/db/bulk.ts'
import { nextNumbers } from '../../../server/db/counter.ts'
import type { Base } from '../../../server/db/open.ts'
import type { Extent } from '../../../server/build/overlap.ts'
import { overlapsOnAllCores } from '../../../server/build/overlap-pool.ts'
import type { IsoDate } from '../../../server/units.ts'
import type { Figures } from '../run.ts'
import { loadDocuments, questions, shapesOf, type Document } from './pairs.ts'

/** Questions whose common land is itself a finding: registers with themselves, and claims on protected land. */
const isConflict = questions.map(([, b]) => b === null || b.layer === 'farmland' || b.layer === 'eco_redline')
/** A smaller overlap cannot be real. */
const SMALLEST_REAL_M2 = 1

/**
 * Every overlap, from the rows in the database to findings in the database: read, measure all pairs, make the shapes of
 * those that may be findings, tell noise from real, write. Rolled back at the end.
 */
export async function* overlaps(base: Base, asOf: IsoDate): AsyncGenerator<Figures> {
  const begun = performance.now()
  const documents = await loadDocuments(base, asOf)
  const read = performance.now()
  const shapes = new Map([...documents].map(([name, rows]) => [name, shapesOf(rows)]))
  const answers = await overlapsOnAllCores(
    questions.map(([a, b], question) => ({
      a: shapes.get(a.name)!,
      b: b && shapes.get(b.name)!,
      ...(isConflict[question] && { shapesFromM2: SMALLEST_REAL_M2 }),
    })),
  )
  const found = answers.flatMap(({ i, j, extents }, question) => {
    const [from, to] = questions[question]!
    const [as, bs] = [documents.get(from.name)!, documents.get((to ?? from).name)!]
    return Array.from(extents, ([at, extent]) => ({ a: as[i[at]!]!, b: bs[j[at]!]!, extent }))
  })
  const measured = performance.now()
  await writeAndForget(base, found)
  const ended = performance.now()
  yield {
    what: 'all overlaps, from rows to findings written, all cores',
    seconds: (ended - begun) / 1000,
    pairs: answers.reduce((sum, { i }) => sum + i.length, 0),
    rssMB: Math.round(process.resourceUsage().maxRSS / 1000),
    note: `read ${seconds(begun, read)} s, overlay ${seconds(read, measured)} s, ${found.length} findings written ${seconds(measured, ended)} s`,
  }
}

const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)

class RolledBack extends Error {}

async function writeAndForget(
  base: Base,
  found: readonly { a: Document; b: Document; extent: Extent }[],
): Promise<void> {
  await base
    .transaction(async (tx) => {
      const last = await nextNumbers(tx, 'finding', found.length)
      await bulkInsert(
        tx,
        'finding',
        found.map(({ a, b, extent }, at) => ({
          county_code: a.countyCode,
          finding_id: last + at,
          from_build: 0,
          to_build: 0,
          owner_record_id: a.recordId,
          code: 'P101',
          severity: 'high',
          noise: !extent.real,
          parcel_ids: [],
          record_ids: [a.recordId, b.recordId],
          records: [a, b].map(({ recordId, kind, doc }) => ({ recordId, kind, doc })),
          detail: { test: extent.test, pieces: extent.pieces },
          area_planar_m2: extent.planarM2,
          area_ellipsoid_m2: extent.ellipsoidM2,
          share_of_first: extent.planarM2 / a.areaPlanarM2!,
          share_of_second: extent.planarM2 / b.areaPlanarM2!,
          geom: extent.wkb,
        })),
        {
          county_code: 'text',
          finding_id: 'int8',
          from_build: 'int8',
          to_build: 'int8',
          owner_record_id: 'int8',
          code: 'text',
          severity: 'text',
          noise: 'bool',
          parcel_ids: 'int8[]',
          record_ids: 'int8[]',
          records: 'jsonb',
          detail: 'jsonb',
          area_planar_m2: 'float8',
          area_ellipsoid_m2: 'float8',
          share_of_first: 'float8',
          share_of_second: 'float8',
          geom: 'geometry',
        },
      )
      throw new RolledBack()
    })
    .catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error
    })
}
