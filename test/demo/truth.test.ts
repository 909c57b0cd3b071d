import { beforeAll, expect, test } from 'vitest'
import { runBuild, type BuildSummary } from '../../server/build/run.ts'
import { publishedBuild } from '../helpers/published.ts'
import { readFindings } from '../../server/build/finding-store.ts'
import { readLedger } from '../../server/build/store.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { makeCity } from '../../server/demo/city.ts'
import { truthCodes, type RecordRef, type Truth, type TruthFinding } from '../../server/demo/truth.ts'
import { loadRecords } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'
import { statementsHold } from './claims.ts'

const AT = '2025-07-01T08:00:00Z'

/** A finding as the base made it, its records by what makes them the same row in every delivery. */
interface Found {
  readonly code: string
  readonly records: readonly string[]
  readonly areaM2: number | null
}

const nameOf = ({ kind, key }: Pick<RecordRef, 'kind' | 'key'>): string => `${kind} ${key}`

/** Pairs what was planted with what was found: same code, all planted records named, area within its tolerance. */
function compare(
  planted: readonly TruthFinding[],
  found: readonly Found[],
): { missed: string[]; false: string[] } {
  const rest = new Set(found)
  const missed: string[] = []
  for (const finding of planted) {
    const names = finding.records.map(nameOf)
    const match = [...rest].find(
      (each) =>
        each.code === finding.code &&
        names.every((name) => each.records.includes(name)) &&
        (finding.areaM2 === null ||
          Math.abs((each.areaM2 ?? Infinity) - finding.areaM2) <= finding.toleranceM2),
    )
    if (match) rest.delete(match)
    else missed.push(`${finding.code} ${finding.why.en}: ${names.join(' × ')} ${finding.areaM2 ?? ''}`)
  }
  return {
    missed,
    false: [...rest].map(({ code, records, areaM2 }) => `${code} ${records.join(' × ')} ${areaM2}`),
  }
}

test('the comparison itself is not blind', () => {
  const record: RecordRef = { kind: 'approval', layer: '', key: 'a', doc: 'a' }
  const why = { zh: '', en: 'approved twice' }
  const planted: TruthFinding = { code: 'P101', records: [record], areaM2: 500, toleranceM2: 0.02, why }
  const found: Found = { code: 'P101', records: ['approval a', 'approval b'], areaM2: 500.01 }
  expect(compare([planted], [found])).toEqual({ missed: [], false: [] })
  expect(compare([planted], [{ ...found, areaM2: 500.03 }]).missed).toHaveLength(1)
  expect(compare([planted], [{ ...found, records: ['approval b'] }]).missed).toHaveLength(1)
  expect(compare([planted, planted], [found]).missed).toHaveLength(1)
  expect(compare([planted], [found, { ...found }, { ...found, code: 'P401' }]).false).toHaveLength(2)
})

/** The city as it comes by default, and four smaller ones of other seeds. */
const cities = [{ parcels: 4000, seed: 1 }, ...[2, 3, 4, 5].map((seed) => ({ parcels: 1200, seed }))]

for (const { parcels, seed } of cities) {
  eachBase(`the fictional city of ${parcels} parcels and seed ${seed}`, (open) => {
    let truth: Truth
    let build: BuildSummary
    let found: Found[]
    let keyOf: Map<number, string>

    beforeAll(async () => {
      const base = open()
      await loadDemo(base, { parcels, seed, at: AT, step: 'first' })
      const city = makeCity({ parcels, seed })
      await runBuild(base, { asOf: city.beforeAsOf, startedAt: AT })
      await loadDemo(base, { parcels, seed, at: AT, step: 'later' })
      build = await publishedBuild(base, { asOf: city.asOf, startedAt: AT })
      truth = city.truth()
      const records = await loadRecords(base.db, { asOf: city.asOf })
      keyOf = new Map(records.map((record) => [record.recordId, nameOf(record)]))
      const findings = await readFindings(base.db)
      found = findings.map(({ code, records, planarM2 }) => ({
        code,
        records: records.map(({ recordId }) => keyOf.get(recordId) ?? `? ${recordId}`),
        areaM2: planarM2,
      }))
    })

    test.each(truthCodes)('%s: everything planted is found with its area, and nothing else', (code) => {
      const of = <T extends { readonly code: string }>(list: readonly T[]): T[] =>
        list.filter((each) => each.code === code)
      expect(compare(of(truth.findings), of(found))).toEqual({ missed: [], false: [] })
    })

    test('what only looks like a finding is left alone', () => {
      const wrongly = truth.decoys.flatMap(({ notCodes, records, why }) => {
        const names = records.map(nameOf)
        return found
          .filter(
            (each) => notCodes.includes(each.code) && names.every((name) => each.records.includes(name)),
          )
          .map(({ code }) => `${code} ${why.en}`)
      })
      expect(wrongly).toEqual([])
    })

    test('what is left of every approval is what was not supplied', async () => {
      const parcels = await open()
        .db.selectFrom('parcel_version')
        .select(['source_record_id', 'area_planar_m2'])
        .where('to_build', 'is', null)
        .where('kind', '=', 'remainder')
        .execute()
      const docs = new Map((await loadRecords(open().db, { asOf: truth.asOf, kinds: ['approval'] })).map(({ recordId, doc }) => [recordId, doc!])) // prettier-ignore
      const left = new Map<string, { areaM2: number; pieces: number }>()
      for (const { source_record_id, area_planar_m2 } of parcels) {
        const sum = left.get(docs.get(source_record_id)!) ?? { areaM2: 0, pieces: 0 }
        left.set(docs.get(source_record_id)!, { areaM2: sum.areaM2 + area_planar_m2, pieces: sum.pieces + 1 })
      }
      const wrong = truth.remainders.flatMap(({ doc, areaM2, toleranceM2, pieces }) => {
        const got = left.get(doc)
        left.delete(doc)
        if (got && Math.abs(got.areaM2 - areaM2) <= toleranceM2 && (pieces === null || got.pieces === pieces))
          return []
        return [{ doc, areaM2, toleranceM2, pieces, got }]
      })
      expect(wrong).toEqual([])
      expect([...left]).toEqual([])
    })

    test('the ledger closes in every district', async () => {
      const { districts, total } = await readLedger(open().db)
      expect(districts.map(({ code }) => code).toSorted()).toEqual(['430202', '430203', '430204', '430211'])
      for (const { closureM2 } of [...districts, total]) expect(Math.abs(closureM2)).toBeLessThanOrEqual(0.01)
      expect(build.closureM2).toBeLessThanOrEqual(0.01)
    })

    test('every planted parcel gets its strategy', async () => {
      const rows = await open()
        .db.selectFrom('assessment')
        .innerJoin('parcel_version', 'parcel_version.parcel_id', 'assessment.parcel_id')
        .select(['parcel_version.source_record_id as record', 'assessment.strategy'])
        .where('parcel_version.to_build', 'is', null)
        .where('assessment.to_run', 'is', null)
        .execute()
      const strategies = new Map<string, Set<string>>()
      for (const { record, strategy } of rows) {
        const name = keyOf.get(record) ?? ''
        strategies.set(name, (strategies.get(name) ?? new Set()).add(strategy))
      }
      const wrong = truth.strategies.flatMap(({ record, strategy, why }) => {
        const got = [...(strategies.get(nameOf(record)) ?? [])]
        return got.length === 1 && got[0] === strategy ? [] : [`${strategy} ${why.en}: got ${got.join(' ')}`]
      })
      expect(wrong).toEqual([])
    })

    test('statements about a holder differ between title and contract where that was planted, and nowhere else', async () => {
      const rows = await open()
        .db.selectFrom('claim_conflict')
        .select(['claims', 'pairs'])
        .where('field', '=', 'holder')
        .execute()
      const differing = rows
        .filter(({ pairs }) => pairs.includes('registration|supply'))
        .map(({ claims }) =>
          claims
            .filter(([, register]) => register === 'registration' || register === 'supply')
            .map(([recordId]) => keyOf.get(recordId)),
        )
      const planted = truth.findings.filter(({ code }) => code === 'P403')
      const missed = planted.filter(
        ({ records }) => !differing.some((each) => records.map(nameOf).every((name) => each.includes(name))),
      )
      expect(missed).toEqual([])
      expect(differing).toHaveLength(planted.length)
    })

    if (seed === 2) statementsHold(open) // one small city is enough of a city

    test('titles that were split, merged and renumbered are told as such', async () => {
      const events = await open()
        .db.selectFrom('parcel_event')
        .innerJoin('parcel_version', 'parcel_version.parcel_id', 'parcel_event.parcel_id')
        .select(['parcel_event.kind', 'parcel_version.parcel_code'])
        .where('build_id', '=', build.build)
        .execute()
      const told = new Set(events.map(({ kind, parcel_code }) => `${kind} ${parcel_code}`))
      for (const { kind, from, to } of truth.events) {
        if (kind === 'renumbered')
          expect([...told].filter((text) => text.endsWith(from[0]!) && !text.startsWith('redrawn'))).toEqual(
            [],
          )
        else
          expect(
            [...from, ...to].some((code) => told.has(`${kind} ${code}`)),
            `${kind} ${from.join()}`,
          ).toBe(true)
      }
    })
  })
}
