// The little of POSIX.1-2001 ustar that the template and the PostGIS bundle use.

const BLOCK = 512

export interface TarEntry {
  readonly name: string
  readonly isFolder: boolean
  readonly content: Buffer
  /** Header, content and padding as they stand in the tar. */
  readonly raw: Buffer
}

export function* readTar(tar: Buffer): Generator<TarEntry> {
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK)
    const size = Number.parseInt(field(header, 124, 12).trim() || '0', 8)
    const [name, prefix] = [field(header, 0, 100), field(header, 345, 155)]
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (end > tar.length) throw new RangeError(`The tar ends inside "${name}".`)
    yield {
      name: prefix === '' ? name : `${prefix}/${name}`,
      isFolder: field(header, 156, 1) === '5',
      content: tar.subarray(at + BLOCK, at + BLOCK + size),
      raw: tar.subarray(at, end),
    }
    at = end
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
