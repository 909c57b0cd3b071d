import type { ClockState, RemainderState } from '../contract/remainder-state.ts'
import { addYears, daysBetween, type IsoDate } from '../units.ts'

/** What the registers say of a piece of remainder; null is unknown, never false. */
export interface RemainderFacts {
  readonly siteUsed: boolean | null
  readonly supplyPossible: boolean | null
  readonly expropriation: 'none' | 'part' | 'done' | null
  readonly compensated: boolean | null
  readonly siteClean: boolean | null
  readonly inReserve: boolean
}

/**
 * What remains of an approval and why, each piece in exactly one state (domain 2.1), asked in this order:
 *
 *   used              已用未供  used, only the papers are missing: roads, schools, old buildings
 *   notSuppliable     不可供    the register says it cannot be supplied
 *   notExpropriated   批而未征
 *   partlyExpropriated 部分征收
 *   inReserve         征而未供, in the reserve on the day
 *   clean, notClean   征而未供, 净地 or 非净地
 *   siteUnknown       征而未供, whether clean is not said
 *   unknown           whether expropriated is not said: not the same as not expropriated
 *
 * Use comes first because used land needs neither expropriation nor a buyer but its papers; then what cannot be
 * supplied, because no step of expropriation helps it.
 */
export function remainderState(facts: RemainderFacts): RemainderState {
  if (facts.siteUsed === true) return 'used'
  if (facts.supplyPossible === false) return 'notSuppliable'
  if (facts.expropriation === null) return 'unknown'
  if (facts.expropriation === 'none') return 'notExpropriated'
  if (facts.expropriation === 'part') return 'partlyExpropriated'
  if (facts.inReserve) return 'inReserve'
  if (facts.siteClean === null) return 'siteUnknown'
  return facts.siteClean ? 'clean' : 'notClean'
}

/** Whole years an approval stands without use or compensation (自然资规〔2018〕1号 二). */
const LAPSE_AFTER_YEARS = 2

/**
 * Where the two-year clock stands.
 *
 *   used           the land is used: the clock asks for use or compensation
 *   compensated    补偿到位: does not lapse by itself, however long it stays unsupplied
 *   running        the last day has not passed
 *   lapseCandidate the last day has passed, known to be unused and uncompensated
 *   unknown        the last day has passed and use or compensation is not said, or the approval has no date
 */
export interface LapseClock {
  readonly state: ClockState
  /** The last day the approval stands by itself; null where it has no date. */
  readonly lastDay: IsoDate | null
  /** Days from the day asked about to the last day; negative once it has passed. */
  readonly daysLeft: number | null
}

/**
 * The two-year clock of an approval: `approved_on` 2022-06-30 stands to the end of 2024-06-30.
 *
 * It lapses only unused and uncompensated, both known: the law joins the two by 或, and sends compensated land another
 * way (domain 2.2; rule B1 reads it the same).
 */
export function lapseClock(
  {
    approvedOn,
    siteUsed,
    compensated,
  }: { approvedOn: IsoDate | null } & Pick<RemainderFacts, 'siteUsed' | 'compensated'>,
  asOf: IsoDate,
): LapseClock {
  const lastDay = approvedOn === null ? null : addYears(approvedOn, LAPSE_AFTER_YEARS)
  const daysLeft = lastDay === null ? null : daysBetween(asOf, lastDay)
  return { state: clockState({ siteUsed, compensated }, daysLeft), lastDay, daysLeft }
}

function clockState(
  { siteUsed, compensated }: Pick<RemainderFacts, 'siteUsed' | 'compensated'>,
  daysLeft: number | null,
): ClockState {
  if (siteUsed === true) return 'used'
  if (compensated === true) return 'compensated'
  if (daysLeft === null) return 'unknown'
  if (daysLeft >= 0) return 'running'
  return siteUsed === false && compensated === false ? 'lapseCandidate' : 'unknown'
}
