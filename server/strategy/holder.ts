/**
 * What kind of body holds the land, as far as the first two characters of its 统一社会信用代码 say (GB 32100-2015).
 * State-owned and private companies share their prefix; only a list can tell them apart.
 */
export function holderClass(code: string): string | undefined {
  const normal = code.trim().toUpperCase()
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(normal)) return undefined
  return classByPrefix[normal.slice(0, 2)] ?? classByPrefix[normal[0]!]
}

const classByPrefix: Readonly<Record<string, string>> = {
  '11': 'government', // 机关
  '12': 'institution', // 事业单位
  '13': 'group', // 群团
  '5': 'social', // 民政: 社会组织
  '91': 'company', // 企业
  '92': 'individual', // 个体工商户
  '93': 'cooperative', // 农民专业合作社
  N: 'collective', // 农村集体经济组织
}
