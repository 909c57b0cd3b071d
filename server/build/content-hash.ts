import { hash } from 'node:crypto'
import { compareText } from './order.ts'

/** Characters of a content hash: 132 bits, so that two rows never share one by chance. */
export const HASH_LENGTH = 22

/**
 * A short hash of all a reader can see of a row. Numbers by their shortest text, shapes by their bytes; the caller
 * leaves out the row's own number and its builds.
 * @param text what the row says, its parts kept apart
 */
export function contentHash(text: string, shape: Uint8Array | null = null): string {
  const whole = shape === null ? text : Buffer.concat([Buffer.from(`${text}\n`), shape])
  return hash('sha256', whole, 'base64url').slice(0, HASH_LENGTH)
}

/** JSON with the keys of every object in order: how it was put together cannot be seen in it. */
export function sortedJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`
  const said = Object.entries(value).filter(([, part]) => part !== undefined)
  return `{${said
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, part]) => `${JSON.stringify(name)}:${sortedJson(part)}`)
    .join()}}`
}
