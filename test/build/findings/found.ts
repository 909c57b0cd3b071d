import { makeCity } from '../../../server/build/city.ts'
import type { FindingDraft } from '../../../server/build/findings/finding.ts'
import { recordsOf, type Given } from '../given.ts'

/** Findings of one code on a day, noise included. */
export async function found(
  code: string,
  documents: readonly Given[],
  asOf = '2024-06-30',
): Promise<FindingDraft[]> {
  return (await makeCity(asOf, recordsOf(documents))).findings.filter((finding) => finding.code === code)
}

/** Documents, area to the square decimetre, and whether it is noise. */
export const gist = (findings: readonly FindingDraft[]) =>
  findings.map(({ records, planarM2, noise }) => [
    records.map(({ doc }) => doc).join(' × '),
    planarM2 === null ? null : Math.round(planarM2 * 100) / 100,
    noise,
  ])
