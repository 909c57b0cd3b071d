import { certNo, creditCode, misspelt, unitCode } from '../number.ts'
import type { Scene } from '../scene.ts'
import { areaM2 } from '../shape.ts'
import type { RecordRef } from '../truth.ts'
import { built, supplied } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const legacy = { legacy_built: true } as const
const waiting = { start_state: 'none' } as const
const later = '2025-12-15'

/** P604 to P608: what is wrong with the papers themselves. */
export const qualityCases: readonly PlantedCase[] = [
  blank('approval without a date', '批准日期缺失', (scene) => {
    const approval = scene.approval('2024-03-11', { ...scene.ready, approved_on: undefined })
    scene.leaves(approval, [scene.whole])
    return approval
  }),
  blank(
    'supply without a signing date',
    '合同签订日期缺失',
    (scene) => supplied(scene, later, { ...waiting, signed_on: undefined }, false).supply,
  ),
  blank(
    'supply without any start date',
    '约定开工日缺失',
    (scene) =>
      supplied(scene, later, { ...waiting, start_due: undefined, handover_on: undefined }, false).supply,
  ),
  blank('title without a registration date', '登簿日期缺失', (scene) =>
    scene.title('2001-01-01', null, { ...legacy, registered_on: undefined }),
  ),
  blank(
    'completion without an acceptance date',
    '验收日期缺失',
    (scene) => built(scene, { completion: { accepted_on: undefined } }).completion,
  ),
  {
    name: 'supplied before it was approved',
    write(scene) {
      const approval = scene.approval('2016-05-09', scene.taken)
      const supply = scene.supply('2017-03-01', approval, {
        signed_on: '2016-05-08',
        start_on: '2017-02-01',
        start_state: 'started',
        finish_on: '2018-11-01',
        finish_state: 'done',
      })
      scene.completion('2018-12-01', supply)
      scene.finds('P605', [supply], why('先供后批', 'signed the day before it was approved'))
    },
  },
  {
    name: 'decoy: supplied on the day it was approved',
    write(scene) {
      const approval = scene.approval('2016-05-09', scene.taken)
      const supply = scene.supply('2017-03-01', approval, {
        signed_on: '2016-05-09',
        start_on: '2017-02-01',
        start_state: 'started',
        finish_on: '2018-11-01',
        finish_state: 'done',
      })
      scene.completion('2018-12-01', supply)
      scene.spares(['P605'], [supply], why('当日批、当日供', 'approved and signed on one day'))
    },
  },
  {
    name: 'started before it was supplied',
    write(scene) {
      const { supply } = supplied(
        scene,
        '2024-12-01',
        { start_on: '2023-11-01', start_state: 'started', signed_on: '2024-01-06', finish_state: 'none' },
        false,
      )
      scene.finds('P605', [supply], why('先开工后签约', 'started before the contract'))
    },
  },
  {
    name: 'finished before it started',
    write(scene) {
      const { supply } = supplied(
        scene,
        '2020-06-01',
        { start_on: '2022-05-20', start_state: 'started', finish_on: '2021-12-31', finish_state: 'done' },
        false,
      )
      scene.completion('2022-06-30', supply, { verify_state: 'none', verified_on: undefined })
      scene.finds('P605', [supply], why('先竣工后开工', 'finished before it started'))
    },
  },
  {
    name: 'parcel code of eighteen characters',
    write(scene) {
      const title = scene.title('2004-07-15', null, {
        ...legacy,
        parcel_code: `${scene.plot.district}00100GB${String(scene.plot.ordinal % 100000).padStart(5, '0')}`,
      })
      scene.finds('P606', [title], why('宗地代码位数不足', 'parcel code of eighteen characters'))
    },
  },
  {
    name: 'unit code whose fixture is impossible',
    write(scene) {
      const code = `${scene.plot.district}999${String(scene.plot.blockIndex % 1000).padStart(3, '0')}GB${String(scene.plot.indexInBlock + 1).padStart(5, '0')}`
      const title = scene.title('2004-07-15', null, {
        ...legacy,
        parcel_code: code,
        unit_code: `${code}W00010001`,
      })
      scene.finds(
        'P606',
        [title],
        why('不动产单元号定着物码错误', 'nothing stands there, yet it has a number'),
      )
    },
  },
  {
    name: 'supervision number without its letter',
    write(scene) {
      const { supply } = supplied(
        scene,
        later,
        {
          ...waiting,
          supervision_no: `${scene.plot.district}2025${String(scene.plot.ordinal).padStart(5, '0')}`,
        },
        false,
      )
      scene.finds('P606', [supply], why('电子监管号缺字母', 'supervision number without its letter'))
    },
  },
  {
    name: 'credit code with a wrong check character',
    write(scene) {
      const code = misspelt(creditCode(scene.plot.district, scene.plot.ordinal))
      const { supply } = supplied(scene, later, { ...waiting, holder_code: code }, false)
      scene.finds('P606', [supply], why('统一社会信用代码校验位错误', 'wrong check character'))
    },
  },
  {
    name: 'one parcel code on two pieces of land',
    write(scene) {
      const [a, b] = twoTitles(scene, (first) => ({ parcel_code: first.doc!, unit_code: undefined }))
      scene.finds('P607', [a, b], why('宗地代码重复', 'parcel code given twice'))
    },
  },
  {
    name: 'one unit code on two pieces of land',
    write(scene) {
      const [a, b] = twoTitles(scene, (first) => ({ unit_code: unitCode(first.doc!, true) }))
      scene.finds('P607', [a, b], why('不动产单元号重复', 'unit code given twice'))
    },
  },
  {
    name: 'one certificate number on two pieces of land',
    write(scene) {
      const [a, b] = twoTitles(scene, () => ({ cert_no: certNo('2004-07-15', scene.plot.ordinal, 0) }))
      scene.finds('P607', [a, b], why('证书号重复', 'certificate number given twice'))
    },
  },
  {
    name: 'one supervision number on two pieces of land',
    write(scene) {
      const approval = scene.approval('mid', scene.taken)
      const a = scene.supply(later, approval, waiting, { shape: scene.part(0, 0.5) })
      const b = scene.supply(
        later,
        approval,
        { ...waiting, supervision_no: a.doc! },
        { shape: scene.part(0.5, 1) },
      )
      scene.finds('P607', [a, b], why('电子监管号重复', 'supervision number given twice'))
    },
  },
  {
    name: 'area of the title off by one percent',
    write(scene) {
      const title = scene.title('2004-07-15', null, {
        ...legacy,
        area_m2: Math.round(areaM2(scene.whole) * 101) / 100,
      })
      scene.finds('P608', [title], why('登记面积多 1 %', 'one percent too much'))
    },
  },
  {
    name: 'area of the approval in the wrong unit',
    write(scene) {
      const approval = scene.approval('2024-03-11', {
        ...scene.ready,
        area_ha: Math.round(areaM2(scene.whole) / 15) / 1000,
      })
      scene.leaves(approval, [scene.whole])
      scene.finds('P608', [approval], why('亩当公顷', '亩 written as hectares'))
    },
  },
  {
    name: 'decoy: area of the title off by less than two square metres',
    write(scene) {
      const title = scene.title('2004-07-15', null, {
        ...legacy,
        area_m2: Math.round(areaM2(scene.whole) * 100 + 190) / 100,
      })
      scene.spares(['P608'], [title], why('相差 1.9 平方米', '1.9 m² off'))
    },
  },
]

function blank(name: string, zh: string, write: (scene: Scene) => RecordRef): PlantedCase {
  return { name, write: (scene) => scene.finds('P604', [write(scene)], why(zh, name)) }
}

/** Two titles side by side, the second with something of the first. */
function twoTitles(
  scene: Scene,
  taken: (first: RecordRef) => Parameters<Scene['title']>[2],
): [RecordRef, RecordRef] {
  const a = scene.title('2004-07-15', null, legacy, { shape: scene.part(0, 0.5) })
  const b = scene.title('2004-07-15', null, { ...legacy, ...taken(a) }, { shape: scene.part(0.5, 1) })
  return [a, b]
}
