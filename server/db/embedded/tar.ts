// The little of POSIX.1-2001 ustar that the template and the PostGIS bundle use.

const BLOCK = 512

export interface TarEntry {
  readonly name: string
  readonly isFolder: boolean
  readonly content: Buffer
  /** Header, and content with its padding, as they stand in the tar. */
  readonly raw: readonly [header: Buffer, body: Buffer]
}

/**
 * The entries one after the other, no more of the tar in memory than the one at hand.
 * @param wanted entries by name; the others are passed over
 */
export async function* readTar(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<TarEntry> {
  const tar = new Pieces(pieces)
  for (;;) {
    const header = await tar.take(BLOCK)
    if (header === null || header[0] === 0) return
    const size = Number.parseInt(field(header, 124, 12).trim() || '0', 8)
    const [plain, prefix] = [field(header, 0, 100), field(header, 345, 155)]
    const name = prefix === '' ? plain : `${prefix}/${plain}`
    const padded = Math.ceil(size / BLOCK) * BLOCK
    const body = wanted(name) ? await tar.take(padded) : await tar.passOver(padded)
    if (body === null) throw new RangeError(`The tar ends inside "${name}".`)
    if (body === PASSED_OVER) continue
    yield {
      name,
      isFolder: field(header, 156, 1) === '5',
      content: body.subarray(0, size),
      raw: [header, body],
    }
  }
}

const PASSED_OVER = Symbol('passed over')

/** Bytes that come piece by piece, taken by number. */
class Pieces {
  readonly #source: AsyncIterator<Buffer> | Iterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(pieces: AsyncIterable<Buffer> | Iterable<Buffer>) {
    this.#source = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]()
  }

  /** Null where fewer are left. */
  async take(bytes: number): Promise<Buffer | null> {
    const taken = Buffer.allocUnsafe(bytes)
    return (await this.#each(bytes, (piece, at) => piece.copy(taken, at))) ? taken : null
  }

  async passOver(bytes: number): Promise<typeof PASSED_OVER | null> {
    return (await this.#each(bytes, () => undefined)) ? PASSED_OVER : null
  }

  async #each(bytes: number, use: (piece: Buffer, at: number) => void): Promise<boolean> {
    for (let at = 0; at < bytes;) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next()
        if (next.done) return false
        this.#rest = next.value
      }
      const piece = this.#rest.subarray(0, bytes - at)
      use(piece, at)
      at += piece.length
      this.#rest = this.#rest.subarray(piece.length)
    }
    return true
  }
}

/** Folders have no content. Owners and times are left out: the same entries always make the same bytes. */
export function writeTar(entries: Iterable<{ name: string; content: Buffer | null }>): Buffer {
  const parts: Buffer[] = []
  for (const { name, content } of entries) {
    const header = Buffer.alloc(BLOCK)
    if (header.write(name, 'utf8') > 99) throw new RangeError(`"${name}" is too long for this tar.`)
    header.write(content === null ? '0000700' : '0000600', 100)
    header.write((content?.length ?? 0).toString(8).padStart(11, '0'), 124)
    header.write('0'.repeat(11), 136)
    header.write('        ', 148) // the sum is taken with blanks in its own place
    header.write(content === null ? '5' : '0', 156)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    parts.push(header)
    if (content) parts.push(content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK))
  }
  return Buffer.concat([...parts, tarEnd])
}

export const tarEnd = Buffer.alloc(2 * BLOCK)

function field(header: Buffer, from: number, length: number): string {
  const bytes = header.subarray(from, from + length)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? length : end)
}
