import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complaints } from './axe.ts'
import { inUrl, setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(3000)
})
afterAll(() => stage?.close())

const total = (page: Page) => page.locator('.list-head output')

describe('the first picture', () => {
  test('list, legend and map come up, and no other host is asked for anything', async () => {
    const { page, outside, errors } = await stage.open()
    await expect.poll(() => total(page).textContent()).toContain('3,000 宗')
    expect(await page.locator('.legend-class').count()).toBe(38)
    await atRest(page)
    expect(outside).toEqual([])
    expect(errors).toEqual([])
    expect(await page.getByText('虚构示范城市').isVisible()).toBe(true)
    await page.context().close()
  })

  test('of 3,000 rows only those in sight are in the document, and scrolling brings the next ones', async () => {
    const { page } = await stage.open()
    const rows = page.getByRole('option')
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(30)
    const list = page.getByRole('listbox')
    for (let i = 0; i < 3; i++) {
      await list.evaluate((box) => box.scrollTo({ top: box.scrollHeight }))
      await page.waitForTimeout(300)
    }
    await expect
      .poll(async () => Number(await rows.last().getAttribute('aria-posinset')))
      .toBeGreaterThan(400)
    expect(await rows.last().getAttribute('aria-setsize')).toBe('3000')
    expect(await rows.count()).toBeLessThan(30)
    await page.context().close()
  })
})

describe('the legend', () => {
  test('a click keeps one class, shift adds another, the back button takes it away again', async () => {
    const { page } = await stage.open()
    await page.locator('.legend-class', { hasText: 'B1' }).click()
    await expect.poll(() => inUrl(page, 'strategy')).toBe('B1')
    await expect.poll(() => total(page).textContent()).toContain('79 宗')
    await page.locator('.legend-class', { hasText: 'C4' }).click({ modifiers: ['Shift'] })
    await expect.poll(() => inUrl(page, 'strategy')).toBe('B1,C4')
    // the other classes stay in the legend, to be chosen from
    expect(await page.locator('.legend-class').count()).toBe(38)
    await page.goBack()
    await expect.poll(() => inUrl(page, 'strategy')).toBe('B1')
    expect(await page.locator('.legend-class[aria-pressed="true"]').count()).toBe(1)
    await page.context().close()
  })

  test('it counts what it is coloured by: 3,000 parcels of 4,800 m² in three kinds are 21,600 亩', async () => {
    const { page } = await stage.open('?by=kind')
    await expect.poll(() => page.locator('.legend-class').allTextContents()).toHaveLength(3)
    const mu = await page.locator('.legend-mu').allTextContents()
    expect(mu).toEqual(['7,200 亩', '7,200 亩', '7,200 亩'])
    await page.context().close()
  })
})

describe('a parcel', () => {
  test('opens from the list with its three areas, and from a link with the tab it names', async () => {
    const { page, errors } = await stage.open()
    await page.getByRole('option').nth(1).click()
    await expect.poll(() => inUrl(page, 'parcel')).toBe('43021100000002')
    const card = page.getByRole('article')
    await expect.poll(() => card.textContent()).toContain('430211-00000002')
    for (const area of ['文件面积', '平面面积', '椭球面积']) expect(await card.textContent()).toContain(area)
    await card.getByRole('tab', { name: '策略' }).click()
    await expect.poll(() => card.textContent()).toContain('闲置原因')
    expect(await card.getByRole('img', { name: '未知' }).count()).toBeGreaterThan(0)
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await expect.poll(() => page.getByRole('tab', { name: '策略', selected: true }).count()).toBe(1)
    expect(errors).toEqual([])
    await page.context().close()
  })

  test('opens by a click on the map', async () => {
    const { page } = await stage.open(`?at=${center(stage)},17`)
    await atRest(page)
    const box = (await page.locator('.map-canvas').boundingBox())!
    await expect
      .poll(
        async () => {
          await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
          return inUrl(page, 'parcel')
        },
        { timeout: 20_000, interval: 1000 },
      )
      .toMatch(/^430211\d{8}$/)
    await page.context().close()
  })

  test('several drawn as one say how many they are, and a click comes closer instead of opening one', async () => {
    const { page } = await stage.open(`?at=${center(stage)},9.5`)
    const box = (await page.locator('.map-canvas').boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await expect
      .poll(async () => {
        await page.mouse.move(x + 40, y + 40)
        await page.mouse.move(x, y, { steps: 2 })
        return page.locator('.pointed').allTextContents()
      })
      .toEqual([expect.stringMatching(/ [\d,]+ 宗 · 点击放大$/)])
    await page.mouse.click(x, y)
    await expect.poll(() => Number(inUrl(page, 'at')?.split(',')[2])).toBe(12.5)
    expect(inUrl(page, 'parcel')).toBeNull()
    expect(await page.locator('.pointed').count()).toBe(0)
    await page.context().close()
  })

  test('a finding clicked on the map opens the conflicts of its parcel with that finding shown', async () => {
    const { page } = await stage.open(`?at=${center(stage)},17&layers=finding`)
    const box = (await page.locator('.map-canvas').boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await expect.poll(() => inUrl(page, 'finding')).toBe('7')
    expect(inUrl(page, 'tab')).toBe('conflicts')
    expect(inUrl(page, 'parcel')).toBe(String(middle(stage).parcelId))
    await page.context().close()
  })

  test('conflicts say conflict, clean or not checked, and a finding shows on the map', async () => {
    const { page } = await stage.open('?parcel=43021100000002&tab=conflicts')
    await expect
      .poll(() => page.locator('.check-state').allTextContents())
      .toEqual(['有冲突', '未核对（无数据）', '已查，无冲突'])
    await page.getByRole('button', { name: '在图上显示' }).click()
    await expect.poll(() => inUrl(page, 'finding')).toBe('7')
    await page.context().close()
  })

  test('a flag raised from facts leads to those facts, one of the build to its findings', async () => {
    const { page } = await stage.open('?parcel=43021100000001')
    const card = page.getByRole('article')
    await card.getByRole('button', { name: /P404/ }).click()
    await expect.poll(() => inUrl(page, 'tab')).toBe('strategy')
    const reasons = card.getByRole('region', { name: '问题及其依据的事实' })
    await expect.poll(() => reasons.textContent()).toContain('抵押中 = 是 · 登记 430211001002GB00009')
    // brought into sight, below a long explanation
    await expect.poll(() => reasons.evaluate((box) => box.getBoundingClientRect().top)).toBeLessThan(768)
    await card.getByRole('tab', { name: '档案' }).click()
    await card.getByRole('tab').first().click()
    await card.getByRole('button', { name: /P101/ }).click()
    await expect.poll(() => inUrl(page, 'tab')).toBe('conflicts')
    await page.context().close()
  })

  test('one that does not exist is refused in words, with what to do', async () => {
    const { page } = await stage.open('?parcel=1')
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('没有编号为 1 的宗地。')
    expect(await page.getByRole('alert').textContent()).toContain('请检查编号。')
    await page.context().close()
  })

  test('its report is handed over as a file under the name the server gave', async () => {
    const { page } = await stage.open('?parcel=43021100000002')
    await page.getByRole('button', { name: '报告' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'PDF' }).click()
    expect((await download).suggestedFilename()).toBe('宗地报告.pdf')
    await page.context().close()
  })
})

describe('a drawn area', () => {
  test('is drawn with the pointer, ended with Enter, measured on the way and briefed', async () => {
    const { page } = await stage.open(`?at=${center(stage)},16`)
    await page.getByRole('button', { name: '圈画' }).click()
    const box = (await page.locator('.map-canvas').boundingBox())!
    const [x, y] = [box.x + box.width * 0.6, box.y + box.height * 0.4]
    for (const [dx, dy] of [
      [0, 0],
      [120, 0],
      [120, 120],
    ] as const) {
      await page.mouse.move(x + dx, y + dy, { steps: 4 })
      await page.mouse.click(x + dx, y + dy)
      await page.waitForTimeout(350) // two clicks in a row would be a double click
    }
    await page.mouse.move(x + 20, y + 120, { steps: 4 })
    await expect.poll(() => page.locator('.draw-area').textContent()).toMatch(/亩/)
    await page.keyboard.press('Enter')
    await expect.poll(() => inUrl(page, 'drawn')?.split(',').length).toBeGreaterThanOrEqual(3)
    await expect.poll(() => page.locator('.balance').textContent()).toContain('不闭合差')
    await page.context().close()
  })

  test('can be taken from what the map shows with the keyboard alone; its ledger ties', async () => {
    const { page } = await stage.open()
    await page.getByRole('button', { name: '当前视野' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => inUrl(page, 'drawn')?.split(',').length).toBe(4)
    await page.locator('.balance').waitFor()
    const m2 = (
      await page.locator('.balance tbody tr:not(.closure):not(.beside) td:last-child').allTextContents()
    ).map((text) => Number(text.replaceAll(',', '')))
    expect(m2).toEqual([57_600, 24_000, 19_200, 14_390, 10])
    expect(m2[0]).toBe(m2.slice(1).reduce((sum, value) => sum + value, 0))
    await page.context().close()
  })

  test('checked as an approval it lists what it would overlap', async () => {
    const ring = '113.12 27.82,113.13 27.82,113.13 27.83'
    const { page } = await stage.open(`?drawn=${encodeURIComponent(ring)}&as=approval`)
    await expect.poll(() => page.getByRole('article').textContent()).toContain('与现有 1 件资料重叠')
    expect(await page.getByRole('article').textContent()).toContain('未核对（没有数据）：污染地块')
    await page.context().close()
  })
})

describe('the other pages', () => {
  test('a figure of the ledger opens into its pieces', async () => {
    const { page } = await stage.open('?page=ledger')
    await page.getByRole('button', { name: '64.76' }).click()
    await expect.poll(() => inUrl(page, 'cell')).toBe('total.remainder')
    await expect.poll(() => page.locator('.pieces').textContent()).toContain('3 块图斑')
    await page.context().close()
  })

  test('a file tried out is accounted for row by row', async () => {
    const { page } = await stage.open('?page=deliveries')
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: '报批.csv', mimeType: 'text/csv', buffer: Buffer.from('批文号\n1') })
    await page.getByRole('button', { name: '试读全部行' }).click()
    await expect.poll(() => page.locator('.import-report').textContent()).toContain('DATE_INVALID')
    expect(await page.locator('.import-report').textContent()).toContain('日期不是真实的日子。')
    await page.context().close()
  })

  test('a server that stops answering is said once, over everything', async () => {
    const { page } = await stage.open()
    await page.route('**/api/**', (route) => route.abort())
    await page
      .getByRole('button', { name: '台账' })
      .or(page.getByText('台账', { exact: true }))
      .first()
      .click()
    await expect
      .poll(() => page.locator('.down').textContent(), { timeout: 20_000 })
      .toContain('服务没有应答')
    await page.unroute('**/api/**')
    await page.locator('.down').getByRole('button').click()
    await expect.poll(() => page.locator('.down').count()).toBe(0)
    await page.context().close()
  })
})

test('in English the number of refused rows stands in sight of a small desktop', async () => {
  const { page } = await stage.open('?page=deliveries&lang=en')
  const refused = page.getByRole('columnheader', { name: 'Refused' })
  await refused.waitFor()
  const action = page.getByRole('columnheader', { name: 'Action' })
  const [left, right] = await Promise.all([refused.boundingBox(), action.boundingBox()])
  expect(left!.x + left!.width).toBeLessThanOrEqual(right!.x + 1)
  await page.context().close()
})

test('English is one click and part of the link', async () => {
  const { page } = await stage.open()
  await page.getByRole('button', { name: 'English' }).click()
  await expect.poll(() => inUrl(page, 'lang')).toBe('en')
  await expect.poll(() => total(page).textContent()).toContain('3,000 parcels')
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  expect(await page.getByText('Fictional city').isVisible()).toBe(true)
  await page.context().close()
})

describe('everyone can use it', () => {
  test.each([
    ['map, list and legend', ''],
    ['identity', '?parcel=43021100000001'],
    ['strategy', '?parcel=43021100000001&tab=strategy'],
    ['conflicts', '?parcel=43021100000001&tab=conflicts'],
    ['dossier', '?parcel=43021100000001&tab=dossier&lang=en'],
    ['area brief', `?drawn=${encodeURIComponent('113.12 27.82,113.13 27.82,113.13 27.83')}`],
    ['ledger', '?page=ledger'],
    ['deliveries', '?page=deliveries'],
    ['facts to find out', '?page=deadlines&desk=unknowns&lang=en'],
    ['lineage', '?parcel=43021100000001&tab=lineage&lang=en'],
  ])('axe has no serious complaint about: %s', async (_name, query) => {
    const { page } = await stage.open(query)
    await atRest(page)
    expect(await complaints(page)).toEqual([])
    await page.context().close()
  })

  test.each([
    [1366, 768],
    [1024, 768],
    [820, 1180],
  ])('nothing is cut off at %i × %i', async (width, height) => {
    const { page } = await stage.open('?parcel=43021100000001', { width, height })
    await atRest(page)
    const cut = await page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'header.top *, .draw-bar *, .card-head *, .card-tabs [role="tab"], .list-head *',
        ),
      ]
        .filter((element) => {
          const { left, right, width: w } = element.getBoundingClientRect()
          return w > 0 && (left < -0.5 || right > innerWidth + 0.5)
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    )
    expect(cut).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    )
    await page.context().close()
  })

  test('the list is walked with the arrow keys and opened with Enter', async () => {
    const { page } = await stage.open()
    await page.getByRole('option').first().waitFor()
    await page.getByRole('listbox').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => inUrl(page, 'parcel')).toBe('43021100000002')
    await page.context().close()
  })
})

/** Panels have their answers and the map is drawn. */
async function atRest(page: Page): Promise<void> {
  await page.locator('.loading').first().waitFor({ state: 'detached' })
  if ((await page.locator('.map').count()) > 0) await page.locator('.map-canvas[data-idle="true"]').waitFor()
}

/** A parcel near the middle of the city; a finding lies on it. */
const middle = ({ city }: Stage) => city.rows[Math.floor(city.rows.length / 2) + 25]!

function center(on: Stage): string {
  // the middle of one parcel, so that the pointer does not land on a street
  const [west, south, east, north] = middle(on).bbox
  return `${(west + east) / 2},${(south + north) / 2}`
}

test('help says what the page is for and what every code means; the focus goes back to its button', async () => {
  const { page } = await stage.open()
  const button = page.getByRole('button', { name: '说明' })
  await button.focus()
  await page.keyboard.press('Enter')
  const help = page.getByRole('dialog').filter({ hasText: '从哪里开始' })
  await help.waitFor()
  expect(await help.textContent()).toContain('1 亩 = 2000/3 平方米')
  await help.getByText('P1xx 报批').click()
  expect(await help.getByRole('listitem').filter({ hasText: 'P101' }).isVisible()).toBe(true)
  expect(await complaints(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(() => help.isVisible()).toBe(false)
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.context().close()
})

test('a card that is closed gives the focus back to the list it was opened from', async () => {
  const { page } = await stage.open()
  await page.getByRole('option').first().waitFor()
  await page.getByRole('listbox').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const close = page.getByRole('button', { name: '关闭卡片' })
  await close.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => inUrl(page, 'parcel')).toBeNull()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox')
  await page.context().close()
})

test('the back button during a flight of the map leads to where it took off', async () => {
  const { page } = await stage.open(`?at=${center(stage)},17`)
  await page.getByRole('option').first().waitFor()
  // the first parcel lies at the other end of the city: the map flies there for half a second
  await page.evaluate(async () => {
    document.querySelector<HTMLElement>('[role="option"]')!.click()
    await new Promise((ready) => setTimeout(ready, 200))
    history.back()
    await new Promise((ready) => setTimeout(ready, 1_500))
  })
  const [lon, lat, zoom] = inUrl(page, 'at')!.split(',').map(Number) as [number, number, number]
  const [fromLon, fromLat] = center(stage).split(',').map(Number) as [number, number]
  expect(Math.abs(lon - fromLon) + Math.abs(lat - fromLat)).toBeLessThan(1e-4)
  expect(zoom).toBe(17)
  await page.context().close()
})

test('a name that is markup is shown as the text it is', async () => {
  const evil = '<img src=x onerror=alert(1)><a href="javascript:alert(2)">'
  const { page, outside, errors } = await stage.open('?kind=supplied')
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs++
    void dialog.dismiss()
  })
  await page.route(/\/api\/parcels/, async (route) => {
    const response = await route.fetch()
    const text = (await response.text()).replaceAll(/湘虚构第\d+置业有限公司/g, () =>
      JSON.stringify(evil).slice(1, -1),
    )
    await route.fulfill({ response, body: text })
  })
  await page.reload()
  const row = page.getByRole('option').filter({ hasText: 'onerror' }).first()
  await row.click()
  await expect.poll(() => page.getByText(evil, { exact: false }).count()).toBeGreaterThan(1)
  expect(await page.locator('img[src="x"], a[href^="javascript"]').count()).toBe(0)
  expect([dialogs, outside, errors]).toEqual([0, [], []])
  await page.unrouteAll({ behavior: 'ignoreErrors' }) // answers still on their way belong to nobody
  await page.context().close()
})
