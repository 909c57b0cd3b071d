/** Entries cost this much besides their bytes. */
const ENTRY_BYTES = 200

/** The tiles used last, up to a number of bytes. Null is remembered too: an empty tile is an answer. */
export class TileCache {
  readonly #limit: number
  readonly #entries = new Map<string, Uint8Array | null>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limit = limitBytes
  }

  /** Undefined: not here. */
  get(key: string): Uint8Array | null | undefined {
    const found = this.#entries.get(key)
    if (found === undefined) return undefined
    this.#entries.delete(key) // a Map keeps the order of insertion: put it last again
    this.#entries.set(key, found)
    return found
  }

  set(key: string, tile: Uint8Array | null): void {
    this.#drop(key)
    this.#entries.set(key, tile)
    this.#bytes += sizeOf(tile)
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) break
      this.#drop(oldest)
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  #drop(key: string): void {
    const found = this.#entries.get(key)
    if (found === undefined) return
    this.#entries.delete(key)
    this.#bytes -= sizeOf(found)
  }
}

const sizeOf = (tile: Uint8Array | null): number => ENTRY_BYTES + (tile?.length ?? 0)
