import iconv from 'iconv-lite'
import {
  bytesOf,
  collection,
  example,
  feature,
  lonLatSquare,
  shapefileParts,
  zip,
  type GivenEntry,
} from '../import/given.ts'

export const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
export const iconvEncode = (text: string, label: string): Uint8Array => iconv.encode(text, label)
export const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
/** A collection of features given as text. */
export const one = (text: string): Uint8Array => bytesOf(`{"type":"FeatureCollection","features":[${text}]}`)
export const square = JSON.stringify({ type: 'Polygon', coordinates: lonLatSquare() })

export const good = feature({
  properties: { 宗地代码: '430211001001GB00001', 登簿日期: '2024-01-05' },
  coordinates: lonLatSquare(113.2),
})
/** A good row, then the one in question. */
export const twoRows = (
  properties: object,
  coordinates: unknown = lonLatSquare(),
  type = 'Polygon',
): Uint8Array => collection([good, feature({ properties, coordinates, type })])

/** The example shapefile with its parts changed. */
export const withParts = (change: (parts: Map<string, Uint8Array>) => GivenEntry[]) => async () =>
  zip(change(await shapefileParts(example('parcels-gbk.zip'))))
export const patched = (extension: string, patch: (bytes: Buffer) => Uint8Array) =>
  withParts((parts) =>
    [...parts].map(([part, bytes]) => ({
      name: `plots${part}`,
      bytes: part === extension ? patch(Buffer.from(bytes)) : bytes,
    })),
  )
