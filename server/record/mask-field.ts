import { maskNumbers, maskPersonal } from '../identifier/mask.ts'

/** Fields whose whole text may be the name of a person: a house is often supplied, and called, by its owner's. */
const namePersons: ReadonlySet<string> = new Set(['holder', 'project', 'plot_name'])

/**
 * The text of a field without personal data. Two or three characters are a name only where a person may be named: a nature
 * of right 出让, a use 工业, a place or a batch are what they are.
 */
export function maskField<T extends string | null>(field: string, text: T): T
export function maskField(field: string, text: string | null): string | null {
  if (text === null) return null
  return namePersons.has(field) ? maskPersonal(text) : maskNumbers(text)
}

/** What a document calls itself, without personal data: its number, else its project or holder; a zone is no person. */
export function maskDoc(kind: string, doc: string | null): string | null {
  if (doc === null) return null
  return kind === 'layer' || kind === 'approval' ? maskNumbers(doc) : maskPersonal(doc)
}
