import { exportFormats, formatOfFile, type ExportWriter } from '../export/format.ts'
import { checkWritable, writeWhole } from '../export/out-file.ts'
import { sridAsked } from '../export/place.ts'
import { exportKinds, openExport } from '../export/table.ts'
import { recordKinds } from '../record/record.ts'
import { momentAsked, momentOptions, takesNoMore, WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'export',
  summary: { zh: '导出宗地、记录、问题或台账。', en: 'Exports parcels, records, findings or the ledger.' },
  usage: `export ${exportKinds.join('|')} --out FILE.(${Object.keys(exportFormats).join('|')}) [--filter CQL2] [--register KIND] [--delivery N [--delivered]] [--crs EPSG:n] [--as-of DATE] [--known-at TIME]`,
  options: {
    out: { type: 'string' },
    filter: { type: 'string' },
    register: { type: 'string' },
    delivery: { type: 'string' },
    delivered: { type: 'boolean' },
    crs: { type: 'string' },
    ...momentOptions,
  },
  async run({ args, options, base, answer }) {
    const kind = exportKinds.find((each) => each === args[0])
    takesNoMore(args, 1)
    if (!kind) {
      throw new WrongUsage({
        zh: `请说明导出什么:${exportKinds.join('、')}。`,
        en: `Say what to export: ${exportKinds.join(', ')}.`,
      })
    }
    const { out } = options
    if (typeof out !== 'string') {
      throw new WrongUsage({ zh: '请用 --out 说明写到哪个文件。', en: 'Say where to: --out FILE.' })
    }
    const choice = {
      filter: text(options['filter']),
      register: registerAsked(text(options['register'])),
      delivery: deliveryAsked(text(options['delivery'])),
      delivered: options['delivered'] === true,
    }
    const crs = sridAsked(text(options['crs']))
    await checkWritable(out)
    const { write }: ExportWriter = exportFormats[formatOfFile(out)]
    const { db } = await base()
    const table = await openExport(db, kind, choice, momentAsked({ options }))
    let rows = 0
    const counted = { ...table, rows: counting(table.rows, () => (rows += 1)) }
    await writeWhole(out, write(counted, crs))
    answer({ kind, out, rows }, () => `${out}: ${rows} 行 rows`)
  },
}

const text = (option: unknown): string | undefined => (typeof option === 'string' ? option : undefined)

function registerAsked(asked: string | undefined) {
  const register = recordKinds.find((kind) => kind === asked)
  if (asked === undefined || register) return register
  throw new WrongUsage({
    zh: `--register 取 ${recordKinds.join('、')}。`,
    en: `--register takes ${recordKinds.join(', ')}.`,
  })
}

function deliveryAsked(asked: string | undefined): number | undefined {
  if (asked === undefined) return undefined
  if (/^[1-9]\d{0,14}$/.test(asked)) return Number(asked)
  throw new WrongUsage({
    zh: `--delivery 取来件编号,“${asked}”不是。`,
    en: `--delivery takes the number of a delivery, not "${asked}".`,
  })
}

async function* counting<T>(items: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    count()
    yield item
  }
}
