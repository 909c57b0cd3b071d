import { creditCode } from '../number.ts'
import type { Scene } from '../scene.ts'
import { ahead } from '../shape.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const waiting = { start_state: 'none' } as const
const finished = { start_on: '2018-02-20', start_state: 'started', finish_on: '2019-12-20', finish_state: 'done' } as const // prettier-ignore
const neighbour = { holder: '株洲邻地置业有限公司(虚构)', holder_code: undefined } as const
const later = '2025-12-15'

/** Two contracts side by side under one approval. */
function sideBySide(
  scene: Scene,
  first: Parameters<Scene['supply']>[2],
  second: Parameters<Scene['supply']>[2],
  startDue = later,
  { overlapM = 0 }: { overlapM?: number } = {},
) {
  const approval = scene.approval(startDue === later ? 'mid' : 'old', scene.taken) // before its contracts
  const a = scene.supply(startDue, approval, first, { shape: scene.part(0, ahead(0.5, overlapM)) })
  const b = scene.supply(startDue, approval, second, { shape: scene.part(0.5, 1) })
  return { approval, a, b }
}

/** Papers that seem to speak of other land than they do, and papers that say less than they should. Nothing is wrong with the land. */
export const linkCases: readonly PlantedCase[] = [
  {
    name: 'links: one contract, two titles, works accepted in two parts',
    write(scene) {
      const contract = scene.supply('2018-03-01', scene.approval('old', scene.taken), finished)
      for (const shape of [scene.part(0, 0.5), scene.part(0.5, 1)]) {
        scene.completion('2020-01-10', contract, {}, { shape })
        scene.title('2020-04-01', contract, {}, { shape })
      }
    },
  },
  {
    name: 'links: two contracts of one developer under one project name',
    write(scene) {
      const one = { ...waiting, project: scene.project(0) }
      const { a, b } = sideBySide(scene, one, one)
      scene.title('2025-05-01', a, { supervision_no: undefined }, { shape: scene.part(0, 0.5) })
      scene.title('2025-05-01', b, { supervision_no: undefined }, { shape: scene.part(0.5, 1) })
    },
  },
  {
    name: 'links: the same, and they overlap by fifteen centimetres',
    write(scene) {
      const one = { ...waiting, project: scene.project(0) }
      const { a, b } = sideBySide(scene, one, one, later, { overlapM: 0.15 })
      scene.title('2025-05-01', a, { supervision_no: undefined }, { shape: scene.part(0, 0.5) })
      scene.title('2025-05-01', b, { supervision_no: undefined }, { shape: scene.part(0.5, 1) })
    },
  },
  {
    name: 'links: a project of the same name on the land of another firm',
    write(scene) {
      const { a, b } = sideBySide(scene, finished, { ...neighbour, ...finished, project: scene.project(0) }, '2018-03-01') // prettier-ignore
      scene.completion('2020-01-10', a, { supervision_no: undefined }, { shape: null })
      scene.completion('2020-01-10', b, { ...neighbour, supervision_no: undefined }, { shape: scene.part(0.5, 1) }) // prettier-ignore
    },
  },
  {
    name: 'links: a contract that names the approval next door',
    write(scene) {
      const own = scene.approval('2016-03-11', scene.taken, { shape: scene.part(0, 0.5) })
      const other = scene.approval('2024-03-11', scene.ready, { shape: scene.part(0.5, 1) })
      const paper = { ...waiting, approval_doc_no: other.doc! }
      const contract = scene.supply(later, own, paper, { shape: scene.part(0, 0.5) })
      scene.finds('P105', [contract, own, other], why('批文号写成邻地批文', 'names the approval next door'), scene.part(0, 0.5)) // prettier-ignore
      scene.leaves(other, [scene.part(0.5, 1)])
    },
  },
  {
    name: 'links: a title that names the contract of the neighbour',
    write(scene) {
      const { a, b } = sideBySide(scene, waiting, { ...waiting, ...neighbour })
      scene.title('2025-05-01', a, { supervision_no: b.doc! }, { shape: scene.part(0, 0.5) })
    },
  },
  {
    name: 'links: a title that names another contract of its own holder',
    write(scene) {
      const { a, b } = sideBySide(scene, waiting, waiting)
      scene.title('2025-05-01', a, { supervision_no: b.doc! }, { shape: scene.part(0, 0.5) })
    },
  },
  {
    name: 'links: works accepted under the number of the contract next door',
    write(scene) {
      const { a, b } = sideBySide(scene, finished, waiting, '2018-03-01')
      scene.completion('2020-01-10', a, { supervision_no: b.doc! }, { shape: scene.part(0, 0.5) })
      scene.finds('P502', [b], why('邻地合同未开工,验收写错监管号', 'the contract next door has not started'))
      scene.finds('P503', [b], why('邻地合同闲置,验收写错监管号', 'the contract next door lies idle'))
    },
  },
  {
    name: 'links: only the paper of the acceptance arrived',
    write(scene) {
      const contract = scene.supply('2018-03-01', scene.approval('old', scene.taken), finished)
      scene.completion('2020-01-10', contract, {}, { shape: null })
      scene.title('2020-04-01', contract)
    },
  },
  {
    name: 'links: only the paper of the acceptance arrived, under the number of another contract of the firm',
    write(scene) {
      const { a, b } = sideBySide(scene, finished, finished, '2018-03-01')
      scene.completion('2020-01-10', a, { supervision_no: b.doc! }, { shape: null })
    },
  },
  {
    name: 'links: a title that passed to another firm and lost its number',
    write(scene) {
      const contract = scene.supply('2018-03-01', scene.approval('old', scene.taken), finished)
      scene.completion('2020-01-10', contract)
      const title = scene.title('2022-04-01', contract, { ...neighbour, supervision_no: undefined })
      scene.finds('P403', [title, contract], why('登记给了另一家', 'registered to another firm'), scene.whole)
    },
  },
  {
    name: 'links: a yearly result for a firm with two titles',
    write(scene) {
      const contract = scene.supply('2018-03-01', scene.approval('old', scene.taken), finished)
      scene.completion('2020-01-10', contract)
      for (const shape of [scene.part(0, 0.5), scene.part(0.5, 1)])
        scene.title('2020-04-01', contract, {}, { shape })
      const firm = creditCode(scene.plot.district, scene.plot.ordinal)
      scene.performance({ holder_code: firm, year: 2024, eco_class: 'B' }, contract)
    },
  },
]
