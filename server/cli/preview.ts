import type { Preview } from '../contract.ts'
import { readScenario } from '../strategy/scenario-store.ts'
import { Lab, type Tried } from '../strategy/lab.ts'
import type { Base } from '../db/open.ts'
import { readRules } from './classify.ts'
import { takesNoMore, WrongUsage, type Command, type Context } from './command.ts'

/** Ways to say what is tried. */
export const setOptions = {
  rules: { type: 'string' },
  set: { type: 'string', multiple: true },
  base: { type: 'string' },
  scenario: { type: 'string' },
} as const satisfies Command['options']

export const command: Command = {
  name: 'preview',
  summary: {
    zh: '试用另一个规则包,或改几个参数,看哪些地块会换策略;不保存。',
    en: 'Tries another rule pack, or a few numbers, and shows what would move; saves nothing.',
  },
  usage: 'preview --rules FILE | --set NAME=VALUE [--set …] [--base HASH] [--scenario ID]',
  options: setOptions,
  async run({ args, options, base, progress, answer }) {
    takesNoMore(args)
    const tried = await triedOf(options)
    const open = await base()
    const lab = new Lab(open)
    const preview = await lab.preview(await tried(open, lab))
    for (const { text } of preview.complaints) progress(text)
    answer(preview, () => printed(preview))
  },
}

/** What moves, as lines of text. */
export function printed({ moved, parcels, moves, changes, overridden }: Preview): string {
  const numbers = changes.numbers.map(
    ({ name, title, before, after, unit, kind }) =>
      `  ${title.zh} ${name} ${before} → ${after} ${unit}${kind === 'law' ? '(法定 set by law)' : ''}`,
  )
  const rows = moves.map(
    ({ from, to, parcels: count, mu }) =>
      `  ${from.padEnd(3)} → ${to.padEnd(3)}${String(count).padStart(8)}${mu.toFixed(2).padStart(14)} 亩`,
  )
  const decided =
    overridden.parcels > 0 ? [`  人工决定不随规则变动 decided by a person: ${overridden.parcels}`] : []
  return [
    ...numbers,
    `${moved.parcels} / ${parcels} 宗换策略 parcels would move, ${moved.mu.toFixed(2)} 亩(平面 planar)`,
    ...rows,
    ...decided,
  ].join('\n')
}

/**
 * What the options ask to try; the base is asked only where a scenario is named.
 * @throws WrongUsage; Refusal as `readRules`, and later as `readScenario`
 */
export async function triedOf(
  options: Context['options'],
): Promise<(base: Base, lab: Lab) => Promise<Tried> | Tried> {
  const { rules, set, base: hash, scenario } = options
  if (typeof rules === 'string') {
    const pack = await readRules(rules)
    return () => ({ pack })
  }
  if (typeof scenario === 'string')
    return async ({ db }, lab) => lab.triedBy(await readScenario(db, Number(scenario)))
  const pairs = Array.isArray(set) ? set.map(String) : []
  if (pairs.length === 0 && hash === undefined) {
    throw new WrongUsage({
      zh: '请用 --rules 给出规则包文件,或用 --set 改参数,如 --set idle_fee_after=9。',
      en: 'Name a rule pack with --rules FILE, or change a number with --set, such as --set idle_fee_after=9.',
    })
  }
  const tried: Tried = {
    ...(typeof hash === 'string' && { base: hash }),
    ...(pairs.length > 0 && { set: Object.fromEntries(pairs.map(pairOf)) }),
  }
  return () => tried
}

function pairOf(text: string): [string, number | string] {
  const at = text.indexOf('=')
  if (at <= 0) {
    throw new WrongUsage({
      zh: `--set 写作 名称=数值;“${text}”不是。`,
      en: `--set takes NAME=VALUE, not "${text}".`,
    })
  }
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  return [name, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value]
}
