import type { Explanation, ReasonNode } from '../contract.ts'
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

function asText(explanation: Explanation): string {
  const { parcel, asOf, rulePack, strategy, ruled, override, deadlines, runnersUp } = explanation
  const { tried, unknowns, nearestFlip } = explanation
  const place = tried.findIndex(({ code }) => code === ruled.code)
  const winner = tried[place]
  return [
    `${parcel} · ${asOf} · ${rulePack.code} v${rulePack.version}`,
    `${strategy.code} ${strategy.title.zh} ${strategy.title.en}`,
    ...(override
      ? [
          `  人工改定 override: 规则的结论 rules say ${ruled.code} ${ruled.title.zh} ${ruled.title.en}`,
          `    ${override.by} · ${override.setOn} – ${override.expiresOn} · ${override.document} · ${override.reason}`,
        ]
      : []),
    `  ${strategy.lead} · ${strategy.deadline}`,
    ...strategy.actions.map((action) => `  - ${action}`),
    `期限 deadlines (${lightWords[deadlines.light]}):`,
    ...deadlines.all.map(
      ({ title, due, daysLeft, counted }) =>
        `  ${due ?? '----------'} ${daysLeft === null ? '' : `(${daysLeft}) `}${title.zh} ${title.en} · ${counted.zh}`,
    ),
    `条件 condition: ${winner?.reason.text ?? strategy.condition}`,
    `依次判断,第 ${place + 1} 条首先成立 number ${place + 1} was the first to hold:`,
    ...(winner ? tree(winner.reason, 1) : []),
    ...(runnersUp.length > 0 ? [`其次 runners-up: ${runnersUp.join(' ')}`] : []),
    ...(unknowns.length > 0 ? ['待查 to find out:'] : []),
    ...unknowns.map(
      ({ name, label, couldGive }) => `  ${label.zh} ${label.en} (${name}) → ${couldGive.join(' ')}`,
    ),
    ...(nearestFlip
      ? [
          `最小变化 nearest change: ${nearestFlip.label.zh} ${nearestFlip.label.en}: ${nearestFlip.shown.from.zh} → ${nearestFlip.shown.to.zh}${nearestFlip.step.zh && ` (${nearestFlip.step.zh})`} ⇒ ${nearestFlip.strategy}`,
          ...nearestFlip.numbers.map(
            ({ title, shown, basis }) =>
              `  规则包 by the pack: ${title.zh} ${title.en} = ${shown.zh}(${basis})`,
          ),
        ]
      : []),
  ].join('\n')
}

export const lightWords = {
  red: '红 red',
  yellow: '黄 yellow',
  green: '绿 green',
  grey: '灰 grey',
} as const

const marks = { true: '✓', false: '✗', unknown: '?' } as const
const joints = { and: '全部成立 all of', or: '任一成立 any of', not: '不成立 not', test: '' } as const

function tree(node: ReasonNode, depth: number): string[] {
  const facts = node.facts.map(
    ({ label, shown, source }) => `${label.zh} = ${shown.zh}${source === null ? '' : ` [${source.zh}]`}`,
  )
  const text =
    node.op === 'test'
      ? [node.words.zh, ...(facts.length > 0 ? [facts.join(', ')] : [])].join(' — ')
      : joints[node.op]
  return [
    `${'  '.repeat(depth)}${marks[node.verdict]} ${text}`,
    ...node.children.flatMap((child) => tree(child, depth + 1)),
  ]
}
