import { readFile } from 'node:fs/promises'
import { Refusal, type Message } from '../refusal.ts'
import { loadPack } from '../rule/pack.ts'
import { runClassify } from '../strategy/classify.ts'
import { classifyPast, isPast } from '../strategy/classify-past.ts'
import { momentAsked, momentOptions, takesNoMore, type Command } from './command.ts'

export const command: Command = {
  name: 'classify',
  summary: {
    zh: '为每宗地块汇集事实并判定唯一策略;过去某日或当时所知的判定可原样再现。',
    en: 'Gathers facts and gives every parcel its one strategy; as of a past day it gives what was then.',
  },
  usage: 'classify [--as-of DATE] [--known-at TIME] [--rules FILE] [--parcels]',
  options: { ...momentOptions, rules: { type: 'string' }, parcels: { type: 'boolean' } },
  async run({ args, options, base, progress, answer }) {
    takesNoMore(args)
    const moment = momentAsked({ options })
    const packText = options.rules === undefined ? undefined : await readRules(String(options.rules))
    let shown = -1
    const common = {
      packText,
      startedAt: new Date().toISOString(),
      onProgress(fraction: number, step: Message) {
        const percent = Math.floor(fraction * 10) * 10
        if (percent === shown) return
        shown = percent
        progress({ zh: `${percent}% ${step.zh}`, en: step.en })
      },
    }
    const open = await base()
    const withParcels = options.parcels === true
    const summary =
      withParcels || (await isPast(open, moment))
        ? await classifyPast(open, moment, { ...common, withParcels })
        : await runClassify(open, { ...common, asOf: moment.asOf })
    for (const { text } of summary.complaints) progress(text)
    if ('early' in summary ? summary.early : summary.inForce?.early) {
      const { code } = summary.rulePack
      progress({
        zh: `${summary.asOf} 早于任何规则包的生效日,用最早的 ${code}。`,
        en: `On ${summary.asOf} no pack was in force yet; the earliest is used, ${code}.`,
      })
    }
    answer(summary, () => {
      const rows = Object.entries(summary.counts).map(
        ([code, n]) => `  ${code.padEnd(4)}${String(n).padStart(8)}`,
      )
      const { code, version } = summary.rulePack
      return [
        `${summary.asOf} ${code} v${version}:${summary.parcels} 宗地块 parcels`,
        ...rows,
        ...('digest' in summary ? [`  sha256 ${summary.digest}`] : []),
      ].join('\n')
    })
  },
}

/**
 * The text of a rule pack, checked before anything is opened for it.
 * @throws Refusal `RULES_UNREADABLE`, and those of `loadPack`, naming the file.
 */
export async function readRules(path: string): Promise<string> {
  const text = await readText(path)
  try {
    loadPack(text)
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    throw new Refusal(cause.code, cause.text, cause.hint, { ...cause.place, file: path }, { cause })
  }
  return text
}

/** @throws Refusal `RULES_UNREADABLE` */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new Refusal(
      'RULES_UNREADABLE',
      { zh: `无法读取规则包 ${path}。`, en: `The rule pack ${path} cannot be read.` },
      { zh: '请检查路径和权限。', en: 'Check the path and its permissions.' },
      { file: path },
      { cause },
    )
  }
}
