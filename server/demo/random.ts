/** A stream of numbers that depends on nothing but its seeds: same seeds, same stream, on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number
  chance(probability: number): boolean
  pick<const T>(list: readonly [T, ...T[]]): T
}

/** Mulberry32 over a hash of the seeds; 32-bit integer arithmetic only. */
export function randomFrom(...seeds: readonly number[]): Random {
  let state = hash(seeds)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number): number => low + (high - low) * next()
  const whole = (low: number, high: number): number => Math.floor(between(low, high + 1))
  return {
    next,
    between,
    whole,
    chance: (probability) => next() < probability,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
  }
}

function hash(seeds: readonly number[]): number {
  let h = 0x9e3779b9
  for (const seed of seeds) {
    h = Math.imul(h ^ (seed | 0), 0x85ebca6b)
    h ^= h >>> 13
    h = Math.imul(h, 0xc2b2ae35)
    h ^= h >>> 16
  }
  return h >>> 0
}

/** The list in an order of its own, which depends on the seeds alone. */
export function shuffled<T>(list: readonly T[], ...seeds: readonly number[]): T[] {
  const random = randomFrom(...seeds)
  return list
    .map((value, i) => ({ value, i, at: random.next() }))
    .toSorted((a, b) => a.at - b.at || a.i - b.i)
    .map(({ value }) => value)
}
