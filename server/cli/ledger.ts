import { accounts, type Account, type Accounts } from '../build/account.ts'
import { readLedger } from '../build/store.ts'
import { muFromM2 } from '../units.ts'
import { takesNoMore, WrongUsage, type Command } from './command.ts'

/** Titles of accounts as they are printed; the first five are the double entry. */
const titles: Readonly<Record<Account, string>> = {
  approved: '已批准 approved',
  suppliedInside: '已供应(批准内) supplied inside',
  titledInside: '已登记(批准内) titled inside',
  remainder: '批而未供 remainder',
  noise: '测量差 noise',
  approvedTwice: '重复报批 approved twice',
  suppliedOutside: '批准外供应 supplied outside',
  titledOutside: '供应外登记 titled outside',
  titleOverlap: '权属重叠 title overlap',
  withdrawn: '撤回失效 withdrawn',
}

export const command: Command = {
  name: 'ledger',
  summary: {
    zh: '土地台账:批准 = 供应 + 登记 + 批而未供 + 测量差。',
    en: 'The land ledger: approved = supplied + titled + remainder + noise.',
  },
  usage: 'ledger [--by district]',
  options: { by: { type: 'string' } },
  async run({ args, options, base, answer }) {
    takesNoMore(args)
    if (options.by !== undefined && options.by !== 'district') {
      throw new WrongUsage({ zh: '--by 只能是 district。', en: '--by takes "district".' })
    }
    const ledger = await readLedger((await base()).db)
    answer(ledger, () => {
      const districts =
        options.by === 'district'
          ? ledger.districts.map((each) => sheet(`${each.code} ${each.name}`, each.accounts, each.closureM2))
          : []
      return [
        ledger.asOf,
        ...districts,
        sheet('合计 total', ledger.total.accounts, ledger.total.closureM2),
      ].join('\n\n')
    })
  },
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
