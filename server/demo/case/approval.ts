import { ahead } from '../shape.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const [spring, autumn, winter] = ['2024-03-11', '2024-09-02', '2024-12-16'] as const

/** P101 重复报批, what only looks like it, and 批而未供 land left over in whole, in half and in pieces. */
export const approvalCases: readonly PlantedCase[] = [
  {
    name: 'approved twice, whole plot',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      const b = scene.approval(autumn, scene.ready)
      scene.finds('P101', [a, b], why('整块重复报批', 'the whole plot approved twice'), scene.whole)
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, later approval inside the earlier one',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.6, 1) })
      scene.finds(
        'P101',
        [a, b],
        why('后批地块四成在前批之内', 'two fifths approved again'),
        scene.part(0.6, 1),
      )
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, each reaching beyond the other',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.7) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.4, 1) })
      scene.finds('P101', [a, b], why('两批交叉三成', 'three tenths in both'), scene.part(0.4, 0.7))
      scene.leaves(a, [scene.part(0, 0.7)])
      scene.leaves(b, [scene.part(0.7, 1)])
    },
  },
  {
    name: 'approved three times',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      const b = scene.approval(autumn, scene.ready)
      const c = scene.approval(winter, scene.ready)
      for (const pair of [[a, b], [a, c], [b, c]]) scene.finds('P101', pair, why('三次报批', 'approved three times'), scene.whole) // prettier-ignore
      scene.leaves(a, [scene.whole])
    },
  },
  {
    name: 'approved twice, supplied once',
    write(scene) {
      const a = scene.approval('2015-05-04', scene.taken)
      const b = scene.approval('2016-10-10', scene.taken)
      const supply = scene.supply('2018-03-01', a, { start_on: '2018-02-20', start_state: 'started', finish_on: '2019-12-20', finish_state: 'done' }) // prettier-ignore
      scene.completion('2020-01-10', supply)
      scene.title('2020-04-01', supply, { right_type: '国有建设用地使用权/房屋(构筑物)所有权' })
      scene.finds('P101', [a, b], why('已供土地曾重复报批', 'supplied land approved twice'), scene.whole)
    },
  },
  {
    name: 'approved twice along half a metre',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, ahead(0.5, 0.5)) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.5, 1) })
      const strip = scene.part(0.5, ahead(0.5, 0.5))
      scene.finds('P101', [a, b], why('相邻两批压盖 0.5 米', 'neighbours overlap by half a metre'), strip)
      scene.leaves(a, [scene.part(0, ahead(0.5, 0.5))])
      scene.leaves(b, [scene.part(ahead(0.5, 0.5), 1)])
    },
  },
  {
    name: 'decoy: overlap of five centimetres',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, ahead(0.5, 0.05)) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.5, 1) })
      scene.spares(['P101'], [a, b], why('5 厘米压盖是测量误差', 'five centimetres are noise'))
      scene.leaves(a, [scene.part(0, ahead(0.5, 0.05))])
      scene.leaves(b, [scene.part(ahead(0.5, 0.05), 1)])
    },
  },
  {
    name: 'decoy: approvals that only touch',
    write(scene) {
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.5) })
      const b = scene.approval(autumn, scene.ready, { shape: scene.part(0.5, 1) })
      scene.spares(['P101'], [a, b], why('仅共边', 'only a border in common'))
      scene.leaves(a, [scene.part(0, 0.5)])
      scene.leaves(b, [scene.part(0.5, 1)])
    },
  },
  ...(['withdrawn', 'lapsed', 'reduced'] as const).map((status): PlantedCase => ({
    name: `decoy: the earlier approval is ${status}`,
    write(scene) {
      const a = scene.approval('2019-04-08', { status, status_on: '2023-05-30' })
      const b = scene.approval(spring, scene.ready)
      scene.spares(['P101'], [a, b], why('前一批文已不再有效', `the earlier approval is ${status}`))
      scene.leaves(b, [scene.whole])
    },
  })),
  {
    name: 'decoy: two rows of one document',
    write(scene) {
      const doc = `株政地虚〔2024〕同文${scene.plot.ordinal}号`
      const a = scene.approval(spring, scene.ready, { shape: scene.part(0, 0.6), doc })
      const b = scene.approval(spring, scene.ready, { shape: scene.part(0.4, 1), doc })
      scene.spares(['P101'], [a, b], why('同一批文的两个地块', 'two rows of one document'))
      scene.leaves(a, [scene.part(0, 0.6)], null)
      scene.leaves(b, [scene.part(0.6, 1)], null)
    },
  },
  {
    name: 'nothing supplied, ready',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B8', why('净地可供', 'clean and ready'))
    },
  },
  {
    name: 'half supplied, ready',
    minM2: 7000,
    write(scene) {
      const a = scene.approval('2024-01-15', scene.ready)
      const supply = scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, 0.5) }) // prettier-ignore
      scene.leaves(a, [scene.part(0.5, 1)])
      scene.gets(a, 'B8', why('余下一半净地可供', 'the other half is ready'))
      scene.gets(supply, 'C9', why('未到约定开工日', 'start not due'))
    },
  },
  {
    name: 'supplied in the middle, two pieces left',
    write(scene) {
      const a = scene.approval('2024-01-15', { ...scene.ready, site_clean: false })
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0.35, 0.7) })
      scene.leaves(a, [scene.part(0, 0.35), scene.part(0.7, 1)])
    },
  },
  {
    name: 'two supplies, three pieces left',
    write(scene) {
      const a = scene.approval('2024-01-15', { ...scene.ready, site_clean: false })
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0.2, 0.4) })
      scene.supply('2025-12-20', a, { start_state: 'none' }, { shape: scene.part(0.6, 0.8) })
      scene.leaves(a, [scene.part(0, 0.2), scene.part(0.4, 0.6), scene.part(0.8, 1)])
    },
  },
  {
    name: 'decoy: supply three centimetres short of the approval',
    write(scene) {
      const a = scene.approval('2024-01-15', scene.ready)
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, ahead(1, -0.03)) })
      scene.spares(
        ['P204'],
        [a],
        why('供应图形短 3 厘米,无剩余', 'a gap of three centimetres is no remainder'),
      )
    },
  },
  {
    name: 'titled without a supply inside an approval',
    write(scene) {
      const a = scene.approval('2012-06-18', scene.ready)
      scene.title('2013-03-04', null, { legacy_built: true }, { shape: scene.part(0, 0.4) })
      scene.leaves(a, [scene.part(0.4, 1)])
    },
  },
  {
    name: 'a remainder across a district boundary',
    needs: 'district boundary',
    write(scene) {
      const a = scene.approval(spring, scene.ready)
      scene.leaves(a, [scene.whole], 2)
    },
  },
  {
    name: 'not expropriated',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring, { ...scene.ready, expropriation: 'none', compensated: false })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B5', why('未征收', 'not expropriated'))
    },
  },
  {
    name: 'expropriated, not clean',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring, { ...scene.ready, site_clean: false })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B7', why('已征未净', 'expropriated, not clean'))
    },
  },
  {
    name: 'too small to supply',
    write(scene) {
      const a = scene.approval('2024-01-15', scene.ready)
      scene.supply('2025-12-15', a, { start_state: 'none' }, { shape: scene.part(0, 0.96) })
      scene.leaves(a, [scene.part(0.96, 1)])
      scene.gets(a, 'B6', why('边角地', 'too small to supply'))
    },
  },
  {
    name: 'two years and a day without compensation',
    write(scene) {
      const a = scene.approval('2023-06-29', { ...scene.ready, compensated: false, expropriation: 'none' })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B1', why('满两年次日未补偿未用地', 'the day after two years'))
    },
  },
  {
    name: 'two years to the day without compensation',
    write(scene) {
      const a = scene.approval('2023-06-30', { ...scene.ready, compensated: false, expropriation: 'none' })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B5', why('满两年当日尚未失效', 'the last day of two years'))
    },
  },
  {
    name: 'compensated, cannot be supplied, land class unchanged',
    write(scene) {
      const a = scene.approval('2021-06-07', {
        ...scene.ready,
        supply_possible: false,
        class_unchanged: true,
      })
      scene.leaves(a, [scene.whole])
      scene.gets(
        a,
        'B2',
        why('已补偿、不能供应、地类未变', 'compensated, cannot be supplied, class unchanged'),
      )
    },
  },
  {
    name: 'compensated, cannot be supplied, land class changed',
    write(scene) {
      const a = scene.approval('2021-06-07', {
        ...scene.ready,
        supply_possible: false,
        class_unchanged: false,
      })
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'B3', why('已补偿、不能供应、地类已变', 'compensated, cannot be supplied, class changed'))
    },
  },
  {
    name: 'state of approved land not known',
    minM2: 4000,
    write(scene) {
      const a = scene.approval(spring)
      scene.leaves(a, [scene.whole])
      scene.gets(a, 'Z0', why('各项状态空白', 'every state blank'))
    },
  },
]
