import writeXlsxFile from 'write-excel-file/node'
import type { AreaBrief, Catalog } from '../contract.ts'
import type { Message } from '../refusal.ts'
import { M2_PER_MU } from '../units.ts'
import type { Lang } from './document.ts'

type CellValue = string | number | null
interface Column {
  readonly title: string
  readonly width: number
}

const head = { fontWeight: 'bold', backgroundColor: '#EEF2F6', wrap: true } as const

/** An area brief as a workbook: balance, totals by class, and every parcel with the part of it inside the area. */
export async function areaBriefXlsx(brief: AreaBrief, catalog: Catalog, lang: Lang): Promise<Uint8Array> {
  const t = (zh: string, en: string) => (lang === 'zh' ? zh : en)
  const name = (list: readonly { code: string; title: Message }[], code: string | null) =>
    code === null ? '' : (list.find((item) => item.code === code)?.title[lang] ?? code)
  const mu = (m2: number) => m2 / M2_PER_MU
  const accounts = accountNames(lang)

  const balance: CellValue[][] = [
    [t('片区简报', 'Area brief'), catalog.fictional ? t('虚构示范数据', 'fictional demonstration data') : ''],
    [t('查询日', 'As of'), brief.asOf],
    [t('片区面积(平面, m²)', 'Area drawn (planar, m²)'), brief.areaPlanarM2],
    [t('片区面积(椭球, m²)', 'Area drawn (ellipsoid, m²)'), brief.areaEllipsoidM2],
    [t('宗地数', 'Parcels'), brief.parcels],
    [t('宗地在片区内的面积(平面, m²)', 'Land in parcels inside (planar, m²)'), brief.parcelsPlanarM2],
    [],
    ...Object.entries(brief.accounts).map(([account, m2]): CellValue[] => [
      accounts[account] ?? account,
      m2,
      mu(m2),
    ]),
    [t('不闭合差(m²)', 'Closure (m²)'), brief.closureM2],
  ]
  const classes = (
    rows: AreaBrief['byStrategy'],
    list: readonly { code: string; title: Message }[],
  ): CellValue[][] =>
    rows.map((row) => [row.key, name(list, row.key), row.parcels, row.planarM2, mu(row.planarM2)])
  const classColumns: Column[] = [
    { title: t('代码', 'Code'), width: 10 },
    { title: t('名称', 'Name'), width: 28 },
    { title: t('宗地数', 'Parcels'), width: 10 },
    { title: t('面积(平面, m²)', 'Area (planar, m²)'), width: 18 },
    { title: t('面积(亩)', 'Area (mu)'), width: 14 },
  ]
  const parcels: CellValue[][] = brief.rows.map((row) => [
    String(row.parcelId),
    row.parcelCode,
    name(catalog.kinds, row.kind),
    name(catalog.stages, row.stage),
    row.strategy,
    name(catalog.strategies, row.strategy),
    row.ruledStrategy,
    row.overrideId === null ? t('否', 'no') : t('是', 'yes'),
    name(catalog.districts, row.district),
    row.holder,
    row.project,
    name(catalog.useGroups, row.useGroup),
    row.areas.documentM2,
    row.areas.planarM2,
    row.areas.ellipsoidM2,
    row.insideM2,
    mu(row.insideM2),
    row.flags.join(' '),
  ])
  const parcelColumns: Column[] = (
    [
      ['地块编号', 'Parcel', 18],
      ['宗地代码', 'Parcel code', 22],
      ['类别', 'Kind', 12],
      ['阶段', 'Stage', 12],
      ['策略', 'Strategy', 8],
      ['策略名称', 'Strategy name', 24],
      ['规则的结论', 'By the rules', 12],
      ['人工改定', 'Override', 12],
      ['行政区', 'District', 12],
      ['权利主体', 'Holder', 30],
      ['项目', 'Project', 30],
      ['用途类', 'Use group', 14],
      ['文件面积(m²)', 'Document area (m²)', 16],
      ['平面面积(m²)', 'Planar area (m²)', 16],
      ['椭球面积(m²)', 'Ellipsoid area (m²)', 16],
      ['片区内面积(平面, m²)', 'Inside (planar, m²)', 18],
      ['片区内(亩)', 'Inside (mu)', 12],
      ['问题', 'Problems', 18],
    ] as const
  ).map(([zh, en, width]) => ({ title: t(zh, en), width }))

  const sheets = [
    sheet(t('平衡表', 'Balance'), [], balance, [34, 20, 16]),
    sheet(t('按策略', 'By strategy'), classColumns, classes(brief.byStrategy, catalog.strategies)),
    sheet(t('按类别', 'By kind'), classColumns, classes(brief.byKind, catalog.kinds)),
    sheet(t('按用途', 'By use'), classColumns, classes(brief.byUse, catalog.useGroups)),
    sheet(t('宗地清单', 'Parcels'), parcelColumns, parcels),
  ]
  return new Uint8Array(await writeXlsxFile(sheets).toBuffer())
}

function sheet(
  name: string,
  columns: readonly Column[],
  rows: readonly CellValue[][],
  widths = columns.map((column) => column.width),
) {
  const titles = columns.length > 0 ? [columns.map((column) => ({ value: column.title, ...head }))] : []
  const cells = rows.map((row) =>
    row.map((value) =>
      typeof value === 'number' && !Number.isInteger(value)
        ? { value, type: Number, format: '#,##0.00' }
        : value,
    ),
  )
  return {
    data: [...titles, ...cells],
    sheet: name,
    columns: widths.map((width) => ({ width })),
    ...(titles.length > 0 ? { stickyRowsCount: 1 } : {}),
  }
}

/** Names of the ledger's accounts for people. */
export function accountNames(lang: Lang): Record<string, string> {
  const names: Record<string, Message> = {
    approved: { zh: '已批准(并集)', en: 'Approved (union)' },
    suppliedInside: { zh: '批准范围内已供', en: 'Supplied inside approval' },
    titledInside: { zh: '批准范围内已登记', en: 'Titled inside approval' },
    remainder: { zh: '批而未供', en: 'Approved, not supplied' },
    noise: { zh: '测量误差', en: 'Survey noise' },
    approvedTwice: { zh: '重复报批', en: 'Approved twice' },
    suppliedOutside: { zh: '批准范围外供应', en: 'Supplied outside approval' },
    suppliedTwice: { zh: '重复供应', en: 'Supplied twice' },
    titledOutside: { zh: '供应范围外登记', en: 'Titled outside supply' },
    titleOverlap: { zh: '登记重叠', en: 'Overlapping titles' },
    withdrawn: { zh: '已撤回或失效', en: 'Withdrawn or lapsed' },
  }
  return Object.fromEntries(Object.entries(names).map(([account, text]) => [account, text[lang]]))
}
