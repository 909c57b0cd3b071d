import { ahead, solid, withBulge } from '../shape.ts'
import type { Scene } from '../scene.ts'
import type { RecordRef } from '../truth.ts'
import { built } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const waiting = { start_state: 'none' } as const
const anotherFirm = { holder: '株洲他地置业有限公司(虚构)', holder_code: undefined } as const

/** Land used without approval or supply, beyond what was supplied, or supplied twice: P201 to P207, and what only looks like it. */
export const useCases: readonly PlantedCase[] = [
  {
    name: 'built without approval',
    write(scene) {
      const completion = scene.completion('2021-09-09', null, {}, { shape: scene.footprint() })
      scene.finds('P201', [completion], why('未批先建', 'built without approval'), scene.footprint())
    },
  },
  {
    name: 'built on land whose approval was withdrawn',
    write(scene) {
      scene.approval('2012-03-05', { status: 'withdrawn', status_on: '2016-07-01' })
      const completion = scene.completion('2021-09-09', null, {}, { shape: scene.part(0.2, 0.8) })
      scene.finds(
        'P201',
        [completion],
        why('批文已撤回仍建设', 'built after the approval was withdrawn'),
        scene.part(0.2, 0.8),
      )
    },
  },
  {
    name: 'built half inside an approval',
    write(scene) {
      const approval = scene.approval('2024-03-11', scene.ready, { shape: scene.part(0, 0.5) })
      const completion = scene.completion('2021-09-09', null, {}, { shape: scene.whole })
      scene.leaves(approval, [scene.part(0, 0.5)])
      scene.finds(
        'P201',
        [completion],
        why('批准范围外建设', 'the half outside the approval'),
        scene.part(0.5, 1),
      )
      scene.finds(
        'P202',
        [completion],
        why('批准范围内未供先用', 'the half inside the approval'),
        scene.part(0, 0.5),
      )
    },
  },
  {
    name: 'built without supply',
    write(scene) {
      const approval = scene.approval('2018-03-11', scene.ready)
      const completion = scene.completion('2021-09-09', null, {}, { shape: scene.footprint() })
      scene.leaves(approval, [scene.whole])
      scene.finds('P202', [completion], why('未供先用', 'used without supply'), scene.footprint())
    },
  },
  {
    name: 'in use, formalities missing',
    write(scene) {
      const approval = scene.approval('2018-03-11', { ...scene.ready, site_used: true })
      scene.leaves(approval, [scene.whole])
      scene.finds(
        'P202',
        [approval],
        why('批而未供土地已实际使用', 'approved land used without supply'),
        scene.whole,
      )
      scene.gets(approval, 'B4', why('补办供地手续', 'formalities to be completed'))
    },
  },
  {
    name: 'built half a metre beyond the title',
    needs: 'long side',
    write: (scene) => beyond(scene, 0.5, true),
  },
  {
    name: 'built three metres beyond the title',
    needs: 'long side',
    write: (scene) => beyond(scene, 3, true),
  },
  {
    name: 'decoy: built five centimetres beyond the title',
    needs: 'long side',
    write: (scene) => beyond(scene, 0.05, false),
  },
  {
    name: 'supplied without approval',
    write(scene) {
      const supply = scene.supply('2025-12-15', null, { start_state: 'none' })
      scene.finds('P204', [supply], why('供应土地无批文', 'supplied without approval'), scene.whole)
      scene.gets(supply, 'C9', why('未到约定开工日', 'start not due'))
    },
  },
  {
    name: 'supplied and built without approval',
    write(scene) {
      const supply = scene.supply('2019-04-15', null, { start_on: '2019-04-01', start_state: 'started', finish_on: '2020-12-01', finish_state: 'done' }) // prettier-ignore
      scene.completion('2021-01-10', supply)
      scene.finds(
        'P204',
        [supply],
        why('供应土地无批文且已建', 'supplied and built without approval'),
        scene.whole,
      )
      scene.gets(supply, 'X3', why('已建设而无批文', 'built and never approved'))
    },
  },
  {
    name: 'supplied beyond its approval',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken, { shape: scene.part(0, 0.6) })
      const supply = scene.supply('2025-12-15', approval, { start_state: 'none' })
      scene.finds(
        'P204',
        [supply],
        why('四成超出批准范围', 'two fifths outside the approval'),
        scene.part(0.6, 1),
      )
    },
  },
  {
    name: 'decoy: supplied beyond its approval by half a percent',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken, { shape: scene.part(0, 0.995) })
      const supply = scene.supply('2025-12-15', approval, { start_state: 'none' })
      scene.spares(['P204'], [supply], why('超出不足 1 %', 'less than one percent outside'))
    },
  },
  {
    name: 'supplied twice, whole plot',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting)
      const b = scene.supply('2025-12-29', approval, { ...waiting, ...anotherFirm })
      scene.finds('P207', [a, b], why('整块重复供应', 'the whole plot supplied twice'), scene.whole)
    },
  },
  {
    name: 'supplied twice, a fifth of it',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting, { shape: scene.part(0, 0.6) })
      const b = scene.supply('2025-12-29', approval, { ...waiting, ...anotherFirm }, { shape: scene.part(0.4, 1) }) // prettier-ignore
      scene.finds('P207', [a, b], why('两份合同交叉两成', 'a fifth in both contracts'), scene.part(0.4, 0.6))
    },
  },
  {
    name: 'supplied three times',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const [a, b, c] = ['2025-12-15', '2025-12-22', '2025-12-29'].map((due) => scene.supply(due, approval, waiting)) as [RecordRef, RecordRef, RecordRef] // prettier-ignore
      for (const pair of [[a, b], [a, c], [b, c]]) scene.finds('P207', pair, why('三次供应', 'supplied three times'), scene.whole) // prettier-ignore
    },
  },
  {
    name: 'supplied again to the same firm for the same project',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting)
      const b = scene.supply('2025-12-29', approval, { ...waiting, project: scene.project(0) })
      scene.finds('P207', [a, b], why('同一项目重复签约', 'two contracts for one project'), scene.whole)
    },
  },
  {
    name: 'contracts that overlap by half a metre',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting, { shape: scene.part(0, ahead(0.5, 0.5)) })
      const b = scene.supply('2025-12-29', approval, waiting, { shape: scene.part(0.5, 1) })
      const strip = scene.part(0.5, ahead(0.5, 0.5))
      scene.finds('P207', [a, b], why('合同界线压盖 0.5 米', 'half a metre in both contracts'), strip)
    },
  },
  {
    name: 'decoy: contracts that overlap by five centimetres',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting, { shape: scene.part(0, ahead(0.5, 0.05)) })
      const b = scene.supply('2025-12-29', approval, waiting, { shape: scene.part(0.5, 1) })
      scene.spares(['P207'], [a, b], why('5 厘米是测量误差', 'five centimetres are noise'))
    },
  },
  {
    name: 'decoy: one contract, two rows',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting)
      const again = scene.supply('2025-12-15', approval, { ...waiting, project: scene.project(0), supervision_no: a.doc! }) // prettier-ignore
      scene.spares(['P207', 'P607'], [a, again], why('同一合同登记两行', 'one contract written twice'))
    },
  },
  {
    name: 'decoy: a contract and its change',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken)
      const a = scene.supply('2025-12-15', approval, waiting, { shape: scene.part(0, 0.9) })
      const changed = scene.supply('2025-12-15', approval, { ...waiting, project: scene.project(0), supervision_no: `${a.doc!}-1` }) // prettier-ignore
      scene.spares(['P207'], [a, changed], why('合同变更协议', 'a change of the same contract'))
    },
  },
  {
    name: 'decoy: supplied five centimetres beyond its approval',
    write(scene) {
      const approval = scene.approval('2015-03-02', scene.taken, { shape: scene.part(0, 0.5) })
      const supply = scene.supply(
        '2025-12-15',
        approval,
        { start_state: 'none' },
        { shape: scene.part(0, ahead(0.5, 0.05)) },
      )
      scene.spares(['P204'], [supply], why('5 厘米是测量误差', 'five centimetres are noise'))
    },
  },
]

/** A finished project whose outline leaves its land along the longest side. */
function beyond(scene: Scene, outM: number, isReal: boolean): void {
  const outline = withBulge(scene.ring, outM)
  const { completion } = built(scene, {}, solid(outline))
  if (!isReal) {
    scene.spares(['P203'], [completion], why(`超出 ${outM} 米是测量误差`, `${outM} m beyond is noise`))
    return
  }
  const side = outline.findIndex((p) => !scene.ring.some((q) => q[0] === p[0] && q[1] === p[1]))
  const bulge = [
    outline[side - 1]!,
    outline[side]!,
    outline[side + 1]!,
    outline[(side + 2) % outline.length]!,
  ]
  scene.finds('P203', [completion], why(`超出用地界线 ${outM} 米`, `${outM} m beyond its land`), solid(bulge))
}
