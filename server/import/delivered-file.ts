import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Refusal } from '../refusal.ts'
import { MAX_WHOLE_BYTES } from './limits.ts'

/** Read at a time where a file is walked through. */
const CHUNK_BYTES = 1 << 20
/** Received files up to this stay in memory. */
const HELD_BYTES = 1 << 20

/**
 * A delivered file, read where it lies: a format takes the stretches it needs, so that a file of any size can be walked
 * through in little memory. Closed by whoever opened it, after the last row has been taken.
 */
export class DeliveredFile {
  /** The name it had at the sender, for people; its ending is only believed where the content leaves a doubt. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  #path: string | null
  #bytes: Uint8Array | null
  #handle: FileHandle | null
  #folder: string | null = null

  private constructor(
    name: string,
    size: number,
    from: { path?: string; handle?: FileHandle; bytes?: Uint8Array },
  ) {
    this.name = name
    this.size = size
    this.#path = from.path ?? null
    this.#handle = from.handle ?? null
    this.#bytes = from.bytes ?? null
  }

  /** Bytes that are at hand already. */
  static of(bytes: Uint8Array, name: string): DeliveredFile {
    return new DeliveredFile(name, bytes.length, { bytes })
  }

  /** Pieces as they come: kept at hand where they are few, else written to a folder of ours until it is closed. */
  static async received(pieces: AsyncIterable<Uint8Array>, name: string): Promise<DeliveredFile> {
    const coming = pieces[Symbol.asyncIterator]()
    const held: Uint8Array[] = []
    for (let size = 0; size <= HELD_BYTES;) {
      const next = await coming.next()
      if (next.done) return DeliveredFile.of(Buffer.concat(held), name)
      held.push(next.value)
      size += next.value.length
    }
    const folder = await mkdtemp(join(tmpdir(), 'terrier-delivery-'))
    try {
      const path = join(folder, 'delivery')
      await pipeline(all(held, coming), createWriteStream(path, { mode: 0o600 }))
      const file = await DeliveredFile.open(path, name)
      file.#folder = folder
      return file
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** @throws Refusal FILE_UNREADABLE */
  static async open(path: string, name: string = basename(path)): Promise<DeliveredFile> {
    let handle: FileHandle | undefined
    try {
      handle = await open(path, 'r')
      const info = await handle.stat()
      if (!info.isFile()) throw new Error(`${path} is no file`)
      return new DeliveredFile(name, info.size, { path, handle })
    } catch (cause) {
      await handle?.close()
      throw unreadable(path, cause)
    }
  }

  /** Up to `length` bytes from `start`; fewer only where the file ends. */
  async read(start: number, length: number): Promise<Uint8Array> {
    if (this.#bytes) return this.#bytes.subarray(start, start + length)
    const wanted = Math.max(0, Math.min(length, this.size - start))
    const bytes = new Uint8Array(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.#open().read(bytes, filled, wanted - filled, start + filled)
      if (bytesRead === 0) break // cut while it is read
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }

  /** The file, or a stretch of it, piece by piece; a piece stays as it is when the next is taken. */
  async *chunks(
    bytes: number = CHUNK_BYTES,
    from: number = 0,
    to: number = this.size,
  ): AsyncGenerator<Uint8Array> {
    for (let at = from; at < to; at += bytes) yield await this.read(at, Math.min(bytes, to - at))
  }

  /**
   * All of it at once, for formats that can only be read so.
   * @throws Refusal FILE_TOO_LARGE past `limit`, in bytes
   */
  async whole(limit: number = MAX_WHOLE_BYTES): Promise<Uint8Array> {
    if (this.size > limit) throw fileTooLarge(this.name, this.size, limit)
    return this.#bytes ?? (await this.read(0, this.size))
  }

  /** Where it lies on disk, for readers that open files themselves; bytes at hand are written to a folder of ours first. */
  async onDisk(): Promise<string> {
    if (this.#path === null) {
      this.#folder = await mkdtemp(join(tmpdir(), 'terrier-delivery-'))
      this.#path = join(this.#folder, 'delivery')
      await writeFile(this.#path, this.#bytes!, { mode: 0o600 })
    }
    return this.#path
  }

  async close(): Promise<void> {
    const [handle, folder] = [this.#handle, this.#folder]
    this.#handle = null
    this.#folder = null
    await handle?.close()
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }

  #open(): FileHandle {
    if (this.#handle === null) throw new Error(`${this.name} is closed.`)
    return this.#handle
  }
}

async function* all(
  held: Uint8Array[],
  coming: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  for (let piece = held.shift(); piece; piece = held.shift()) yield piece
  yield* { [Symbol.asyncIterator]: () => coming }
}

/** @param limit bytes */
export function fileTooLarge(fileName: string, size: number, limit: number): Refusal {
  return new Refusal(
    'FILE_TOO_LARGE',
    {
      zh: `文件“${fileName}”有 ${size} 字节,超过 ${limit} 字节。`,
      en: `"${fileName}" has ${size} bytes, more than ${limit}.`,
    },
    { zh: '请按县区或批次拆分后分次导入。', en: 'Split it by county or batch.' },
    { file: fileName },
  )
}

function unreadable(file: string, cause: unknown): Refusal {
  return new Refusal(
    'FILE_UNREADABLE',
    { zh: `文件“${file}”无法读取。`, en: `The file "${file}" cannot be read.` },
    { zh: '请检查路径与权限。', en: 'Check its path and permissions.' },
    { file },
    { cause },
  )
}
