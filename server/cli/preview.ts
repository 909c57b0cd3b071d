import { muFromM2 } from '../units.ts'
import { previewPack } from '../strategy/preview.ts'
import { readRules } from './classify.ts'
import { takesNoMore, WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'preview',
  summary: {
    zh: '试用另一个规则包,看哪些地块会换策略;不保存。',
    en: 'Tries another rule pack and shows what would move; saves nothing.',
  },
  usage: 'preview --rules FILE',
  options: { rules: { type: 'string' } },
  async run({ args, options, base, progress, answer }) {
    takesNoMore(args)
    if (options.rules === undefined) {
      throw new WrongUsage({
        zh: '请用 --rules 给出规则包文件。',
        en: 'Name the rule pack with --rules FILE.',
      })
    }
    const packText = await readRules(String(options.rules))
    const preview = await previewPack(await base(), packText)
    for (const { text } of preview.complaints) progress(text)
    answer(preview, () => {
      const rows = preview.moves.map(
        ({ from, to, parcels, planarM2 }) =>
          `  ${from.padEnd(3)} → ${to.padEnd(3)}${String(parcels).padStart(8)}${muFromM2(planarM2).toFixed(2).padStart(14)} 亩`,
      )
      const { moved, parcels } = preview
      return [
        `${moved.parcels} / ${parcels} 宗换策略 parcels would move, ${moved.mu.toFixed(2)} 亩(平面 planar)`,
        ...rows,
      ].join('\n')
    })
  },
}
