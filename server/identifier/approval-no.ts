import { unparsed, visible, type Parsed } from './normal.ts'

/** 批文号 in parts, such as 湘政地〔2023〕123号 or （2019）政国土字第123号. */
export interface ApprovalNo {
  readonly year: number
  readonly number: number
  /** Who issued it, as written around the year: 湘政地, 政国土字. */
  readonly issuer: string
  /** Year, issuer and number alone: equal for two spellings of one document. */
  readonly key: string
}

/**
 * 批文号. Offices write the year in any bracket at hand; the normal form has 〔〕, no blanks and plain digits, so that one
 * document delivered twice reads the same. `key` further leaves out 第, 号 and leading zeros, for comparing.
 * A text without a bracketed year and a number is no approval number, but is still kept as written.
 */
export function parseApprovalNo(raw: string): Parsed<ApprovalNo> {
  const plain = raw.normalize('NFKC').replaceAll(/\s+/g, '')
  const match =
    /^(?<mark>\([^\d()]+\))?(?<before>[^\d〔[【(（]*)[〔[【(（〈<](?<year>(?:19|20)\d{2})[〕\]】)）〉>](?<after>[^\d第]*)(?<ordinal>第?)(?<number>\d{1,6})号?$/u.exec(
      plain,
    )
  const groups = match?.groups
  if (!groups) {
    return unparsed(
      `“${visible(raw)}”不像批文号（应含年份括号和序号,如 湘政地〔2023〕123号）。`,
      `"${visible(raw)}" does not look like an approval number (a bracketed year and a number, like 湘政地〔2023〕123号).`,
    )
  }
  const {
    mark = '',
    before = '',
    year,
    after = '',
    ordinal = '',
    number,
  } = groups as {
    mark?: string
    before?: string
    year: string
    after?: string
    ordinal?: string
    number: string
  }
  const issuer = `${mark === '' ? '' : `（${mark.slice(1, -1)}）`}${before}${after}`
  const normal = `${mark === '' ? '' : `（${mark.slice(1, -1)}）`}${before}〔${year}〕${after}${ordinal}${number}号`
  return {
    ok: true,
    year: Number(year),
    number: Number(number),
    issuer,
    key: `${issuer}〔${year}〕${Number(number)}`,
    normal,
    warnings: [],
  }
}

/** What two approval numbers are compared by: their key, or the bare text where it is no approval number. */
export function approvalNoKey(raw: string): string {
  const parsed = parseApprovalNo(raw)
  return parsed.ok ? parsed.key : raw.normalize('NFKC').replaceAll(/\s+/g, '')
}
