import { undoDelivery } from '../import/run.ts'
import { WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'undo',
  summary: { zh: '整件撤回一次来件。', en: 'Takes a delivery back whole.' },
  usage: 'undo DELIVERY',
  options: {},
  async run({ args, base, answer }) {
    const [number] = args
    if (args.length !== 1 || number === undefined || !/^[1-9]\d{0,14}$/.test(number))
      throw new WrongUsage({ zh: '请给出一个来件编号。', en: 'Name one delivery by its number.' })
    const summary = await undoDelivery(await base(), Number(number), new Date().toISOString())
    answer(
      summary,
      () =>
        `已撤回来件 ${summary.delivery}:停用 ${summary.closed} 条,恢复 ${summary.restored} 条。请重新 build。\nDelivery ${summary.delivery} taken back: ${summary.closed} rows closed, ${summary.restored} restored. Run build again.`,
    )
  },
}
