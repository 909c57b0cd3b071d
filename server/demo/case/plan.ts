import type { Polygon } from '../../geo/polygon.ts'
import type { Use } from '../plot.ts'
import type { Scene } from '../scene.ts'
import { CITY_AS_OF } from '../calendar.ts'
import { opened, shrunk, solid } from '../shape.ts'
import type { RecordRef } from '../truth.ts'
import { built, supplied } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })

/** A use of another group than the plot's. */
const otherThan = (use: Use): Use => (use === 'GRN' ? 'PUB' : 'GRN')

/** A little smaller, so that holes of neighbouring plots keep apart. */
const within = (scene: Scene, shape: Polygon): Polygon =>
  shape === scene.whole ? scene.footprint() : solid(shrunk(opened(shape[0]!), 0.98))

const old = (scene: Scene): RecordRef => scene.title('2005-05-18', null, { legacy_built: true })

/** P301 to P304 and X2, X6: what the plan and the control lines say against a parcel. */
export const planCases: readonly PlantedCase[] = [
  {
    name: 'planned for another use',
    write(scene) {
      const title = old(scene)
      scene.planParts = [{ shape: scene.whole, use: otherThan(scene.use) }]
      scene.finds('P301', [title], why('规划用途不同', 'planned for another use'), scene.whole)
    },
  },
  {
    name: 'three tenths planned for another use',
    write(scene) {
      const title = old(scene)
      scene.planParts = [
        { shape: scene.part(0, 0.7), use: scene.use },
        { shape: scene.part(0.7, 1), use: otherThan(scene.use) },
      ]
      scene.finds(
        'P301',
        [title],
        why('三成规划用途不同', 'three tenths planned for another use'),
        scene.part(0.7, 1),
      )
    },
  },
  {
    name: 'decoy: one twenty-fifth planned for another use',
    write(scene) {
      const title = old(scene)
      scene.planParts = [
        { shape: scene.part(0, 0.96), use: scene.use },
        { shape: scene.part(0.96, 1), use: otherThan(scene.use) },
      ]
      scene.spares(['P301'], [title], why('不足 5 %', 'less than five percent'))
    },
  },
  {
    name: 'decoy: another use planned but not in force',
    write(scene) {
      const title = old(scene)
      scene.planParts = [
        { shape: scene.whole, use: scene.use },
        { shape: scene.whole, use: otherThan(scene.use), status: 'pending' },
      ]
      scene.spares(['P301'], [title], why('规划修改未生效', 'the other plan is not in force'))
    },
  },
  {
    name: 'decoy: another use planned from tomorrow',
    write(scene) {
      const title = old(scene)
      scene.planParts = [
        { shape: scene.whole, use: scene.use },
        { shape: scene.whole, use: otherThan(scene.use), inForceOn: '2025-07-01' },
      ]
      scene.spares(['P301'], [title], why('规划次日生效', 'the other plan is in force from tomorrow'))
    },
  },
  {
    name: 'planned for another use from today',
    write(scene) {
      const title = old(scene)
      scene.planParts = [{ shape: scene.whole, use: otherThan(scene.use), inForceOn: CITY_AS_OF }]
      scene.finds('P301', [title], why('规划当日生效', 'another use planned from today'), scene.whole)
    },
  },
  {
    name: 'approved for a use the plan does not allow',
    minM2: 4000,
    write(scene) {
      const approval = scene.approval('2021-06-07', { ...scene.ready, class_unchanged: false })
      scene.planParts = [{ shape: scene.whole, use: otherThan(scene.use) }]
      scene.leaves(approval, [scene.whole])
      scene.finds(
        'P301',
        [approval],
        why('批准用途与规划不符', 'approved for another use than planned'),
        scene.whole,
      )
      scene.gets(approval, 'B3', why('规划冲突', 'conflict with the plan'))
    },
  },
  ...(['farmland', 'eco_redline'] as const).flatMap((layer): PlantedCase[] => {
    const code = layer === 'farmland' ? 'P302' : 'P303'
    const name = layer === 'farmland' ? '永久基本农田(虚构)' : '生态保护红线(虚构)'
    return [
      {
        name: `approved land on ${layer}`,
        minM2: 4000,
        write(scene) {
          const approval = scene.approval('2024-03-11', scene.ready)
          scene.zone(layer, scene.part(0, 0.3), { name, exempt: false })
          scene.leaves(approval, [scene.whole])
          scene.finds(code, [approval], why(`压占${name}`, `on ${layer}`), scene.part(0, 0.3))
          scene.gets(approval, 'X2', why('未建,压占底线', 'not built, on protected land'))
        },
      },
      {
        name: `built land on ${layer}`,
        write(scene) {
          const { title } = built(scene)
          scene.zone(layer, scene.part(0.9, 1), { name, exempt: false })
          scene.finds(code, [title], why(`已建,压占${name}`, `built, on ${layer}`), scene.part(0.9, 1))
        },
      },
      {
        name: `decoy: ${layer}, not in force yet`,
        write(scene) {
          const { title } = built(scene)
          scene.zone(layer, scene.part(0, 0.5), { name, exempt: false, status: 'pending' })
          scene.zone(layer, scene.part(0.5, 1), { name, exempt: false, status: 'in_force', in_force_on: '2025-07-01' }) // prettier-ignore
          scene.spares(
            [code],
            [title],
            why('报批中、次日生效', 'one being decided, one in force from tomorrow'),
          )
        },
      },
      {
        name: `built land on ${layer} in force from today`,
        write(scene) {
          const { title } = built(scene)
          scene.zone(layer, scene.part(0.8, 1), { name, exempt: false, status: 'in_force', in_force_on: CITY_AS_OF }) // prettier-ignore
          scene.finds(code, [title], why('当日生效', 'in force from today'), scene.part(0.8, 1))
        },
      },
      {
        name: `decoy: ${layer}, exempt`,
        write(scene) {
          const { title } = built(scene)
          scene.zone(layer, scene.whole, { name, exempt: true })
          scene.spares([code], [title], why('符合管控例外', 'exempt from the control line'))
        },
      },
      {
        name: `decoy: ${layer} that ends at the border`,
        write(scene) {
          const title = scene.title('2005-05-18', null, { legacy_built: true }, { shape: scene.part(0, 0.5) })
          scene.zone(layer, scene.part(0.5, 1), { name, exempt: false })
          scene.spares([code], [title], why('仅共边', 'only a border in common'))
        },
      },
    ]
  }),
  {
    name: 'supplied land outside the growth boundary',
    write(scene) {
      const supply = supplied(scene, '2025-12-15', { start_state: 'none' }, false).supply
      const outside = within(scene, scene.whole)
      scene.outsideGrowth.push(outside)
      scene.finds('P304', [supply], why('位于城镇开发边界外', 'outside the growth boundary'), outside)
    },
  },
  {
    name: 'approved land, three tenths outside the growth boundary; a boundary that takes it in is pending',
    write(scene) {
      const approval = scene.approval('2024-03-11', scene.ready)
      const outside = within(scene, scene.part(0.7, 1))
      scene.outsideGrowth.push(outside)
      scene.zone('growth_boundary', outside, { name: '边界调整(虚构)', status: 'pending' })
      scene.finds('P304', [approval], why('三成在边界外,调整未批', 'three tenths outside, the change is pending'), outside) // prettier-ignore
      scene.leaves(approval, [scene.whole])
    },
  },
  {
    name: 'decoy: taken into the growth boundary since',
    write(scene) {
      const approval = scene.approval('2024-03-11', scene.ready)
      const outside = within(scene, scene.part(0.7, 1))
      scene.outsideGrowth.push(outside)
      scene.zone('growth_boundary', outside, { name: '边界调整(虚构)', status: 'in_force', in_force_on: '2025-01-06' }) // prettier-ignore
      scene.spares(['P304'], [approval], why('已调入边界', 'taken into the boundary'))
      scene.leaves(approval, [scene.whole])
    },
  },
  {
    name: 'decoy: an old house outside the growth boundary',
    write(scene) {
      const title = old(scene)
      scene.outsideGrowth.push(within(scene, scene.whole))
      scene.spares(['P304'], [title], why('历史建成', 'built before the boundary was drawn'))
    },
  },
  {
    name: 'polluted, planned for people',
    uses: ['RES', 'PUB'],
    minM2: 2500,
    write(scene) {
      const approval = scene.approval('2024-03-11', scene.ready)
      scene.zone('soil', scene.whole, { name: '疑似污染地块(虚构)', cleared: false })
      scene.leaves(approval, [scene.whole])
      scene.gets(approval, 'X6', why('污染地块、敏感用途', 'polluted, sensitive use'))
    },
  },
  {
    name: 'polluted once, cleared',
    uses: ['RES', 'PUB'],
    minM2: 4000,
    write(scene) {
      const approval = scene.approval('2024-03-11', scene.ready)
      scene.zone('soil', scene.whole, { name: '已移出污染名录(虚构)', cleared: true })
      scene.leaves(approval, [scene.whole])
      scene.gets(approval, 'B8', why('已移出污染名录', 'cleared of soil risk'))
    },
  },
  {
    name: 'built, inside a renewal unit',
    write(scene) {
      const { title } = built(scene)
      scene.zone('renewal', scene.whole, { name: '更新单元(虚构)' })
      scene.gets(title, 'E1', why('位于更新片区', 'inside a renewal unit'))
    },
  },
]
