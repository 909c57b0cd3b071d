import { uses } from '../plot.ts'
import type { Scene } from '../scene.ts'
import { built, supplied } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const RULE = '虚构-亩均-2024'

const listed = (scene: Scene, parcelCode: string): void => {
  scene.performance({
    parcel_code: parcelCode,
    year: 2024,
    eco_class: 'D',
    low_efficiency: true,
    rule_id: RULE,
  })
}

/** D3 and E2 to E9: finished land, and how well it is used. Also X5, which stands before them. */
export const efficiencyCases: readonly PlantedCase[] = [
  {
    name: 'seized, not started',
    write(scene) {
      const { supply, parcel } = supplied(scene, '2025-12-15', { start_state: 'none' }, true, {
        sealed: true,
      })
      scene.gets(parcel, 'X5', why('查封且未投产', 'seized, nothing built'))
      scene.spares(['P502'], [supply], why('未到约定开工日', 'start not due'))
    },
  },
  {
    name: 'holder bankrupt, not started',
    write(scene) {
      const { parcel } = supplied(scene, '2025-12-15', { start_state: 'none', holder_bankrupt: true })
      scene.gets(parcel, 'X5', why('权利人破产', 'holder bankrupt'))
    },
  },
  {
    name: 'accepted, not verified',
    write(scene) {
      const { title } = built(scene, { completion: { verify_state: 'none', verified_on: undefined } })
      scene.gets(title, 'D3', why('未规划核实', 'not verified'))
    },
  },
  {
    name: 'accepted and verified, not titled',
    write(scene) {
      const { supply } = supplied(
        scene,
        '2021-06-01',
        { start_on: '2021-05-20', start_state: 'started', finish_on: '2023-04-28', finish_state: 'done' },
        false,
      )
      scene.completion('2023-05-30', supply)
      scene.gets(supply, 'D3', why('未登记', 'not titled'))
    },
  },
  {
    name: 'low efficiency, planned for another use',
    write(scene) {
      const { title } = built(scene)
      listed(scene, title.doc!)
      scene.planParts = [{ shape: scene.whole, use: 'GRN' }]
      scene.finds('P301', [title], why('规划用途不同', 'planned for another use'), scene.whole)
      scene.gets(title, 'E2', why('低效且规划改变', 'low efficiency, another use planned'))
    },
  },
  {
    name: 'low efficiency, holder unwilling',
    write(scene) {
      const { title } = built(scene, { supply: { holder_unwilling: true } })
      listed(scene, title.doc!)
      scene.gets(title, 'E2', why('低效且无意开发', 'low efficiency, holder unwilling'))
    },
  },
  {
    name: 'low efficiency, few floors',
    write(scene) {
      const floorM2 = Math.round(scene.plot.areaM2 * uses[scene.use].farMax * 0.5)
      const { title } = built(scene, { completion: { floor_area_m2: floorM2 } })
      listed(scene, title.doc!)
      scene.gets(title, 'E3', why('低效且容积率低', 'low efficiency, few floors'))
    },
  },
  {
    name: 'a third unused',
    minM2: 4500,
    uses: ['RES', 'COM', 'PUB'],
    write: (scene) => unused(scene),
  },
  {
    name: 'a third of a works unused',
    minM2: 6000,
    uses: ['IND', 'STO'],
    write: (scene) => unused(scene),
  },
  {
    name: 'finished, production overdue',
    uses: ['IND'],
    write(scene) {
      const { title } = built(scene, {
        supply: { production_due: '2024-12-31' },
        completion: { production_on: '2025-10-01' },
      })
      scene.gets(title, 'E5', why('逾期未投产', 'production overdue'))
    },
  },
  {
    name: 'below agreed output',
    uses: ['IND'],
    write(scene) {
      const { title } = built(scene, {
        supply: { assess_on: '2024-06-30', agree_tax_per_mu: 15, agree_invest_per_mu: 300 },
        completion: { production_on: '2020-05-06' },
      })
      scene.performance({
        parcel_code: title.doc!,
        year: 2024,
        eco_class: 'C',
        tax_per_mu: 8.2,
        invest_per_mu: 310,
      })
      scene.gets(title, 'E6', why('亩均税收未达标', 'tax per 亩 below agreement'))
    },
  },
  {
    name: 'meets agreed output',
    uses: ['IND'],
    write(scene) {
      const { title } = built(scene, {
        supply: { assess_on: '2024-06-30', agree_tax_per_mu: 15, agree_invest_per_mu: 300 },
        completion: { production_on: '2020-05-06' },
      })
      scene.performance({
        parcel_code: title.doc!,
        year: 2024,
        eco_class: 'A',
        tax_per_mu: 15,
        invest_per_mu: 300,
      })
      scene.gets(title, 'E9', why('达产', 'meets the agreement'))
    },
  },
  {
    name: 'low efficiency to be confirmed',
    write(scene) {
      const { title } = built(scene, { completion: { floor_area_m2: undefined } })
      listed(scene, title.doc!)
      scene.gets(title, 'E7', why('低效待核', 'low efficiency to be confirmed'))
    },
  },
  {
    name: 'term ends in a year',
    write: (scene) => termEnds(scene, '2026-06-30', 'E8', '剩余 365 日'),
  },
  {
    name: 'term ends in a year and a day',
    write: (scene) => termEnds(scene, '2026-07-01', 'E9', '剩余 366 日'),
  },
  {
    name: 'well used',
    write(scene) {
      scene.gets(built(scene).title, 'E9', why('高效利用', 'well used'))
    },
  },
  {
    name: 'old house',
    write(scene) {
      scene.gets(
        scene.title('1998-09-01', null, { legacy_built: true }),
        'E9',
        why('历史建成', 'built before the rules'),
      )
    },
  },
]

function unused(scene: Scene): void {
  const footprintM2 = Math.round(scene.plot.areaM2 * 0.3)
  const yardM2 = Math.round(scene.plot.areaM2 * 0.08)
  const { title, completion } = built(scene, { completion: { footprint_m2: footprintM2, yard_m2: yardM2 } })
  scene.finds('P510', [title, completion], why('用而未尽', 'much of it unused'))
  scene.gets(title, 'E4', why('用而未尽', 'much of it unused'))
}

function termEnds(scene: Scene, termEnd: string, strategy: string, zh: string): void {
  const { title } = built(scene, { title: { term_end: termEnd } })
  scene.gets(title, strategy, why(zh, `term ends on ${termEnd}`))
}
