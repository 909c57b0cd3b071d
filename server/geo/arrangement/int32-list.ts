/** A list of 32-bit integers that grows; `data` is replaced when it does, so read it anew after a `push`. */
export class Int32List {
  data: Int32Array
  length = 0

  constructor(capacity = 1024) {
    this.data = new Int32Array(Math.max(capacity, 16))
  }

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1)
    this.data[this.length++] = value
  }

  /** Makes room for `extra` more values, which may then be written to `data` directly. */
  reserve(extra: number): void {
    const needed = this.length + extra
    if (needed <= this.data.length) return
    const grown = new Int32Array(Math.max(needed, Math.ceil(this.data.length * 1.6)))
    grown.set(this.data.subarray(0, this.length))
    this.data = grown
  }

  toArray(): Int32Array {
    return this.data.slice(0, this.length)
  }
}

/** Turns counts at `starts[i + 1]` into running starts: group `i` then owns `starts[i]` up to `starts[i + 1]`. */
export function accumulate(starts: Int32Array): void {
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!
}
