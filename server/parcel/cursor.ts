import { Refusal } from '../refusal.ts'

/** Where the last page of a list ended, as a text the next is asked with. */
export const asCursor = (parts: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** What a cursor says, as JSON; whoever made it checks that it fits. */
export const cursorText = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('utf8')

/** A cursor that was never given, or of another list, day or run. */
export function badCursor(options?: ErrorOptions): Refusal {
  return new Refusal(
    'PARAM_INVALID',
    { zh: '翻页标记已失效或不属于这个列表。', en: 'The cursor has expired or belongs to another list.' },
    { zh: '请从第一页重新开始。', en: 'Start again from the first page.' },
    { field: 'cursor' },
    options,
  )
}
