import { open, type FileHandle } from 'node:fs/promises'

/** Gathered before they are written. */
const WRITE_BYTES = 1 << 20

/** A file that grows at its end, in few writes, and whose head is written last. */
export class PartFile {
  /** Bytes, the head included. */
  size: number
  readonly #file: FileHandle
  #waiting: Buffer[] = []
  #waitingBytes = 0

  private constructor(file: FileHandle, head: number) {
    this.#file = file
    this.size = head
  }

  /** @param head bytes left free at the beginning */
  static async create(path: string, head: number): Promise<PartFile> {
    const file = await open(path, 'wx', 0o600)
    if (head > 0) await file.writeFile(Buffer.alloc(head))
    return new PartFile(file, head)
  }

  async write(bytes: Buffer): Promise<void> {
    this.size += bytes.length
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes >= WRITE_BYTES) await this.#flush()
  }

  async writeHead(head: Buffer): Promise<void> {
    await this.#flush()
    await this.#file.write(head, 0, head.length, 0)
  }

  async close(): Promise<void> {
    try {
      await this.#flush()
    } finally {
      await this.#file.close()
    }
  }

  async #flush(): Promise<void> {
    if (this.#waitingBytes === 0) return
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    await this.#file.writeFile(bytes) // behind what was written last
  }
}
