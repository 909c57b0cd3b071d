import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { readBoundaryTxt } from '../../server/import/boundary-txt/read.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { meaningOf } from '../../server/import/field-name.ts'
import { openSource } from '../../server/import/open-source.ts'
import { openDbf } from '../../server/import/shapefile-zip/dbf.ts'
import type { SourceRow } from '../../server/import/source.ts'
import { decodeText } from '../../server/import/text.ts'
import { packLoose } from '../../server/import/zip/loose.ts'
import { bytesOf, example, shapefileParts, zip } from './given.ts'
import { cell, workbook } from './given-xml.ts'

const head = '[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=38\n[地块坐标]\n'
const corners = [
  [3078000, 38408000],
  [3078000, 38408100],
  [3078100, 38408100],
  [3078100, 38408000],
] as const
const points = (sign = ',', ring: string | null = '1') =>
  corners.map(([n, e], i) => [`J${i + 1}`, ...(ring === null ? [] : [ring]), n, e].join(sign)).join('\n')
const closed = `${points()}\nJ1,1,3078000,38408000`

const read = (text: string | Uint8Array) =>
  readBoundaryTxt(typeof text === 'string' ? bytesOf(text) : text, 'a.txt')
const rowsOf = (text: string | Uint8Array): SourceRow[] => [...(read(text).rows() as Iterable<SourceRow>)]
const areas = (rows: readonly SourceRow[]): (number | string)[] =>
  rows.map(({ shape }) =>
    shape.kind === 'polygons'
      ? Math.round(Math.abs(planarAreaM2(shape.polygons)))
      : shape.kind === 'unusable'
        ? shape.issue.code
        : shape.kind,
  )

describe('界址点 TXT', () => {
  const line = '4,1.0000,P1,甲,面,,工业用地,0601,@'
  test.each<[string, string | Uint8Array]>([
    ['the standard', `${head}${line}\n${closed}\n`],
    ['old Macintosh line ends', `${head}${line}\n${closed}\n`.replaceAll('\n', '\r')],
    ['trailing blanks and empty lines', `${head}${line}\n${closed}\n`.replaceAll('\n', '  \t\r\n\r\n')],
    [
      'full-width commas, equals and digits',
      `${head}${line}\n${closed}\n`
        .replaceAll(',', '，')
        .replaceAll('=', '＝')
        .replaceAll('3078', '３０７８'),
    ],
    ['a comma behind the @', `${head}${line},\n${closed}\n`],
    ['no comma before the @', `${head}4,1.0000,P1,甲,面,,工业用地,0601@\n${closed}\n`],
    ['a forgotten @', `${head}${line.replace(',@', '')}\n${closed}\n`],
    ['tabs', `${head}${line}\n${points('\t')}\n`],
    ['blanks', `${head}${line}\n${points('  ')}\n`],
    ['no ring number', `${head}${line}\n${points(',', null)}\n`],
    ['a height behind', `${head}${line}\n${points().replaceAll(/$/gm, ',52.3')}\n`],
    ['numbers without J', `${head}${line}\n${closed.replaceAll('J', '')}\n`],
    ['comments', `${head}// 勘测定界\n${line}\n# 界址点\n${closed}\n`],
    ['[项目信息] in front', `[项目信息]\n项目名称=示例\n${head}${line}\n${closed}\n`],
    ['GBK', iconv.encode(`${head}${line}\r\n${closed}\r\n`, 'gbk')],
    ['UTF-16 with a mark', iconv.encode(`${head}${line}\r\n${closed}\r\n`, 'utf-16le', { addBOM: true })],
    ['UTF-16 of big end', iconv.encode(`${head}${line}\r\n${closed}\r\n`, 'utf-16be', { addBOM: true })],
  ])('%s', (_, text) => {
    const rows = rowsOf(text)
    expect(areas(rows)).toEqual([10_000])
    expect(rows[0]!.values.get('地块编号')).toBe('P1')
    expect(rows[0]!.values.get('地类编码')).toBe('0601')
    expect(read(text).crs).toMatchObject({ srid: 4547, sridWithZone: 4526 })
  })
  test('short plot lines, several plots, a line and a plot without points', () => {
    const rows = rowsOf(
      `${head}1.0000,P1,甲,面,@\n${closed}\n4,1,P2,乙,@\n${closed}\n2,0,P3,丙,线,,,,@\n${points()}\n0,0,P4,丁,面,,,,@\n`,
    )
    expect(rows.map(({ values }) => values.get('地块编号'))).toEqual(['P1', 'P2', 'P3', 'P4'])
    expect(rows[0]!.values.get('地块面积')).toBe('1.0000')
    expect(areas(rows)).toEqual([10_000, 10_000, 'GEOM_TYPE', 'none'])
  })
  test('rings all numbered 1 and each closed by its first point: a hole, and a second part', () => {
    const ring = (n: number, e: number, size: number, first: number) =>
      [
        [n, e],
        [n, e + size],
        [n + size, e + size],
        [n + size, e],
        [n, e],
      ]
        .map(([x, y], i) => `J${first + (i % 4)},1,${x},${y}`)
        .join('\n')
    const [row] = rowsOf(
      `${head}15,1,P1,甲,面,,,,@\n${ring(3078000, 38408000, 100, 1)}\n${ring(3078010, 38408010, 20, 5)}\n${ring(3078200, 38408000, 50, 9)}\n`,
    )
    expect(row!.shape.kind === 'polygons' && row!.shape.polygons.map((polygon) => polygon.length)).toEqual([
      2, 1,
    ])
    expect(areas([row!])).toEqual([10_000 - 400 + 2_500])
    expect(row!.repaired).toBe(false)
  })
  test.each([
    ['中央子午线=114', 4547],
    ['中央子午线=114°\n几度分带=3度带', 4547],
    ['分带方式：三度分带\n投影带号：38带', 4547],
    ['几度分带=6\n中央子午线=111', 4508],
    ['几度分带=六度带\n带号=19', 4508],
    ['带号=38\n中央子午线=111', null],
    ['坐标系=WGS84\n带号=38', null],
    ['计量单位=度', 4490],
  ])('a head that says %s', (keys, srid) => {
    const text = `[属性描述]\n${keys.includes('坐标系') ? '' : '坐标系=CGCS2000\n'}${keys}\n[地块坐标]\n4,1,P1,甲,面,,,,@\n${closed}\n`
    expect(read(text).crs?.srid ?? null).toBe(srid)
  })
  test('two heads that disagree, and another unit, are refused', () => {
    const other = head.replace('带号=38', '带号=37')
    expect(() =>
      read(`${head}1,1,P1,甲,面,,,,@\n${closed}\n${other}1,1,P2,乙,面,,,,@\n${closed}\n`),
    ).toThrowError(expect.objectContaining({ code: 'TXT_SEVERAL_HEADS' }))
    expect(rowsOf(`${head}1,1,P1,甲,面,,,,@\n${closed}\n${head}1,1,P2,乙,面,,,,@\n${closed}\n`)).toHaveLength(
      2,
    )
    expect(() => read(head.replace('带号', '计量单位=千米\n带号'))).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/TXT_/) as string }),
    )
  })
  test('bare points of a field book are one plot', async () => {
    const file = DeliveredFile.of(bytesOf(points(',', null)), 'points.txt')
    const source = await openSource(file)
    expect(source.format).toBe('boundary-txt')
    expect(areas([...(source.rows() as Iterable<SourceRow>)])).toEqual([10_000])
  })
})

/** A dBase III table of one text column. */
function dbf(name: Uint8Array, texts: readonly Uint8Array[], language = 0): Uint8Array {
  const width = 60
  const bytes = Buffer.alloc(32 + 32 + 1 + texts.length * (1 + width) + 1, 0x20)
  bytes.fill(0, 0, 65)
  bytes[0] = 3
  bytes.writeUInt32LE(texts.length, 4)
  bytes.writeUInt16LE(65, 8)
  bytes.writeUInt16LE(1 + width, 10)
  bytes[29] = language
  bytes.set(name, 32)
  bytes[43] = 0x43
  bytes[48] = width
  bytes[64] = 0x0d
  texts.forEach((text, i) => bytes.set(text, 65 + i * (1 + width) + 1))
  return bytes
}

const readDbf = (table: Uint8Array, cpg: string | null) => openDbf(DeliveredFile.of(table, 'a.zip'), cpg)

async function firstValues(table: Uint8Array, cpg: string | null): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const row of (await readDbf(table, cpg)).rows()) values.push([...row!.values()][0])
  return values
}

describe('the text of a shapefile', () => {
  const simplified = ['天元区工业用地', '株洲市荷塘区二〇二三年度第一批次']
  const traditional = ['國語繁體中文土地使用權', '臺北市大安區地政事務所']
  const encoded = (texts: readonly string[], label: string) =>
    dbf(
      iconv.encode('名稱'.length > 0 && label === 'big5' ? '名稱' : '名称', label),
      texts.map((text) => iconv.encode(text, label)),
    )
  test.each([
    ['GBK, nothing said', simplified, 'gbk', null, 'GB18030', false, null],
    ['GBK, the .cpg says UTF-8', simplified, 'gbk', 'UTF-8', 'GB18030', false, 'UTF-8'],
    ['GBK, the .cpg says ISO-8859-1', simplified, 'gbk', 'ISO-8859-1', 'GB18030', false, 'ISO-8859-1'],
    ['UTF-8, nothing said', simplified, 'utf8', null, 'UTF-8', false, null],
    ['UTF-8, the .cpg says GBK', simplified, 'utf8', 'GBK', 'UTF-8', false, 'GBK'],
    ['Big5, the .cpg says so', traditional, 'big5', 'BIG5', 'BIG5', false, null],
    ['Big5, nothing said', traditional, 'big5', null, 'BIG5', true, null],
    ['western accents, nothing said', ['México', 'Peña'], 'latin1', null, 'WINDOWS-1252', true, null],
  ] as const)('in %s comes out whole', async (_, texts, label, cpg, encoding, assumed, denied) => {
    const table =
      label === 'latin1'
        ? dbf(
            bytesOf('NAME'),
            texts.map((text) => iconv.encode(text, label)),
          )
        : encoded(texts, label)
    const read = await readDbf(table, cpg)
    expect(read).toMatchObject({ encoding, encodingAssumed: assumed, encodingDenied: denied })
    expect(await firstValues(table, cpg)).toEqual([...texts])
  })
  test('that nothing tells is asked about, not guessed', async () => {
    const japanese = dbf(bytesOf('NAME'), [iconv.encode('カタカナひらがな', 'shift_jis')])
    await expect(readDbf(japanese, null)).rejects.toMatchObject({ code: 'ENCODING_UNKNOWN' })
    expect(await firstValues(japanese, 'shiftjis')).toEqual(['カタカナひらがな'])
  })
  test.each([
    ['Japanese with kana', 'euc-jp', ['ひたちなか市', '西蒲原郡弥彦村'], /假名占 3\d %/],
    [
      'Japanese in characters alone',
      'euc-jp',
      ['新潟県西蒲原郡弥彦村', '北海道札幌市大阪府堺市'],
      /常用字占 [12]\d %/,
    ],
    ['Korean', 'euc-kr', ['서울특별시강남구', '부산광역시해운대구'], /常用字占 3\d %/],
  ] as const)(
    'that could be GBK by its bytes and is %s is not guessed either',
    async (_, label, texts, evidence) => {
      const table = dbf(
        bytesOf('NAME'),
        texts.map((text) => iconv.encode(text, label)),
      )
      const refused = {
        code: 'ENCODING_UNKNOWN',
        text: expect.objectContaining({ zh: expect.stringMatching(evidence) as string }) as object,
      }
      await expect(readDbf(table, null)).rejects.toMatchObject(refused)
      expect(await firstValues(table, label)).toEqual([...texts])
      expect(() => decodeText(iconv.encode(`NAME\n${texts.join('\n')}`, label), 'a.csv')).toThrowError(
        expect.objectContaining(refused),
      )
    },
  )
  test('of rare place names and of persons alone stays GBK', async () => {
    const rare = ['赫章县勐腊县鄂温克族自治旗', '盱眙歙县黟县濮阳蠡县', '欧阳翔宇诸葛孔明']
    const table = dbf(
      bytesOf('NAME'),
      rare.map((text) => iconv.encode(text, 'gbk')),
    )
    expect((await readDbf(table, null)).encoding).toBe('GB18030')
  })
})

describe('a shapefile', () => {
  test('lying loose is packed with its parts, the same files to the same bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'terrier-test-'))
    try {
      for (const [part, bytes] of await shapefileParts(example('parcels-gbk.zip')))
        await writeFile(join(folder, `地块${part === '.dbf' ? '.DBF' : part}`), bytes)
      await writeFile(join(folder, '地块.txt'), 'no part of it')
      const [once, again] = [
        await packLoose(join(folder, '地块.shp')),
        await packLoose(join(folder, '地块.DBF')),
      ]
      expect(Buffer.from(await once!.whole()).equals(Buffer.from(await again!.whole()))).toBe(true)
      const source = await openSource(once!)
      expect(source.rowCount).toBe(200)
      expect(await packLoose(join(folder, '地块.txt'))).toBeNull()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
  test('in a GBK-named folder beside others, without its index, called .shz', async () => {
    const parts = await shapefileParts(example('parcels-gbk.zip'))
    const gbk = (name: string) => iconv.encode(name, 'gbk')
    const packed = zip([
      ...[...parts]
        .filter(([part]) => part !== '.shx')
        .map(([part, bytes]) => ({ name: gbk(`成果/一区/地块${part}`), bytes })),
      ...[...parts].map(([part, bytes]) => ({ name: gbk(`成果/二区/红线${part}`), bytes })),
      { name: gbk('成果/说明.txt'), bytes: bytesOf('说明') },
    ])
    const file = DeliveredFile.of(packed, 'a.shz')
    await expect(openSource(file)).rejects.toMatchObject({
      code: 'SEVERAL_LAYERS',
      text: expect.objectContaining({
        zh: expect.stringContaining('成果/一区/地块、成果/二区/红线') as string,
      }) as object,
    })
    expect((await openSource(file, { layer: '地块' })).about).toEqual({ layer: '成果/一区/地块' })
  })
})

describe('a table with a heading of two lines', () => {
  const merged = [
    ['序号', '电子监管号', '项目名称', '约定时间', '', '', '面积（公顷）', '', '备注'],
    ['', '', '', '交地', '开工', '竣工', '供应', '其中新增', ''],
    ['1', '4302112023B00019', '星火厂', '2023-05-01', '2023-08-01', '2025-08-01', '2.5', '1.2', ''],
    ['2', '4302112023B00027', '天元厂', '2023-06-01', '2023-09-01', '2025-09-01', '1.5', '', '续建'],
  ]
  const columns = [
    '序号',
    '电子监管号',
    '项目名称',
    '约定时间·交地',
    '约定时间·开工',
    '约定时间·竣工',
    '面积（公顷）·供应',
    '面积（公顷）·其中新增',
    '备注',
  ]
  const csv = (lines: readonly (readonly string[])[]) =>
    bytesOf(lines.map((line) => line.join()).join('\r\n'))
  const letter = (i: number) => String.fromCharCode(65 + i)
  const sheet = (lines: readonly (readonly string[])[]) =>
    workbook(
      lines
        .map(
          (line, r) =>
            `<row r="${r + 1}">${line.map((text, c) => (text === '' ? '' : cell(`${letter(c)}${r + 1}`, text))).join('')}</row>`,
        )
        .join(''),
      '',
      ['A1:A2', 'D1:F1', 'G1:H1', 'I1:I2'],
    )
  const opened = (bytes: Uint8Array, name: string) => openSource(DeliveredFile.of(bytes, name))
  test.each([
    ['CSV', csv(merged), 'a.csv', '1、2'],
    ['a workbook with merged cells', sheet(merged), 'a.xlsx', '1、2'],
    ['CSV under a title', csv([['株洲市供地台账'], ...merged]), 'a.csv', '2、3'],
  ])('%s is read with both lines joined, and says so', async (_, bytes, name, lines) => {
    const source = await opened(bytes, name)
    expect(source.columns).toEqual(columns)
    expect(source.rowCount).toBe(2)
    const said = source.issues.find(({ code }) => code === 'HEADING_JOINED')
    expect(said?.message.zh).toContain(`第 ${lines} 行`)
  })
  test('its columns mean what group and name say together', () => {
    const meaning = (name: string) => {
      const found = meaningOf('supply', name, undefined)
      return found?.kind === 'field' ? [found.field, found.unit] : found
    }
    expect(meaning('约定时间·开工')).toEqual(['start_due', null])
    expect(meaning('开工时间·约定')).toEqual(['start_due', null])
    expect(meaning('实际·竣工时间')).toEqual(['finish_on', null])
    expect(meaning('约定容积率·下限')).toEqual(['far_min', null])
    expect(meaning('面积（公顷）·供应')).toEqual(['area_ha', 'ha'])
    expect(meaning('基本信息·项目名称')).toEqual(['project', null])
    expect(meaning('面积（公顷）·其中新增')).toBeNull()
    expect(meaning('拆迁·面积')).toBeNull()
  })
  test('names that stand twice are told apart by the groups over them', async () => {
    const twice = [
      ['项目', '', '约定', '', '实际', ''],
      ['电子监管号', '项目名称', '开工时间', '竣工时间', '开工时间', '竣工时间'],
      ['4302112023B00019', '星火厂', '2023-05-01', '2025-05-01', '2023-06-01', ''],
    ]
    expect((await opened(csv(twice), 'a.csv')).columns).toEqual([
      '项目·电子监管号',
      '项目·项目名称',
      '约定·开工时间',
      '约定·竣工时间',
      '实际·开工时间',
      '实际·竣工时间',
    ])
  })
  test('a first row of texts under a column without a name stays a row', async () => {
    const texts = [
      ['编码', '名称', ''],
      ['甲', '工业', '旧'],
      ['乙', '住宅', '新'],
    ]
    const source = await opened(csv(texts), 'a.csv')
    expect([source.columns, source.rowCount]).toEqual([['编码', '名称'], 2])
  })
})
