import type { Position, Ring } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { mustFix, note } from '../issue.ts'
import { ringsOfPoints } from '../ring-points.ts'
import { polygonsFromRings } from '../rings.ts'
import type { DeliveredShape, SourceRow } from '../source.ts'
import { isFilled } from './heading.ts'
import type { ShapeColumns } from './shape-columns.ts'

type PointColumns = ShapeColumns & { readonly kind: 'points' }

/**
 * Plots of a table with one boundary point a line. A line without a plot number belongs to the plot above it, as in
 * tables with merged cells. Attributes are those of the first line of a plot that has them.
 */
export function pointRows(
  lines: readonly (readonly Json[])[],
  columns: readonly string[],
  shape: PointColumns,
): SourceRow[] {
  const at = (column: string | null): number => (column === null ? -1 : columns.indexOf(column))
  const [x, y, plot, ring, label] = [shape.x, shape.y, shape.plot, shape.ring, shape.label].map(at) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const plots = new Map<string, (readonly Json[])[]>()
  let current = ''
  for (const line of lines) {
    if (isFilled(line[plot])) current = String(line[plot]).trim()
    const known = plots.get(current)
    if (known) known.push(line)
    else plots.set(current, [line])
  }
  const ofPoints = new Set([x, y, ring, label])
  return [...plots.values()].map((points, i) => {
    const rowNo = i + 1
    const values = new Map<string, Json>()
    for (const line of points) {
      for (const [c, column] of columns.entries()) {
        const cell = line[c]
        if (!ofPoints.has(c) && isFilled(cell) && !values.has(column))
          values.set(column, typeof cell === 'string' ? cell.trim() : cell!)
      }
    }
    const { delivered, issues, repaired } = shapeOfPoints(
      points.map((line) => ({
        label: text(line[label]),
        ring: text(line[ring]),
        position: [ordinate(line[x]), ordinate(line[y])],
      })),
      shape.northFirst,
      rowNo,
    )
    return { rowNo, values, shape: delivered, issues, repaired }
  })
}

const text = (cell: Json | undefined): string =>
  cell === undefined || cell === null ? '' : typeof cell === 'string' ? cell.trim() : JSON.stringify(cell)

/** Full-width digits and a unit behind it are read, as in survey files. */
function ordinate(cell: Json | undefined): number {
  const written = text(cell)
    .normalize('NFKC')
    .replace(/\s*(?:m|米)$/i, '')
  return written === '' ? Number.NaN : Number(written)
}

interface GivenPoint {
  readonly label: string
  readonly ring: string
  readonly position: Position
}

function shapeOfPoints(
  points: readonly GivenPoint[],
  northFirst: boolean | null,
  row: number,
): { delivered: DeliveredShape; issues: Issue[]; repaired: boolean } {
  const bad = points.findIndex(({ position }) => !position.every(Number.isFinite))
  if (bad >= 0) {
    return {
      delivered: {
        kind: 'unusable',
        issue: mustFix('COORD_NOT_FINITE', {
          field: 'geometry',
          zh: `第 ${bad + 1} 个界址点（${points[bad]!.label}）的坐标不是数。`,
          en: `The coordinates of point ${bad + 1} (${points[bad]!.label}) are no numbers.`,
          value: points[bad]!.label,
        }),
      },
      issues: [],
      repaired: false,
    }
  }
  // X counts north in survey tables; a column of eastings called X is told by its size.
  const turn = northFirst ?? !points.every(({ position: [a, b] }) => a < 2_000_000 && b > 2_000_000)
  const rings = ringsOfPoints(
    points.map(({ label, ring, position: [a, b] }) => ({ label, ring, position: turn ? [b, a] : [a, b] })),
  )
  return {
    delivered: {
      kind: 'polygons',
      polygons: polygonsFromRings(rings.map(({ ring }): Ring => ring)),
    },
    issues: rings.flatMap(({ issue }, i) =>
      issue === null
        ? []
        : [
            note('P610', {
              row,
              field: 'geometry',
              zh: `第 ${i + 1} 圈${issue.zh}`,
              en: `Ring ${i + 1}: ${issue.en}`,
            }),
          ],
    ),
    repaired: rings.some(({ issue }) => issue !== null),
  }
}
