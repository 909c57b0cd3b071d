import {
  approval,
  deliver,
  district,
  parcelCode,
  rect,
  registration,
  supervisionNo,
  supply,
  zone,
} from '../build/given.ts'
import type { FreshBase } from '../helpers/database.ts'
import { toLonLat } from '../../server/geo/project.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { runBuild } from '../../server/build/run.ts'
import { runClassify } from '../../server/strategy/classify.ts'

export const AS_OF = '2025-02-01'
const RECEIVED = '2025-02-01T01:00:00.000Z'
const BUILT = '2025-02-01T02:00:00.000Z'

/**
 * A town that can be checked by hand; metres from a corner of the working plane, every plot 100 m wide.
 *
 *   x:    0        100       200                 400
 *         | titled | supplied |     remainder     |        approved 2020: 400 × 100
 *         | 张三    | 星火公司  |          | farmland on 350…450
 *
 * Beside it, from x = 1000: an approval that was withdrawn, 100 × 100.
 */
export const titledCode = parcelCode(1)
export async function givenTown(base: FreshBase): Promise<void> {
  await deliver(
    base,
    [
      district('430211', rect(-500, -500, 3000, 2000), '天元区'),
      zone('farmland', 'N1', rect(350, 0, 100, 100), { name: '永农一片' }),
      zone('control_plan', 'K1', rect(-100, -100, 300, 300), {
        name: 'K1',
        use: '居住用地',
        status: 'in_force',
      }),
      approval('湘政地〔2020〕1号', rect(0, 0, 400, 100), { expropriation: 'done' }),
      approval('湘政地〔2020〕9号', rect(1000, 0, 100, 100), { status: 'withdrawn' }),
      supply(supervisionNo(1), rect(0, 0, 100, 100), { project: '张宅', holder: '张三', use: '住宅用地' }),
      supply(supervisionNo(2), rect(100, 0, 100, 100), {
        project: '星火装备厂',
        holder: '星火装备有限公司',
        use: '工业用地',
        start_state: 'none',
        start_due: '2022-06-01',
      }),
      registration(
        titledCode,
        rect(0, 0, 100, 100),
        { holder: '张三', use: '住宅用地' },
        { areaDocumentM2: 10_000 },
      ),
    ],
    RECEIVED,
  )
  await runBuild(base, { asOf: AS_OF, startedAt: BUILT })
  await runClassify(base, { asOf: AS_OF, startedAt: BUILT })
}

/** A GeoJSON polygon of the drawn shape, lon/lat. */
export const drawn = (shape: MultiPolygon) => ({ type: 'MultiPolygon', coordinates: toLonLat(shape) })
