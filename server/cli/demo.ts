import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildSummary } from '../build/run.ts'
import { CITY_AS_OF, CITY_BEFORE, DEFAULT_PARCELS, DEFAULT_SEED } from '../demo/city.ts'
import { loadDemo, type LoadedDemo } from '../demo/load.ts'
import type { Message } from '../refusal.ts'
import { buildAndClassify } from '../strategy/build-and-classify.ts'
import type { Counts } from '../strategy/run-store.ts'
import { listed, takesNoMore, WrongUsage, type Command, type Context } from './command.ts'

/** `terrier demo`: the fictional city, built as it was before its last changes and again after them. */
export const command: Command = {
  name: 'demo',
  summary: {
    zh: '装入虚构的示范城市并生成地块与策略。',
    en: 'Loads the fictional demo city and builds parcels and strategies.',
  },
  usage: 'demo [--parcels N] [--seed S]',
  options: { parcels: { type: 'string' }, seed: { type: 'string' } },
  async run(context) {
    takesNoMore(context.args)
    const parcels = wholeNumber(context, 'parcels', DEFAULT_PARCELS)
    const seed = wholeNumber(context, 'seed', DEFAULT_SEED)
    const base = await context.base()
    const at = new Date().toISOString()
    const onProgress = (fraction: number, step: Message): void =>
      context.progress({ zh: `${Math.round(fraction * 100)}% ${step.zh}`, en: step.en })
    await mkdir(context.config.dataDir, { recursive: true })
    const truthFile = join(context.config.dataDir, `demo-truth-${parcels}-${seed}.json`)
    const first = await loadDemo(base, { parcels, seed, at, step: 'first', onProgress })
    if (first.deliveries.some(({ delivery }) => delivery !== null)) {
      await buildAndClassify(base, { asOf: CITY_BEFORE, now: () => at, onProgress })
    }
    // later than the first build knew, so that it can still be asked what it said
    const changedAt = new Date().toISOString()
    const later = await loadDemo(base, {
      parcels,
      seed,
      at: changedAt,
      step: 'later',
      truthFile,
      onProgress,
    })
    const now = () => new Date().toISOString()
    const { build, classify } = await buildAndClassify(base, { asOf: CITY_AS_OF, now, onProgress })
    const loaded: LoadedDemo = { ...later, deliveries: [...first.deliveries, ...later.deliveries] }
    context.answer({ ...loaded, build, classify }, () => asText(loaded, build, classify.counts))
  },
}

function wholeNumber({ options }: Context, name: string, otherwise: number): number {
  const text = options[name]
  if (text === undefined) return otherwise
  if (typeof text !== 'string' || !/^\d+$/.test(text)) {
    throw new WrongUsage({
      zh: `--${name} 须为整数,“${String(text)}”不是。`,
      en: `--${name} takes a whole number, not "${String(text)}".`,
    })
  }
  return Number(text)
}

function asText(loaded: LoadedDemo, build: BuildSummary, strategies: Counts): string {
  const { titled, supplied, remainder } = build.parcels
  return [
    `${loaded.title.zh} ${loaded.title.en}`,
    ...loaded.deliveries.map(({ fileName, delivery, rows }) =>
      delivery === null ? `  ${fileName}: 已在库 already there` : `  ${fileName}: ${rows} 行 rows`,
    ),
    `地块 parcels (${build.asOf}): 已登记 titled ${titled}, 已供应 supplied ${supplied}, 批而未供 remainder ${remainder}`,
    `问题 findings: ${listed(build.findings)}`,
    `台账闭合差 ledger closes to ${build.closureM2} m²`,
    `策略 strategies: ${listed(strategies)}`,
    `预埋真值 planted truth: ${loaded.truthFile ?? ''}`,
  ].join('\n')
}
