const encoder = new TextEncoder()

/**
 * Protocol buffer bytes, as much of them as a vector tile needs. Written by hand because the general writer moves
 * every message once more when its length is known; a tile's geometry is measured first instead.
 */
export class ByteWriter {
  #bytes = new Uint8Array(1 << 14)
  length = 0

  varint(value: number): void {
    this.#reserve(10)
    const bytes = this.#bytes
    let at = this.length
    while (value >= 2 ** 31) {
      // past 31 bits by division: shifts would cut the number
      bytes[at++] = (value % 128) | 128
      value = Math.floor(value / 128)
    }
    while (value > 127) {
      bytes[at++] = (value & 127) | 128
      value >>>= 7
    }
    bytes[at++] = value
    this.length = at
  }

  /** A field's number and wire type: 0 varint, 1 eight bytes, 2 length-delimited. */
  tag(field: number, wireType: 0 | 1 | 2): void {
    this.varint((field << 3) | wireType)
  }

  bytes(source: Uint8Array): void {
    this.#reserve(source.length)
    this.#bytes.set(source, this.length)
    this.length += source.length
  }

  text(field: number, text: string): void {
    const source = encoder.encode(text)
    this.tag(field, 2)
    this.varint(source.length)
    this.bytes(source)
  }

  double(value: number): void {
    this.#reserve(8)
    new DataView(this.#bytes.buffer).setFloat64(this.length, value, true)
    this.length += 8
  }

  /** `count` numbers below 2^32 as varints. */
  varints(values: Uint32Array, count: number): void {
    this.#reserve(5 * count)
    const bytes = this.#bytes
    let at = this.length
    for (let i = 0; i < count; i++) {
      let value = values[i]!
      while (value > 127) {
        bytes[at++] = (value & 127) | 128
        value >>>= 7
      }
      bytes[at++] = value
    }
    this.length = at
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length)
  }

  /** What was written so far; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more))
    larger.set(this.#bytes.subarray(0, this.length))
    this.#bytes = larger
  }
}

/** Bytes `varint` would write. */
export function varintLength(value: number): number {
  let length = 1
  while (value >= 128) {
    value = Math.floor(value / 128)
    length++
  }
  return length
}
