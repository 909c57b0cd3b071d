import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaints } from './axe.ts'
import { inUrl, setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(60)
})
afterAll(() => stage?.close())

test('期限: soonest first, by office and light, in the link; a line leads to the reasons of its parcel', async () => {
  const { page, errors, outside } = await stage.open('?page=deadlines')
  const lines = page.getByRole('option')
  await lines.first().waitFor()
  expect(await page.getByRole('status').first().textContent()).toContain('60 宗')
  expect(await lines.first().textContent()).toMatch(/红.*2026-05-31.*超 30 日/)
  await page.getByText('黄', { exact: false }).first().click()
  await expect.poll(() => inUrl(page, 'light')).toBe('yellow')
  await expect.poll(() => lines.first().textContent()).toContain('今日到期') // the day asked about is its last day
  await page.getByRole('combobox', { name: '牵头单位' }).click()
  await page.getByTitle(/土地储备中心/).click()
  await expect.poll(() => inUrl(page, 'office')).toBe('土地储备中心')
  expect(stage.served.asked.at(-1)).toContain(encodeURIComponent('土地储备中心'))
  const calendar = page.getByRole('link', { name: '日历' })
  expect(decodeURIComponent((await calendar.getAttribute('href'))!)).toBe('/api/deadlines/土地储备中心.ics')
  await page.reload()
  await lines.first().waitFor()
  expect(await lines.count()).toBeLessThan(40) // only what is in sight is in the page
  await lines.first().click()
  await expect.poll(() => inUrl(page, 'parcel')).not.toBeNull()
  expect([inUrl(page, 'page'), inUrl(page, 'tab')]).toEqual([null, 'strategy'])
  expect([errors, outside]).toEqual([[], []])
  await page.context().close()
})

test('待查事实: the one that settles most land first', async () => {
  const { page } = await stage.open('?page=deadlines&desk=unknowns')
  await expect.poll(() => page.locator('.desk').textContent()).toContain('40 宗')
  const rows = await page.locator('tbody tr').allTextContents()
  expect(rows.find((row) => row.includes('已建设'))).toContain('216.00 亩') // 30 × 4,800 m² × 3 / 2000
  expect(rows.findIndex((row) => row.includes('已建设'))).toBeLessThan(
    rows.findIndex((row) => row.includes('闲置原因')),
  )
  expect(await complaints(page)).toEqual([])
  await page.context().close()
})

test('人工改定: what was opened again waits on its own desk', async () => {
  const { page } = await stage.open('?page=deadlines&desk=overrides')
  await expect.poll(() => page.locator('.desk').textContent()).toContain('闲置原因 企业自身 → 混合原因')
  await page.getByText('生效', { exact: true }).click()
  await expect.poll(() => inUrl(page, 'decided')).toBe('in_force')
  await expect.poll(() => page.locator('.desk').textContent()).toContain('株政纪〔2026〕12号')
  expect(await complaints(page)).toEqual([])
  await page.context().close()
})

test('an override is never hidden: card, reasons, list', async () => {
  const { page, errors } = await stage.open('?parcel=43021100000004&tab=strategy')
  const card = page.getByRole('article')
  await expect.poll(() => card.locator('.card-strategy').textContent()).toContain('人工改定 · 规则：C4')
  const override = card.getByRole('region', { name: '人工改定' })
  for (const text of ['管线迁改尚未完成', '株政纪〔2026〕12号', '张*', '2026-12-31'])
    await expect.poll(() => override.textContent()).toContain(text)
  await expect.poll(() => page.locator('.list').textContent()).toContain('人工改定')
  // the reasons are told in words, with the facts and what is not known
  const text = await card.textContent()
  for (const words of [
    '阶段 是 已供',
    '闲置原因',
    '不详',
    '下一个期限',
    '满一年闲置',
    '余 92 日',
    '房地产管理法26',
  ])
    expect(text).toContain(words)
  expect(await complaints(page)).toEqual([])
  expect(errors).toEqual([])
  await page.context().close()
})

test('a person decides: nothing is sent before all of it is said', async () => {
  const { page } = await stage.open('?parcel=43021100000007&tab=strategy')
  const override = page.getByRole('article').getByRole('region', { name: '人工改定' })
  await override.getByRole('button', { name: '改定策略' }).click()
  const from = stage.served.asked.length
  await override.getByRole('button', { name: '确认改定' }).click()
  await expect.poll(() => override.getByText('必填').count()).toBe(5)
  await override.getByLabel('改为').click()
  await page.keyboard.type('C3')
  await page.keyboard.press('Enter')
  await override.getByLabel('理由').fill('先行协商')
  await override.getByLabel('依据文件').fill('株政纪〔2026〕15号')
  await override.getByLabel('改定人').fill('张建国')
  await override.getByLabel('失效日').fill('2026-12-31')
  await override.getByRole('button', { name: '确认改定' }).click()
  await expect
    .poll(() => stage.served.asked.slice(from).filter((each) => each.startsWith('POST')))
    .toEqual(['POST /api/parcels/43021100000007/override'])
  await expect.poll(() => page.locator('.card-strategy').textContent()).toContain('人工改定')
  await page.context().close()
})
