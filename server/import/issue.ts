import type { Issue, IssueSeverity } from '../record/draft.ts'
import { visible } from '../identifier/normal.ts'
import type { Json } from '../record/draft.ts'

export interface IssueParts {
  readonly row?: number | null
  readonly field?: string | null
  readonly zh: string
  readonly en: string
  readonly value?: Json | undefined
}

const issue = (
  code: string,
  severity: IssueSeverity,
  { row = null, field = null, zh, en, value }: IssueParts,
): Issue => ({
  row,
  field,
  code,
  severity,
  message: { zh, en },
  value: value === undefined || value === null ? null : shown(value),
})

/** The row is refused. */
export const mustFix = (code: string, parts: IssueParts): Issue => issue(code, 'must_fix', parts)
/** The row is used; what is wrong with it is kept as written or left unknown. */
export const mayFixLater = (code: string, parts: IssueParts): Issue => issue(code, 'may_fix_later', parts)
/** What was done with the row, or what was assumed. */
export const note = (code: string, parts: IssueParts): Issue => issue(code, 'note', parts)

/** A value short enough for a list of issues, with what cannot be seen made visible. */
export function shown(value: Json): string {
  const text = visible(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
