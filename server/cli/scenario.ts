import type { Scenario } from '../contract.ts'
import { Refusal } from '../refusal.ts'
import { adoptPack } from '../strategy/adopt.ts'
import { runClassify } from '../strategy/classify.ts'
import { currentRun } from '../strategy/run-store.ts'
import { closeScenario, listScenarios, readScenario } from '../strategy/scenario-store.ts'
import { Lab } from '../strategy/lab.ts'
import { takesNoMore, WrongUsage, type Command, type Context } from './command.ts'
import { printed, setOptions, triedOf } from './preview.ts'

export const command: Command = {
  name: 'scenario',
  summary: {
    zh: '试算方案:列出、保存、查看、对比、采纳、关闭。',
    en: 'What-if scenarios: list, save, show, compare, adopt, close.',
  },
  usage:
    'scenario list [--all] | save NAME --by WHO [--note TEXT] (--rules FILE | --set NAME=VALUE …) | show ID | compare ID ID | adopt ID --by WHO --reason TEXT [--valid-from DAY] | close ID --by WHO',
  options: {
    ...setOptions,
    all: { type: 'boolean' },
    by: { type: 'string' },
    reason: { type: 'string' },
    'valid-from': { type: 'string' },
    note: { type: 'string' },
  },
  async run(context) {
    const [verb = '', ...rest] = context.args
    const act = verbs[verb]
    if (!act) {
      throw new WrongUsage({
        zh: `scenario 之后应为 ${Object.keys(verbs).join('、')}。`,
        en: `After scenario comes one of ${Object.keys(verbs).join(', ')}.`,
      })
    }
    await act(context, rest)
  },
}

const verbs: Readonly<Record<string, (context: Context, args: readonly string[]) => Promise<void>>> = {
  async list({ base, options, answer }, args) {
    takesNoMore(args)
    const scenarios = await listScenarios((await base()).db, options.all === true)
    answer(scenarios, () => scenarios.map(line).join('\n') || '没有方案。 There are no scenarios.')
  },
  async save({ base, options, answer }, args) {
    const [name] = args
    if (name === undefined) throw new WrongUsage({ zh: '请给出方案名称。', en: 'Name the scenario.' })
    takesNoMore(args, 1)
    const by = who(options.by)
    const asked = await triedOf(options)
    const open = await base()
    const lab = new Lab(open)
    const note = typeof options.note === 'string' ? { note: options.note } : {}
    const tried = await asked(open, lab)
    const scenario = await lab.save({ name, by, ...note, ...tried }, new Date().toISOString())
    answer(scenario, () => line(scenario))
  },
  async show({ base, answer, progress }, args) {
    const [scenarioId] = numbers(args, 1)
    const open = await base()
    const lab = new Lab(open)
    const scenario = await readScenario(open.db, scenarioId!)
    const preview = await lab.preview(lab.triedBy(scenario))
    for (const { text } of preview.complaints) progress(text)
    answer({ scenario, preview }, () =>
      [line(scenario), scenario.note, printed(preview)].filter(Boolean).join('\n'),
    )
  },
  async compare({ base, answer }, args) {
    const [first, second] = numbers(args, 2)
    const comparison = await new Lab(await base()).compare(first!, second!)
    answer(comparison, () => {
      const rows = comparison.strategies
        .filter((each) => each.first.parcels !== each.second.parcels)
        .map(
          (each) =>
            `  ${each.code.padEnd(4)}${String(each.now.parcels).padStart(8)}${String(each.first.parcels).padStart(8)}${String(each.second.parcels).padStart(8)}`,
        )
      const { differ } = comparison
      return [
        line(comparison.first),
        line(comparison.second),
        `${differ.parcels} 宗不同 parcels differ, ${differ.mu.toFixed(2)} 亩;现在 now · ${first} · ${second}`,
        ...rows,
      ].join('\n')
    })
  },
  async adopt({ base, options, today, progress, answer }, args) {
    const [scenarioId] = numbers(args, 1)
    const by = who(options.by)
    if (typeof options.reason !== 'string')
      throw new WrongUsage({ zh: '请用 --reason 写明理由。', en: 'Say why with --reason.' })
    const open = await base()
    const validFrom = typeof options['valid-from'] === 'string' ? { validFrom: options['valid-from'] } : {}
    const at = new Date().toISOString()
    const request = { scenario: scenarioId!, by, reason: options.reason, ...validFrom }
    const { pack } = await adoptPack(open, new Lab(open), request, { today, at })
    progress({
      zh: `${pack.code} v${pack.version} 已采纳,正在重新判定。`,
      en: `${pack.code} v${pack.version} is adopted; parcels are classified by it.`,
    })
    const { asOf } = await currentRun(open.db)
    const summary = await runClassify(open, { asOf, packText: pack.yaml, startedAt: at })
    answer(
      summary,
      () => `${pack.code} v${pack.version} ${pack.hash.slice(0, 12)}:${summary.parcels} 宗 parcels`,
    )
  },
  async close({ base, options, answer }, args) {
    const [scenarioId] = numbers(args, 1)
    const by = who(options.by)
    const open = await base()
    await open.transaction((tx) => closeScenario(tx, scenarioId!, { by, at: new Date().toISOString() }))
    const scenario = await readScenario(open.db, scenarioId!)
    answer(scenario, () => line(scenario))
  },
}

function line({
  scenarioId,
  name,
  by,
  savedAt,
  base,
  set,
  when,
  wholePack,
  moved,
  closedBy,
  adoptedAs,
}: Scenario): string {
  const changes = [...Object.entries(set).map(([key, value]) => `${key}=${value}`), ...Object.keys(when)]
  const what = wholePack ? `${base.code} v${base.version}` : changes.join(' ')
  const ended =
    adoptedAs !== null ? ' 已采纳 adopted' : closedBy !== null ? ` 已关闭 closed (${closedBy})` : ''
  return `${String(scenarioId).padStart(4)}  ${name} · ${by} · ${savedAt.slice(0, 10)} · ${what} · ${moved.parcels} 宗 parcels, ${moved.mu.toFixed(2)} 亩${ended}`
}

/** @throws WrongUsage */
function who(text: unknown): string {
  if (typeof text === 'string' && text.trim() !== '') return text.trim()
  throw new WrongUsage({ zh: '请用 --by 写明是谁。', en: 'Say who with --by.' })
}

/** @throws WrongUsage; Refusal `SCENARIO_UNKNOWN` for what is no number */
function numbers(args: readonly string[], count: number): number[] {
  if (args.length < count)
    throw new WrongUsage({ zh: '请给出方案编号。', en: 'Name the scenario by its number.' })
  takesNoMore(args, count)
  return args.map((text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Refusal(
      'SCENARIO_UNKNOWN',
      { zh: `没有编号为“${text}”的方案。`, en: `There is no scenario "${text}".` },
      { zh: '编号见 terrier scenario list。', en: 'See terrier scenario list.' },
    )
  })
}
