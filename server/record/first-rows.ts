import { hash53 } from './names.ts'

const FIRST_ROOM = 1 << 12

/**
 * Which row of a delivery brought a key first, for files of millions of rows: 22 to 43 bytes a key, however long it is. A
 * key is known by 85 bits of hashes; of ten million keys two agree in all of them once in 10^12 deliveries.
 */
export class FirstRows {
  #count = 0
  /** Row by place, 0 where none is; rows count from 1. The places a key may have follow from its hash. */
  #rows = new Int32Array(FIRST_ROOM)
  #hashes = new Float64Array(FIRST_ROOM)
  #others = new Uint32Array(FIRST_ROOM)

  has(key: string): boolean {
    return this.#rows[this.#placeOf(hash53(key), otherHash(key))] !== 0
  }

  /**
   * The row that brought a key before; where none did, this one did first.
   * @param row from 1
   */
  firstOf(key: string, row: number): number | undefined {
    const [one, other] = [hash53(key), otherHash(key)]
    const first = this.#rows[this.#placeOf(one, other)]!
    if (first !== 0) return first
    if (4 * this.#count >= 3 * this.#rows.length) this.#grow()
    this.#put(one, other, row)
    return undefined
  }

  #put(one: number, other: number, row: number): void {
    const place = this.#placeOf(one, other)
    if (this.#rows[place] === 0) this.#count++
    this.#rows[place] = row
    this.#hashes[place] = one
    this.#others[place] = other
  }

  /** Where a key is, or would be. */
  #placeOf(one: number, other: number): number {
    const last = this.#rows.length - 1
    let place = one % this.#rows.length
    while (this.#rows[place] !== 0 && (this.#hashes[place] !== one || this.#others[place] !== other))
      place = place === last ? 0 : place + 1
    return place
  }

  #grow(): void {
    const [rows, hashes, others] = [this.#rows, this.#hashes, this.#others]
    this.#count = 0
    this.#rows = new Int32Array(2 * rows.length)
    this.#hashes = new Float64Array(2 * rows.length)
    this.#others = new Uint32Array(2 * rows.length)
    for (const [place, row] of rows.entries()) if (row !== 0) this.#put(hashes[place]!, others[place]!, row)
  }
}

/** 32 bits that have nothing to do with the first hash. */
const otherHash = (key: string): number => hash53(key, 1) % 4_294_967_296
