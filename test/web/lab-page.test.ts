import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { Page } from 'playwright'
import { strategyColours } from '../../web/map/palette.ts'
import { runBuild } from '../../server/build/run.ts'
import { loadDemo } from '../../server/demo/load.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { freshBase, type FreshBase } from '../helpers/database.ts'
import { complaints } from './axe.ts'
import { setRealStage, type RealStage } from './real-stage.ts'

const startedAt = '2025-07-01T08:00:00Z'
let base: FreshBase
let stage: RealStage

// The page over the real server: what the map shows and what classification would give must be one thing.
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

async function open(query: string): Promise<Page> {
  const page = await stage.open(query)
  await page.locator('.lab-summary').waitFor()
  await page.locator('.map-canvas[data-idle="true"]').waitFor()
  return page
}

/** Pixels of the map in just this colour. */
async function pixelsOf(page: Page, colour: string): Promise<number> {
  const image = await loadImage(await page.locator('.map-canvas canvas').screenshot())
  const context = createCanvas(image.width, image.height).getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  const wanted = Number.parseInt(colour.slice(1), 16)
  let found = 0
  for (let i = 0; i < data.length; i += 4)
    if (((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!) === wanted) found++
  return found
}

test('somebody who has never seen CQL2 moves the idle clock to nine months, reads the answer and sees it on the map', async () => {
  const page = await open('?page=lab')
  expect(await page.locator('.lab-summary').textContent()).toContain('试着移动')
  const input = page.getByRole('spinbutton', { name: /闲置/ }).first()
  await input.click()
  await input.press('ControlOrMeta+a')
  await page.keyboard.type('9')
  await expect.poll(() => page.locator('.lab-summary').textContent()).toContain('12 个月 → 9 个月')
  expect(new URL(page.url()).searchParams.get('try')).toBe('idle_fee_after:9')

  const answer = await fetch(new URL('/api/rules/preview', page.url()), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ set: { idle_fee_after: 9 } }),
  })
  const { moved, moves } = (await answer.json()) as {
    moved: { parcels: number }
    moves: { from: string; to: string; parcels: number }[]
  }
  expect(moved.parcels).toBeGreaterThan(0)
  expect(await page.locator('.lab-answer').textContent()).toContain(`${moved.parcels} 宗会换策略`)
  expect(await page.locator('.lab-summary').textContent()).toContain('改动法定数值')

  // The map: before, no parcel has the full colour of a mover, for all are pale or blended; now movers have it.
  const { to } = moves[0]!
  const colour = strategyColours(defaultPack().strategies.map(({ code }) => code)).get(to)!
  await page.locator('.map-canvas[data-preview]:not([data-preview=""])[data-idle="true"]').waitFor()
  const tried = await pixelsOf(page, colour)
  expect(tried).toBeGreaterThan(50)
  await page.getByRole('button', { name: '全部还原' }).click()
  await page.locator('.map-canvas[data-preview=""][data-idle="true"]').waitFor()
  expect(await pixelsOf(page, colour)).toBeLessThan(tried / 10)
  await page.close()
})

test('a cell of the matrix lists its parcels, and a parcel says why; the link shows the same again', async () => {
  const page = await open('?page=lab&try=idle_fee_after:6')
  const cell = page.locator('.lab-cell button').first()
  const parcels = Number(await cell.locator('b').textContent())
  await cell.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('.lab-movers-head').textContent()).toContain(`${parcels} 宗`)
  await page.locator('.lab-movers .row').first().click()
  await page.locator('.lab-why').getByRole('link').waitFor()
  await page.reload()
  await expect.poll(() => page.locator('.lab-movers-head').textContent()).toContain(`${parcels} 宗`)
  expect(await complaints(page)).toEqual([])
  await page.close()
})

test('a scenario is saved with a name and opened again; a wrong condition says what is wrong where it is typed', async () => {
  const page = await open('?page=lab&try=far_slack:0.9,idle_fee_after:7')
  await page.getByRole('button', { name: '保存方案' }).click()
  await page.getByLabel('方案名称').fill('七个月')
  await page.getByLabel('姓名').fill('王科长')
  await page.getByRole('dialog').getByRole('button', { name: '保存方案' }).click()
  await page.getByRole('article', { name: '七个月' }).waitFor()
  await page.getByRole('button', { name: '全部还原' }).click()
  await page
    .getByRole('article', { name: '七个月' })
    .getByRole('button', { name: /打\s?开/ })
    .click()
  await expect.poll(() => new URL(page.url()).searchParams.get('try')).toContain('idle_fee_after:7')
  await page.getByRole('tab', { name: '条件' }).click()
  await page.locator('.lab-right .ant-collapse-header').nth(2).click()
  await page.getByRole('textbox', { name: 'X3 的条件' }).fill('site.biult = TRUE')
  await expect.poll(() => page.getByRole('alert').first().textContent()).toContain('site.biult')
  expect(await page.getByRole('alert').first().textContent()).toContain('site.built')
  await page.close()
})
