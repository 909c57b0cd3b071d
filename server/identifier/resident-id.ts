import { normalCode, unparsed, type Parsed } from './normal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'

export interface ResidentId {
  readonly bornOn: IsoDate
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/** 居民身份证号 (18), with birthday and check character. Known only in order to be hidden; messages never repeat it. @see GB 11643-1999 */
export function parseResidentId(raw: string): Parsed<ResidentId> {
  const normal = normalCode(raw)
  if (!/^\d{17}[\dX]$/.test(normal))
    return unparsed('不合身份证号的格式（18 位）。', 'This is not built like a resident id (18 characters).')
  const bornOn = `${normal.slice(6, 10)}-${normal.slice(10, 12)}-${normal.slice(12, 14)}`
  if (!isIsoDate(bornOn))
    return unparsed('身份证号中的出生日期不成立。', 'The birthday in the resident id is not a date.')
  const sum = weights.reduce((total, weight, i) => total + weight * Number(normal[i]), 0)
  if (normal[17] !== checks[sum % 11])
    return unparsed('身份证号的校验位不符。', 'The check character of the resident id does not match.')
  return { ok: true, bornOn, normal, warnings: [] }
}
