import { buildAndClassify } from '../strategy/build-and-classify.ts'
import { dayAsked, listed, takesNoMore, type Command } from './command.ts'

export const command: Command = {
  name: 'build',
  summary: {
    zh: '由档案生成地块、关联、问题和台账,并为每宗地块判定策略;一并发布。',
    en: 'Makes parcels, links, findings and the ledger from the records, gives every parcel its strategy, and publishes both.',
  },
  usage: 'build [--as-of DATE]',
  options: { 'as-of': { type: 'string' } },
  async run(context) {
    takesNoMore(context.args)
    const asOf = dayAsked(context) ?? context.today
    const { build, classify } = await buildAndClassify(await context.base(), {
      asOf,
      now: () => new Date().toISOString(),
      onProgress: (fraction, step) =>
        context.progress({ zh: `${Math.round(fraction * 100)}% ${step.zh}`, en: step.en }),
    })
    const { build: _, ...summary } = build
    context.answer({ ...summary, strategies: classify.counts }, () => {
      const { titled, supplied, remainder } = summary.parcels
      const found = Object.entries(summary.findings).map(([code, n]) => `  ${code}${String(n).padStart(8)}`)
      return [
        `${summary.asOf}:已登记 titled ${titled},已供应 supplied ${supplied},批而未供 remainder ${remainder}`,
        ...found,
        `策略 strategies: ${listed(classify.counts)}`,
        ...(summary.lookBack
          ? ['这是回看:现状不变,可用 --as-of 查询该日。A look-back: ask for that day with --as-of.']
          : []),
        `台账误差 closure ${summary.closureM2.toFixed(4)} m²,用时 ${summary.seconds.toFixed(1)} s`,
      ].join('\n')
    })
  },
}
