import { certNo, company, creditCode } from '../number.ts'
import { ahead } from '../shape.ts'
import { built } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const legacy = { legacy_built: true } as const

/** P401 to P403, X4 and X5: what stands against a title. */
export const rightCases: readonly PlantedCase[] = [
  {
    name: 'overlapping titles',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy, { shape: scene.part(0, 0.6) })
      const b = scene.title('2009-08-20', null, legacy, { shape: scene.part(0.4, 1) })
      scene.finds('P401', [a, b], why('两宗登记重叠两成', 'a fifth in both titles'), scene.part(0.4, 0.6))
      scene.gets(a, 'X4', why('权属重叠', 'overlapping titles'))
      scene.gets(b, 'X4', why('权属重叠', 'overlapping titles'))
    },
  },
  {
    name: 'titles that overlap by half a metre',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy, { shape: scene.part(0, ahead(0.5, 0.5)) })
      const b = scene.title('2009-08-20', null, legacy, { shape: scene.part(0.5, 1) })
      scene.finds(
        'P401',
        [a, b],
        why('界址压盖 0.5 米', 'half a metre in both titles'),
        scene.part(0.5, ahead(0.5, 0.5)),
      )
    },
  },
  {
    name: 'decoy: titles that overlap by five centimetres',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy, { shape: scene.part(0, ahead(0.5, 0.05)) })
      const b = scene.title('2009-08-20', null, legacy, { shape: scene.part(0.5, 1) })
      scene.spares(['P401'], [a, b], why('5 厘米是测量误差', 'five centimetres are noise'))
    },
  },
  {
    name: 'two certificates over one plot',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy)
      const b = scene.title('2009-08-20', null, legacy)
      scene.finds('P401', [a, b], why('整宗重叠', 'the whole plot in both titles'), scene.whole)
      scene.finds('P402', [a, b], why('一地两证', 'two certificates over one plot'), scene.whole)
    },
  },
  {
    name: 'two certificates, seven tenths of either in common',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy, { shape: scene.part(0, 0.85) })
      const b = scene.title('2009-08-20', null, legacy, { shape: scene.part(0.15, 1) })
      scene.finds('P401', [a, b], why('七成重叠', 'seven tenths in both titles'), scene.part(0.15, 0.85))
      scene.finds(
        'P402',
        [a, b],
        why('两证七成重叠', 'two certificates over seven tenths'),
        scene.part(0.15, 0.85),
      )
    },
  },
  {
    name: 'a small title inside a large one',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy)
      const b = scene.title('2009-08-20', null, legacy, { shape: scene.part(0.7, 1) })
      scene.finds('P401', [a, b], why('小宗在大宗之内', 'one title inside another'), scene.part(0.7, 1))
      scene.spares(['P402'], [a, b], why('不足大宗的一半', 'under half of the larger one'))
    },
  },
  {
    name: 'one certificate written twice',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy)
      const b = scene.title('2009-08-20', null, { ...legacy, cert_no: certNo('2001-04-05', scene.plot.ordinal, 0) }) // prettier-ignore
      scene.finds('P401', [a, b], why('同证两行', 'one certificate, two rows'), scene.whole)
      scene.spares(['P402', 'P607'], [a, b], why('同一证书', 'the same certificate'))
    },
  },
  {
    name: 'decoy: a right below ground',
    write(scene) {
      const a = scene.title('2001-04-05', null, legacy)
      const b = scene.title('2019-08-20', null, legacy, { right: 'X' })
      scene.spares(['P401', 'P402'], [a, b], why('地下与地表分层设权', 'below and on the ground'))
    },
  },
  {
    name: 'registered to another firm than the contract',
    write(scene) {
      const { title, supply } = built(scene, {
        title: {
          holder: company(scene.use, scene.plot.ordinal + 1_000_000),
          holder_code: creditCode(scene.plot.district, scene.plot.ordinal + 1_000_000),
        },
      })
      scene.finds('P403', [title, supply], why('登记人不是受让人', 'registered to another firm'), scene.whole)
    },
  },
  {
    name: 'registered to another name, codes blank',
    write(scene) {
      const { title, supply } = built(scene, {
        supply: { holder_code: undefined },
        title: { holder: company(scene.use, scene.plot.ordinal + 1_000_000), holder_code: undefined },
      })
      scene.finds('P403', [title, supply], why('登记人名称不同', 'registered to another name'), scene.whole)
    },
  },
  {
    name: 'decoy: the firm changed its name and kept its code',
    write(scene) {
      const { title } = built(scene, { title: { holder: `${company(scene.use, scene.plot.ordinal)}(更名)` } })
      scene.spares(['P403'], [title], why('更名,代码未变', 'another name, the same code'))
    },
  },
  {
    name: 'decoy: the older code of the same firm',
    write(scene) {
      const { title } = built(scene, {
        title: {
          holder: '更名前的企业(虚构)',
          holder_code: creditCode(scene.plot.district, scene.plot.ordinal).slice(8, 17),
        },
      })
      scene.spares(['P403'], [title], why('原组织机构代码', 'the organisation code of the same firm'))
    },
  },
  {
    name: 'decoy: the name in full width, with blanks',
    write(scene) {
      const name = company(scene.use, scene.plot.ordinal)
      const { title } = built(scene, {
        title: { holder: ` ${name.replace('(', '（').replace(')', ' ）')}`, holder_code: undefined },
      })
      scene.spares(['P403'], [title], why('全角、空格', 'the same name, typed differently'))
    },
  },
  {
    name: 'decoy: the title names no holder',
    write(scene) {
      const { title } = built(scene, { title: { holder: undefined, holder_code: undefined } })
      scene.spares(['P403'], [title], why('权利人空白', 'a blank contradicts nobody'))
    },
  },
  {
    name: 'disputed title',
    write(scene) {
      const title = scene.title('2003-02-17', null, { ...legacy, dispute: true })
      scene.gets(title, 'X4', why('权属争议', 'ownership disputed'))
    },
  },
  {
    name: 'title whose use right is undetermined',
    write(scene) {
      const title = scene.title('2003-02-17', null, legacy, { right: 'W' })
      scene.gets(title, 'X4', why('特征码 W', 'feature letter W'))
    },
  },
  {
    name: 'seized, in production',
    uses: ['IND'],
    write(scene) {
      const { title } = built(scene, { completion: { production_on: '2020-05-06' }, title: { sealed: true } })
      scene.gets(title, 'E9', why('查封但已投产', 'seized, in production'))
    },
  },
]
