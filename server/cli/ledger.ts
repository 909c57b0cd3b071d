import { accounts, type Account, type Accounts } from '../build/account.ts'
import { readLedger } from '../build/store.ts'
import type { Ledger } from '../contract.ts'
import { recordAreas } from '../ledger/area-store.ts'
import { batchBooks } from '../ledger/batch-store.ts'
import { listFigures, saveRates } from '../ledger/figure-store.ts'
import { supplyRates } from '../ledger/rate-store.ts'
import { remainderList } from '../ledger/remainder-list-store.ts'
import { areaSheet, batchSheet, figureSheet, rateSheet, remainderSheet } from '../ledger/sheet.ts'
import { muFromM2 } from '../units.ts'
import { momentAsked, momentOptions, takesNoMore, WrongUsage, type Command, type Context } from './command.ts'

/** Titles of accounts as they are printed; the first five are the double entry. */
const titles: Readonly<Record<Account, string>> = {
  approved: '已批准 approved',
  suppliedInside: '已供应(批准内) supplied inside',
  titledInside: '已登记(批准内) titled inside',
  remainder: '批而未供 remainder',
  noise: '测量差 noise',
  approvedTwice: '重复报批 approved twice',
  suppliedOutside: '批准外供应 supplied outside',
  suppliedTwice: '重复供应 supplied twice',
  titledOutside: '供应外登记 titled outside',
  titleOverlap: '权属重叠 title overlap',
  withdrawn: '撤回失效 withdrawn',
}

export const command: Command = {
  name: 'ledger',
  summary: {
    zh: '土地台账:批准 = 供应 + 登记 + 批而未供 + 测量差;批次闭合、供地率、批而未供清单、面积对照。',
    en: 'The land ledger: approved = supplied + titled + remainder + noise; batches, rates, remainders, areas.',
  },
  usage: [
    'ledger [--by district|batch] [--as-of DATE] [--known-at TIME]',
    '         --by batch   [--district CODE] [--doc 批文号] [--from YEAR] [--to YEAR] [--open] [--limit N]',
    '         --rates      [--year YEAR] [--from YEAR] [--to YEAR] [--base-date DATE] [--save]',
    '         --figures',
    '         --remainders [--district CODE] [--doc 批文号] [--limit N]',
    '         --areas      [--district CODE] [--off] [--limit N]',
  ].join('\n'),
  options: {
    by: { type: 'string' },
    rates: { type: 'boolean' },
    figures: { type: 'boolean' },
    remainders: { type: 'boolean' },
    areas: { type: 'boolean' },
    district: { type: 'string' },
    doc: { type: 'string' },
    year: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    'base-date': { type: 'string' },
    open: { type: 'boolean' },
    off: { type: 'boolean' },
    save: { type: 'boolean' },
    limit: { type: 'string' },
    ...momentOptions,
  },
  async run(context) {
    takesNoMore(context.args)
    const { by, district, doc } = context.options
    if (by !== undefined && by !== 'district' && by !== 'batch') {
      throw new WrongUsage({ zh: '--by 只能是 district 或 batch。', en: '--by takes "district" or "batch".' })
    }
    const page = {
      district: typeof district === 'string' ? district : undefined,
      doc: typeof doc === 'string' ? doc : undefined,
      limit: numberOf(context, 'limit'),
    }
    const years = { fromYear: numberOf(context, 'from'), toYear: numberOf(context, 'to') }
    const moment = momentAsked(context)
    const { answer } = context
    switch (sheetAsked(context)) {
      case 'rates':
        return answerRates(context, { ...years, year: numberOf(context, 'year') })
      case 'figures': {
        const figures = await listFigures((await context.base()).db)
        return answer(figures, () => figureSheet(figures))
      }
      case 'remainders': {
        const list = await remainderList((await context.base()).db, page, moment)
        return answer(list, () => remainderSheet(list))
      }
      case 'areas': {
        const agrees = context.options.off === true ? false : undefined
        const areas = await recordAreas((await context.base()).db, { ...page, agrees }, moment)
        return answer(areas, () => areaSheet(areas))
      }
      case 'batch': {
        const open = context.options.open === true ? true : undefined
        const books = await batchBooks((await context.base()).db, { ...page, ...years, open }, moment)
        return answer(books, () => batchSheet(books))
      }
      case 'accounts': {
        const ledger = await readLedger((await context.base()).db, moment)
        return answer(ledger, () => accountSheet(ledger, by === 'district'))
      }
    }
  },
}

const sheets = ['rates', 'figures', 'remainders', 'areas'] as const

/** Which of the ledger's sheets is wanted. @throws WrongUsage for two at once */
function sheetAsked({ options }: Context): (typeof sheets)[number] | 'batch' | 'accounts' {
  const asked = sheets.filter((name) => options[name] === true)
  const [first, second] = asked
  if (second !== undefined || (first !== undefined && options.by !== undefined)) {
    const names = [...asked.map((name) => `--${name}`), ...(options.by === undefined ? [] : ['--by'])].join(
      ' ',
    )
    throw new WrongUsage({ zh: `${names} 只能选一个。`, en: `Only one of ${names} at a time.` })
  }
  return first ?? (options.by === 'batch' ? 'batch' : 'accounts')
}

async function answerRates(
  context: Context,
  years: { fromYear: number | undefined; toYear: number | undefined; year: number | undefined },
): Promise<void> {
  const base = await context.base()
  const baseDate = context.options['base-date']
  const query = { ...years, baseDate: typeof baseDate === 'string' ? baseDate : undefined }
  const moment = momentAsked(context)
  if (context.options.save === true) {
    const figure = await saveRates(base, query, new Date().toISOString(), moment)
    return context.answer(figure, () => figureSheet([figure]))
  }
  const rates = await supplyRates(base.db, query, moment)
  context.answer(rates, () => rateSheet(rates))
}

/** @throws WrongUsage for what is no whole number */
function numberOf({ options }: Context, name: 'year' | 'from' | 'to' | 'limit'): number | undefined {
  const text = options[name]
  if (text === undefined) return undefined
  if (typeof text === 'string' && /^\d{1,4}$/.test(text)) return Number(text)
  throw new WrongUsage({
    zh: `--${name} 须为不超过四位的整数;“${String(text)}”不是。`,
    en: `--${name} takes a whole number of up to four digits, not "${String(text)}".`,
  })
}

function accountSheet(ledger: Ledger, byDistrict: boolean): string {
  const districts = byDistrict
    ? ledger.districts.map((each) => sheet(`${each.code} ${each.name}`, each.accounts, each.closureM2))
    : []
  return [ledger.asOf, ...districts, sheet('合计 total', ledger.total.accounts, ledger.total.closureM2)].join(
    '\n\n',
  )
}

/** m² planar to the ledger's own precision, and 亩. */
function sheet(title: string, booked: Accounts, closureM2: number): string {
  const lines = accounts.map(
    (account) =>
      `  ${booked[account].toFixed(2).padStart(18)} m² ${muFromM2(booked[account]).toFixed(2).padStart(14)} 亩  ${titles[account]}`,
  )
  return [title, ...lines, `  ${closureM2.toFixed(4).padStart(18)} m²                    误差 closure`].join(
    '\n',
  )
}
