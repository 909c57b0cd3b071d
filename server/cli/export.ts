import { extname } from 'node:path'
import { exportFormat, exportFormats } from '../export/format.ts'
import { checkWritable, writeWhole } from '../export/out-file.ts'
import { exportKinds, openExport } from '../export/table.ts'
import { momentAsked, momentOptions, takesNoMore, WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'export',
  summary: { zh: '导出宗地、记录、问题或台账。', en: 'Exports parcels, records, findings or the ledger.' },
  usage: `export ${exportKinds.join('|')} --out FILE.(${Object.keys(exportFormats).join('|')}) [--filter CQL2] [--as-of DATE] [--known-at TIME]`,
  options: { out: { type: 'string' }, filter: { type: 'string' }, ...momentOptions },
  async run({ args, options, base, answer }) {
    const kind = exportKinds.find((each) => each === args[0])
    takesNoMore(args, 1)
    if (!kind) {
      throw new WrongUsage({
        zh: `请说明导出什么:${exportKinds.join('、')}。`,
        en: `Say what to export: ${exportKinds.join(', ')}.`,
      })
    }
    const { out, filter } = options
    if (typeof out !== 'string') {
      throw new WrongUsage({ zh: '请用 --out 说明写到哪个文件。', en: 'Say where to: --out FILE.' })
    }
    await checkWritable(out)
    const { write } = exportFormats[exportFormat(extname(out).slice(1))]
    const { db } = await base()
    const table = await openExport(
      db,
      kind,
      typeof filter === 'string' ? filter : null,
      momentAsked({ options }),
    )
    let rows = 0
    const counted = { ...table, rows: counting(table.rows, () => (rows += 1)) }
    await writeWhole(out, write(counted))
    answer({ kind, out, rows }, () => `${out}: ${rows} 行 rows`)
  },
}

async function* counting<T>(items: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    count()
    yield item
  }
}
