import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complaints } from './axe.ts'
import { inUrl, setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(60)
})
afterAll(() => stage?.close())

const askedSince = (from: number, path: string): string[] =>
  stage.served.asked.slice(from).filter((each) => each.startsWith(`GET ${path}`))
const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

describe('批次闭合', () => {
  test('a row per document; a figure opens its pieces, and the link shows them again', async () => {
    const { page, errors } = await stage.open('?page=ledger&book=batches')
    const first = rowOf(page, '湘政地〔2020〕1号')
    await expect.poll(() => first.textContent()).toContain('不闭合')
    // 4,800 m² are 7.2 亩, 14,400 are 21.6; the document states 15,360, which are 23.04
    for (const mu of ['7.20', '21.60', '23.04', '1.44']) expect(await first.textContent()).toContain(mu)
    await first.getByRole('button', { name: '7.20', exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => inUrl(page, 'figure')).toBe('supplied:湘政地20201')
    await expect.poll(() => page.locator('.pieces').textContent()).toContain('湘政地〔2020〕1号')
    expect(stage.served.asked.at(-1)).toContain('/api/ledger/batches/pieces?')
    await page.reload()
    await expect.poll(() => page.locator('.pieces').textContent()).toContain('3 块图斑')
    expect(errors).toEqual([])
    await page.context().close()
  })

  test('45 documents come in pages of 20, and those that do not close can be had alone', async () => {
    const { page } = await stage.open('?page=ledger&book=batches')
    await rowOf(page, '〕20号').waitFor()
    expect(await rowOf(page, '〕21号').count()).toBe(0)
    await page.getByRole('listitem', { name: '3' }).click()
    await rowOf(page, '〕45号').waitFor()
    expect(inUrl(page, 'n')).toBe('3')
    await page.reload()
    await rowOf(page, '〕45号').waitFor()
    await page.getByRole('checkbox').check()
    await expect.poll(() => inUrl(page, 'open')).toBe('1')
    await expect.poll(() => page.getByRole('row').filter({ hasText: '湘政地' }).count()).toBe(1)
    await page.context().close()
  })
})

test('批而未供: state, last day and days left; a parcel leads to its card on the map', async () => {
  const { page } = await stage.open('?page=ledger&book=remainders')
  const first = rowOf(page, '湘政地〔2020〕1号')
  await expect.poll(() => first.textContent()).toContain('2026-04-30')
  for (const text of ['净地', '疑似失效', '-61']) expect(await first.textContent()).toContain(text)
  await first.getByRole('link').click()
  await expect.poll(() => inUrl(page, 'parcel')).toBe('43021100000001')
  expect(inUrl(page, 'page')).toBeNull()
  await page.getByRole('article').waitFor()
  await page.context().close()
})

test('供地率: window, both kinds of area, and a year that is asked for', async () => {
  const { page } = await stage.open('?page=ledger&book=rates&year=2024')
  const first = rowOf(page, 'ULAPI2')
  await expect.poll(() => first.textContent()).toContain('2021–2023')
  expect((await first.textContent())!.match(/33\.33 %/g)).toHaveLength(2)
  // of nothing there is no share
  expect(await rowOf(page, 'ULAPI1').textContent()).toContain('—')
  expect(stage.served.asked.filter((each) => each.startsWith('GET /api/ledger/rates')).at(-1)).toContain(
    'year=2024',
  )
  await page.context().close()
})

describe('a day to look from', () => {
  test('goes into the link and to every question, and the answer says what it answers for', async () => {
    const { page } = await stage.open('?page=ledger&cell=total.remainder')
    await page.locator('.pieces').waitFor()
    const from = stage.served.asked.length
    await page.getByLabel('查询日').fill('2026-01-31')
    await page.keyboard.press('Enter')
    await expect.poll(() => inUrl(page, 'asOf')).toBe('2026-01-31')
    await expect.poll(() => page.locator('.answers-for').textContent()).toContain('按 2025-12-31 的成果')
    await page.locator('.pieces').waitFor()
    for (const [tab, path] of [
      ['批次闭合', 'batches'],
      ['批而未供', 'remainders'],
      ['供地率', 'rates'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click()
      await expect.poll(() => askedSince(from, `/api/ledger/${path}?`).length).toBeGreaterThan(0)
      await expect.poll(() => page.locator('.answers-for').textContent()).toContain('2025-12-31')
    }
    const asked = askedSince(from, '/api/ledger')
    expect(asked.some((each) => each.includes('/ledger/pieces?'))).toBe(true)
    expect(asked.filter((each) => !each.includes('asOf=2026-01-31'))).toEqual([])
    await page.context().close()
  })

  test('without a build is refused in the words of the server, and nothing of today is shown', async () => {
    const { page } = await stage.open('?page=ledger&cell=total.remainder&asOf=2020-01-01')
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('没有 2020-01-01 的成果')
    expect(await page.getByRole('alert').textContent()).toContain('terrier build --as-of 2020-01-01')
    expect(await page.locator('.pieces, .ledger-table').count()).toBe(0)
    await page.getByRole('button', { name: '回到当前' }).click()
    await page.locator('.ledger-table').first().waitFor()
    expect(inUrl(page, 'asOf')).toBeNull()
    await page.context().close()
  })
})

test.each(['batches', 'remainders', 'rates'])('axe has no serious complaint about %s', async (book) => {
  const { page } = await stage.open(`?page=ledger&book=${book}`)
  await page.locator('.ledger-list').waitFor()
  expect(await complaints(page)).toEqual([])
  await page.context().close()
})
