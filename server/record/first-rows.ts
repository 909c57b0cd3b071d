import { hash53 } from './names.ts'

const FIRST_ROOM = 1 << 12

/**
 * Which row of a delivery brought a key first, for files of millions of rows: 40 to 80 bytes a key, however long it is. A key is
 * known by 106 bits of hashes; of ten million keys two agree in all of them once in 10^18 deliveries.
 */
export class FirstRows {
  #count = 0
  /** Row by place, 0 where none is; rows count from 1. The places a key may have follow from its hash. */
  #rows = new Int32Array(FIRST_ROOM)
  #hashes = new Float64Array(2 * FIRST_ROOM)

  has(key: string): boolean {
    return this.#rows[this.#placeOf(hash53(key), hash53(key, 1))] !== 0
  }

  /**
   * The row that brought a key before; where none did, this one did first.
   * @param row from 1
   */
  firstOf(key: string, row: number): number | undefined {
    const [one, other] = [hash53(key), hash53(key, 1)]
    const first = this.#rows[this.#placeOf(one, other)]!
    if (first !== 0) return first
    if (2 * this.#count >= this.#rows.length) this.#grow()
    this.#put(one, other, row)
    return undefined
  }

  #put(one: number, other: number, row: number): void {
    const place = this.#placeOf(one, other)
    if (this.#rows[place] === 0) this.#count++
    this.#rows[place] = row
    this.#hashes[2 * place] = one
    this.#hashes[2 * place + 1] = other
  }

  /** Where a key is, or would be. */
  #placeOf(one: number, other: number): number {
    const last = this.#rows.length - 1
    let place = one % this.#rows.length
    while (
      this.#rows[place] !== 0 &&
      (this.#hashes[2 * place] !== one || this.#hashes[2 * place + 1] !== other)
    )
      place = place === last ? 0 : place + 1
    return place
  }

  #grow(): void {
    const [rows, hashes] = [this.#rows, this.#hashes]
    this.#count = 0
    this.#rows = new Int32Array(2 * rows.length)
    this.#hashes = new Float64Array(2 * hashes.length)
    for (const [place, row] of rows.entries())
      if (row !== 0) this.#put(hashes[2 * place]!, hashes[2 * place + 1]!, row)
  }
}
