import { hash } from 'node:crypto'
import type { Draft } from './draft.ts'

/** A draft with what identifies it settled. */
export interface Entry {
  readonly draft: Draft
  readonly county: string
  readonly key: string
  /** County and key as one text. */
  readonly id: string
  readonly wkb: Uint8Array | null
  readonly hash: string
}

/**
 * Of what the row says, where it lies and when it holds: the same hash, nothing changed. Field order does not matter; of
 * the shape what counts is the one kept, in its canonical form, not where its rings were begun in the file.
 */
export function contentHash(draft: Draft, wkb: Uint8Array | null): string {
  const text = hashedText(draft)
  const room = 3 * text.length + (wkb?.length ?? 0)
  if (scratch.length < room) scratch = Buffer.allocUnsafe(2 * room)
  let at = scratch.write(text)
  if (wkb) {
    scratch.set(wkb, at)
    at += wkb.length
  }
  return hash('sha256', scratch.subarray(0, at), 'hex')
}

/** `[[[field, value], …], doc, area, from, to, srid]` as JSON. */
function hashedText(draft: Draft): string {
  const { fields } = draft as { readonly fields: Readonly<Record<string, unknown>> }
  let text = ''
  for (const name of inOrder(fields)) {
    text += text === '' ? '[[[' : ',['
    text += `${stringText(name)},${valueText(fields[name]) ?? 'null'}]`
  }
  const { doc, areaDocumentM2, validFrom = null, validTo = null, delivered } = draft
  return `${text === '' ? '[[' : text}],${JSON.stringify([doc, areaDocumentM2, validFrom, validTo, delivered?.srid ?? null]).slice(1)}`
}

/** Text and shape are hashed in one call; this is where they stand one behind the other meanwhile. */
let scratch = Buffer.allocUnsafe(65_536)

/** Names of the fields, sorted. Rows of one file mostly have the same ones, so the last answer is kept. */
function inOrder(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const names = Object.keys(fields)
  const { given } = lastOrder
  if (names.length !== given.length || names.some((name, i) => name !== given[i]))
    lastOrder = { given: names, sorted: names.toSorted((a, b) => (a < b ? -1 : 1)) }
  return lastOrder.sorted
}
let lastOrder: { readonly given: readonly string[]; readonly sorted: readonly string[] } = {
  given: [],
  sorted: [],
}

/** Undefined for what JSON does not have. */
const valueText = (value: unknown): string | undefined =>
  typeof value === 'string' ? stringText(value) : (JSON.stringify(value) as string | undefined)

/** Most texts hold nothing JSON writes otherwise. */
const stringText = (text: string): string => (needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`)
// oxlint-disable-next-line no-control-regex
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/
