import type { BatchBooks, RecordAreas, Remainders, SavedFigure, SupplyRates } from '../contract.ts'
import { muFromM2 } from '../units.ts'
import { insideAccounts, type InsideAccount } from './batch.ts'

// What the command line prints: m² to the ledger's own precision and 亩, each number with its area kind.

const insideTitles: Readonly<Record<InsideAccount, string>> = {
  supplied: '已供应 supplied',
  titled: '已登记 titled',
  used: '已用未供 used, not supplied',
  notSuppliable: '不可供 cannot be supplied',
  notExpropriated: '批而未征 not expropriated',
  partlyExpropriated: '部分征收 partly expropriated',
  inReserve: '征而未供·已入储备 expropriated, in reserve',
  clean: '征而未供·净地 expropriated, clean',
  notClean: '征而未供·非净地 expropriated, not clean',
  siteUnknown: '征而未供·净地未载 expropriated, site unknown',
  unknown: '征收状态未载 state unknown',
  noise: '测量差 noise',
}
const endedTitles = {
  withdrawn: '已撤回 withdrawn',
  lapsed: '已失效 lapsed',
  reduced: '已核减 reduced',
} as const
const elsewhereTitles = {
  approvedEarlier: '在先批文已登 booked under an earlier approval',
  endedEarlier: '在先失效批文已登 under an earlier one that ended',
  approvedAgain: '已由他文重新批准 approved again by another',
} as const
const rateTitles = {
  ULAPI2: '城市批次土地供应比率 supply of batches (ULAPI2)',
  ULAPI1: '城市存量土地供应比率 stock land in supply (ULAPI1)',
  SUPPLY_5Y: '前五年供地率 supply rate, five years before',
  SUPPLY_1Y: '去年供地率 supply rate, last year',
  UNSUPPLIED: '批而未供率 unsupplied rate',
  SUPPLY: '供地率 supply rate',
} as const
const clockTitles = {
  running: '期限内 running',
  lapseCandidate: '疑似失效 lapse candidate',
  compensated: '已补偿,不自行失效 compensated',
  used: '已使用 used',
  unknown: '不明 unknown',
} as const
const kindTitles = { planar: '平面 planar', ellipsoid: '椭球 ellipsoid', undecided: '不可分辨 undecided', neither: '均不符 neither' } as const // prettier-ignore

const m2 = (area: number): string =>
  `${area.toFixed(2).padStart(18)} m² ${muFromM2(area).toFixed(2).padStart(14)} 亩`
const open = (area: number): string => `${exact(area).padStart(18)} m²`
/** Four decimals; what rounds to nothing has no sign. */
const exact = (area: number): string => area.toFixed(4).replace(/^-(0\.0000)$/, '$1')
const stated = (area: number | null): string => (area === null ? `${'—'.padStart(18)} m²` : m2(area))
const line = (figure: string, title: string): string => `  ${figure}  ${title}`
const heading = ({ asOf, knownAt, buildId }: { asOf: string; knownAt: string; buildId: number }): string =>
  `${asOf} (已知至 known at ${knownAt}, 成果 build ${buildId})`

/** Accounts with nothing in them are left out: a batch has two or three of twenty. */
function accountsOf<Account extends string>(
  booked: Readonly<Record<Account, number>>,
  titles: Readonly<Record<Account, string>>,
): string[] {
  return (Object.keys(titles) as Account[])
    .filter((account) => booked[account] !== 0)
    .map((account) => line(m2(booked[account]), titles[account]))
}

export function batchSheet(books: BatchBooks): string {
  const rows = books.rows.map((book) =>
    [
      `${book.docNo ?? book.batch}  ${book.approvedOn ?? '日期未载 undated'}${book.p615 === true ? '  ⚠ P615' : ''}`,
      line(stated(book.area.documentM2), '批文面积 document'),
      line(m2(book.area.planarM2), '图形面积(平面) shapes, planar'),
      line(m2(book.area.ellipsoidM2), '图形面积(椭球) shapes, ellipsoid'),
      line(m2(book.bookedM2), '台账登记(平面) booked, planar'),
      ...accountsOf(book.inside, insideTitles),
      ...accountsOf(book.ended, endedTitles),
      ...accountsOf(book.elsewhere, elsewhereTitles),
      line(open(book.closureM2), '                 误差 closure'),
    ].join('\n'),
  )
  const { total, shapes } = books
  return [
    heading(books),
    ...rows,
    [
      `合计 total: ${books.batches} 批 batches, P615 ${books.open}`,
      line(
        m2(total.documentM2),
        `批文面积 document (${total.batchesWithoutDocumentArea} 批未载 without one)`,
      ),
      ...(shapes === null
        ? []
        : [
            line(m2(shapes.planarM2), '图形面积(平面) shapes, planar'),
            line(m2(shapes.ellipsoidM2), '图形面积(椭球) shapes, ellipsoid'),
            ...accountsOf(shapes.elsewhere, elsewhereTitles),
          ]),
      ...accountsOf(total.ended, endedTitles),
      line(m2(total.bookedM2), '台账登记(平面) booked, planar'),
      ...insideAccounts.map((account) => line(m2(total.inside[account]), insideTitles[account])),
      line(open(total.closureM2), '                 误差 closure'),
      `  P615: ${books.p615Rule.zh}`,
      `        ${books.p615Rule.en}`,
    ].join('\n'),
  ].join('\n\n')
}

export function rateSheet(rates: SupplyRates): string {
  return [
    heading(rates),
    ...rates.districts.map((each) => rateBlock(`${each.districtCode} ${each.name}`, each.rates)),
    rateBlock('合计 total', rates.total),
  ].join('\n\n')
}

function rateBlock(title: string, rates: SupplyRates['total']): string {
  const lines = rates.map(({ code, window, planar, document }) =>
    [
      `  ${rateTitles[code]}  ${window.fromYear}–${window.toYear}, 至 to ${window.baseDate}`,
      `    ${percent(planar.percent)}  平面 planar    ${m2(planar.partM2)} ÷ ${m2(planar.wholeM2)}`,
      `    ${percent(document.percent)}  证载 document  ${m2(document.partM2)} ÷ ${m2(document.wholeM2)}`,
    ].join('\n'),
  )
  return [title, ...lines].join('\n')
}

const percent = (value: number | null): string => (value === null ? '—' : value.toFixed(2)).padStart(7) + ' %'

export function figureSheet(figures: readonly SavedFigure[]): string {
  if (figures.length === 0) return '尚无存档的指标。 No figure has been kept yet.'
  return figures
    .map(({ figureId, madeAt, result }) => `#${figureId}  ${madeAt}\n${rateSheet(result)}`)
    .join('\n\n')
}

export function remainderSheet(list: Remainders): string {
  const rows = list.rows.map((row) => {
    const days = row.clock.daysLeft === null ? '' : `, ${row.clock.lastDay} (${row.clock.daysLeft} 天 days)`
    const plan = row.plan === null ? '' : `, 规划 plan ${row.plan.useGroup ?? row.plan.useText ?? '?'}`
    return [
      `${row.parcelId}  ${row.docNo ?? row.batch}${row.plotNo === null ? '' : ` ${row.plotNo}`}  ${row.districtCode}`,
      line(m2(row.planarM2), `平面 planar · ${insideTitles[row.state]}`),
      `    ${clockTitles[row.clock.state]}${days}${plan}`,
    ].join('\n')
  })
  return [
    heading(list),
    ...rows,
    [
      `合计 total: ${list.total.parcels} 块 parcels`,
      line(m2(list.total.planarM2), '平面 planar'),
      line(m2(list.total.ellipsoidM2), '椭球 ellipsoid'),
      line(m2(list.total.documentM2), `证载 document (${list.total.withoutDocumentArea} 块未载 without one)`),
      ...list.states.map((each) => line(m2(each.planarM2), `${insideTitles[each.state]} (${each.parcels})`)),
      ...list.clocks.map((each) => line(m2(each.planarM2), `${clockTitles[each.clock]} (${each.parcels})`)),
      ...(list.ledgerRemainderM2 === null
        ? []
        : [line(m2(list.ledgerRemainderM2), `台账 ledger, 差 difference ${exact(list.differenceM2!)} m²`)]),
    ].join('\n'),
  ].join('\n\n')
}

export function areaSheet(areas: RecordAreas): string {
  const registers = areas.registers.map((each) =>
    [
      `${each.kind} ${each.districtCode} ${each.name}: ${each.records} 件 records, ${kindTitles[each.means]}`,
      line(m2(each.documentM2), '证载 document'),
      line(m2(each.planarM2), '平面 planar'),
      line(m2(each.ellipsoidM2), '椭球 ellipsoid'),
      `    ${Object.entries(kindTitles).map(([kind, title]) => `${title} ${each.counts[kind as keyof typeof kindTitles]}`).join(' · ')} · 超限 off ${each.disagreeing}`, // prettier-ignore
    ].join('\n'),
  )
  const rows = areas.rows.map(
    (row) =>
      `${row.agrees ? ' ' : '⚠'} ${row.kind} ${row.doc ?? `#${row.recordId}`}: 证载 document ${row.documentM2.toFixed(2)}, 平面 planar ${signed(row.planarMinusDocumentM2)} m² (${signed(row.planarMinusDocumentPpm)} ppm), 椭球 ellipsoid ${signed(row.ellipsoidMinusDocumentM2)} m² (${signed(row.ellipsoidMinusDocumentPpm)} ppm), ${kindTitles[row.means]}`,
  )
  return [heading(areas), ...registers, rows.join('\n')].join('\n\n')
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(2)}`
