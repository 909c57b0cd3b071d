/** What a name in a condition stands for. Numbers of different units are never compared. */
export interface Meaning {
  readonly type: 'boolean' | 'number' | 'date' | 'text' | 'geometry'
  readonly unit?: string | undefined
  /** The closed list a text takes its value from. */
  readonly values?: readonly string[] | undefined
}

/** An argument of a function. `constant`: a whole number or a parameter, so that it can be planned for. */
export interface ArgumentRule extends Meaning {
  readonly constant?: boolean
}
export interface Signature {
  readonly args: readonly ArgumentRule[]
  readonly returns: Meaning
}

/** The names a condition may use: facts for a rule, columns for a filter. */
export interface Vocabulary {
  readonly properties: ReadonlyMap<string, Meaning>
  readonly parameters: ReadonlyMap<string, Meaning>
  readonly functions: ReadonlyMap<string, Signature>
}

/**
 * Functions every rule may call. Dates are days; years and months are counted as the civil code counts them
 * (民法典 §§200-204): `add_years(DATE('2023-03-15'), 1)` is the last day of the year, 2024-03-15.
 */
export const dateFunctions: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  [
    'add_years',
    { args: [{ type: 'date' }, { type: 'number', unit: 'year', constant: true }], returns: { type: 'date' } },
  ],
  [
    'add_months',
    {
      args: [{ type: 'date' }, { type: 'number', unit: 'month', constant: true }],
      returns: { type: 'date' },
    },
  ],
  ['days_to', { args: [{ type: 'date' }], returns: { type: 'number', unit: 'day' } }],
])

/** The known name closest to a mistyped one, or null when none is close. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  let best: string | null = null
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
