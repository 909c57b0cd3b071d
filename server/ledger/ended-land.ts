import { arrange, type Arrangement } from '../geo/arrangement.ts'
import { planarAreaM2 } from '../geo/area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import type { ApprovalRow } from './approval-row.ts'

/**
 * Land of plots that ended (撤回, 失效, 核减) which the ledger books under another document or under none:
 *
 *   held           no valid approval covers it and of those that ended this was the earliest: the ledger's `withdrawn`
 *   endedEarlier   no valid approval covers it, another document that ended had it before
 *   approvedAgain  another document approves it today
 */
export const endedWhere = ['held', 'endedEarlier', 'approvedAgain'] as const
export type EndedWhere = (typeof endedWhere)[number]

export interface EndedLand {
  readonly batch: string
  readonly where: EndedWhere
  /** Planar. */
  readonly areaM2: number
}

/**
 * The land of ended plots, each square metre of a batch once, summed by batch and place. Land the same document still
 * approves in another plot is left out: it is booked there.
 * @param rows ended plots with a shape, and every plot whose land meets theirs
 */
export function endedLand(rows: readonly ApprovalRow[]): EndedLand[] {
  const { arrangement, groups } = divide(rows)
  return groups.map(({ batch, where, faces }) => ({
    batch,
    where,
    areaM2: faces.reduce((sum, face) => sum + arrangement.faceAreaM2[face]!, 0),
  }))
}

/** Connected pieces of one batch's ended land in one place; shapes WKB in the working plane (EPSG:4547). */
export function endedPieces(
  rows: readonly ApprovalRow[],
  of: Pick<EndedLand, 'batch' | 'where'>,
): { areaM2: number; wkb: Uint8Array }[] {
  const { arrangement, groups } = divide(rows)
  const group = groups.find(({ batch, where }) => batch === of.batch && where === of.where)
  if (!group) return []
  const groupOf = new Int32Array(arrangement.faceCount).fill(-1)
  for (const face of group.faces) groupOf[face] = 0
  return arrangement.dissolve(groupOf).map((piece) => {
    const shape = piece.geometry()
    return { areaM2: planarAreaM2(shape), wkb: encodeMultiPolygon(shape) }
  })
}

interface Group {
  readonly batch: string
  readonly where: EndedWhere
  /** A face may be land of two ended batches at once. */
  readonly faces: number[]
}

function divide(rows: readonly ApprovalRow[]): { arrangement: Arrangement; groups: Group[] } {
  const shaped = rows.filter(({ record }) => record.wkb !== null)
  const arrangement = arrange(PolygonSet.fromWkb(shaped.map(({ record }) => record.wkb!)))
  const groups = new Map<string, Group>()
  for (let face = 0; face < arrangement.faceCount; face++) {
    const covering = [...arrangement.labels(face)].map((label) => shaped[label]!)
    for (const [batch, where] of placesOf(covering)) {
      const key = `${where} ${batch}`
      const group = groups.get(key)
      if (group) group.faces.push(face)
      else groups.set(key, { batch, where, faces: [face] })
    }
  }
  return { arrangement, groups: [...groups.values()] }
}

/** Where a piece of land lies for each batch that ended on it. */
function placesOf(covering: readonly ApprovalRow[]): Map<string, EndedWhere> {
  const valid = new Set(covering.filter(({ state }) => state === 'valid').map(({ batch }) => batch))
  const ended = covering.filter(({ state }) => state !== 'valid')
  const earliest = ended.reduce<ApprovalRow | undefined>(
    (held, row) => (held === undefined || row.rank < held.rank ? row : held),
    undefined,
  )
  const places = new Map<string, EndedWhere>()
  for (const { batch } of ended) {
    if (valid.has(batch)) continue
    places.set(batch, valid.size > 0 ? 'approvedAgain' : batch === earliest!.batch ? 'held' : 'endedEarlier')
  }
  return places
}
