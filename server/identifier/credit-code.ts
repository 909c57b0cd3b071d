import { normalCode, unparsed, visible, type Parsed } from './normal.ts'

/** 统一社会信用代码, in parts. */
export interface CreditCode {
  /** 登记管理部门, 1 character. */
  readonly department: string
  /** 机构类别, 1 character. */
  readonly category: string
  readonly countyCode: string
  /** 组织机构代码, 9 characters with its own check. */
  readonly organisationCode: string
}

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** 3^i mod 31. */
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const organisationAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/** 统一社会信用代码 (18), with the check character at its end. @see GB 32100-2015 */
export function parseCreditCode(raw: string): Parsed<CreditCode> {
  const normal = normalCode(raw)
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(normal)) {
    return unparsed(
      `“${visible(raw)}”不合统一社会信用代码的格式（18 位,不含 I、O、S、V、Z）。`,
      `"${visible(raw)}" is not built like a unified social credit code (18 characters without I, O, S, V, Z).`,
    )
  }
  const sum = weights.reduce((total, weight, i) => total + weight * alphabet.indexOf(normal[i]!), 0)
  const expected = alphabet[(31 - (sum % 31)) % 31]
  if (normal[17] !== expected) {
    return unparsed(
      `统一社会信用代码“${visible(raw)}”的校验位应为 ${expected}。`,
      `The check character of credit code "${visible(raw)}" should be ${expected}.`,
    )
  }
  return {
    ok: true,
    department: normal[0]!,
    category: normal[1]!,
    countyCode: normal.slice(2, 8),
    organisationCode: normal.slice(8, 17),
    normal,
    warnings: [],
  }
}

/** 组织机构代码 (9), with the check character at its end. @see GB 11714-1997 */
export function isOrganisationCode(raw: string): boolean {
  const normal = normalCode(raw).replace('-', '')
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(normal)) return false
  const sum = organisationWeights.reduce(
    (total, weight, i) => total + weight * organisationAlphabet.indexOf(normal[i]!),
    0,
  )
  const check = 11 - (sum % 11)
  return normal[8] === (check === 10 ? 'X' : check === 11 ? '0' : String(check))
}
