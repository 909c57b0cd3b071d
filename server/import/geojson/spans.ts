import type { Span } from './text.ts'

/** Values that lie one behind the other, read together. */
interface Stretch extends Span {
  /** Start and end of each value, from the start of the stretch. */
  readonly spans: Uint32Array
}

/** Places of values in a file, in stretches of about so many bytes; eight bytes of memory for each value. */
export class Spans {
  count = 0
  first: Span | null = null
  readonly #bytes: number
  readonly #closed: Stretch[] = []
  #open: number[] = []
  #start = 0
  #end = 0

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  add(start: number, end: number): void {
    this.first ??= { start, end }
    if (start - this.#start >= this.#bytes) this.#close() // a wide gap is in no stretch
    if (this.#open.length === 0) this.#start = start
    this.#open.push(start - this.#start, end - this.#start)
    this.#end = end
    this.count++
  }

  stretches(): readonly Stretch[] {
    this.#close()
    return this.#closed
  }

  #close(): void {
    if (this.#open.length === 0) return
    this.#closed.push({ start: this.#start, end: this.#end, spans: Uint32Array.from(this.#open) })
    this.#open = []
  }
}
