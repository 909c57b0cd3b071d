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
async function openLarge(): Promise<Page> {
  const page = await stage.open()
  await page.route('**/api/parcels?*', async (route) => {
    const response = await route.fetch({ maxRetries: 3 }) // a reload cuts connections that are kept
    const body = (await response.json()) as ParcelPage
    await route.fulfill({ response, json: { ...body, total: 118_803 } })
  })
  await page.reload()
  await page.locator('.list-head output', { hasText: '118,803' }).waitFor()
  return page
}
/** By its heading: built for tests, antd gives every dialog the same id, and so the name of whatever comes first. */
const dialogOf = (page: Page) => page.getByRole('dialog').filter({ hasText: '导出任务' })
const choose = async (page: Page, format: string) => {
  await page.getByRole('button', { name: '导出' }).click()
  await page.getByRole('menuitem', { name: format }).click()
}

test('a small selection is fetched at once, a whole city becomes a file in the background, to be fetched when it is there', async () => {
  const page = await stage.open()
  await page.locator('.list-head output', { hasText: '宗' }).waitFor()
  await page.getByRole('button', { name: '导出' }).click()
  const direct = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  const small = await readFile(await (await direct).path())
  expect((await direct).suggestedFilename()).toBe('terrier-parcels.csv')
  await page.close()

  const large = await openLarge()
  await large.getByRole('button', { name: '导出' }).click()
  expect(await large.locator('.export-menu p').textContent()).toContain('共 118,803 宗')
  await large.getByRole('menuitem', { name: 'CSV' }).click()
  const item = dialogOf(large).getByRole('listitem', { name: 'terrier-parcels-2025-06-30.csv' })
  await item.getByText('下载').waitFor()
  const sha256 = createHash('sha256').update(small).digest('hex')
  expect(await item.textContent()).toContain(sha256)
  const fetched = large.waitForEvent('download')
  await item.getByText('下载').click()
  expect((await fetched).suggestedFilename()).toBe('terrier-parcels-2025-06-30.csv')
  expect((await readFile(await (await fetched).path())).equals(small)).toBe(true)
  expect(await complaints(large)).toEqual([])
  await large.close()
})

test('one that runs shows how far it is, goes on when the page is left, and can be cancelled', async () => {
  let go!: () => void
  const gate = new Promise<void>((resolve) => (go = resolve))
  await stage.app.jobs.start('test', {}, ({ signal }) => {
    signal.addEventListener('abort', () => go())
    return gate
  })
  const page = await openLarge()
  await choose(page, 'GeoPackage')
  const running = () => dialogOf(page).getByRole('listitem', { name: 'terrier-parcels-2025-06-30.gpkg' })
  await expect.poll(() => running().textContent()).toContain('排队中')
  await openMade(page)
  await expect.poll(() => running().textContent()).toContain('排队中')
  await running().getByRole('button', { name: '取消导出' }).click()
  go()
  await expect.poll(() => running().textContent()).toContain('已取消')
  expect(await running().getByText('下载').count()).toBe(0)
  await page.close()
})

/** Comes back to the page, and to the exports from its menu. */
async function openMade(page: Page): Promise<void> {
  await page.reload()
  await page.locator('.list-head output', { hasText: '118,803' }).waitFor()
  await page.getByRole('button', { name: '导出' }).click()
  await page.getByRole('menuitem', { name: /导出任务与文件/ }).click()
}
