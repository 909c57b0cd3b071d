import { normalCode, unparsed, visible, type Parsed } from './normal.ts'
import { parseParcelCode, type ParcelCode } from './parcel-code.ts'

/** 不动产单元代码, in parts: a parcel and what stands on it. */
export interface UnitCode {
  readonly parcelCode: string
  readonly parcel: ParcelCode
  /** 定着物特征码: F building, L forest, Q other, W none. */
  readonly fixture: 'F' | 'L' | 'Q' | 'W'
  readonly fixtureNo: string
}

/** 不动产单元代码 (28): 宗地代码 and nine characters for what stands on it. @see GB/T 37346-2019 */
export function parseUnitCode(raw: string): Parsed<UnitCode> {
  const normal = normalCode(raw)
  if (normal.length !== 28) {
    return unparsed(
      `“${visible(raw)}”有 ${[...normal].length} 位,不动产单元号应为 28 位。`,
      `"${visible(raw)}" has ${[...normal].length} characters; a unit code has 28.`,
    )
  }
  const parcel = parseParcelCode(normal.slice(0, 19))
  if (!parcel.ok) return parcel
  const match = /^([FLQW])(\d{8})$/.exec(normal.slice(19))
  if (!match)
    return unparsed(
      `“${visible(normal.slice(19))}”不是定着物代码（F/L/Q/W + 8 位数字）。`,
      `"${visible(normal.slice(19))}" is not a fixture code (F, L, Q or W and 8 digits).`,
    )
  const [, fixture, fixtureNo] = match as unknown as [string, 'F' | 'L' | 'Q' | 'W', string]
  if (fixture === 'W' && fixtureNo !== '00000000')
    return unparsed(
      'W（无定着物）之后应为 00000000。',
      'W (nothing stands on it) must be followed by 00000000.',
    )
  return {
    ok: true,
    parcelCode: parcel.normal,
    parcel,
    fixture,
    fixtureNo,
    normal,
    warnings: parcel.warnings,
  }
}
