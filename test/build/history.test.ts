import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { classifyPast } from '../../server/strategy/classify-past.ts'
import { publishedBuild } from '../helpers/published.ts'
import { ledgerPieces } from '../../server/build/piece-store.ts'
import { readLatest, readStanding, standingAt, type Moment } from '../../server/build/standing-store.ts'
import { readFindings } from '../../server/build/finding-store.ts'
import { readLedger } from '../../server/build/store.ts'
import { readMigrations } from '../../server/db/migrate.ts'
import { openBase, type Base } from '../../server/db/open.ts'
import { openExport } from '../../server/export/table.ts'
import { conflicts, dossier, findParcels, parcelCard, stats } from '../../server/parcel/store.ts'
import { Refusal } from '../../server/refusal.ts'
import {
  baseKinds,
  eachBase,
  hasServer,
  serverUrlOf,
  temporaryFolder,
  withServer,
  type BaseKind,
  type FreshBase,
} from '../helpers/database.ts'
import {
  approval,
  deliver,
  district,
  parcelCode,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
} from './given.ts'

const county = district('430211', rect(-1000, -1000, 5000, 5000), '天元区')
const plan = approval('湘政地〔2020〕1号', rect(0, 0, 400, 100))
const again = approval('湘政地〔2021〕2号', rect(300, 0, 200, 100), { approved_on: '2021-03-01' })
const contract = supply(supervisionNo(1), rect(0, 0, 200, 100), { project: '一号厂房', holder: '示例公司' })
const line = zone('eco_redline', 'E1', rect(350, 0, 20, 100))

/** Everything a reader can ask of a base, for one moment. */
async function everything({ db }: Base, moment: Moment) {
  const page = await findParcels(db, {}, moment)
  const each = page.rows.map(({ parcelId }) => String(parcelId))
  const all = async <T>(read: (id: string) => Promise<T>): Promise<T[]> => {
    const answers: T[] = []
    for (const id of each) answers.push(await read(id))
    return answers
  }
  const exported = []
  for (const kind of ['parcels', 'records', 'findings', 'ledger'] as const) {
    const { buildId, asOf, knownAt } = await standingAt(db, moment)
    const table = await openExport(db, kind, {}, { asOf, knownAt })
    for await (const { id, cells } of table.rows) exported.push([kind, buildId, id, cells])
  }
  return {
    page,
    stats: await stats(db, {}, moment),
    cards: await all((id) => parcelCard(db, id, moment)),
    dossiers: await all((id) => dossier(db, id, 'zh', moment)),
    conflicts: await all((id) => conflicts(db, id, moment)),
    ledger: await readLedger(db, moment),
    pieces: await ledgerPieces(db, { district: null, account: 'remainder', limit: 100 }, moment),
    findings: await readFindings(db, { noise: 'true' }, moment),
    exported,
  }
}

const refusalOf = async (answer: Promise<unknown>): Promise<Refusal> => {
  const error = await answer.catch((reason: unknown) => reason)
  if (!(error instanceof Refusal)) throw new Error('It was not refused.', { cause: error })
  return error
}

const rowsOf = async ({ db }: FreshBase): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const table of ['parcel_version', 'parcel_record', 'finding', 'ledger_piece'] as const) {
    const { n } = await db
      .selectFrom(table)
      .select(sql<number>`count(*)::int`.as('n'))
      .executeTakeFirstOrThrow()
    counts[table] = n
  }
  return counts
}

eachBase('history', (open) => {
  let first: Awaited<ReturnType<typeof everything>>
  let second: Awaited<ReturnType<typeof everything>>

  test('what is asked as of an earlier day reads as it read then', async () => {
    const base = open()
    await deliver(base, [county, plan, again, contract, line], '2024-01-01T00:00:00Z')
    await publishedBuild(base, { asOf: '2024-02-01', startedAt: '2024-02-01T08:00:00Z' })
    first = await everything(base, {})
    expect(first.findings.map(({ code }) => code)).toContain('P101')
    expect(first.page.rows).toHaveLength(3)

    await deliver(
      base,
      [
        registration(parcelCode(1), rect(0, 0, 200, 100), { holder: '示例公司' }),
        approval('湘政地〔2021〕2号', rect(400, 0, 200, 100), { approved_on: '2021-03-01' }),
      ],
      '2024-03-01T00:00:00Z',
    )
    await publishedBuild(base, { asOf: '2024-03-15', startedAt: '2024-03-15T08:00:00Z' })
    second = await everything(base, {})
    expect(second.findings.map(({ code }) => code)).not.toContain('P101')
    expect(second.cards.map(({ kind }) => kind)).toContain('titled')

    for (const asOf of ['2024-02-01', '2024-03-14']) expect(await everything(base, { asOf })).toEqual(first)
    for (const asOf of ['2024-03-15', '2030-01-01']) expect(await everything(base, { asOf })).toEqual(second)
  })

  test('a build of the same records writes no row', async () => {
    const base = open()
    const before = await rowsOf(base)
    const { written } = await publishedBuild(base, { asOf: '2024-03-15', startedAt: '2024-03-16T08:00:00Z' })
    expect(written).toEqual({ opened: 0, closed: 0 })
    expect(await rowsOf(base)).toEqual(before)
    const { knownAt: _, ...ledger } = await readLedger(base.db)
    expect(second.ledger).toMatchObject(ledger)
  })

  test('figures are the exact sum of their pieces', async () => {
    const { db } = open()
    const { buildId } = (await readStanding(db))!
    const { rows } = await sql<{ off: number }>`
      select count(*)::int as off
      from ledger_entry as e
      left join (
        select district_code, account, sum(round(area_m2::numeric * 1000000000)) as nano
        from ledger_piece where to_build is null group by 1, 2
      ) as p using (district_code, account)
      where e.build_id = ${buildId} and e.area_nano_m2 <> coalesce(p.nano, 0)`.execute(db)
    expect(rows[0]!.off).toBe(0)
  })

  test('written in part or whole, a build says the same to the last digit', async () => {
    const base = open()
    const figures = async (build: number) => {
      const { rows } = await sql`
        select district_code, account, area_nano_m2::text as nano, area_m2 from ledger_entry
        where build_id = ${build} order by 1, 2`.execute(base.db)
      return rows
    }
    await deliver(
      base,
      [supply(supervisionNo(3), rect(250.1, 0.3, 33.3, 77.7), { project: '二号厂房' })],
      '2024-03-17T00:00:00Z',
    )
    const part = await publishedBuild(base, { asOf: '2024-03-15', startedAt: '2024-03-17T08:00:00Z' })
    expect(part.written.opened).toBeGreaterThan(0)
    const whole = await publishedBuild(base, {
      asOf: '2024-03-15',
      startedAt: '2024-03-17T09:00:00Z',
      scope: 'full',
    })
    expect(whole.written).toEqual({ opened: 0, closed: 0 })
    expect(await figures(whole.build)).toEqual(await figures(part.build))
  })

  test('what was known by a moment is answered from what was built by then', async () => {
    const base = open()
    const then = await standingAt(base.db, { asOf: '2024-03-15', knownAt: '2024-03-15T23:00:00Z' })
    expect(await standingAt(base.db, { asOf: '2024-03-15' })).toMatchObject({
      buildId: then.buildId + 3,
    })
    expect((await parcelCard(base.db, String(first.cards[0]!.parcelId), then)).knownAt).toBe(
      '2024-03-15T08:00:00.000Z',
    )
    // the day readers see, as far as it was known at the end of February, Beijing time
    expect(await everything(base, { knownAt: '2024-02-29' })).toEqual(first)
  })

  test('a look-back answers for its day, and nothing readers see is touched', async () => {
    const base = open()
    const now = await everything(base, {})
    const numbers = await open().db.selectFrom('parcel').select('parcel_id').execute()
    const summary = await publishedBuild(base, { asOf: '2024-02-20', startedAt: '2024-04-01T08:00:00Z' })
    expect(summary).toMatchObject({ lookBack: true, asOf: '2024-02-20' })
    expect(await everything(base, {})).toEqual(now)
    expect(await open().db.selectFrom('parcel').select('parcel_id').execute()).toEqual(numbers)

    // what came in March was true before: known now, it changes what can be said of February
    const back = await everything(base, { asOf: '2024-02-20' })
    expect(back.page.rows.map(({ parcelId }) => parcelId)).toEqual(
      now.page.rows.map(({ parcelId }) => parcelId),
    )
    expect(back.ledger.total).toEqual(now.ledger.total)
    expect(back.ledger.asOf).toBe('2024-02-20')
    expect(await everything(base, { asOf: '2024-02-20', knownAt: '2024-03-01T00:00:00Z' })).toEqual(first)
    const standing = await standingAt(base.db, { asOf: '2024-02-20' })
    expect(standing).toMatchObject({ buildId: summary.build, historyTo: 1 })
  })

  test('land only a look-back knows has a number of its own, which the next one finds again', async () => {
    const base = open()
    // a plot of last year that was given up on 1 February, before anything was built
    await deliver(
      base,
      [
        approval('湘政地〔2019〕9号', rect(0, 2000, 50, 50), {
          status: 'withdrawn',
          status_on: '2024-01-15',
        }),
      ],
      '2024-04-02T00:00:00Z',
    )
    const request = { asOf: '2024-01-10' }
    const one = await publishedBuild(base, { ...request, startedAt: '2024-04-03T08:00:00Z' })
    const lone = async () =>
      (await findParcels(base.db, {}, { asOf: '2024-01-10' })).rows.filter(
        ({ areas }) => areas.planarM2 === 2500,
      )
    const [land] = await lone()
    expect(land).toBeDefined()
    expect(
      await base.db.selectFrom('parcel').selectAll().where('parcel_id', '=', land!.parcelId).execute(),
    ).toMatchObject([{ born_build: one.build, retired_build: one.build }])
    await publishedBuild(base, { ...request, startedAt: '2024-04-04T08:00:00Z' })
    expect((await lone()).map(({ parcelId }) => parcelId)).toEqual([land!.parcelId])
    expect((await refusalOf(parcelCard(base.db, String(land!.parcelId)))).code).toBe('PARCEL_UNKNOWN')
  })

  test('a day before the first build is refused, and so is what is no day', async () => {
    const { db } = open()
    const early = await refusalOf(readLedger(db, { asOf: '2023-12-31' }))
    expect(early).toMatchObject({ code: 'NOT_BUILT_FOR_DAY', place: { field: 'asOf' } })
    expect(early.text.en).toContain('2024-01-10')
    expect(early.hint.en).toContain('terrier build --as-of 2023-12-31')
    const unknown = await refusalOf(readLedger(db, { knownAt: '2024-01-31T00:00:00Z' }))
    expect(unknown).toMatchObject({ code: 'NOT_BUILT_FOR_DAY', place: { field: 'knownAt' } })
    for (const bad of [
      { asOf: '2024-02-30' },
      { asOf: 'today' },
      { knownAt: '2024-02-01T08:00:00' },
      { knownAt: '2024-02-30T08:00:00Z' },
      { knownAt: "'; drop table build" },
    ])
      expect((await refusalOf(readLedger(db, bad))).code, JSON.stringify(bad)).toBe('BAD_DATE')
  })
})

/** A base that only ever saw the first four migrations. */
async function oldBase(kind: BaseKind) {
  const migrations = readMigrations()
  const folder = temporaryFolder()
  const name = `terrier_test_${randomUUID().replaceAll('-', '').slice(0, 16)}`
  if (kind === 'server') await withServer((client) => client.query(`create database ${name}`))
  const config = { databaseUrl: kind === 'server' ? serverUrlOf(name) : null, dataDir: folder.path }
  return {
    before: () => openBase(config, { migrations: migrations.slice(0, 4) }),
    after: () => openBase(config),
    async remove() {
      folder.remove()
      if (kind === 'server') await withServer((client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

describe.each(baseKinds)('a base filled before history was kept [%s]', (kind) => {
  test.skipIf(kind === 'server' && !hasServer)(
    'reads as before, and is gone on from',
    { timeout: 120_000 },
    async () => {
      const old = await oldBase(kind)
      let base = await old.before()
      try {
        await fill(base)
        await base.close()
        base = await old.after()
        expect(base.migrated[0]).toBe('0005_history.sql')
        const { db } = base
        // its parcels never got strategies, so readers see it no more; its rows are all there
        expect(await readStanding(db)).toBeNull()
        expect((await refusalOf(readLedger(db))).code).toBe('NOT_CLASSIFIED')
        const last = (await readLatest(db))!
        expect(last).toMatchObject({ buildId: 2, asOf: '2024-02-01', historyTo: 2 })
        const findings = await readFindings(db, {}, last)
        expect(findings.map(({ findingNo, code }) => [findingNo, code])).toEqual([[1, 'P601']])
        expect((await dossier(db, '43021100000001', 'zh', last)).parcelId).toBe(43021100000001)
        const pieces = await ledgerPieces(db, { district: null, account: 'approved', limit: 9 }, last)
        expect(pieces).toMatchObject({ total: 1, totalPlanarM2: 10_000 })
        const { written } = await publishedBuild(base, {
          asOf: '2024-03-01',
          startedAt: '2024-03-01T08:00:00Z',
        })
        expect(written.closed).toBe(3) // a link, a finding, a piece
        expect((await readLedger(db)).total.accounts.approved).toBe(0)
        // of the first build only its number is left
        expect((await refusalOf(readLedger(db, { asOf: '2024-01-31' }))).code).toBe('NOT_BUILT_FOR_DAY')
        const unpublished = await refusalOf(readLedger(db, { asOf: '2024-02-29' }))
        expect(unpublished).toMatchObject({ code: 'NOT_CLASSIFIED' })
        expect(unpublished.hint.en).toContain('terrier classify --as-of 2024-02-29')
        await classifyPast(base, { asOf: '2024-02-29' }, { startedAt: '2024-03-01T09:00:00Z' })
        expect((await readLedger(db, { asOf: '2024-02-29' })).total.accounts.approved).toBe(10_000)
        const numbers = await db
          .selectFrom('finding')
          .select('finding_id')
          .where('to_build', 'is', null)
          .execute()
        for (const { finding_id } of numbers) expect(finding_id).toBeGreaterThan(1)
      } finally {
        await base.close()
        await old.remove()
      }
    },
  )
})

/** Two builds of one parcel, the first without its rows, as they were left then. */
async function fill({ db }: Base): Promise<void> {
  const square = sql`st_multi(st_makeenvelope(414000, 3079000, 414100, 3079100, 4547))`
  for (const statement of [
    sql`insert into build values
      (1, '2024-01-01', '2024-01-01T08:00Z', '2024-01-01T08:00Z', '2024-01-01T08:01Z', 'complete', '{}', '{}'),
      (2, '2024-02-01', '2024-02-01T08:00Z', '2024-02-01T08:00Z', '2024-02-01T08:01Z', 'complete', '{}', '{}')`,
    sql`update base set current_build = 2`,
    sql`insert into counter values ('build', 2), ('parcel:430211', 1)`,
    sql`insert into parcel values ('430211', 43021100000001, 1, null)`,
    sql`insert into parcel_version (county_code, parcel_id, from_build, valid_during, recorded_at, kind, source_record_id,
        district_code, stage, area_planar_m2, area_ellipsoid_m2, geom)
      values ('430211', 43021100000001, 1, '[2024-01-01,)', '2024-01-01T08:00Z', 'remainder', 7, '430211', 'approved',
        10000, 9998, ${square})`,
    sql`insert into parcel_event values (1, 1, 'created', '430211', 43021100000001, '2024-01-01')`,
    sql`insert into parcel_edge values (1, 43021100000009, 43021100000001, 5)`,
    sql`insert into parcel_record values (2, '430211', 43021100000001, 7, 'approval', 10000, 1, 1, '{shape}', 'certain')`,
    sql`insert into finding values (2, 1, '430211', 'P601', 'low', false, '{43021100000001}', '{7}', '[]', '{}',
        null, null, null, null, null)`,
    sql`insert into ledger_entry values (1, '430211', 'approved', 10000), (2, '430211', 'approved', 10000)`,
    sql`insert into ledger_piece values (2, 1, '430211', 'approved', '{7}', null, 10000, ${square})`,
  ])
    await statement.execute(db)
}
