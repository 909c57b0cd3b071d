import { addMonths, addYears, type IsoDate } from '../units.ts'

/** After how many months land is idle: late with the start, and with the works stopped. */
export interface IdleMonths {
  readonly notStarted: number
  readonly stopped: number
}
/** 闲置土地处置办法 第2条: one full year each. A rule pack may say otherwise. */
export const lawfulMonths: IdleMonths = { notStarted: 12, stopped: 12 }

/** Shares under which stopped works make land idle: of the area to be developed, of the investment. */
export const stoppedBelow = { developed: 1 / 3, invested: 0.25 } as const

/** What a supply says of its clock. Absent is unknown; `startState: 'none'` must be stated, a blank is not enough. */
export interface IdleInput {
  readonly asOf: IsoDate
  readonly startDue?: IsoDate | undefined
  readonly handoverOn?: IsoDate | undefined
  readonly startState: 'none' | 'started' | 'unknown'
  readonly finished: boolean
  readonly haltedSince?: IsoDate | undefined
  readonly developedM2?: number | undefined
  readonly shouldDevelopM2?: number | undefined
  readonly investedWan?: number | undefined
  readonly totalInvestWan?: number | undefined
}

export interface IdleState {
  /** `none`: checked and not idle; undefined: cannot be told. */
  readonly kind: 'none' | 'not_started' | 'stopped' | undefined
  /** The start date counted from: agreed, or one year after handover where none was agreed. */
  readonly startDue: IsoDate | undefined
  readonly startDueDerived: boolean
  /** Last day of the first year; by the law idle from the day after. */
  readonly oneYearLastDay: IsoDate | undefined
  /** Last day of the second year; recoverable from the day after. */
  readonly twoYearLastDay: IsoDate | undefined
}

/**
 * The idle-land test (闲置土地处置办法 第2条): one full year after the agreed start without starting, or started,
 * under 1/3 developed or under 25 % invested, and stopped for one full year. Years as the civil code counts them.
 */
export function idleState(input: IdleInput): IdleState {
  const { startDue, startDueDerived } = startDueOf(input)
  const oneYearLastDay = startDue === undefined ? undefined : addYears(startDue, 1)
  const twoYearLastDay = startDue === undefined ? undefined : addYears(startDue, 2)
  const clock = { startDue, startDueDerived, oneYearLastDay, twoYearLastDay }
  return { kind: idleKind({ ...input, startDue }, lawfulMonths), ...clock }
}

/** The start date counted from: agreed, or one year after handover where none was agreed. */
export function startDueOf({
  startDue,
  handoverOn,
}: Pick<IdleInput, 'startDue' | 'handoverOn'>): Pick<IdleState, 'startDue' | 'startDueDerived'> {
  const startDueDerived = startDue === undefined && handoverOn !== undefined
  return { startDue: startDueDerived ? addYears(handoverOn, 1) : startDue, startDueDerived }
}

/** The same test where the start date counted from is known; a handover is not looked at. */
export function idleKind(input: Omit<IdleInput, 'handoverOn'>, months: IdleMonths): IdleState['kind'] {
  if (input.finished) return 'none'
  if (input.startState === 'unknown') return undefined
  if (input.startState === 'none') {
    if (input.startDue === undefined) return undefined
    return input.asOf > addMonths(input.startDue, months.notStarted) ? 'not_started' : 'none'
  }
  if (input.haltedSince === undefined) return 'none' // no record of a halt: works go on
  if (input.asOf <= addMonths(input.haltedSince, months.stopped)) return 'none'
  const developed = below(input.developedM2, input.shouldDevelopM2, stoppedBelow.developed)
  const invested = below(input.investedWan, input.totalInvestWan, stoppedBelow.invested)
  if (developed === true || invested === true) return 'stopped'
  return developed === undefined || invested === undefined ? undefined : 'none'
}

function below(part: number | undefined, whole: number | undefined, limit: number): boolean | undefined {
  if (part === undefined || whole === undefined || whole <= 0) return undefined
  return part / whole < limit
}
