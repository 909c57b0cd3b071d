import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WrongUsage } from '../../server/cli/command.ts'
import { command } from '../../server/cli/profiles.ts'
import { previewFile } from '../../server/import/preview.ts'
import { listProfiles, renameProfile, retireProfile, saveProfile } from '../../server/import/profile-store.ts'
import { readRow } from '../../server/import/row-store.ts'
import { importFile } from '../../server/import/run.ts'
import { loadRecords } from '../../server/record/store.ts'
import { eachBase, temporaryFolder } from '../helpers/database.ts'
import { bytesOf, collection, example, feature } from './given.ts'

const AT = '2024-05-01T00:00:00.000Z'
const csv = (text: string): Uint8Array => bytesOf(text)

/** An office's table whose headings nobody else uses. */
const table = csv(
  [
    '序,单号,占地（亩）,受让方名,日子,地类代号',
    'A,4302112023B00019,30,星火装备有限公司,2023-05-06,0601',
    'B,4302112023B00027,15,张三,2023.5.7,0601',
  ].join('\n'),
)

eachBase('what is understood of a file', (open) => {
  test('a GBK shapefile: format, encoding, CRS and how it is known, extent, columns, first rows', async () => {
    const seen = await previewFile(open(), {
      bytes: example('parcels-gbk.zip'),
      name: 'parcels-gbk.zip',
      as: 'registration',
    })
    expect(seen).toMatchObject({
      format: 'shapefile-zip',
      as: 'registration',
      asKnownBy: 'given',
      crs: 'EPSG:4526',
      crsKnownBy: 'prj',
      crsProblem: null,
      rows: 200,
      looked: 200,
      withShape: 200,
    })
    const [west, south, east, north] = seen.extent!
    expect(west).toBeGreaterThan(112.5)
    expect(east).toBeLessThan(114.3)
    expect(south).toBeGreaterThan(26)
    expect(north).toBeLessThan(28.6)
    expect(seen.shapes).toHaveLength(200)
    expect(seen.firstRows).toHaveLength(10)
    expect(seen.sha256).toMatch(/^[0-9a-f]{64}$/)
    // nothing was written
    expect(await loadRecords(open().db, { asOf: '2024-06-01' })).toEqual([])
  })

  test('a file whose CRS cannot be told is still shown, with the reason', async () => {
    const bytes = collection([
      feature({
        coordinates: [
          [
            [1e6, 1e6],
            [1e6 + 10, 1e6],
            [1e6, 1e6 + 10],
            [1e6, 1e6],
          ],
        ],
      }),
    ])
    const seen = await previewFile(open(), { bytes, name: 'somewhere.geojson', as: 'approval' })
    expect(seen).toMatchObject({ crs: null, extent: null, withShape: 1, shapes: [] })
    expect(seen.crsProblem).toMatchObject({ code: 'CRS_UNKNOWN' })
  })

  test('persons are masked where one may be named; what a right or a use is called is told', async () => {
    const bytes = csv(
      '宗地代码,权利人,权利性质,用途,备注,登簿日期\n430211001001GB00001,张三,出让,工业,李四,2020-01-01\n',
    )
    const file = { bytes, name: '登记.csv', as: 'registration' }
    const told = {
      宗地代码: '430211001001GB00001',
      权利人: '张*',
      权利性质: '出让',
      用途: '工业',
      备注: '李*', // nobody knows what stands there
      登簿日期: '2020-01-01',
    }
    const { firstRows, columns } = await previewFile(open(), file)
    expect(firstRows[0]).toMatchObject({
      values: told,
      fields: { holder: '张*', right_nature: '出让', use: '工业' },
    })
    expect(columns.map(({ samples }) => samples)).toEqual(Object.values(told).map((value) => [value]))
    const summary = await importFile(open(), { ...file, receivedAt: AT })
    expect((await readRow(open().db, summary.delivery!, 1)).values).toEqual(told)
  })

  test('columns: what they mean by which name, samples masked, values that cannot be read counted', async () => {
    const bytes = csv(
      '电子监管号,项目名称,受让人,合同签订日期,面积（公顷）,备注x\n4302112023B00019,星火厂,张三,2023-02-30,2,\n',
    )
    const seen = await previewFile(open(), { bytes, name: 'supply.csv' })
    expect([seen.as, seen.asKnownBy]).toEqual(['supply', 'columns'])
    const byName = Object.fromEntries(seen.columns.map((column) => [column.column, column]))
    expect(byName['电子监管号']).toMatchObject({
      field: 'supervision_no',
      role: 'field',
      confidence: 'synonym',
    })
    expect(byName['受让人']).toMatchObject({ field: 'holder', samples: ['张*'] })
    expect(byName['合同签订日期']).toMatchObject({ field: 'signed_on', unreadable: 1 })
    expect(byName['面积（公顷）']).toMatchObject({ field: 'area_ha', unit: 'ha' })
    expect(byName['备注x']).toMatchObject({ field: null, role: 'unknown', confidence: 'none', filled: 0 })
  })
})

eachBase('a mapping remembered', (open) => {
  const mapping = {
    fields: {
      supervision_no: '单号',
      area_ha: '占地（亩）',
      holder: '受让方名',
      signed_on: '日子',
      use: '地类代号',
    },
    units: { area_ha: 'mu' as const },
    constants: { use_scheme: '三调' },
    ignore: ['序'],
  }
  const save = (more: object = {}) =>
    saveProfile(
      open(),
      {
        as: 'supply',
        name: '高新区供地表',
        columns: ['序', '单号', '占地（亩）', '受让方名', '日子', '地类代号'],
        mapping,
        by: '数据员甲',
        ...more,
      },
      AT,
    )

  test('is used the next time a file with these columns comes, and said so', async () => {
    await expect(
      importFile(open(), { bytes: table, name: 'one.csv', as: 'supply', receivedAt: AT, dryRun: true }),
    ).rejects.toMatchObject({ code: 'FIELDS_UNKNOWN' })
    const saved = await save()
    expect(saved).toMatchObject({ profileId: 1, version: 1, as: 'supply', retired: false })
    const seen = await previewFile(open(), { bytes: table, name: 'two.csv' })
    expect(seen).toMatchObject({ as: 'supply', asKnownBy: 'profile', profile: { profileId: 1, version: 1 } })
    expect(seen.columns[1]).toMatchObject({ column: '单号', field: 'supervision_no', confidence: 'mapped' })
    const summary = await importFile(open(), { bytes: table, name: 'two.csv', as: 'supply', receivedAt: AT })
    expect(summary).toMatchObject({ read: 2, used: 2, refused: 0 })
    expect(summary.issues).toContainEqual(expect.objectContaining({ code: 'PROFILE_USED', value: '1.1' }))
    const [first] = await loadRecords(open().db, { asOf: '2024-06-01', kinds: ['supply'] })
    // 30 亩 are 2 ha
    expect(first!.fields).toMatchObject({
      supervision_no: '4302112023B00019',
      area_ha: 2,
      holder: '星火装备有限公司',
      signed_on: '2023-05-06',
    })
    const { profile } = (await import('../../server/import/delivery-store.ts').then(({ readDelivery }) =>
      readDelivery(open().db, summary.delivery!),
    ))!
    expect(profile).toEqual({ profileId: 1, version: 1 })
    expect(await listProfiles(open().db)).toMatchObject([
      { uses: 1, lastUsedAt: AT, titles: { area_ha: { zh: '面积(公顷)', en: 'area (ha)' } } },
    ])
  })

  test('is renamed as a further version, and back', async () => {
    const rename = (name: string) => renameProfile(open(), 1, { name, by: '数据员乙' }, AT)
    expect(await rename('高新区供地台账')).toMatchObject({ version: 2, name: '高新区供地台账', uses: 1 })
    expect(await rename('高新区供地台账')).toMatchObject({ version: 2 })
    expect(await rename('高新区供地表')).toMatchObject({ version: 3, savedBy: '数据员乙' })
    expect((await previewFile(open(), { bytes: table, name: 'two.csv' })).profile).toMatchObject({
      version: 3,
    })
  })

  test('is listed, shown, kept and deleted on the command line', async () => {
    const folder = temporaryFolder()
    const say = async (args: string[], options: Record<string, string> = {}): Promise<string> => {
      let said = ''
      await command.run({
        config: undefined as never,
        today: '2024-06-01',
        args,
        options,
        base: () => Promise.resolve(open()),
        progress: () => undefined,
        answer: (_document, text) => (said = text()),
      })
      return said
    }
    try {
      const [file, how] = [join(folder.path, 'b.csv'), join(folder.path, 'how.yaml')]
      writeFileSync(file, '单号,受让方名\n4302112023B00019,甲厂\n')
      writeFileSync(how, 'fields: { supervision_no: 单号, holder: 受让方名 }\n')
      const asked = { as: 'supply', name: '经开区', by: '丙', mapping: how }
      expect(await say(['save', file], asked)).toContain('v1 supply 经开区 · 2 列 columns · 未用过')
      expect(await say(['list'])).toMatch(
        /高新区供地表 · 6 列 columns · 上次使用 last used 2024-05-01[\s\S]*经开区/,
      )
      expect(await say(['show', '2'])).toContain('单号 → supervision_no')
      expect(await say(['rename', '2'], { name: '经开区一期', by: '丙' })).toContain('v2 supply 经开区一期')
      expect(await say(['delete', '2'], { by: '丁' })).toContain('v3 supply 经开区一期（已删除 deleted）')
      await expect(say(['rename', '2'], { name: 'x', by: '丁' })).rejects.toMatchObject({
        code: 'PROFILE_DELETED',
      })
      await expect(say(['save', file], { as: 'supply' })).rejects.toBeInstanceOf(WrongUsage)
    } finally {
      folder.remove()
    }
  })

  test('keeps every version; the same again is none; a retired one is no longer used', async () => {
    expect(await save()).toMatchObject({ version: 3 })
    expect(await save({ mapping: { ...mapping, ignore: [] } })).toMatchObject({ profileId: 1, version: 4 })
    expect((await listProfiles(open().db, 1)).map(({ version }) => version)).toEqual([4, 3, 2, 1])
    await retireProfile(open(), 1, '数据员乙', AT)
    expect(await listProfiles(open().db)).toMatchObject([
      { profileId: 1, version: 5, retired: true },
      { profileId: 2 },
    ])
    expect((await previewFile(open(), { bytes: table, name: 'three.csv', as: 'supply' })).profile).toBeNull()
    await expect(listProfiles(open().db, 9)).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' })
    await expect(save({ mapping: { fields: { nothing: '单号' } } })).rejects.toMatchObject({
      code: 'MAPPING_INVALID',
    })
  })
})
