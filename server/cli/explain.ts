import type { Explanation } from '../contract.ts'
import { explainParcel } from '../strategy/explain.ts'
import { momentAsked, momentOptions, WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'explain',
  summary: { zh: '说明一宗地块为何是这个策略。', en: 'Says why a parcel has its strategy.' },
  usage: 'explain PARCEL [--as-of DATE] [--known-at TIME]    (地块编号或宗地代码 number or parcel code)',
  options: momentOptions,
  async run({ args, options, base, answer }) {
    const [idOrCode, ...more] = args
    if (idOrCode === undefined || more.length > 0) {
      throw new WrongUsage({
        zh: '请给出一宗地块的编号或宗地代码。',
        en: 'Name one parcel, by number or code.',
      })
    }
    const explanation = await explainParcel(await base(), idOrCode, momentAsked({ options }))
    answer(explanation, () => asText(explanation))
  },
}

function asText({
  parcel,
  asOf,
  rulePack,
  strategy,
  runnersUp,
  tried,
  unknowns,
  nearestFlip,
}: Explanation): string {
  const winner = tried.find(({ code }) => code === strategy.code)
  const facts = (winner?.facts ?? []).map(
    ({ name, value }) => `  ${name} = ${String(value ?? '未知 unknown')}`,
  )
  return [
    `${parcel} · ${asOf} · ${rulePack.code} v${rulePack.version}`,
    `${strategy.code} ${strategy.title.zh} ${strategy.title.en}`,
    `  ${strategy.lead} · ${strategy.deadline}`,
    ...strategy.actions.map((action) => `  - ${action}`),
    `条件 condition: ${strategy.condition}`,
    ...facts,
    ...(runnersUp.length > 0 ? [`其次 runners-up: ${runnersUp.join(' ')}`] : []),
    ...(unknowns.length > 0 ? ['待查 to find out:'] : []),
    ...unknowns.map(
      ({ name, label, couldGive }) => `  ${label.zh} ${label.en} (${name}) → ${couldGive.join(' ')}`,
    ),
    ...(nearestFlip
      ? [
          `最小变化 nearest change: ${nearestFlip.label.zh} ${nearestFlip.label.en}: ${nearestFlip.from} → ${nearestFlip.to} ⇒ ${nearestFlip.strategy}`,
        ]
      : []),
  ].join('\n')
}
