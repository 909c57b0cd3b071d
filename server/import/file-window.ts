import type { DeliveredFile } from './delivered-file.ts'

/** Read at once where a file is walked forward. */
const WINDOW_BYTES = 1 << 22

/**
 * A stretch of a file that is moved forward as its records are walked, so that walking needs the memory of one stretch.
 * Places are those in the file; what was read from the window is done with when it moves.
 */
export class FileWindow {
  readonly #file: DeliveredFile
  readonly #size: number
  /** Where the stretch begins, bytes from the start of the file. */
  start = 0
  bytes: Buffer = Buffer.alloc(0)
  view: DataView = new DataView(new ArrayBuffer(0))

  /** @param size of the stretch, bytes; a longer record is read whole all the same */
  constructor(file: DeliveredFile, size: number = WINDOW_BYTES) {
    this.#file = file
    this.#size = size
  }

  /** Whether `[at, at + length)` is at hand; asked first, because waiting costs more than reading. */
  covers(at: number, length: number): boolean {
    return at >= this.start && at + length <= this.start + this.bytes.length
  }

  /** Moves to `at`, with `length` bytes at hand as far as the file has them. */
  async move(at: number, length: number): Promise<void> {
    const read = await this.#file.read(at, Math.max(length, this.#size))
    this.start = at
    this.bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength)
    this.view = new DataView(read.buffer, read.byteOffset, read.byteLength)
  }
}
