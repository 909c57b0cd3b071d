import { parseApprovalNo } from '../identifier/approval-no.ts'
import { parseCreditCode } from '../identifier/credit-code.ts'
import { landUseByCode, landUseScheme, looksLikeCode } from '../identifier/land-use.ts'
import { maskPersonal } from '../identifier/mask.ts'
import { parseParcelCode } from '../identifier/parcel-code.ts'
import { parseResidentId } from '../identifier/resident-id.ts'
import { parseSupervisionNo } from '../identifier/supervision-no.ts'
import { parseUnitCode } from '../identifier/unit-code.ts'
import type { Issue, Json } from '../record/draft.ts'
import type { Message } from '../refusal.ts'
import { mayFixLater } from './issue.ts'

type Parser = (
  raw: string,
) =>
  | { readonly ok: true; readonly normal: string; readonly warnings: readonly Message[] }
  | { readonly ok: false; readonly reason: Message }

/** A person's certificate number stands in the same column as a company's; a good one is no error. */
const holderCode: Parser = (raw) => {
  const credit = parseCreditCode(raw)
  if (credit.ok) return credit
  const resident = parseResidentId(raw)
  return resident.ok ? resident : credit
}

const parsers: Readonly<Record<string, Parser>> = {
  parcel_code: parseParcelCode,
  unit_code: parseUnitCode,
  supervision_no: parseSupervisionNo,
  holder_code: holderCode,
}

/** Fields whose values are long codes: as numbers they have already lost digits. */
export const isCodeField = (field: string): boolean => field in parsers

/** A code that went through a spreadsheet as a number: JSON number, or text such as 4.30211E+18. */
export const isNumericCode = (raw: Json): boolean =>
  typeof raw === 'number' || (typeof raw === 'string' && /^\d(?:\.\d+)?E\+?\d+$/i.test(raw.trim()))

/**
 * Checks the identifiers of a row. A good one is brought to its normal spelling, so that the same code is the same
 * text everywhere; a bad one stays as written, with P606. Abolished district codes are P612, land-use codes that no
 * scheme explains P611.
 */
export function checkIdentifiers(fields: Record<string, unknown>, row: number): Issue[] {
  const issues: Issue[] = []
  for (const [field, parse] of Object.entries(parsers)) {
    const written = fields[field]
    if (typeof written !== 'string') continue
    const parsed = parse(written)
    if (!parsed.ok) {
      const shown = field === 'holder_code' ? maskPersonal(written) : written
      issues.push(
        mayFixLater('P606', {
          row,
          field,
          zh: `${field === 'holder_code' ? maskPersonal(parsed.reason.zh) : parsed.reason.zh}`,
          en: field === 'holder_code' ? maskPersonal(parsed.reason.en) : parsed.reason.en,
          value: shown,
        }),
      )
      continue
    }
    fields[field] = parsed.normal
    for (const warning of parsed.warnings)
      issues.push(mayFixLater('P612', { row, field, ...warning, value: written }))
  }
  for (const field of ['doc_no', 'approval_doc_no']) {
    const written = fields[field]
    if (typeof written !== 'string') continue
    const parsed = parseApprovalNo(written)
    if (parsed.ok) fields[field] = parsed.normal
  }
  return [...issues, ...checkUse(fields, row)]
}

/** A number as a field keeps it: `湘政地[2022]5号` for 批文号 is 湘政地〔2022〕5号. Whatever is no such number stays as written. */
export function inNormalSpelling(field: string, written: string): string {
  const fields: Record<string, unknown> = { [field]: written }
  checkIdentifiers(fields, 0)
  return String(fields[field])
}

function checkUse(fields: Record<string, unknown>, row: number): Issue[] {
  const { use, use_scheme: scheme } = fields
  if (typeof scheme === 'string') {
    const known = landUseScheme(scheme)
    if (known === null)
      return [
        mayFixLater('P611', {
          row,
          field: 'use_scheme',
          zh: `不认识用途分类标准“${scheme}”。`,
          en: `The land-use scheme "${scheme}" is not known.`,
          value: scheme,
        }),
      ]
    fields['use_scheme'] = known
    if (typeof use === 'string' && looksLikeCode(use) && !landUseByCode(use, known)) {
      return [
        mayFixLater('P611', {
          row,
          field: 'use',
          zh: `用途代码 ${use} 不在 ${known} 中。`,
          en: `Land-use code ${use} is not in ${known}.`,
          value: use,
        }),
      ]
    }
    return []
  }
  if (typeof use !== 'string' || !looksLikeCode(use)) return []
  return [
    mayFixLater('P611', {
      row,
      field: 'use',
      zh: `用途代码 ${use} 没有说明分类标准,同一代码在不同标准中含义不同;请在映射文件 constants 中给出 use_scheme。`,
      en: `Land-use code ${use} comes without its scheme, and codes differ between schemes; give use_scheme under constants in a mapping file.`,
      value: use,
    }),
  ]
}
