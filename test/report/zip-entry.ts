import { inflateRawSync } from 'node:zlib'

/** One entry of a zip, found through the central directory; enough to read what our reports write. */
export function zipEntry(zip: Buffer, name: string): string {
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 4)) {
    const length = zip.readUInt16LE(at + 28)
    if (zip.toString('utf8', at + 46, at + 46 + length) !== name) continue
    const [method, size, start] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 42),
    ]
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28)
    const bytes = zip.subarray(data, data + size)
    return (method === 8 ? inflateRawSync(bytes) : bytes).toString('utf8')
  }
  throw new Error(`no entry ${name}`)
}
