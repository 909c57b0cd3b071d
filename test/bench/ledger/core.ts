import type { Base } from '../../../server/db/open.ts'
import { arrange } from '../../../server/geo/arrangement.ts'
import { BoxGrid } from '../../../server/geo/box-grid.ts'
import { PolygonSet } from '../../../server/geo/polygon-set.ts'
import { loadRecords } from '../../../server/record/store.ts'
import type { IsoDate } from '../../../server/units.ts'
import type { Figures } from '../run.ts'
import { loadSides, measure, questions, shapesOf } from './pairs.ts'

/** The kernel alone, on one core: shapes are in memory, their edges prepared; every pair whose boxes meet is measured. */
export async function* kernel(base: Base, asOf: IsoDate): AsyncGenerator<Figures> {
  const records = await loadSides(base, asOf)
  const shapes = new Map([...records].map(([name, rows]) => [name, shapesOf(rows)]))
  let candidates = 0
  for (const [a, b] of questions) {
    const [from, to] = [shapes.get(a.name)!, shapes.get((b ?? a).name)!]
    const grid = new BoxGrid(to)
    for (let i = 0; i < from.count; i++)
      grid.meeting(from, i, (j) => void (b === null && j <= i ? 0 : candidates++))
  }
  let best = Infinity
  let m2 = 0
  for (let round = 0; round < 3; round++) {
    m2 = 0
    const begun = performance.now()
    measure(shapes, (_, __, ___, areaM2) => (m2 += areaM2))
    best = Math.min(best, (performance.now() - begun) / 1000)
  }
  yield {
    what: 'kernel alone, 1 core',
    seconds: best,
    pairs: candidates,
    usPerPair: (best / candidates) * 1e6,
    note: `${Math.round(m2)} m2`,
  }
}

/** Every shape of every register and layer laid over each other at once. */
export async function* arrangement(base: Base, asOf: IsoDate): AsyncGenerator<Figures> {
  const records = await loadRecords(base.db, { asOf })
  const shapes = PolygonSet.fromWkb(records.flatMap(({ wkb }) => wkb ?? []))
  records.length = 0
  const begun = performance.now()
  const { faceCount, maxConservationErrorM2 } = arrange(shapes)
  yield {
    what: `arrangement of all layers, ${shapes.xs.length} corners`,
    seconds: (performance.now() - begun) / 1000,
    pairs: faceCount,
    rssMB: Math.round(process.resourceUsage().maxRSS / 1000),
    note: `faces; largest error ${maxConservationErrorM2.toFixed(4)} m2`,
  }
}
