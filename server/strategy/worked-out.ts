import { idleKind, type IdleInput } from '../analysis/idle-clock.ts'
import { stageOf, type Stage, type startState } from '../build/stage.ts'
import { landDictionary } from '../rule/dictionary.ts'
import type { FactName, Facts, FactValue, LandFactName } from '../rule/fact.ts'
import type { RulePack } from '../rule/pack.ts'
import type { IsoDate } from '../units.ts'
import { factNumbers, type FactNumbers } from './fact-number.ts'
import { hasMaturity, maturityFacts, provenMaturity } from './maturity.ts'

/** What the idle clock is read from. */
const idleFacts = [
  'as_of',
  'supply.status',
  'start.due',
  'start.state',
  'finish.state',
  'right.legacy_built',
  'halt.since',
  'dev_area',
  'dev_area_should',
  'invested_wan',
  'total_invest_wan',
] as const satisfies readonly LandFactName[]

/** The idle clock of a plot that was supplied, from facts alone; undefined where it cannot be told, or there is no contract. */
export function idleKindOf(facts: Facts, { idleMonths }: FactNumbers): ReturnType<typeof idleKind> {
  return facts['supply.status'] === 'supplied' ? idleKind(new ClockFacts(facts), idleMonths) : undefined
}

/** What facts say of the idle clock, each read when it is asked for: most land is finished, and no more is asked. */
class ClockFacts implements Omit<IdleInput, 'handoverOn'> {
  readonly #facts: Facts

  constructor(facts: Facts) {
    this.#facts = facts
  }
  get asOf(): IsoDate {
    return asText(this.#facts['as_of'])!
  }
  get startDue(): IsoDate | undefined {
    return asText(this.#facts['start.due'])
  }
  get startState(): IdleInput['startState'] {
    return startOf(this.#facts)
  }
  get finished(): boolean {
    return this.#facts['finish.state'] === 'done' || this.#facts['right.legacy_built'] === true
  }
  get haltedSince(): IsoDate | undefined {
    return asText(this.#facts['halt.since'])
  }
  get developedM2(): number | undefined {
    return asNumber(this.#facts['dev_area'])
  }
  get shouldDevelopM2(): number | undefined {
    return asNumber(this.#facts['dev_area_should'])
  }
  get investedWan(): number | undefined {
    return asNumber(this.#facts['invested_wan'])
  }
  get totalInvestWan(): number | undefined {
    return asNumber(this.#facts['total_invest_wan'])
  }
}

/** The cause of idle land nobody looked into is `unknown`, which is itself a thing to act on; of other land it is nothing. */
export function idleCauseOf(stated: unknown, kind: ReturnType<typeof idleKind>): string | undefined {
  if (typeof stated === 'string' && stated !== 'unknown') return stated
  return kind === 'not_started' || kind === 'stopped' ? 'unknown' : undefined
}

interface WorkedOut {
  readonly from: readonly LandFactName[]
  /** The numbers of a pack it changes with. */
  readonly hangsOn: (numbers: FactNumbers) => unknown
  readonly of: (facts: Facts, numbers: FactNumbers) => string | number | undefined
}

/** The facts that change with numbers of the pack, each with what it is worked out from: facts a stored row has. */
export const workedOut = {
  'idle.kind': { from: idleFacts, hangsOn: ({ idleMonths }) => idleMonths, of: idleKindOf },
  'idle.cause': {
    from: [...idleFacts, 'idle.cause'],
    hangsOn: ({ idleMonths }) => idleMonths,
    of: (facts, numbers) => idleCauseOf(facts['idle.cause'], idleKindOf(facts, numbers)),
  },
  'maturity.score': {
    from: maturityFacts,
    hangsOn: ({ minSupplyM2 }) => minSupplyM2,
    of: (facts, { minSupplyM2 }) => (hasMaturity(facts) ? provenMaturity(facts, minSupplyM2) : undefined),
  },
} as const satisfies Partial<Record<LandFactName, WorkedOut>>
export type WorkedOutName = keyof typeof workedOut
export const isWorkedOut = (name: string): name is WorkedOutName => Object.hasOwn(workedOut, name)

/** What is known once one fact is another: what had been worked out from it is worked out again. */
export function withFact(pack: RulePack, facts: Facts, name: FactName, value: FactValue): Facts {
  const changed: Facts = { ...facts, [name]: value }
  if (pack.dictionary !== landDictionary) return changed
  if (name === 'start.state') followStart(facts, changed)
  const numbers = factNumbers(pack, String(facts.as_of))
  for (const each of Object.keys(workedOut) as WorkedOutName[]) {
    const { from, of }: WorkedOut = workedOut[each]
    if (each === name || !from.includes(name as LandFactName) || of(facts, numbers) !== facts[each]) continue
    const now = of(changed, numbers)
    if (now === undefined) delete changed[each]
    else changed[each] = now
  }
  return changed
}

/**
 * Stage and site as the build and the fact sheet read them off the start of works: a supply that says it has started is land
 * in building, not supplied land with works on it. What had been told otherwise stays.
 */
function followStart(facts: Facts, changed: Facts): void {
  const [before, now] = [startOf(facts), startOf(changed)]
  if (facts['chain.stage'] === stageBy(before)) changed['chain.stage'] = stageBy(now)
  for (const name of ['site.built', 'site.used'] as const) {
    if (facts[name] !== standsBy(before)) continue
    const stands = standsBy(now)
    if (stands === undefined) delete changed[name]
    else changed[name] = stands
  }
}

type StartState = ReturnType<typeof startState>
const startOf = (facts: Facts): StartState => {
  const start = facts['start.state']
  return start === 'none' || start === 'started' ? start : 'unknown'
}
const stageBy = (start: StartState): Stage => stageOf({ kind: 'supplied', supply: { start_state: start } })
const standsBy = (start: StartState): boolean | undefined =>
  start === 'unknown' ? undefined : start === 'started'

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
