import type { SQLiteValue } from 'node-sqlite3-wasm'
import { unusable } from '../shape-of.ts'
import type { DeliveredShape } from '../source.ts'
import { shapeFromWkb } from '../wkb.ts'

/** Bytes of the envelope by its code. */
const envelopeBytes = [0, 32, 48, 48, 64] as const

/**
 * The shape in a GeoPackage blob: two letters, version, flags, SRID, an envelope that is not believed, then WKB.
 * @see OGC 12-128r18 §2.1.3
 */
export function shapeFromGpkg(blob: SQLiteValue): DeliveredShape {
  if (!(blob instanceof Uint8Array) || blob.length < 8 || blob[0] !== 0x47 || blob[1] !== 0x50)
    return unusable(
      'WKB_INVALID',
      '几何列不是 GeoPackage 几何。',
      'The geometry column holds no GeoPackage geometry.',
    )
  const flags = blob[3]!
  if ((flags & 0x20) !== 0)
    return unusable(
      'WKB_INVALID',
      '几何为扩展格式,不支持。',
      'The geometry is of an extended kind that is not supported.',
    )
  const envelope = envelopeBytes[(flags >> 1) & 7]
  if (envelope === undefined)
    return unusable('WKB_INVALID', '几何外包框标记不对。', 'The mark of its envelope is wrong.')
  if ((flags & 0x10) !== 0) return { kind: 'none' }
  return shapeFromWkb(blob.subarray(8 + envelope))
}
