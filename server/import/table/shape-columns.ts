import type { Position } from '../../geo/polygon.ts'
import type { Json } from '../../record/draft.ts'
import { polygonsFromRings } from '../rings.ts'
import { unusable } from '../shape-of.ts'
import type { DeliveredShape } from '../source.ts'
import { isShapeText, shapeFromText } from '../wkt-shape.ts'

/** How a table carries shapes: as a text in one column, or point by point, a line each. */
export type ShapeColumns =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly column: string }
  | {
      readonly kind: 'points'
      readonly x: string
      readonly y: string
      /** Says whose point it is; lines of one plot carry one value. */
      readonly plot: string
      readonly ring: string | null
      readonly label: string | null
      /** Survey habit: x counts north. False where the headings say otherwise. */
      readonly northFirst: boolean | null
    }

const folded = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s()[\]（）【】:：_/-]|\(m\)|米$/g, '')

const textNames =
  /^(?:wkt|wktgeom|wktgeometry|wkb|hexwkb|ewkt|thegeom|geom|geometry|shape|图形|图形wkt|几何|几何图形|空间数据|界址点坐标|界址坐标|坐标串|坐标|拐点坐标|边界坐标|顶点坐标|地块坐标)$/
const xNames = /^(?:x|x坐标|坐标x|x坐标m|纵坐标|纵坐标x|x纵坐标|北坐标|北向坐标|n|north|northing)$/
const yNames = /^(?:y|y坐标|坐标y|y坐标m|横坐标|横坐标y|y横坐标|东坐标|东向坐标|e|east|easting)$/
const lonNames = /^(?:经度|lon|lng|longitude)$/
const latNames = /^(?:纬度|lat|latitude)$/
const labelNames = /^(?:点号|界址点号|界址点|拐点号|拐点编号|点序号|点序|点名|顶点号|界址点序号)$/
const ringNames = /^(?:圈号|环号|圈|地块圈号|ring|ringno|部件号)$/
const plotNames =
  /^(?:地块编号|地块号|地块名称|宗地代码|宗地编码|宗地编号|宗地号|图斑编号|图斑号|项目编号|地块|plotno|parcelcode|zddm|dkbh|tbbh)$/

/**
 * Finds the columns that carry shapes. Coordinates without a point label or number beside them are centres, not
 * boundaries, and are left among the attributes.
 * @param sample first lines under the heading
 */
export function findShapeColumns(
  columns: readonly string[],
  sample: readonly (readonly Json[])[],
): ShapeColumns {
  for (const [i, column] of columns.entries()) {
    const first = sample
      .map((line) => line[i])
      .find((cell) => cell !== undefined && cell !== null && cell !== '')
    if (typeof first !== 'string') continue
    if (isShapeText(first) || (textNames.test(folded(column)) && looksLikePoints(first)))
      return { kind: 'text', column }
  }
  const one = (names: RegExp): string | null => columns.find((column) => names.test(folded(column))) ?? null
  const label = one(labelNames)
  const plot = one(plotNames)
  if (label === null || plot === null) return { kind: 'none' }
  const [x, y, lon, lat] = [one(xNames), one(yNames), one(lonNames), one(latNames)]
  const ring = one(ringNames)
  if (x !== null && y !== null) return { kind: 'points', x, y, plot, ring, label, northFirst: null }
  if (lon !== null && lat !== null)
    return { kind: 'points', x: lon, y: lat, plot, ring, label, northFirst: false }
  return { kind: 'none' }
}

const pair = /\(?\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)\s*\)?/
const looksLikePoints = (text: string): boolean =>
  text.split(/[;；\n]/).filter((part) => pair.test(part)).length >= 3 || /^\s*\[\s*\[/.test(text)

/**
 * A shape from the text of a cell: WKT, hexadecimal WKB, or pairs between semicolons or line breaks, rings between `|`.
 * Pairs are taken as written; where they lie tells which one is north.
 */
export function shapeOfCell(cell: Json): DeliveredShape {
  if (typeof cell !== 'string' || cell.trim() === '') return { kind: 'none' }
  if (isShapeText(cell)) return shapeFromText(cell)
  const rings: Position[][] = []
  for (const part of cell.trim().split(/[|｜]/)) {
    const ring: Position[] = []
    for (const point of part.split(/[;；\n]|\]\s*,\s*\[/)) {
      const text = point.replaceAll(/[[\]]/g, '').trim()
      if (text === '') continue
      const found = new RegExp(`^${pair.source}$`).exec(text)
      if (!found)
        return unusable(
          'COORD_NOT_FINITE',
          `“${text.slice(0, 60)}”不是一对坐标。`,
          `"${text.slice(0, 60)}" is not a pair of coordinates.`,
          text,
        )
      ring.push([Number(found[1]), Number(found[2])])
    }
    if (ring.length > 0) rings.push(ring)
  }
  return rings.length === 0
    ? { kind: 'none' }
    : { kind: 'polygons', polygons: polygonsFromRings(rings.map(closed)) }
}

const closed = (ring: readonly Position[]): Position[] => {
  const [first, last] = [ring[0]!, ring.at(-1)!]
  return first[0] === last[0] && first[1] === last[1] ? [...ring] : [...ring, [first[0], first[1]]]
}
