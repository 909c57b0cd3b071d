import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inUrl, setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(300)
})
afterAll(() => stage?.close())

const one = '43021100000002'

describe('the lineage of a parcel', () => {
  test('is a picture whose bars are links, and a table that balances', async () => {
    const { page, errors } = await stage.open(`?parcel=${one}&tab=lineage`)
    const picture = page.locator('.lineage svg')
    await picture.waitFor()
    const bars = picture.getByRole('link')
    expect(await bars.count()).toBe(2)
    const name = /^430211-00000099 · .*4,800\.00 m² · 2020-01-01 – 2021-03-04 · 注销$/
    expect(await picture.getByRole('link', { name }).count()).toBe(1)
    expect(await picture.locator('title').first().textContent()).toContain('时间自左向右')
    expect(await picture.locator('.lineage-ribbon').count()).toBe(1)
    const rows = await page.locator('.lineage-table tbody').allInnerTexts()
    expect(rows.map((text) => text.split(/\s+/).slice(3, 8))).toEqual([
      ['4,800.00', '0.00', '−4,800.00', '0.00', '0.00'],
      ['0.00', '+4,800.00', '0.00', '0.00', '4,800.00'],
    ])
    expect(errors).toEqual([])
    await page.context().close()
  })

  test('leads to the card of the number a bar stands for, with the keyboard too', async () => {
    const { page } = await stage.open(`?parcel=${one}&tab=lineage`)
    const parent = page.locator('.lineage svg').getByRole('link', { name: /00000099/ })
    await parent.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => inUrl(page, 'parcel')).toBe('43021100000099')
    await page.goBack()
    await expect.poll(() => inUrl(page, 'parcel')).toBe(one)
    await page.context().close()
  })
})

describe('what lay at a place', () => {
  const heading = (page: Page) => page.getByRole('heading', { name: '此处沿革' })

  test('is asked for from the card, has an address of its own, and leads back from a parcel', async () => {
    const { page, errors } = await stage.open(`?parcel=${one}&tab=lineage`)
    await page.locator('.lineage-place button').click()
    await heading(page).waitFor()
    expect(inUrl(page, 'place')).toMatch(/^113\.\d+,27\.\d+$/)
    expect(inUrl(page, 'parcel')).toBeNull()
    const panel = page.getByRole('article', { name: '此处沿革' })
    await expect.poll(() => panel.innerText()).toContain('湘政地〔2021〕123号')
    expect(await panel.innerText()).toMatch(/2021-03-04 产生，土地来自\s+430211-00000099 4,800\.00 m²/)
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await panel.getByRole('link').first().click()
    await expect.poll(() => inUrl(page, 'parcel')).toMatch(/^430211/)
    await page.getByRole('button', { name: '返回此处沿革' }).click()
    await heading(page).waitFor()
    expect(errors).toEqual([])
    await page.context().close()
  })

  test('is asked for with the tool on the map: the next click is a place and not a parcel', async () => {
    const { page } = await stage.open()
    await expect.poll(() => page.locator('.map-canvas[data-idle="true"]').count()).toBe(1)
    const canvas = (await page.locator('.map-canvas').boundingBox())!
    const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2]
    const tool = page.getByRole('toolbar').getByRole('button', { name: '此处沿革' })
    await tool.click()
    await page.keyboard.press('Escape')
    await tool.waitFor()
    await tool.click()
    await page.mouse.click(x, y)
    await heading(page).waitFor()
    expect(inUrl(page, 'place')).not.toBeNull()
    expect(inUrl(page, 'parcel')).toBeNull()
    await page.context().close()
  })
})
