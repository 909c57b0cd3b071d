import type { MultiPolygon } from '../geo/polygon.ts'
import type { Json } from '../record/draft.ts'
import { mustFix } from './issue.ts'
import type { Unmendable } from './shape.ts'
import type { DeliveredShape } from './source.ts'

/** A shape the row is refused for. */
export const unusable = (code: string, zh: string, en: string, value?: Json): DeliveredShape => ({
  kind: 'unusable',
  issue: mustFix(code, { field: 'geometry', zh, en, value }),
})

/** A shape not even unpacked, because of what its head says. */
export const refusedShape = ({ code, why }: Unmendable): DeliveredShape => unusable(code, why.zh, why.en)

export const notFinite = (): DeliveredShape =>
  unusable('COORD_NOT_FINITE', '坐标含无穷大或非数。', 'A coordinate is infinite or not a number.')

/** @param type as the format calls it: LineString, CIRCLE; whatever stands in its place */
export const noPolygon = (type: Json | undefined): DeliveredShape =>
  unusable(
    'GEOM_TYPE',
    `几何类型 ${String(type)} 不是面。`,
    `Geometry type ${String(type)} is not a polygon.`,
    type,
  )

/** Arcs have no one right set of corners; who drew them says how fine they are to be. */
export const curved = (type: string): DeliveredShape =>
  unusable(
    'GEOM_CURVE',
    `图形含圆弧（${type}）,未作离散化。请在来源软件中把弧段转为折线后重新导出。`,
    `The shape holds arcs (${type}), which are not broken into lines here. Turn arcs into lines in the program it comes from and export again.`,
    type,
  )

/** Polygons whose numbers are numbers; none for no parts. */
export function polygonsShape(polygons: MultiPolygon): DeliveredShape {
  const filled = polygons.filter((polygon) => polygon.length > 0)
  if (filled.length === 0) return { kind: 'none' }
  const isFinite = filled.every((polygon) =>
    polygon.every((ring) => ring.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))),
  )
  return isFinite ? { kind: 'polygons', polygons: filled } : notFinite()
}
