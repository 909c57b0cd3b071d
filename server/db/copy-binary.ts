import { WORKING_SRID } from '../geo/polygon.ts'

/** `PGCOPY\n\xff\r\n\0`, no flags, no extension. */
const SIGNATURE = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex')
const ROOM = 1 << 20
const EWKB_HAS_SRID = 0x20000000
const [OPEN_BRACE, CLOSE_BRACE, COMMA, COLON, QUOTE, BACKSLASH] = [0x7b, 0x7d, 0x2c, 0x3a, 0x22, 0x5c]
/** Characters. */
const SHORT = 48
// oxlint-disable-next-line no-control-regex
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/
const [TEXT_OID, INT8_OID] = [25, 20]
const [LOWER_INCLUDED, LOWER_OPEN, UPPER_OPEN] = [0x02, 0x08, 0x10]
/** Days and microseconds from 1970 to the year 2000, from which PostgreSQL counts. */
const EPOCH_DAYS = 10_957
const EPOCH_MS = EPOCH_DAYS * 86_400_000

/**
 * Rows in the binary format of COPY, written value by value into one buffer that is used again: half the work of text for
 * the base, and none of its strings here. Each value must be of its column's very type. After `begin` a row holds exactly
 * as many values as it was begun with.
 * @see https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
 */
export class BinaryRows {
  #bytes = Buffer.allocUnsafe(ROOM)
  #at = SIGNATURE.copy(this.#bytes)
  #rows = 0

  get rows(): number {
    return this.#rows
  }

  get size(): number {
    return this.#at
  }

  /** The whole of it, valid until `clear`. */
  finished(): Uint8Array {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(-1, this.#at)
    return this.#bytes.subarray(0, this.#at)
  }

  clear(): void {
    this.#at = SIGNATURE.length
    this.#rows = 0
  }

  begin(values: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeInt16BE(values, this.#at)
    this.#rows++
  }

  none(): void {
    this.#room(4)
    this.#at = this.#bytes.writeInt32BE(-1, this.#at)
  }

  text(value: string | null): void {
    if (value === null) return this.none()
    const from = this.#open(3 * value.length)
    this.#at = this.#write(value, from)
    this.#close(from)
  }

  /** A map or an object as a JSON object, as `JSON.stringify` writes it, without making a text of it first. */
  jsonbObject(entries: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>): void {
    const from = (this.#at = this.#open(0))
    this.#room(1)
    this.#bytes[this.#at++] = 1 // version of the format
    let separator = OPEN_BRACE
    for (const [name, value] of entries instanceof Map
      ? (entries as ReadonlyMap<string, unknown>)
      : Object.entries(entries)) {
      const isText = typeof value === 'string'
      const written = isText ? value : (JSON.stringify(value) as string | undefined)
      if (written === undefined) continue // what JSON does not have
      this.#room(3 + 6 * (name.length + written.length))
      this.#bytes[this.#at++] = separator
      separator = COMMA
      this.#quoted(name)
      this.#bytes[this.#at++] = COLON
      if (isText) this.#quoted(value)
      else this.#at = this.#write(written, this.#at)
    }
    this.#room(2)
    if (separator === OPEN_BRACE) this.#bytes[this.#at++] = OPEN_BRACE
    this.#bytes[this.#at++] = CLOSE_BRACE
    this.#close(from)
  }

  int4(value: number): void {
    if (!Number.isInteger(value)) throw new TypeError(`${value} is no whole number.`)
    this.#at = this.#bytes.writeInt32BE(value, this.#open(4))
  }

  /** @throws TypeError for a number JavaScript cannot hold exactly */
  int8(value: number): void {
    this.#at = this.#write8(value, this.#open(8))
  }

  float8(value: number | null): void {
    if (value === null) return this.none()
    this.#at = this.#bytes.writeDoubleBE(value, this.#open(8))
  }

  /** A shape of the working plane, for a geometry column; null: no shape. */
  geometry(wkb: Uint8Array | null): void {
    this.ewkb(wkb === null ? null : { srid: WORKING_SRID, wkb })
  }

  /** WKB in the byte order it has, with its SRID in the header as PostGIS writes it; for a bytea column as well. */
  ewkb(shape: { readonly srid: number; readonly wkb: Uint8Array } | null): void {
    if (shape === null) return this.none()
    const { srid, wkb } = shape
    const from = this.#open(wkb.length + 4)
    this.#bytes.set(wkb, from + 4)
    const head = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + from, 9)
    const little = wkb[0] === 1
    const type = head.getUint32(5, little)
    head.setUint8(0, wkb[0]!)
    head.setUint32(1, (type | EWKB_HAS_SRID) >>> 0, little)
    head.setUint32(5, srid, little)
    this.#at = from + wkb.length + 4
  }

  /** An instant, as `micros` counts it. */
  timestamptz(micros: bigint): void {
    this.#at = this.#bytes.writeBigInt64BE(micros, this.#open(8))
  }

  /** Days from the first to, not including, the second; absent: open on that side. */
  daterange(from: string | null | undefined, to: string | null | undefined): void {
    const [lower, upper] = [
      from === undefined || from === null ? null : dayNumber(from),
      to === undefined || to === null ? null : dayNumber(to),
    ]
    let at = this.#open(1 + (lower === null ? 0 : 8) + (upper === null ? 0 : 8))
    this.#bytes[at++] = (lower === null ? LOWER_OPEN : LOWER_INCLUDED) | (upper === null ? UPPER_OPEN : 0)
    for (const day of [lower, upper]) {
      if (day === null) continue
      at = this.#bytes.writeInt32BE(4, at)
      at = this.#bytes.writeInt32BE(day, at)
    }
    this.#at = at
  }

  textArray(values: readonly string[]): void {
    let room = 20
    for (const value of values) room += 4 + 3 * value.length
    const from = this.#open(room)
    let at = this.#arrayHead(TEXT_OID, values.length, from)
    for (const value of values) {
      const end = this.#write(value, at + 4)
      this.#bytes.writeInt32BE(end - at - 4, at)
      at = end
    }
    this.#at = at
    this.#close(from)
  }

  int8Array(values: readonly number[]): void {
    const from = this.#open(20 + 12 * values.length)
    let at = this.#arrayHead(INT8_OID, values.length, from)
    for (const value of values) at = this.#write8(value, this.#bytes.writeInt32BE(8, at))
    this.#at = at
    this.#close(from)
  }

  /** A text as JSON writes it; most hold nothing it writes otherwise. There is room. */
  #quoted(text: string): void {
    const end = this.#short(text, this.#at + 1, true)
    if (end !== -1) {
      this.#bytes[this.#at] = QUOTE
      this.#bytes[end] = QUOTE
      this.#at = end + 1
      return
    }
    if (NEEDS_ESCAPE.test(text)) {
      this.#at = this.#write(JSON.stringify(text), this.#at)
      return
    }
    this.#bytes[this.#at++] = QUOTE
    this.#at = this.#write(text, this.#at)
    this.#bytes[this.#at++] = QUOTE
  }

  #arrayHead(oid: number, length: number, from: number): number {
    const bytes = this.#bytes
    let at = bytes.writeInt32BE(length === 0 ? 0 : 1, from) // dimensions
    at = bytes.writeInt32BE(0, at) // no nulls
    at = bytes.writeInt32BE(oid, at)
    if (length === 0) return at
    at = bytes.writeInt32BE(length, at)
    return bytes.writeInt32BE(1, at)
  }

  /** Makes room for a value of so many bytes at most, writes that as its length, and says where it begins. */
  #open(size: number): number {
    this.#room(size + 4)
    return this.#bytes.writeInt32BE(size, this.#at)
  }

  /** Corrects the length of the value that began there. */
  #close(from: number): void {
    this.#bytes.writeInt32BE(this.#at - from, from - 4)
  }

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + size))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }

  #write8(value: number, at: number): number {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is no whole number that is held exactly.`)
    this.#bytes.writeInt32BE(Math.floor(value / 4_294_967_296), at)
    return this.#bytes.writeUInt32BE(value >>> 0, at + 4)
  }

  #write(value: string, from: number): number {
    const end = this.#short(value, from, false)
    return end === -1 ? from + this.#bytes.write(value, from) : end
  }

  /**
   * Short text in UTF-8, quicker written here than by a call out of JavaScript; where it ends. -1 where it is not short, has
   * characters of two halves or, as JSON, some that need escaping: what was written then is nothing.
   */
  #short(value: string, from: number, asJson: boolean): number {
    if (value.length > SHORT) return -1
    const bytes = this.#bytes
    let at = from
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      if (code < 0x80) {
        if (asJson && (code < 0x20 || code === QUOTE || code === BACKSLASH)) return -1
        bytes[at++] = code
      } else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >> 6)
        bytes[at++] = 0x80 | (code & 0x3f)
      } else {
        if (code >= 0xd800 && code < 0xe000) return -1
        bytes[at++] = 0xe0 | (code >> 12)
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
        bytes[at++] = 0x80 | (code & 0x3f)
      }
    }
    return at
  }
}

/** Days from 2000-01-01. @throws TypeError for what is no day */
function dayNumber(day: string): number {
  const known = dayNumbers.get(day)
  if (known !== undefined) return known
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  const ms = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : Number.NaN
  if (new Date(ms).toJSON()?.slice(0, 10) !== day) throw new TypeError(`"${day}" is no day.`)
  const days = ms / 86_400_000 - EPOCH_DAYS
  if (dayNumbers.size < 100_000) dayNumbers.set(day, days)
  return days
}
const dayNumbers = new Map<string, number>()

/** Microseconds from the year 2000 of an ISO instant. @throws TypeError for what is none */
export function micros(instant: string): bigint {
  const ms = Date.parse(instant)
  if (Number.isNaN(ms)) throw new TypeError(`"${instant}" is no instant.`)
  const below = /\.\d{3}(\d{1,3})/.exec(instant)?.[1] ?? ''
  return BigInt(ms - EPOCH_MS) * 1000n + BigInt(below.padEnd(3, '0'))
}
