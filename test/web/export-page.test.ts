import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ParcelPage } from '../../server/contract.ts'
import { runBuild } from '../../server/build/run.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { freshBase, type FreshBase } from '../helpers/database.ts'
import { complaints } from './axe.ts'
import { setRealStage, type RealStage } from './real-stage.ts'

const startedAt = '2025-07-01T08:00:00Z'
let base: FreshBase
let stage: RealStage

beforeAll(async () => {
  base = await freshBase('embedded')
  await loadDemo(base, { parcels: 500, seed: 7, at: startedAt })
  await runBuild(base, { asOf: '2025-06-30', startedAt })
  await runClassify(base, { startedAt })
  stage = await setRealStage(base)
})
afterAll(async () => {
  await stage?.close()
  await base?.remove()
})

/** The list as of a whole city: its total alone is larger than it is. */
async function openLarge(prepare: (page: Page) => Promise<unknown> = async () => {}): Promise<Page> {
  const page = await stage.open()
  await page.route('**/api/parcels?*', async (route) => {
    const response = await route.fetch()
    const body = (await response.json()) as ParcelPage
    await route.fulfill({ response, json: { ...body, total: 118_803 } })
  })
  await prepare(page)
  await page.reload()
  await listed(page, '118,803')
  return page
}
const listed = (page: Page, total: string) => page.locator('.list-head output', { hasText: total }).waitFor()
/** By its heading: built for tests, antd gives every dialog the same id, and so the name of whatever comes first. */
const dialogOf = (page: Page) => page.getByRole('dialog').filter({ hasText: '导出任务' })
const openMenu = (page: Page) => page.getByRole('button', { name: '导出' }).click()
/** By key: a menu that opens under the pointer can move between press and release, and then no item is clicked. */
const choose = (page: Page, item: string | RegExp) =>
  page.getByRole('menuitem', { name: item }).press('Enter')
const exportAs = async (page: Page, format: string) => {
  await openMenu(page)
  await choose(page, format)
  await dialogOf(page).waitFor()
}
const fileName = (ending: string) => `terrier-parcels-2025-06-30.${ending}`
const itemOf = (page: Page, ending: string) =>
  dialogOf(page).getByRole('listitem', { name: fileName(ending) })

test('a small selection is fetched at once, a whole city becomes a file in the background, to be fetched when it is there', async () => {
  const page = await stage.open()
  await listed(page, '宗')
  await openMenu(page)
  const direct = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'CSV' }).getByRole('link').press('Enter')
  const small = await readFile(await (await direct).path())
  expect((await direct).suggestedFilename()).toBe('terrier-parcels.csv')
  await page.close()

  const large = await openLarge()
  await openMenu(large)
  expect(await large.locator('.export-menu p').textContent()).toContain('共 118,803 宗')
  await choose(large, 'CSV')
  await dialogOf(large).waitFor()
  const item = itemOf(large, 'csv')
  await item.getByText('下载').waitFor()
  const sha256 = createHash('sha256').update(small).digest('hex')
  expect(await item.textContent()).toContain(sha256)
  const fetched = large.waitForEvent('download')
  await item.getByText('下载').click()
  expect((await fetched).suggestedFilename()).toBe(fileName('csv'))
  expect((await readFile(await (await fetched).path())).equals(small)).toBe(true)
  expect(await complaints(large)).toEqual([])
  await large.close()
})

test('a search is exported as it is listed: by number, by place, in whatever case its letters are', async () => {
  const { rows } = (await (await fetch(`${stage.url}/api/parcels?limit=500`)).json()) as ParcelPage
  const placed = rows.find(
    ({ location, project, holder }) =>
      location && !project?.includes(location) && !holder?.includes(location),
  )!
  const coded = rows.find(({ parcelCode }) => parcelCode !== null)!
  for (const [q, finds] of [
    [String(rows[3]!.parcelId), rows[3]!],
    [placed.location!, placed],
    [coded.parcelCode!.slice(10).toLowerCase(), coded],
  ] as const) {
    const page = await stage.open(`?q=${encodeURIComponent(q)}`)
    await listed(page, '宗')
    const total = Number(
      (await page.locator('.list-head output b').first().textContent())!.replaceAll(',', ''),
    )
    await openMenu(page)
    const direct = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV' }).getByRole('link').press('Enter')
    const lines = (await readFile(await (await direct).path(), 'utf8')).trimEnd().split('\r\n')
    expect({ q, rows: lines.length - 1 }).toEqual({ q, rows: total })
    expect(lines.some((line) => line.includes(String(finds.parcelId)))).toBe(true)
    await page.close()
  }
})

test('one that runs shows how far it is, goes on when the page is left, and can be cancelled', async () => {
  let go!: () => void
  const gate = new Promise<void>((resolve) => (go = resolve))
  await stage.app.jobs.start('test', {}, ({ signal }) => {
    signal.addEventListener('abort', () => go())
    return gate
  })
  const page = await openLarge()
  await exportAs(page, 'GeoPackage')
  const running = () => itemOf(page, 'gpkg')
  await expect.poll(() => running().textContent()).toContain('排队中')
  await openMade(page)
  await expect.poll(() => running().textContent()).toContain('排队中')
  await running().getByRole('button', { name: '取消导出' }).click()
  go()
  await expect.poll(() => running().textContent()).toContain('已取消')
  expect(await running().getByText('下载').count()).toBe(0)
  await page.close()
})

test('one ordered while the list of exports is still on its way is in that list', async () => {
  let ordered!: () => void
  const order = new Promise<void>((resolve) => (ordered = resolve))
  const page = await openLarge((page) =>
    page.route('**/api/exports', async (route) => {
      const response = await route.fetch()
      if (route.request().method() === 'POST') ordered()
      else await order // asked for before, answered after
      await route.fulfill({ response }).catch(() => {}) // the page no longer waits for it
    }),
  )
  await exportAs(page, 'GeoJSON')
  await itemOf(page, 'geojson').getByText('下载').waitFor()
  await page.close()
})

test('until it is known how many parcels there are, no format can be chosen', async () => {
  let told!: () => void
  const tell = new Promise<void>((resolve) => (told = resolve))
  const page = await stage.open()
  await page.route('**/api/parcels?*', async (route) => {
    await tell
    await route.continue()
  })
  await page.reload()
  await openMenu(page)
  const csv = page.getByRole('menuitem', { name: 'CSV' })
  await csv.waitFor()
  expect(await csv.getAttribute('aria-disabled')).toBe('true')
  expect(await csv.getByRole('link').count()).toBe(0)
  told()
  await csv.getByRole('link').waitFor()
  expect(await csv.getAttribute('aria-disabled')).not.toBe('true')
  await page.close()
})

test('an order that is refused says why, and opens no list of exports', async () => {
  const page = await openLarge((page) =>
    page.route('**/api/exports', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 429, json: { title: '队列已满', detail: '请稍后再试。', status: 429 } })
        : route.continue(),
    ),
  )
  await openMenu(page)
  await choose(page, 'CSV')
  await page.getByText('队列已满').waitFor()
  expect(await dialogOf(page).count()).toBe(0)
  await page.close()
})

/** Comes back to the page, and to the exports from its menu. */
async function openMade(page: Page): Promise<void> {
  await page.reload()
  await listed(page, '118,803')
  await openMenu(page)
  await page.getByRole('menuitem', { name: /导出任务与文件/, disabled: false }).waitFor()
  await choose(page, /导出任务与文件/)
  await dialogOf(page).waitFor()
}
