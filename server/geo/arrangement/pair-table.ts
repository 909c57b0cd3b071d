/**
 * Numbers distinct pairs of integers 0, 1, 2 … in order of first appearance: nodes by their coordinates, segments and
 * edges by their end nodes. Open addressing; grows as needed.
 */
export class PairTable {
  count = 0
  first: Int32Array
  second: Int32Array
  #slots: Int32Array
  #mask: number

  constructor(expected: number) {
    const capacity = Math.max(16, expected)
    this.first = new Int32Array(capacity)
    this.second = new Int32Array(capacity)
    this.#slots = new Int32Array(slotsFor(capacity)).fill(-1)
    this.#mask = this.#slots.length - 1
  }

  /** The number of the pair, a new one if it was not seen before. */
  number(a: number, b: number): number {
    let slot = hash(a, b) & this.#mask
    for (;;) {
      const known = this.#slots[slot]!
      if (known < 0) break
      if (this.first[known] === a && this.second[known] === b) return known
      slot = (slot + 1) & this.#mask
    }
    if (this.count === this.first.length) {
      this.#grow()
      return this.number(a, b)
    }
    this.first[this.count] = a
    this.second[this.count] = b
    this.#slots[slot] = this.count
    return this.count++
  }

  #grow(): void {
    const capacity = Math.ceil(this.first.length * 1.6)
    const first = new Int32Array(capacity)
    const second = new Int32Array(capacity)
    first.set(this.first)
    second.set(this.second)
    this.first = first
    this.second = second
    const size = slotsFor(capacity)
    if (size === this.#slots.length) return
    this.#slots = new Int32Array(size).fill(-1)
    this.#mask = size - 1
    for (let i = 0; i < this.count; i++) {
      let slot = hash(first[i]!, second[i]!) & this.#mask
      while (this.#slots[slot]! >= 0) slot = (slot + 1) & this.#mask
      this.#slots[slot] = i
    }
  }
}

/** A power of two, at most two thirds full. */
function slotsFor(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(capacity * 1.5))
}

/** Mixes both numbers into all bits, so that neighbours on the coordinate grid do not share a run of slots. */
function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return (h ^ (h >>> 13)) >>> 0
}
