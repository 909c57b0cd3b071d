import { countyWarnings } from './district.ts'
import { normalCode, unparsed, visible, type Parsed } from './normal.ts'
import type { Message } from '../refusal.ts'

/** 宗地代码, the 19 characters of the register, in parts. */
export interface ParcelCode {
  /** 县级行政区 as written; may be an abolished one. */
  readonly countyCode: string
  /** 地籍区 */
  readonly cadastralZone: string
  /** 地籍子区 */
  readonly cadastralSubzone: string
  /** 宗地特征码, first letter: G state, J collective, Z undetermined or disputed. */
  readonly ownership: 'G' | 'J' | 'Z'
  /** 宗地特征码, second letter: B surface, S above, X below ground, W undetermined, … (rights.csv, ZDTZM2). */
  readonly right: string
  /** 宗地顺序号 */
  readonly serial: string
}

const pattern = /^(\d{6})(\d{3})(\d{3})([GJZ])([ABCDEFSXWYHGNL])(\d{5})$/
/** Collective ownership and homesteads cannot stand on state land. */
const onlyCollective = new Set(['A', 'C'])
/** Additions remembered from GB/T 37346-2019, not confirmed. */
const unconfirmed = new Set(['N', 'L'])

/**
 * 宗地代码 (19). There is no check digit, so only shape, county and pairs of letters can be checked.
 * @see GB/T 37346-2019
 */
export function parseParcelCode(raw: string): Parsed<ParcelCode> {
  const normal = normalCode(raw)
  const match = pattern.exec(normal)
  if (!match) {
    return normal.length === 19
      ? unparsed(
          `“${visible(raw)}”不合宗地代码的格式（6 位区县 + 3 + 3 + 2 位特征码 + 5 位顺序号）。`,
          `"${visible(raw)}" is not built like a parcel code (county 6, zone 3, subzone 3, feature 2, serial 5).`,
        )
      : unparsed(
          `“${visible(raw)}”有 ${[...normal].length} 位,宗地代码应为 19 位。`,
          `"${visible(raw)}" has ${[...normal].length} characters; a parcel code has 19.`,
        )
  }
  const [, countyCode, cadastralZone, cadastralSubzone, ownership, right, serial] = match as unknown as [
    string,
    string,
    string,
    string,
    'G' | 'J' | 'Z',
    string,
    string,
  ]
  if (serial === '00000')
    return unparsed('宗地顺序号不能是 00000。', 'The serial of a parcel code cannot be 00000.')
  if (onlyCollective.has(right) && ownership !== 'J') {
    return unparsed(
      `特征码 ${ownership}${right} 不成立:${right} 只与 J（集体所有）组合。`,
      `Feature code ${ownership}${right} does not exist: ${right} goes only with J (collective).`,
    )
  }
  const warnings: Message[] = [...countyWarnings(countyCode)]
  if (unconfirmed.has(right)) {
    warnings.push({
      zh: `特征码第二位 ${right} 尚未与标准文本核对。`,
      en: `Second feature letter ${right} has not been checked against the standard.`,
    })
  }
  return { ok: true, countyCode, cadastralZone, cadastralSubzone, ownership, right, serial, normal, warnings }
}
