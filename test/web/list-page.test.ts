import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inUrl, setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(3000)
})
afterAll(() => stage?.close())

const list = (page: Page) => page.getByRole('listbox')
const toEnd = (page: Page) => list(page).evaluate((box) => box.scrollTo({ top: box.scrollHeight }))
const top = (page: Page) => list(page).evaluate((box) => box.scrollTop)
const lastShown = async (page: Page) =>
  Number(await page.getByRole('option').last().getAttribute('aria-posinset'))

describe('the next page of a list', () => {
  test('that is refused is asked for once, said so under the rows that are there, and again when the reader says', async () => {
    const { page } = await stage.open()
    await page.getByRole('option').first().waitFor()
    let refused = 0
    await page.route(/\/api\/parcels\?.*cursor=/, (route) => {
      refused++
      return route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        json: { title: '系统内部错误', detail: '请稍后再试。', status: 500, code: 'INTERNAL' },
      })
    })
    await toEnd(page)
    const notice = page.getByRole('region', { name: '宗地清单' }).getByRole('alert')
    await notice.waitFor()
    await page.waitForTimeout(500)
    expect(refused).toBe(1)
    expect(await notice.textContent()).toContain('请稍后再试。')
    expect(await lastShown(page)).toBe(200)
    await page.unroute(/\/api\/parcels\?.*cursor=/)
    await notice.getByRole('button', { name: /重\s?试/ }).click()
    await toEnd(page)
    await expect.poll(() => lastShown(page)).toBeGreaterThan(200)
    expect(await notice.count()).toBe(0)
    await page.context().close()
  })

  test('of a list that another build has replaced is read anew, without a word', async () => {
    const { page } = await stage.open()
    await page.getByRole('option').first().waitFor()
    let outdated = 0
    await page.route(/\/api\/parcels\?.*cursor=200/, (route) =>
      outdated++ === 0
        ? route.fulfill({
            status: 400,
            contentType: 'application/problem+json',
            json: {
              title: '请求有误',
              detail: '翻页标记已失效或不属于这个列表。',
              status: 400,
              code: 'PARAM_INVALID',
              field: 'cursor',
            },
          })
        : route.continue(),
    )
    const from = stage.served.asked.length
    await toEnd(page)
    await expect
      .poll(async () => {
        await toEnd(page)
        return lastShown(page)
      })
      .toBeGreaterThan(200)
    const again = stage.served.asked
      .slice(from)
      .filter((asked) => asked.startsWith('GET /api/parcels?') && !asked.includes('cursor'))
    expect(again).toHaveLength(1)
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.context().close()
  })
})

describe('the place in a list', () => {
  test('is its top when it is sorted another way', async () => {
    const { page } = await stage.open()
    await page.getByRole('option').first().waitFor()
    await toEnd(page)
    await expect.poll(() => top(page)).toBeGreaterThan(5_000)
    await page.getByRole('combobox', { name: '排序' }).click()
    await page.getByTitle('面积从大到小').click()
    await expect.poll(() => inUrl(page, 'sort')).toBe('-area')
    await expect.poll(() => top(page)).toBe(0)
    expect(await page.getByRole('option').first().getAttribute('aria-posinset')).toBe('1')
    await page.context().close()
  })

  test('is where it was left when the reader comes back from a parcel of it', async () => {
    const { page } = await stage.open('?page=deadlines')
    await page.getByRole('option').first().waitFor()
    await list(page).evaluate((box) => box.scrollTo({ top: 3_000 }))
    const row = page.getByRole('option').nth(8)
    await expect.poll(async () => Number(await row.getAttribute('aria-posinset'))).toBeGreaterThan(50)
    await row.click()
    await page.getByRole('article').waitFor()
    await page.goBack()
    await page.getByRole('option').first().waitFor()
    await expect.poll(() => top(page)).toBe(3_000)
    await page.context().close()
  })
})

test('when somebody else has built meanwhile, whoever comes back to the page reads the new build everywhere', async () => {
  const { page } = await stage.open('?parcel=43021100000002')
  await page.getByRole('article').waitFor()
  await page.route(/\/api\/catalog/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({
      response,
      json: { ...((await response.json()) as object), tilesVersion: 'another' },
    })
  })
  const from = stage.served.asked.length
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  const again = () => stage.served.asked.slice(from).map((asked) => asked.split('?')[0])
  await expect
    .poll(again, { timeout: 20_000 })
    .toEqual(
      expect.arrayContaining(['GET /api/parcels/43021100000002', 'GET /api/parcels', 'GET /api/stats']),
    )
  await page.context().close()
})

test('without a network the page says so, and goes on by itself when there is one again', async () => {
  const { page } = await stage.open()
  await page.getByRole('option').first().waitFor()
  await page.context().setOffline(true)
  await page.getByRole('option').nth(2).click()
  await page.locator('.down').waitFor({ timeout: 20_000 })
  expect(await page.getByRole('article').textContent()).toContain('服务没有应答')
  await page.context().setOffline(false)
  await expect
    .poll(() => page.getByRole('article').textContent(), { timeout: 20_000 })
    .toContain('430211-00000003')
  expect(await page.locator('.down').count()).toBe(0)
  await page.context().close()
})

test('a list that is refused is no longer said to be on its way', async () => {
  const { page } = await stage.open()
  await page.getByRole('option').first().waitFor()
  await page.route(/\/api\/parcels\?.*filter=/, (route) =>
    route.fulfill({
      status: 400,
      contentType: 'application/problem+json',
      json: {
        title: '请求有误',
        detail: '第 1 行第 8 列。',
        status: 400,
        code: 'FILTER_SYNTAX',
        field: 'filter',
      },
    }),
  )
  await page.getByRole('button', { name: 'CQL2' }).click()
  await page.getByRole('searchbox', { name: 'CQL2 条件' }).fill('stage = ')
  await page.keyboard.press('Enter')
  await page.getByText('第 1 行第 8 列。').waitFor()
  expect(await page.locator('.list-head output').textContent()).toBe('')
  await page.context().close()
})

test('a low window, or a page enlarged to twice its size, leaves room for the rows of the ledger', async () => {
  const { page } = await stage.open('?page=ledger&book=batches', { width: 683, height: 384 })
  await page.getByRole('row').nth(2).waitFor()
  const height = await page.locator('.ledger').evaluate((box) => box.getBoundingClientRect().height)
  expect(height).toBeGreaterThanOrEqual(400)
  await page.getByRole('row').nth(2).scrollIntoViewIfNeeded()
  await page.context().close()
})

test('words searched for on a page without a map lead to the map', async () => {
  const { page } = await stage.open('?page=deadlines')
  const box = page.getByRole('combobox', { name: /搜索/ })
  await box.fill('第7置业')
  await box.press('Enter')
  await expect.poll(() => inUrl(page, 'q')).toBe('第7置业')
  expect(inUrl(page, 'page')).toBeNull()
  await page.locator('.list-head output').waitFor()
  await page.context().close()
})

test('a page that speaks of now alone leaves the day behind; the way back leads to it again', async () => {
  const { page } = await stage.open('?asOf=2025-12-31')
  await page.locator('.list-head output').waitFor()
  await page.getByText('期限', { exact: true }).click()
  await expect.poll(() => inUrl(page, 'page')).toBe('deadlines')
  expect(inUrl(page, 'asOf')).toBeNull()
  expect(await page.locator('.as-of input').isDisabled()).toBe(true)
  await page.goBack()
  await expect.poll(() => inUrl(page, 'asOf')).toBe('2025-12-31')
  await page.context().close()
})
