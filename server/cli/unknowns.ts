import { cityUnknowns } from '../strategy/city-unknowns.ts'
import { FactSnapshots } from '../strategy/fact-snapshot.ts'
import { muFromM2 } from '../units.ts'
import { takesNoMore, type Command } from './command.ts'

export const command: Command = {
  name: 'unknowns',
  summary: {
    zh: '待查事实清单:每项未知取决的宗数与亩数,多者在前。',
    en: 'What to find out: parcels and 亩 whose strategy hangs on each unknown fact, most first.',
  },
  usage: 'unknowns',
  options: {},
  async run({ args, base, answer }) {
    takesNoMore(args)
    const open = await base()
    const unknowns = await new FactSnapshots(open).use((snapshot) => cityUnknowns(open.db, snapshot))
    answer(unknowns, () =>
      [
        `${unknowns.asOf}:${unknowns.parcels} 宗 parcels, ${muFromM2(unknowns.planarM2).toFixed(2)} 亩(平面 planar)`,
        ...unknowns.rows.map(
          ({ name, label, parcels, planarM2, couldGive }) =>
            `  ${muFromM2(planarM2).toFixed(2).padStart(12)} 亩 ${String(parcels).padStart(8)} 宗  ${label.zh} ${label.en} (${name}) → ${couldGive.join(' ')}`,
        ),
      ].join('\n'),
    )
  },
}
