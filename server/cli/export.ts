import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exportFormat, exportFormats } from '../export/format.ts'
import { exportKinds, openExport } from '../export/table.ts'
import { WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'export',
  summary: { zh: '导出宗地、记录、问题或台账。', en: 'Exports parcels, records, findings or the ledger.' },
  usage: `export ${exportKinds.join('|')} --out FILE.(${Object.keys(exportFormats).join('|')}) [--filter CQL2]`,
  options: { out: { type: 'string' }, filter: { type: 'string' } },
  async run({ args, options, base, answer }) {
    const kind = exportKinds.find((each) => each === args[0])
    if (!kind || args.length > 1) throw new WrongUsage(`Say what to export: ${exportKinds.join(', ')}.`)
    const { out, filter } = options
    if (typeof out !== 'string') throw new WrongUsage('Say where to: --out FILE.')
    const { write } = exportFormats[exportFormat(extname(out).slice(1))]
    const { db } = await base()
    const table = await openExport(db, kind, typeof filter === 'string' ? filter : null)
    let rows = 0
    const counted = { ...table, rows: counting(table.rows, () => (rows += 1)) }
    const draft = `${out}.part` // a name people look for never holds half a file
    try {
      await pipeline(Readable.from(write(counted)), createWriteStream(draft))
      await rename(draft, out)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    answer({ kind, out, rows }, () => `${out}: ${rows} 行 rows`)
  },
}

async function* counting<T>(items: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    count()
    yield item
  }
}
