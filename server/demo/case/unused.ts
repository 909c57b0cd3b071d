import type { Polygon } from '../../geo/polygon.ts'
import { areaM2 } from '../shape.ts'
import { built } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const m2 = (shape: Polygon): number => Math.round(areaM2(shape))
const silent = { footprint_m2: undefined, yard_m2: undefined } as const

/** P510 用而未尽 as drawn ground, and what only looks like it. As figures alone it is planted with E4 (`efficiency.ts`). */
export const unusedCases: readonly PlantedCase[] = [
  {
    name: 'half built, the other half unused',
    minM2: 6000,
    uses: ['RES', 'COM', 'PUB'],
    write(scene) {
      const building = scene.part(0, 0.5)
      const { title, completion } = built(
        scene,
        { completion: { footprint_m2: m2(building), yard_m2: 0 } },
        building,
      )
      scene.finds('P510', [title, completion], why('一半未用', 'half of it unused'), scene.part(0.5, 1))
      scene.gets(title, 'E4', why('一半未用,可分割', 'half of it unused'))
    },
  },
  {
    name: 'buildings and yard surveyed, three tenths unused',
    minM2: 3000,
    write(scene) {
      const { title, completion } = built(scene, { completion: silent })
      scene.zone('footprint', scene.part(0, 0.4), { name: '建筑基底(虚构)' })
      scene.zone('yard', scene.part(0.4, 0.7), { name: '堆场(虚构)' })
      scene.finds('P510', [title, completion], why('三成未用', 'three tenths unused'), scene.part(0.7, 1))
    },
  },
  {
    name: 'buildings surveyed on both sides, the middle unused',
    minM2: 3000,
    write(scene) {
      const { title, completion } = built(scene, { completion: { footprint_m2: undefined, yard_m2: 0 } })
      scene.zone('footprint', scene.part(0, 0.3), { name: '建筑基底一(虚构)' })
      scene.zone('footprint', scene.part(0.6, 1), { name: '建筑基底二(虚构)' })
      scene.finds('P510', [title, completion], why('中间三成未用', 'the middle unused'), scene.part(0.3, 0.6))
    },
  },
  {
    name: 'decoy: nearly a fifth unused',
    write(scene) {
      const { title } = built(scene, {
        completion: { footprint_m2: m2(scene.whole) * 0.5, yard_m2: m2(scene.whole) * 0.305 },
      })
      scene.spares(['P510'], [title], why('未用不足两成', 'just under a fifth'))
    },
  },
  {
    name: 'decoy: much not built upon, yard not stated',
    write(scene) {
      const { title } = built(scene, {
        completion: { footprint_m2: m2(scene.whole) * 0.3, yard_m2: undefined },
      })
      scene.spares(['P510'], [title], why('堆场未填不等于没有', 'a blank yard is not an empty one'))
    },
  },
  {
    name: 'decoy: roads and green between the buildings',
    minM2: 3000,
    write(scene) {
      const { title } = built(scene, { completion: silent })
      scene.zone('footprint', scene.part(0, 0.4), { name: '建筑基底(虚构)' })
      scene.zone('yard', scene.part(0.4, 0.6), { name: '堆场(虚构)' })
      scene.zone('site_green', scene.part(0.6, 0.85), { name: '绿地(虚构)' })
      scene.spares(['P510'], [title], why('绿地不算未用', 'green is not unused'))
    },
  },
]
