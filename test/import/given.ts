import { readFileSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'

const fixtures = new URL('../fixtures/import/', import.meta.url)
const examples = new URL('../../data/examples/', import.meta.url)

export const fixture = (name: string): Uint8Array => readFileSync(new URL(name, fixtures))
export const example = (name: string): Uint8Array => readFileSync(new URL(name, examples))
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A polygon in 天元区, lon/lat: about 98 m east by 111 m north. */
export const lonLatSquare = (lon = 113.07, lat = 27.814): number[][][] => [
  [
    [lon, lat],
    [lon + 0.001, lat],
    [lon + 0.001, lat + 0.001],
    [lon, lat + 0.001],
    [lon, lat],
  ],
]

export interface GivenFeature {
  readonly properties?: object | null
  readonly coordinates?: unknown
  readonly type?: string
}

export const feature = ({
  properties = {},
  coordinates = lonLatSquare(),
  type = 'Polygon',
}: GivenFeature = {}): object => ({
  type: 'Feature',
  properties,
  geometry: coordinates === null ? null : { type, coordinates },
})

export const collection = (features: readonly object[], head: object = {}): Uint8Array =>
  bytesOf(JSON.stringify({ type: 'FeatureCollection', ...head, features }))

export interface GivenEntry {
  readonly name: string | Uint8Array
  readonly bytes: Uint8Array
  /** Written into the headers in place of the true one. */
  readonly claimedSize?: number
  readonly flags?: number
  readonly externalAttributes?: number
  readonly deflate?: boolean
}

/** A ZIP as APPNOTE.TXT describes it, honest or not. */
export function zip(entries: readonly GivenEntry[]): Uint8Array {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes, claimedSize, flags = 0, externalAttributes = 0, deflate = false } of entries) {
    const fileName = Buffer.from(typeof name === 'string' ? bytesOf(name) : name)
    const packed = deflate ? deflateRawSync(bytes) : Buffer.from(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(deflate ? 8 : 0, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claimedSize ?? bytes.length, 18)
    common.writeUInt16LE(fileName.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, fileName, packed])
    const central = Buffer.alloc(14)
    central.writeUInt32LE(externalAttributes, 6)
    central.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, central, fileName]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}

/** The parts of the example shapefile, unpacked. */
export async function shapefileParts(archive: Uint8Array): Promise<Map<string, Uint8Array>> {
  const { listZip } = await import('../../server/import/zip/unzip.ts')
  const { DeliveredFile } = await import('../../server/import/delivered-file.ts')
  const parts = new Map<string, Uint8Array>()
  for (const entry of await listZip(DeliveredFile.of(archive, 'given.zip')))
    parts.set(entry.name.slice(entry.name.lastIndexOf('.')), await entry.read())
  return parts
}
