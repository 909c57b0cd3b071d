import type { Position } from '../../geo/polygon.ts'
import type { Issue, Json } from '../../record/draft.ts'
import { note } from '../issue.ts'
import { polygonsFromRings } from '../rings.ts'
import { curved, noPolygon, notFinite, unusable } from '../shape-of.ts'
import { emptyFile } from '../sniff.ts'
import type { DeliveredShape, Source, SourceRow } from '../source.ts'
import { readDrawing, type DrawnShape } from './entities.ts'
import { decodeDxf, pairsOf } from './pairs.ts'

/** Ends that lie this near count as meeting; metres, as drawings of land are in metres. */
const MEETS_M = 0.0005

/**
 * Closed polylines and polyline hatches of an ASCII DXF, one row each, x east and y north as drawn. The layer and the
 * texts attached by the survey program (CASS writes codes and holders there) are the columns. Arcs are refused, not
 * broken into lines; an open polyline bounds nothing and is refused; what else is drawn is counted in a note.
 * @throws Refusal DXF_BINARY, DXF_INVALID, ENCODING_INVALID, FILE_EMPTY for a drawing without a polyline
 */
export function readDxf(bytes: Uint8Array, fileName: string): Source {
  const { text, encoding } = decodeDxf(bytes, fileName)
  const { shapes, others } = readDrawing(pairsOf(text, fileName))
  if (shapes.length === 0) throw emptyFile(fileName)
  return {
    format: 'dxf',
    encoding,
    crs: null,
    issues: others.size === 0 ? [] : [notRead(others)],
    cutNames: new Map(),
    columns: null,
    about: {},
    rowCount: shapes.length,
    *rows() {
      for (const [i, shape] of shapes.entries()) yield readRow(shape, i + 1)
    },
  }
}

function notRead(others: ReadonlyMap<string, number>): Issue {
  const list = [...others].map(([type, count]) => `${type} ${count}`)
  return note('DXF_NOT_READ', {
    zh: `图中另有不围成地块的图元,未读取:${list.join('、')}。`,
    en: `The drawing also holds entities that bound no plot and were not read: ${list.join(', ')}.`,
    value: list.join(', '),
  })
}

function readRow(drawn: DrawnShape, rowNo: number): SourceRow {
  const values = new Map<string, Json>([['图层', drawn.layer]])
  for (const [application, texts] of drawn.data)
    texts.forEach((text, i) => {
      if (text !== '') values.set(`${application}.${i + 1}`, text)
    })
  return { rowNo, values, shape: shapeOf(drawn), issues: [], repaired: false }
}

function shapeOf({ type, rings, closed, curved: hasArcs, solid }: DrawnShape): DeliveredShape {
  if (solid) return noPolygon(`${type} (3D)`)
  if (hasArcs) return curved(type)
  if (!rings.every((ring) => ring.every((position) => position.every(Number.isFinite)))) return notFinite()
  const filled = rings.filter((ring) => ring.length > 0)
  if (filled.length === 0) return { kind: 'none' }
  if (!closed) {
    const [ring] = filled as [Position[]]
    const gap = Math.hypot(ring[0]![0] - ring.at(-1)![0], ring[0]![1] - ring.at(-1)![1])
    if (gap > MEETS_M)
      return unusable(
        'GEOM_RING_OPEN',
        `多段线未闭合,首末点相距 ${gap.toFixed(3)} 米,不成面。`,
        `The polyline is open, its ends ${gap.toFixed(3)} m apart, and bounds nothing.`,
      )
  }
  return { kind: 'polygons', polygons: polygonsFromRings(filled.map(closedRing)) }
}

/** Ends that nearly meet are made to meet at the first point. */
function closedRing(ring: readonly Position[]): Position[] {
  const [first, last] = [ring[0]!, ring.at(-1)!]
  const meets = Math.hypot(first[0] - last[0], first[1] - last[1]) <= MEETS_M
  return meets && ring.length > 1
    ? [...ring.slice(0, -1), [first[0], first[1]]]
    : [...ring, [first[0], first[1]]]
}
