import { GRID_M } from '../geo/polygon.ts'
import type { Session } from './session.ts'

/** PostGIS takes -1 as "no grid": its engine's own floating overlay with its fallbacks. */
const NO_GRID = -1

/** The grid the overlay functions of sql/migrations/0004_overlay.sql pass, metres, by what is behind them. */
export const overlayGridM = { server: NO_GRID, embedded: GRID_M } as const

/** Makes `overlay_grid()` say what this kind of base needs; a dump moved between the two kinds is put right too. */
export async function settleOverlay(session: Session, kind: keyof typeof overlayGridM): Promise<void> {
  const wanted = overlayGridM[kind]
  const { rows } = await session.query<{ grid: number }>('select overlay_grid() as grid')
  if (rows[0]!.grid === wanted) return
  await session.query(`
    create or replace function overlay_grid() returns float8
      language sql immutable parallel safe
      return (${wanted})::float8`)
}
