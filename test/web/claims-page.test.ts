import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaints } from './axe.ts'
import { inUrl, setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(60)
})
afterAll(() => stage?.close())

test('说法: contradictions of the city, narrowed in the link, lead to their parcel', async () => {
  const { page, errors, outside } = await stage.open('?page=claims')
  const lines = page.getByRole('option')
  await lines.first().waitFor()
  expect(await page.getByRole('status').first().textContent()).toBe('20 处矛盾，20 宗，144.00 亩（平面）') // 20 × 7.2 亩
  for (const text of ['土地使用权人', '未择定', '星火装备有限公司', '供应', '2021-06-01'])
    expect(await lines.first().textContent()).toContain(text)
  await page.getByRole('combobox', { name: '矛盾的来源' }).click()
  await page.getByTitle(/登记 – 供应/).click()
  await expect.poll(() => inUrl(page, 'pair')).toBe('registration|supply')
  await page.getByRole('combobox', { name: '行政区' }).click()
  await page.getByTitle(/芦淞区/).click()
  await expect.poll(() => inUrl(page, 'in')).toBe('430203')
  const xlsx = await page.getByRole('link', { name: 'XLSX' }).getAttribute('href')
  expect(decodeURIComponent(xlsx!)).toBe(
    '/api/claims/export?pair=registration|supply&district=430203&format=xlsx',
  )
  await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'detached' })
  expect(await complaints(page)).toEqual([])
  await page.reload()
  await lines.first().waitFor()
  expect(await lines.count()).toBeLessThan(30) // only what is in sight is in the page
  await lines.first().click()
  await expect.poll(() => inUrl(page, 'parcel')).not.toBeNull()
  expect([inUrl(page, 'page'), inUrl(page, 'tab')]).toEqual([null, 'claims'])
  expect([errors, outside]).toEqual([[], []])
  await page.context().close()
})

test('of another day the list asks for that day, and says that it is not kept', async () => {
  const { page } = await stage.open('?page=claims')
  await page.route('**/api/claims?*', (route) => {
    const isOfDay = new URL(route.request().url()).searchParams.get('asOf') === '2025-12-31'
    const problem = {
      type: 'urn:terrier:problem:CLAIMS_NOT_KEPT',
      title: '没有找到',
      status: 404,
      detail: '各方说法的清单只保留 2026-06-30 的,没有 2025-12-31 的。',
      code: 'CLAIMS_NOT_KEPT',
      hint: '请去掉查询日;或打开某一宗地,其各方说法可查任何一日。',
    }
    return isOfDay ? route.fulfill({ status: 404, json: problem }) : route.continue()
  })
  await page.goto(`${stage.served.url}/?page=claims&asOf=2025-12-31`)
  const list = page.getByRole('region', { name: '说法' })
  await list.getByText('没有 2025-12-31 的').waitFor({ timeout: 20_000 })
  expect(await list.textContent()).toContain('可查任何一日')
  expect(await page.getByRole('option').count()).toBe(0)
  await page.context().close()
})

test('while another day loads, contradictions of the day before do not stand in', async () => {
  const { page } = await stage.open('?page=claims')
  const lines = page.getByRole('option')
  await lines.first().waitFor()
  let answer!: () => void
  const answered = new Promise<void>((resolve) => (answer = resolve))
  await page.route('**/api/claims?*', async (route) => {
    await answered
    await route.continue()
  })
  await page.evaluate(`history.pushState(null, '', '?page=claims&asOf=2025-12-31')
    dispatchEvent(new PopStateEvent('popstate'))`)
  await page.getByRole('region', { name: '说法' }).getByRole('status', { name: '正在读取…' }).waitFor()
  expect(await lines.count()).toBe(0)
  answer()
  await lines.first().waitFor()
  await page.context().close()
})

test('a parcel: every statement with its source, which is used and why; a person chooses with a reason', async () => {
  const { page, errors } = await stage.open('?parcel=43021100000008&tab=claims')
  const card = page.getByRole('article')
  const holder = card.getByRole('region', { name: '土地使用权人' })
  await holder.waitFor()
  const used = () => holder.locator('[data-used="true"]').textContent()
  expect(await used()).toContain('登记 430211001002GB00007 2022-01-10 · 登记.zip 第 1 行')
  for (const text of ['按规则采用 CP01', '已登记宗地以登记簿为准', '民法典 216', '供应.xlsx'])
    expect(await holder.textContent()).toContain(text)
  expect(await card.getByRole('region', { name: '一致的说法' }).textContent()).toContain(
    '文件面积4,803.00 m²',
  )
  await holder.getByRole('button', { name: '择定采信哪一说法' }).click()
  const from = stage.served.asked.length
  await holder.getByRole('button', { name: '确认择定' }).click()
  await expect.poll(() => holder.getByText('必填').count()).toBe(4) // the day is there already
  expect(stage.served.asked.slice(from)).toEqual([])
  await holder.getByText('供应 4302112021B00123：星火装备有限公司').click()
  await holder.getByLabel('理由').fill('已核对合同原件')
  await holder.getByLabel('依据文件').fill('株自资函〔2026〕3号')
  await holder.getByLabel('择定人').fill('张建国')
  expect(await complaints(page)).toEqual([])
  await holder.getByRole('button', { name: '确认择定' }).click()
  await expect.poll(() => holder.getAttribute('data-state')).toBe('chosen')
  expect(await used()).toContain('星火装备有限公司')
  for (const text of ['已核对合同原件', '株自资函〔2026〕3号', '张**'])
    expect(await holder.textContent()).toContain(text)
  // what the register says stays beside what is used
  await card.getByRole('tab', { name: '身份证' }).click()
  await card.getByRole('button', { name: '人工择定：星火装备有限公司' }).click()
  await expect.poll(() => inUrl(page, 'tab')).toBe('claims')
  expect(errors).toEqual([])
  await page.context().close()
})
