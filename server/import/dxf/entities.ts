import type { Position } from '../../geo/polygon.ts'
import type { Pair } from './pairs.ts'

/** What of a drawing can bound land. */
export interface DrawnShape {
  readonly type: 'LWPOLYLINE' | 'POLYLINE' | 'HATCH'
  readonly layer: string
  /** One for a polyline, one per boundary for a hatch; as drawn, not yet closed. */
  readonly rings: readonly Position[][]
  /** Marked as closed. */
  readonly closed: boolean
  /** Has arcs, or a boundary that is not a polyline. */
  readonly curved: boolean
  /** A mesh or a line in space. */
  readonly solid: boolean
  /** Texts programs attach to the entity (group 1000), by the application that attached them. */
  readonly data: ReadonlyMap<string, readonly string[]>
}

export interface Drawing {
  readonly shapes: readonly DrawnShape[]
  /** Entities that bound nothing, counted by type: LINE, TEXT, INSERT, … */
  readonly others: ReadonlyMap<string, number>
}

/** Walks the ENTITIES section. Blocks are not looked into: what stands in a block is a symbol. */
export function readDrawing(pairs: Iterable<Pair>): Drawing {
  const shapes: DrawnShape[] = []
  const others = new Map<string, number>()
  let section = ''
  let entity: Pair[] = []
  let vertices: Pair[][] | null = null
  let polyline: Pair[] = []
  const finish = (): void => {
    const type = entity[0]?.value.trim()
    if (type === undefined || section !== 'ENTITIES') return
    if (type === 'VERTEX' && vertices) vertices.push(entity)
    else if (type === 'POLYLINE') {
      polyline = entity
      vertices = []
    } else if (type === 'SEQEND' && vertices) {
      shapes.push(oldPolyline(polyline, vertices))
      vertices = null
    } else if (type === 'LWPOLYLINE') shapes.push(lightPolyline(entity))
    else if (type === 'HATCH') shapes.push(hatch(entity))
    else if (type !== 'SECTION' && type !== 'ENDSEC' && type !== 'EOF' && type !== 'SEQEND')
      others.set(type, (others.get(type) ?? 0) + 1)
  }
  for (const pair of pairs) {
    if (pair.code === 0) {
      finish()
      entity = [pair]
      if (pair.value.trim() === 'ENDSEC') section = ''
    } else {
      if (pair.code === 2 && entity[0]?.value.trim() === 'SECTION') section = pair.value.trim()
      entity.push(pair)
    }
  }
  finish()
  return { shapes, others }
}

const valueOf = (entity: readonly Pair[], code: number): string | undefined =>
  entity.find((pair) => pair.code === code)?.value.trim()
const numberOf = (entity: readonly Pair[], code: number): number => Number(valueOf(entity, code) ?? 0)
/** Drawn seen from below, as some programs leave mirrored plots: east and west change places. */
const mirrored = (entity: readonly Pair[]): boolean => numberOf(entity, 230) < 0

function lightPolyline(entity: readonly Pair[]): DrawnShape {
  const ring: Position[] = []
  const sign = mirrored(entity) ? -1 : 1
  let curved = false
  for (const { code, value } of beforeData(entity)) {
    if (code === 10) ring.push([sign * Number(value), Number.NaN])
    else if (code === 20 && ring.length > 0) ring.at(-1)![1] = Number(value)
    else if (code === 42 && Number(value) !== 0) curved = true
  }
  return {
    type: 'LWPOLYLINE',
    layer: valueOf(entity, 8) ?? '',
    rings: [ring],
    closed: (numberOf(entity, 70) & 1) === 1,
    curved,
    solid: false,
    data: attached(entity),
  }
}

function oldPolyline(entity: readonly Pair[], vertices: readonly (readonly Pair[])[]): DrawnShape {
  const flags = numberOf(entity, 70)
  const sign = mirrored(entity) ? -1 : 1
  // Frame points of a fitted curve (16) guide it and do not lie on it.
  const own = vertices.filter((vertex) => (numberOf(vertex, 70) & 16) === 0)
  return {
    type: 'POLYLINE',
    layer: valueOf(entity, 8) ?? '',
    rings: [own.map((vertex): Position => [sign * numberOf(vertex, 10), numberOf(vertex, 20)])],
    closed: (flags & 1) === 1,
    curved: (flags & 6) !== 0 || vertices.some((vertex) => numberOf(vertex, 42) !== 0),
    solid: (flags & (16 | 64)) !== 0,
    data: attached(entity),
  }
}

/** Boundaries of a hatch that are polylines; one of arcs or splines makes it curved. */
function hatch(entity: readonly Pair[]): DrawnShape {
  const rings: Position[][] = []
  const sign = mirrored(entity) ? -1 : 1
  let curved = false
  let isPolyline = false
  let left = 0
  let wanted = -1
  for (const { code, value } of beforeData(entity)) {
    if (code === 91) wanted = Number(value)
    else if (wanted < 0) continue
    else if (code === 92) {
      isPolyline = (Number(value) & 2) !== 0
      if (!isPolyline) curved = true
      left = 0
    } else if (code === 93 && isPolyline) {
      left = Number(value)
      rings.push([])
    } else if (code === 42 && isPolyline && Number(value) !== 0) curved = true
    else if (code === 10 && left > 0) rings.at(-1)!.push([sign * Number(value), Number.NaN])
    else if (code === 20 && left > 0) {
      rings.at(-1)!.at(-1)![1] = Number(value)
      left--
    } else if (code === 75 || code === 76) break
  }
  return {
    type: 'HATCH',
    layer: valueOf(entity, 8) ?? '',
    rings,
    closed: true,
    curved,
    solid: false,
    data: attached(entity),
  }
}

/** Group codes from 1000 on belong to the programs that extended the entity. */
const beforeData = (entity: readonly Pair[]): readonly Pair[] => {
  const at = entity.findIndex(({ code }) => code >= 1000)
  return at < 0 ? entity : entity.slice(0, at)
}

function attached(entity: readonly Pair[]): Map<string, string[]> {
  const data = new Map<string, string[]>()
  let application = ''
  for (const { code, value } of entity) {
    if (code === 1001) application = value.trim()
    else if (code === 1000 || code === 1040 || code === 1070 || code === 1071)
      data.set(application, [...(data.get(application) ?? []), value.trim()])
  }
  return data
}
