import type { Override } from '../contract.ts'
import { endOverride, listOverrides, overrideOf, setOverride } from '../strategy/overrides.ts'
import { takesNoMore, WrongUsage, type Command, type Context, needed } from './command.ts'

const states = ['in_force', 'attention', 'reopened', 'ended', 'replaced'] as const

export const command: Command = {
  name: 'override',
  summary: {
    zh: '人工改定一宗地块的策略,列出改定,或终止它。',
    en: 'Decides on another strategy for a parcel, lists such decisions, or ends one.',
  },
  usage: [
    'override set PARCEL --strategy CODE --by PERSON --reason TEXT --document TEXT --until DATE',
    '         override list [PARCEL] [--state in_force|attention|reopened|ended|replaced]',
    '         override end PARCEL --by PERSON --reason TEXT',
  ].join('\n'),
  options: {
    strategy: { type: 'string' },
    by: { type: 'string' },
    reason: { type: 'string' },
    document: { type: 'string' },
    until: { type: 'string' },
    state: { type: 'string' },
  },
  async run(context) {
    const [action, parcel] = context.args
    if (action === 'set' && parcel !== undefined) return set(context, parcel)
    if (action === 'end' && parcel !== undefined) return end(context, parcel)
    if (action === 'list') return list(context, parcel)
    throw new WrongUsage({
      zh: '请写明 set、list 或 end;set 与 end 须给出地块。',
      en: 'Say set, list or end; set and end name a parcel.',
    })
  },
}

async function set(context: Context, parcel: string): Promise<void> {
  takesNoMore(context.args, 2)
  const decided = {
    strategy: needed(context, 'strategy'),
    by: needed(context, 'by'),
    reason: needed(context, 'reason'),
    document: needed(context, 'document'),
    expiresOn: needed(context, 'until'),
  }
  const answer = await setOverride(await context.base(), parcel, decided, new Date().toISOString())
  context.answer(answer, () => asText(answer.history.slice(0, 1)))
}

async function end(context: Context, parcel: string): Promise<void> {
  takesNoMore(context.args, 2)
  const words = { by: needed(context, 'by'), reason: needed(context, 'reason') }
  const answer = await endOverride(await context.base(), parcel, words, new Date().toISOString())
  context.answer(answer, () => asText(answer.history.slice(0, 1)))
}

async function list(context: Context, parcel: string | undefined): Promise<void> {
  takesNoMore(context.args, 2)
  const state = states.find((known) => known === context.options.state)
  if (context.options.state !== undefined && !state) {
    throw new WrongUsage({
      zh: `--state 须为 ${states.join('、')}。`,
      en: `--state is one of ${states.join(', ')}.`,
    })
  }
  const base = await context.base()
  if (parcel !== undefined) {
    const answer = await overrideOf(base, parcel)
    context.answer(answer, () => asText(answer.history))
    return
  }
  const rows: Override[] = []
  let cursor: string | undefined
  do {
    const page = await listOverrides(base, { state, cursor, limit: 1000 })
    rows.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  context.answer({ rows }, () => asText(rows))
}

const stateWords = {
  in_force: '生效 in force',
  reopened: '已重新打开 reopened',
  ended: '已终止 ended',
  replaced: '已取代 replaced',
} as const

function asText(rows: readonly Override[]): string {
  if (rows.length === 0) return '没有人工改定。 There is no override.'
  return rows
    .map((row) =>
      [
        `${row.parcelId} ${row.ruledStrategy} → ${row.strategy} ${stateWords[row.state]}${row.needsAttention ? ' (待处理 to be dealt with)' : ''}`,
        `  ${row.by} · ${row.setOn} – ${row.expiresOn} · ${row.document} · ${row.reason}`,
        ...(row.end ? [`  ${row.end.on} ${row.end.text.zh} ${row.end.text.en}`] : []),
      ].join('\n'),
    )
    .join('\n')
}
