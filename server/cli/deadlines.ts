import { writeFile } from 'node:fs/promises'
import { addDays, muFromM2 } from '../units.ts'
import { findDeadlines, officeDeadlines } from '../strategy/deadline-store.ts'
import { calendarEvent, calendarHead, calendarTail } from '../strategy/ics.ts'
import { currentRun } from '../strategy/run-store.ts'
import { takesNoMore, WrongUsage, type Command } from './command.ts'
import { lightWords } from './explain.ts'

export const command: Command = {
  name: 'deadlines',
  summary: {
    zh: '列出每宗地块的下一个期限,先到期者在前;或写成日历文件。',
    en: 'Lists the next deadline of every parcel, soonest first; or writes a calendar file.',
  },
  usage:
    'deadlines [--office NAME] [--light red,yellow,green,grey] [--within DAYS] [--limit N] [--ics FILE.ics]',
  options: {
    office: { type: 'string' },
    light: { type: 'string' },
    within: { type: 'string' },
    limit: { type: 'string' },
    ics: { type: 'string' },
  },
  async run({ args, options, base, answer }) {
    takesNoMore(args)
    const office = typeof options.office === 'string' ? options.office : undefined
    const light = typeof options.light === 'string' ? options.light : undefined
    const within = wholeNumber(options.within, 'within')
    const { db } = await base()
    const file = typeof options.ics === 'string' ? options.ics : undefined
    if (file !== undefined) {
      if (office === undefined) throw new WrongUsage({ zh: '日历文件须用 --office 指明单位。', en: 'A calendar is of one --office.' }) // prettier-ignore
      const run = await currentRun(db)
      const calendar = { name: office, madeAt: run.madeAt, language: 'zh' } as const
      const parts = [...calendarHead(calendar)]
      const range = { from: addDays(run.asOf, -30), to: addDays(run.asOf, within ?? 400) }
      let events = 0
      for await (const row of officeDeadlines(db, run, { office, ...range })) {
        parts.push(...calendarEvent(row, calendar))
        events++
      }
      await writeFile(file, parts.join('') + calendarTail())
      answer({ file, events }, () => `${file}:${events} 个期限 deadlines`)
      return
    }
    const page = await findDeadlines(db, {
      office,
      light,
      within,
      limit: wholeNumber(options.limit, 'limit') ?? 50,
    })
    answer(page, () =>
      [
        `${page.asOf}:${page.total} 宗 parcels, ${muFromM2(page.totalPlanarM2).toFixed(2)} 亩(平面 planar)`,
        ...page.lights.map(
          ({ light: colour, parcels }) => `  ${lightWords[colour].padEnd(10)}${String(parcels).padStart(8)}`,
        ),
        ...page.rows.map(
          ({ parcelId, due, daysLeft, strategy, light: colour, title, office: lead }) =>
            `  ${due ?? '----------'} ${String(daysLeft ?? '').padStart(6)} ${lightWords[colour].slice(0, 1)} ${parcelId} ${strategy.padEnd(3)} ${title?.zh ?? '—'} · ${lead}`,
        ),
      ].join('\n'),
    )
  },
}

function wholeNumber(text: unknown, name: string): number | undefined {
  if (text === undefined) return undefined
  if (typeof text === 'string' && /^\d{1,5}$/.test(text)) return Number(text)
  throw new WrongUsage({ zh: `--${name} 须为整数。`, en: `--${name} takes a whole number.` })
}
