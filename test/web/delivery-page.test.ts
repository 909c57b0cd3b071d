import { afterAll, beforeAll, expect, test } from 'vitest'
import { complaints } from './axe.ts'
import { setStage, type Stage } from './browser.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage(60)
})
afterAll(() => stage?.close())

const csv = (name: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from('批文号,报批日期\n1,2\n') })

test('several files are dropped; each is understood before it is brought in, its place on a map', async () => {
  const { page, errors, outside } = await stage.open('?page=deliveries')
  await page.locator('input[type="file"]').setInputFiles([csv('报批.csv'), csv('供应.csv')])
  const understood = page.getByRole('region', { name: '已识别' })
  await expect.poll(() => understood.textContent()).toContain('EPSG:4526')
  expect(await understood.textContent()).toContain('据坐标大小')
  await understood.locator('.map-canvas[data-idle="true"]').waitFor()
  expect(
    await page.getByRole('group', { name: '待导入的文件' }).getByRole('button').allTextContents(),
  ).toEqual(['报批.csv', '供应.csv'])
  await page.getByRole('button', { name: /看第 2 行/ }).click()
  expect(await page.locator('tr[data-chosen="true"]').textContent()).toContain('湘政地〔2020〕2号')
  expect(await complaints(page)).toEqual([])
  expect(errors).toEqual([])
  expect(outside).toEqual([])
  await page.context().close()
})

test('what was said of a file stays while another is looked at, and none is passed over in silence', async () => {
  const { page } = await stage.open('?page=deliveries')
  await page.locator('input[type="file"]').setInputFiles([csv('报批.csv'), csv('供应.csv')])
  const files = page.getByRole('group', { name: '待导入的文件' })
  const crs = page.getByRole('region', { name: '报批.csv' }).getByPlaceholder('自动识别')
  await crs.fill('EPSG:4547')
  await files.getByRole('button', { name: '供应.csv' }).click()
  await page.getByRole('region', { name: '供应.csv' }).getByRole('region', { name: '已识别' }).waitFor()
  expect(await page.getByRole('region', { name: '报批.csv' }).count()).toBe(0) // out of sight
  await files.getByRole('button', { name: '报批.csv' }).click()
  expect(await crs.inputValue()).toBe('EPSG:4547')

  // parts of a Shapefile dropped as they lie in a folder
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    for (const name of ['宗地.shp', '宗地.dbf']) data.items.add(new File(['x'], name))
    return data
  })
  await page.locator('.ant-upload-drag .ant-upload').dispatchEvent('drop', { dataTransfer: dropped })
  await expect.poll(() => files.getByRole('button').allTextContents()).toContain('宗地.shp')
  await page.context().close()
})

test('the answer about a choice that was changed meanwhile does not undo the change', async () => {
  const { page } = await stage.open('?page=deliveries')
  let first!: () => void
  const held = new Promise<void>((resolve) => (first = resolve))
  await page.route('**/api/deliveries/preview', async (route) => {
    const response = await route.fetch()
    const asked = /name="as"\s+(\w+)/.exec(route.request().postData() ?? '')?.[1]
    if (asked === undefined) await held
    const body = (await response.json()) as object
    await route.fulfill({ response, json: { ...body, as: asked ?? 'approval' } }).catch(() => {})
  })
  await page.locator('input[type="file"]').setInputFiles([csv('报批.csv')])
  await page.getByRole('combobox', { name: '资料类型' }).click()
  await page.getByTitle('供应').click()
  await page.getByRole('region', { name: '已识别' }).waitFor()
  first()
  await page.waitForTimeout(1_000)
  expect(await page.locator('.one-file .ant-select').first().textContent()).toContain('供应')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.context().close()
})

test('a column nobody knows is given its meaning, and the mapping remembered', async () => {
  const { page } = await stage.open('?page=deliveries')
  await page.locator('input[type="file"]').setInputFiles([csv('报批.csv')])
  const meaning = page.getByRole('combobox', { name: '报批日期 含义' })
  await meaning.click()
  await page.keyboard.type('approved_on')
  await page.keyboard.press('Enter')
  await expect
    .poll(() => stage.served.asked.filter((asked) => asked === 'POST /api/deliveries/preview').length)
    .toBeGreaterThan(1)
  await page.getByRole('textbox', { name: '来源名称' }).fill('高新区报批表')
  await page.getByRole('textbox', { name: '操作人' }).first().fill('数据员甲')
  await page.getByRole('button', { name: '记住此对照' }).click()
  await expect.poll(() => page.getByText('已保存为“高新区报批表”第 1 版').count()).toBe(1)
  await page.context().close()
})

test('a delivery opens into its findings, a row into its place; a repair is accepted with name and reason', async () => {
  const { page } = await stage.open('?page=deliveries')
  await expect.poll(() => page.getByText('整件未写入').count()).toBe(1)
  expect(await page.getByRole('alert').allTextContents()).toContain(
    '1 件资料的变化尚未反映在成果中，请重新生成。',
  )
  expect(await page.locator('.ant-table-row').first().textContent()).toContain('未入成果')
  await page.locator('.ant-table-row-expand-icon').first().click()
  const findings = page.getByRole('region', { name: '问题' })
  await expect.poll(() => findings.textContent()).toContain('修复须由人决定')
  await findings.getByRole('button', { name: '看第 7 行' }).click()
  await expect
    .poll(() => page.getByRole('region', { name: '第 7 行' }).textContent())
    .toContain('湘政地〔2020〕7号')
  const repairs = page.getByRole('region', { name: '图形修复' })
  expect(await repairs.getByRole('button', { name: '采用修复' }).isDisabled()).toBe(true)
  await repairs.getByRole('textbox', { name: '操作人' }).fill('数据员甲')
  await repairs.getByRole('textbox', { name: '理由' }).fill('与实地一致')
  await repairs.getByRole('button', { name: '采用修复' }).click()
  await expect.poll(() => stage.served.asked).toContain('POST /api/deliveries/1/decisions')
  expect(await page.getByRole('link', { name: '下载原件' }).getAttribute('href')).toBe(
    '/api/deliveries/1/file',
  )
  await page.context().close()
})

/** A question and its answer go to the server and back, after a picture has moved. */
const PATIENT = { timeout: 20_000 }

test('remembered mappings are listed with their last use, opened into their columns, renamed and deleted by name', async () => {
  const { page, errors } = await stage.open('?page=deliveries&lang=en')
  const profiles = page.getByRole('region', { name: 'Remembered mappings' })
  await expect.poll(() => profiles.textContent(), PATIENT).toContain('高新区报批表')
  expect(await profiles.textContent()).toContain('3×')
  await profiles.locator('.ant-table-row-expand-icon').first().click()
  await expect
    .poll(() => profiles.getByRole('row', { name: '报批日期' }).textContent())
    .toContain('approved on')
  expect(await profiles.getByRole('row', { name: /^批文号/ }).textContent()).toContain('told from its name')
  expect(await profiles.locator('.versions li').count()).toBe(2)
  expect(await profiles.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
  await profiles.getByRole('textbox', { name: 'Your name' }).fill('数据员甲')
  await profiles.getByRole('textbox', { name: 'New name' }).fill('高新区报批表(新)')
  await profiles.getByRole('button', { name: 'Rename' }).click()
  await expect.poll(() => stage.served.asked, PATIENT).toContain('POST /api/source-profiles/1/rename')
  await profiles.getByRole('button', { name: 'Delete' }).click()
  await page.locator('.ant-popconfirm-buttons .ant-btn-primary').click()
  await expect
    .poll(() => stage.served.asked, PATIENT)
    .toContain(`DELETE /api/source-profiles/1?by=${encodeURIComponent('数据员甲')}`)
  await expect.poll(() => complaints(page), PATIENT).toEqual([]) // colours of a button change gradually
  expect(errors).toEqual([])
  await page.context().close()
})

test('a file of several layers asks which, and an import that runs can be stopped', async () => {
  const { page } = await stage.open('?page=deliveries')
  let asked = 0
  await page.route('**/api/deliveries/preview', async (route) => {
    asked++
    const body = route.request().postData() ?? ''
    if (body.includes('name="from"')) return route.continue()
    return route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'urn:terrier:problem:SEVERAL_LAYERS',
        title: '无法按要求办理',
        status: 422,
        detail: '“成果.gpkg”含 2 个图层:红线、宗地。',
        code: 'SEVERAL_LAYERS',
        choices: ['红线', '宗地'],
      }),
    })
  })
  await page.locator('input[type="file"]').setInputFiles([csv('成果.gpkg')])
  await page.getByRole('combobox', { name: '图层或工作表' }).click()
  await page.getByTitle('宗地').click()
  await expect.poll(() => page.getByRole('region', { name: '已识别' }).count(), PATIENT).toBe(1)
  expect(asked).toBe(2)
  // a job that goes on until it is told to stop
  let cancelled = false
  await page.route('**/api/jobs/1', (route) => {
    if (route.request().method() === 'DELETE') cancelled = true
    const job = {
      jobId: 1,
      kind: 'import',
      state: cancelled ? 'cancelled' : 'running',
      progress: 0.4,
      step: { zh: '已读 500 行', en: '500 rows read' },
      result: null,
      problem: null,
    }
    return route.fulfill({ contentType: 'application/json', body: JSON.stringify(job) })
  })
  let sent = ''
  await page.route('**/api/deliveries', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    sent = route.request().postData() ?? ''
    return route.fulfill({
      status: 202,
      contentType: 'application/json',
      body: JSON.stringify({
        jobId: 1,
        kind: 'import',
        state: 'queued',
        progress: 0,
        step: { zh: '排队中', en: 'waiting' },
        result: null,
        problem: null,
      }),
    })
  })
  await page.getByRole('button', { name: '确认导入' }).click()
  await page.getByRole('button', { name: '取消导入' }).click()
  await expect.poll(() => cancelled, PATIENT).toBe(true)
  await expect.poll(() => page.getByRole('button', { name: '取消导入' }).count(), PATIENT).toBe(0)
  expect(sent).toContain('宗地')
  await page.context().close()
})

test('a job that runs when the page is come back to shows how far it is, and can be cancelled', async () => {
  const { page } = await stage.open('?page=ledger')
  let cancelled = false
  const job = () => ({
    jobId: 5,
    kind: 'build',
    state: cancelled ? 'cancelled' : 'running',
    progress: 0.4,
    step: { zh: '量算重叠', en: 'measuring' },
    result: null,
    problem: null,
  })
  await page.route(/\/api\/jobs\?/, (route) =>
    route.fulfill({
      json: [{ ...job(), fileName: null, createdAt: '2026-01-01T00:00:00Z', finishedAt: null }],
    }),
  )
  await page.route('**/api/jobs/5', (route) => {
    if (route.request().method() === 'DELETE') cancelled = true
    return route.fulfill({ json: job() })
  })
  await page.getByText('数据交付', { exact: true }).click()
  const jobs = page.getByRole('region', { name: '近期任务' })
  await expect.poll(() => jobs.textContent(), PATIENT).toContain('量算重叠')
  expect(await jobs.textContent()).toContain('重新生成')
  expect(await jobs.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40')
  await jobs.getByRole('button', { name: '取消任务' }).click()
  await expect.poll(() => cancelled, PATIENT).toBe(true)
  await expect.poll(() => jobs.count(), PATIENT).toBe(0) // over, and nothing to be told of it
  await page.context().close()
})
