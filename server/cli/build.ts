import { runBuild } from '../build/run.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import { WrongUsage, type Command, type Context } from './command.ts'

export const command: Command = {
  name: 'build',
  summary: {
    zh: '由档案生成地块、关联、问题和台账。',
    en: 'Makes parcels, links, findings and the ledger from the records.',
  },
  usage: 'build [--as-of DATE]',
  options: { 'as-of': { type: 'string' } },
  async run(context) {
    if (context.args.length > 0) throw new WrongUsage(`Unexpected argument "${context.args[0]}".`)
    const { build: _, ...summary } = await runBuild(await context.base(), {
      asOf: dayAsked(context),
      startedAt: new Date().toISOString(),
      onProgress: (fraction, step) =>
        context.progress({ zh: `${Math.round(fraction * 100)}% ${step.zh}`, en: step.en }),
    })
    context.answer(summary, () => {
      const { titled, supplied, remainder } = summary.parcels
      const found = Object.entries(summary.findings).map(([code, n]) => `  ${code}${String(n).padStart(8)}`)
      return [
        `${summary.asOf}:已登记 titled ${titled},已供应 supplied ${supplied},批而未供 remainder ${remainder}`,
        ...found,
        `台账误差 closure ${summary.closureM2.toFixed(4)} m²,用时 ${summary.seconds.toFixed(1)} s`,
      ].join('\n')
    })
  },
}

/** The day asked about: the option, else today. @throws WrongUsage for what is no day of the calendar. */
function dayAsked({ options, today }: Context): IsoDate {
  const asked = options['as-of']
  if (asked === undefined) return today
  if (typeof asked === 'string' && isIsoDate(asked)) return asked
  throw new WrongUsage(`--as-of takes a day like 2024-06-30, not "${String(asked)}".`)
}
