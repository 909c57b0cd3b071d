import type { AdoptRequest, PackChanges } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { Refusal } from '../refusal.ts'
import { errorsOf } from '../rule/check.ts'
import { changedNumbers, changedText } from '../rule/pack-change.ts'
import { loadPack, type RulePack } from '../rule/pack.ts'
import { isIsoDate, type IsoDate } from '../units.ts'
import type { Lab } from './lab.ts'
import { recordAdoption } from './pack-store.ts'
import { currentRun } from './run-store.ts'
import { readScenario } from './scenario-store.ts'

export interface Adopted {
  readonly adoptionId: number
  readonly pack: RulePack
}

/**
 * Makes what was tried a new version of its pack, in force from a day on: its text is the old one with the changes in their
 * places, a new version and day, and a line that says what changed, why and by whom. Parcels are classified afterwards.
 * @throws Refusal `NOTHING_TO_ADOPT`, `PACK_HAS_ERRORS` when the checker objects, `BAD_DATE`, and those of `Lab.packOf`
 */
export async function adoptPack(
  base: Base,
  lab: Lab,
  request: AdoptRequest,
  now: { readonly today: IsoDate; readonly at: string },
): Promise<Adopted> {
  const { scenario: scenarioId = null, reason, by } = request
  const validFrom = request.validFrom ?? now.today
  if (!isIsoDate(validFrom)) throw badDay(validFrom)
  const run = await currentRun(base.db)
  const inUse = run.pack
  const scenario = scenarioId === null ? null : await readScenario(base.db, scenarioId)
  const tried = scenario ? lab.triedBy(scenario) : request
  const after = tried.base === undefined ? inUse : await lab.packNamed(tried.base, inUse)
  const changes: PackChanges = {
    ...(tried.set && { set: tried.set }),
    ...(tried.when && { when: tried.when }),
  }
  const pack = request.pack === undefined || scenario ? adoptedText() : loadPack(request.pack)
  if (pack.hash === inUse.hash) throw nothingToAdopt()
  const errors = errorsOf(pack)
  if (errors.length > 0) throw hasErrors(errors)
  const adoptionId = await base.transaction((tx) =>
    recordAdoption(tx, { pack, after: inUse, validFrom, reason, by, scenarioId, adoptedAt: now.at }),
  )
  return { adoptionId, pack }

  function adoptedText(): RulePack {
    const isChanged = Object.keys(changes.set ?? {}).length + Object.keys(changes.when ?? {}).length > 0
    if (!isChanged) return after // another pack as it stands
    const version = request.version ?? nextVersion(after.version)
    const plain = loadPack(changedText(after, changes, run.asOf))
    const said = changedNumbers(after, plain, run.asOf).map(
      ({ name, title, before, after: to, unit }) => `${title.zh} ${name} ${before} → ${to} ${unit}`,
    )
    const conditions = Object.keys(changes.when ?? {}).map((code) => `${code} 条件`)
    const remark = [`${validFrom} v${version}:${[...said, ...conditions].join(';')};理由:${reason}(${by})`]
    return loadPack(changedText(after, changes, run.asOf, { version, validFrom, remark }))
  }
}

/** `1` becomes `2`, `2024.3` becomes `2024.4`; where no number ends it, `.2` is put behind. */
export function nextVersion(version: string): string {
  const number = /\d+$/.exec(version)?.[0]
  return number === undefined ? `${version}.2` : version.slice(0, -number.length) + String(Number(number) + 1)
}

const nothingToAdopt = (): Refusal =>
  new Refusal(
    'NOTHING_TO_ADOPT',
    { zh: '与在用规则包没有差别。', en: 'This is the pack in use.' },
    { zh: '请先修改参数或条件。', en: 'Change a number or a condition first.' },
  )

const hasErrors = (errors: readonly { readonly text: { zh: string; en: string } }[]): Refusal =>
  new Refusal(
    'PACK_HAS_ERRORS',
    {
      zh: `检查未通过,不能采纳:${errors.map(({ text }) => text.zh).join('')}`,
      en: `The checker objects: ${errors.map(({ text }) => text.en).join(' ')}`,
    },
    { zh: '请修改后再采纳。', en: 'Mend it, then adopt it.' },
  )

const badDay = (text: string): Refusal =>
  new Refusal(
    'BAD_DATE',
    { zh: `“${text}”不是日历上的一天。`, en: `"${text}" is not a calendar day.` },
    { zh: '日期写作 2025-06-30。', en: 'Write a day as 2025-06-30.' },
    { field: 'validFrom' },
  )
