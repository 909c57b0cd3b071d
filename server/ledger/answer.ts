import { districtName } from '../build/store.ts'
import type { Standing } from '../build/standing-store.ts'
import type { IsoDate } from '../units.ts'

/** What every figure says of itself: the build it is a sum of, and the rules that were in force on it. */
export interface AnswersFor {
  readonly asOf: IsoDate
  readonly knownAt: string
  readonly buildId: number
  /** Null where the build was not classified. */
  readonly packHash: string | null
}

export const answersFor = ({ asOf, knownAt, buildId, packHash }: Standing): AnswersFor => ({
  asOf,
  knownAt,
  buildId,
  packHash,
})

/** A district by code and name. */
export const districtTitle = (code: string, standing: Standing): { districtCode: string; name: string } => ({
  districtCode: code,
  name: districtName(code, standing),
})
