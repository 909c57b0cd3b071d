import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql, type Transaction } from 'kysely'
import { runBuild } from '../../server/build/run.ts'
import { openBase, type Base } from '../../server/db/open.ts'
import type { Database } from '../../server/db/schema.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { conditionToSql, packNames } from '../../server/rule/to-sql.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import type { Figures } from './run.ts'
import { packToSql } from '../rule/pack-sql.ts'

const EMBEDDED = 10_000

/**
 * A classification of every parcel of a built city, step by step; choosing alone, as one statement over the facts; and its
 * peer on the same rows in the same run, a bare UPDATE … CASE of the same conditions over a table of the same width. Then a
 * city of 10,000 in the embedded base.
 */
export async function* benchClassify(base: Base): AsyncGenerator<Figures> {
  yield* classifyOnce(base, 'server')
  const [chosen, bare] = await base.transaction(async (tx) => [await chooseAlone(tx), await bareUpdate(tx)])
  yield row('server: strategies and runners-up chosen, one statement over the facts', chosen, 'bar 3 s')
  yield row('server: peer, bare UPDATE … CASE of the same conditions and width', bare)
  yield row('ratio: chosen / bare UPDATE … CASE', null, (chosen / bare).toFixed(2))
  const dataDir = mkdtempSync(join(tmpdir(), 'terrier-bench-'))
  const embedded = await openBase({ databaseUrl: null, dataDir })
  try {
    const at = new Date().toISOString()
    await loadDemo(embedded, { parcels: EMBEDDED, seed: 1, at })
    await runBuild(embedded, { asOf: CITY_AS_OF, startedAt: new Date().toISOString() })
    yield* classifyOnce(embedded, 'embedded')
  } finally {
    await embedded.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function* classifyOnce(base: Base, name: string): AsyncGenerator<Figures> {
  const steps: { step: string; at: number }[] = []
  const begun = performance.now()
  const { parcels } = await runClassify(base, {
    startedAt: new Date().toISOString(),
    scope: 'full',
    onProgress(_, step) {
      const text = step.en.replaceAll(/\d+/g, 'N')
      if (steps.at(-1)?.step !== text) steps.push({ step: text, at: performance.now() })
    },
  })
  const ended = performance.now()
  for (const [i, { step, at }] of steps.entries())
    yield row(`${name}: ${step}`, ((steps[i + 1]?.at ?? ended) - at) / 1000)
  yield row(`${name}: classify, all of it`, (ended - begun) / 1000, `${parcels} parcels`)
}

async function chooseAlone(tx: Transaction<Database>): Promise<number> {
  const choose = sql`create temporary table chosen on commit drop as ${packToSql(defaultPack())}`
  return timed(() => choose.execute(tx))
}

async function bareUpdate(tx: Transaction<Database>): Promise<number> {
  const pack = defaultPack()
  const names = packNames(pack, 'plain')
  const cases = pack.strategies.map(
    ({ code, condition }) => sql`when ${conditionToSql(condition, names)} then ${code}::text`,
  )
  await sql`create temporary table plain on commit drop as select f.*, null::text as strategy from fact as f`.execute(
    tx,
  )
  await sql`analyze plain`.execute(tx)
  return timed(() => sql`update plain set strategy = case ${sql.join(cases, sql` `)} end`.execute(tx))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}

const row = (what: string, seconds: number | null, note = ''): Figures => ({
  what,
  seconds: seconds === null ? null : Number(seconds.toFixed(2)),
  rssMB: Math.round(process.memoryUsage().rss / 1e6),
  note,
})
