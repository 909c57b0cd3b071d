import { ahead } from '../shape.ts'
import { built } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const legacy = { legacy_built: true } as const

/** P401 权属重叠, X4 and X5: what stands against a title. */
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
