import { sql } from 'kysely'
import type { ParcelState } from '../contract.ts'
import { maskField } from '../record/mask-field.ts'
import { standsIn, type Standing } from './standing-store.ts'

/** What a state is read from: columns of `v` (parcel_version). */
export const stateColumns = (standing: Standing) =>
  [
    'v.parcel_id',
    'v.parcel_code',
    'v.kind',
    'v.stage',
    'v.holder',
    'v.project',
    'v.area_planar_m2',
    'v.from_build',
    'v.to_build',
    sql<string | null>`lower(v.valid_during)`.as('valid_from'),
    sql<string | null>`upper(v.valid_during)`.as('valid_to'),
    standsIn(standing.buildId).as('stands'),
  ] as const

interface StateRow {
  readonly parcel_id: number
  readonly parcel_code: string | null
  readonly kind: ParcelState['kind']
  readonly stage: string
  readonly holder: string | null
  readonly project: string | null
  readonly area_planar_m2: number
  readonly from_build: number
  readonly to_build: number | null
  readonly valid_from: string | null
  readonly valid_to: string | null
  readonly stands: boolean
}

/**
 * States as a standing knows them, in the order given: what ended one of them later is not known yet, and a look-back
 * that found a number as the build before its day left it tells no new state.
 */
export function toStates(rows: readonly StateRow[], { buildId, historyTo }: Standing): ParcelState[] {
  const open = new Map(
    rows.filter((row) => row.from_build > 0 && isOpen(row, historyTo)).map((row) => [row.parcel_id, row]),
  )
  const again = new Set(
    rows
      .filter((row) => row.from_build === buildId && buildId < 0 && isSameState(row, open.get(row.parcel_id)))
      .map(({ parcel_id }) => parcel_id),
  )
  return rows
    .filter((row) => row.from_build > 0 || !again.has(row.parcel_id))
    .map((row) => {
      const stands = row.stands || (again.has(row.parcel_id) && row === open.get(row.parcel_id))
      const hasEnded = !stands && (row.from_build < 0 || !isOpen(row, historyTo))
      return {
        parcelId: row.parcel_id,
        parcelCode: row.parcel_code,
        kind: row.kind,
        stage: row.stage,
        holder: maskField('holder', row.holder),
        project: maskField('project', row.project),
        planarM2: row.area_planar_m2,
        validFrom: row.valid_from,
        validTo: hasEnded ? row.valid_to : null,
        fromBuild: row.from_build,
        toBuild: hasEnded ? row.to_build : null,
        current: stands,
      }
    })
}

const isOpen = ({ to_build }: StateRow, historyTo: number): boolean =>
  to_build === null || to_build > historyTo

const isSameState = (row: StateRow, other: StateRow | undefined): boolean =>
  other !== undefined &&
  row.kind === other.kind &&
  row.parcel_code === other.parcel_code &&
  row.stage === other.stage &&
  row.holder === other.holder &&
  Math.abs(row.area_planar_m2 - other.area_planar_m2) <= 0.01
