import { districts, type District } from './code-list.ts'
import type { Message } from '../refusal.ts'

/** The prefecture this deployment keeps: 株洲市. Only its own counties can be checked. */
export const PREFECTURE_CODE = '430200'

/** Codes that ended, and the county that holds their land now. Old 宗地代码 and 批文 still carry them. */
const successors: Readonly<Record<string, string>> = { '430221': '430212' }

export const districtOf = (countyCode: string): District | undefined =>
  districts().find((district) => district.code === countyCode)

/** The county that holds the land today: an abolished code answers with its successor. */
export const currentCounty = (countyCode: string): string => successors[countyCode] ?? countyCode

/** What is odd about a county code: abolished, or of our prefecture but in no list. Other prefectures are not ours to judge. */
export function countyWarnings(countyCode: string): readonly Message[] {
  const district = districtOf(countyCode)
  if (district?.state === 'abolished') {
    const now = districtOf(currentCounty(countyCode))
    return [
      {
        zh: `行政区代码 ${countyCode}（${district.title.zh}）已废止,现为 ${now?.code ?? '未知'}${now?.title.zh ?? ''}。`,
        en: `District code ${countyCode} (${district.title.en}) is abolished; it is now ${now?.code ?? 'unknown'} ${now?.title.en ?? ''}.`,
      },
    ]
  }
  if (countyCode.startsWith(PREFECTURE_CODE.slice(0, 4)) && district?.level !== 'county') {
    return [
      {
        zh: `行政区代码 ${countyCode} 不是株洲市的县级区划。`,
        en: `District code ${countyCode} is no county of Zhuzhou.`,
      },
    ]
  }
  return []
}
