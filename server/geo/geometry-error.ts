import { Refusal, type Message } from '../refusal.ts'

/** A shape we cannot read or will not work on. `code` is one of GEOMETRY_UNREADABLE, EXTENT_TOO_LARGE, CRS_UNKNOWN. */
export class GeometryError extends Refusal {
  override readonly name = 'GeometryError'
}

/** Bytes that are not the WKB of a polygon or multipolygon. */
export function unreadable(why: Message): GeometryError {
  return new GeometryError(
    'GEOMETRY_UNREADABLE',
    { zh: `图形无法读取：${why.zh}`, en: `The shape cannot be read: ${why.en}` },
    {
      zh: '请提供面（Polygon）或多面（MultiPolygon）的标准 WKB。',
      en: 'Give standard WKB of a Polygon or MultiPolygon.',
    },
  )
}
