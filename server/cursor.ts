import { createHash } from 'node:crypto'
import { Refusal } from './refusal.ts'
import { isIsoDate } from './units.ts'

/** What a list is sorted by, as a cursor carries it. */
interface KeyTypes {
  readonly text: string
  readonly number: number
  /** A number of ours: whole and not negative. */
  readonly number_of_ours: number
  readonly day: string
}
type KeyKind = keyof KeyTypes
type Keys<K extends readonly KeyKind[]> = { -readonly [I in keyof K]: KeyTypes[K[I]] }

const isKey: { readonly [K in KeyKind]: (value: unknown) => value is KeyTypes[K] } = {
  text: (value): value is string => typeof value === 'string' && !value.includes('\u0000'),
  number: (value): value is number => typeof value === 'number' && Number.isFinite(value),
  number_of_ours: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
  day: (value): value is string => typeof value === 'string' && isIsoDate(value),
}

/**
 * Names one list: a cursor of it means nothing in another one, of another order, filter, build or run.
 * @param list what is listed
 * @param version changes with what is listed, as `versionOf` does
 * @param asked order and conditions; what is not given is left out
 */
export function listMark(list: string, version: string | number, asked: object): string {
  const given = Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([list, version, given]))
    .digest('base64url')
    .slice(0, 12)
}

/** Where a page of the list ended, as a text the next is asked with. */
export const writeCursor = (mark: string, keys: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([mark, ...keys])).toString('base64url')

/**
 * The keys a cursor ends at: as many as there are kinds, and such as the database can read.
 * @throws Refusal `PARAM_INVALID` for a cursor that was never given, or of another list
 */
export function readCursor<const K extends readonly KeyKind[]>(
  cursor: string,
  mark: string,
  kinds: K,
): Keys<K> {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (cause) {
    throw badCursor({ cause })
  }
  if (!Array.isArray(parts) || parts.length !== kinds.length + 1 || parts[0] !== mark) throw badCursor()
  const keys = parts.slice(1) as unknown[]
  if (!kinds.every((kind, i) => isKey[kind](keys[i]))) throw badCursor()
  return keys as Keys<K>
}

const badCursor = (options?: ErrorOptions): Refusal =>
  new Refusal(
    'PARAM_INVALID',
    { zh: '翻页标记已失效或不属于这个列表。', en: 'The cursor has expired or belongs to another list.' },
    { zh: '请从第一页重新开始。', en: 'Start again from the first page.' },
    { field: 'cursor' },
    options,
  )
