import { sql } from 'kysely'
import type { Page } from 'playwright'
import type { Base } from '../../server/db/open.ts'
import { changedPack } from '../../server/rule/pack-change.ts'
import { Lab } from '../../server/strategy/lab.ts'
import { currentRun } from '../../server/strategy/run-store.ts'
import type { Figures } from './run.ts'
import { packToSql } from '../rule/pack-sql.ts'
import { setRealStage } from '../web/real-stage.ts'

/** Months the idle clock is moved to, one after the other. */
const MONTHS = [9, 8, 6, 18, 3]
const ROUNDS = 3

/**
 * A changed threshold, from the key that is pressed to the map painted in the new colours (Chromium over HTTP, the whole
 * city in view), and the engine alone; beside them the same pack as one bare statement over the same facts.
 */
export async function* benchPreview(base: Base): AsyncGenerator<Figures> {
  const run = await currentRun(base.db)
  const lab = new Lab(base)
  yield row('engine, cold: facts read, every rule', await timed(() => lab.tried({})), 0)
  for (const months of MONTHS) {
    const set = { idle_fee_after: months }
    const ms = await timed(() => lab.preview({ set, check: false }))
    const { movers } = await lab.tried({ set })
    yield row(`engine, warm: ${months} months`, ms, movers.length)
  }
  const nine = changedPack(run.pack, { set: { idle_fee_after: 9 } }, run.asOf)
  const bare = () =>
    sql`select strategy, count(*) from (${packToSql(nine)}) as chosen group by strategy`.execute(base.db)
  yield row('bare SQL of the same pack, counted', await least(bare), null)
  const update = (tx: Base['db']) =>
    sql`update assessment as a set strategy = chosen.strategy, ruled_strategy = chosen.strategy
      from (${packToSql(nine)}) as chosen
      where a.to_run is null and a.override_id is null and a.county_code = chosen.county_code and a.parcel_id = chosen.parcel_id`.execute(
      tx,
    )
  yield row('bare UPDATE … CASE of the same pack, rolled back', await undone(base, update), null)
  yield* inBrowser(base)
}

async function* inBrowser(base: Base): AsyncGenerator<Figures> {
  const stage = await setRealStage(base)
  try {
    await stage.app.tiles.warm('parcel')
    const page = await stage.open('?page=lab')
    await page.locator('.lab-summary').waitFor({ timeout: 120_000 })
    await page.locator('.map-canvas[data-idle="true"]').waitFor({ timeout: 120_000 })
    for (const [i, months] of MONTHS.entries()) {
      const { answered, painted } = await keyToPaint(page, months)
      const what = i === 0 ? 'page, first change' : 'page, next change'
      yield row(`${what} (${months} months): answer shown`, answered, null)
      yield row(`${what} (${months} months): map painted`, painted, null)
    }
  } finally {
    await stage.close()
  }
}

/** Types a number of months; milliseconds until the summary says it, and until the map has painted its tiles. */
async function keyToPaint(page: Page, months: number): Promise<{ answered: number; painted: number }> {
  const input = page.getByRole('spinbutton', { name: /闲置/ }).first()
  await input.click()
  await input.press('ControlOrMeta+a')
  // The watcher must stand before the key is pressed: keys overtake scripts on their way into the page.
  await page.evaluate(`globalThis.seen = (${watcher})(${months}); undefined`)
  await page.keyboard.type(String(months))
  const measured = await page.evaluate<{ answered: number; painted: number }>('globalThis.seen')
  await page.waitForTimeout(500)
  return measured
}

/** Runs in the page, as text: what compiles this file would put its own helpers into a function. */
const watcher = `(months) => new Promise((resolve) => {
  const map = document.querySelector('.map-canvas')
  const summary = document.querySelector('.lab-summary')
  const before = map.getAttribute('data-preview')
  let begun = 0
  let answered = 0
  document.addEventListener('keydown', () => { begun = begun || performance.now() }, { capture: true })
  const look = () => {
    const now = map.getAttribute('data-preview')
    if (!answered && begun && summary.textContent.includes('→ ' + months + ' ')) answered = performance.now()
    if (answered && now && now !== before && map.getAttribute('data-idle') === 'true')
      resolve({ answered: answered - begun, painted: performance.now() - begun })
    else requestAnimationFrame(look)
  }
  look()
})`

const row = (what: string, ms: number, parcels: number | null): Figures => ({
  what,
  ms: Math.round(ms),
  parcels,
})

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function least(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity
  for (let i = 0; i < ROUNDS; i++) best = Math.min(best, await timed(work))
  return best
}

async function undone(base: Base, work: (tx: Base['db']) => Promise<unknown>): Promise<number> {
  let ms = 0
  const stop = new Error('measured')
  await base
    .transaction(async (tx) => {
      ms = await timed(() => work(tx))
      throw stop
    })
    .catch((error: unknown) => {
      if (error !== stop) throw error
    })
  return ms
}
