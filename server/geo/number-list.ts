/** A list of numbers that grows, eight bytes each. */
export class NumberList {
  #data = new Float64Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#data.length) {
      const grown = new Float64Array(this.#data.length * 2)
      grown.set(this.#data)
      this.#data = grown
    }
    this.#data[this.length++] = value
  }

  at(i: number): number {
    return this.#data[i]!
  }

  drop(): void {
    this.length--
  }

  toFloat64(): Float64Array {
    return this.#data.slice(0, this.length)
  }

  toUint32(): Uint32Array {
    return Uint32Array.from(this.#data.subarray(0, this.length))
  }
}
