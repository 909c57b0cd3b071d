import type { Polygon } from '../../geo/polygon.ts'
import type { IsoDate } from '../../units.ts'
import { CITY_AS_OF, addDays, dayBetween } from '../calendar.ts'
import type { Scene } from '../scene.ts'
import type { RecordRef } from '../truth.ts'
import { uses } from '../plot.ts'
import type { CommonCase } from './case.ts'

/**
 * What most of the city looks like. The days are set so that each state is well inside its limits; the days at the
 * limits are planted (`clock.ts`).
 */
const daysBack = (scene: Scene, from: number, to: number): string =>
  dayBetween(scene.random, addDays(CITY_AS_OF, -from), addDays(CITY_AS_OF, -to))

/** Supplied land of a batch of some years ago, titled or not. */
export function supplied(
  scene: Scene,
  startDue: string,
  fields: Parameters<Scene['supply']>[2],
  isTitled = scene.random.chance(0.5),
  titleFields: Parameters<Scene['title']>[2] = {},
): { supply: RecordRef; parcel: RecordRef } {
  const supply = scene.supply(startDue, scene.approval('mid', scene.taken), fields)
  const parcel = isTitled ? scene.title(addDays(startDue, -280), supply, titleFields) : supply
  return { supply, parcel }
}

/**
 * Built under the rules of today: approved, supplied, started, accepted, verified, titled.
 * @param outline ground the project covers, where it is not simply the plot.
 */
export function built(
  scene: Scene,
  {
    supply: supplyFields = {},
    completion: completionFields = {},
    title: titleFields = {},
  }: {
    supply?: Parameters<Scene['supply']>[2]
    completion?: Parameters<Scene['completion']>[2]
    title?: Parameters<Scene['title']>[2]
  } = {},
  outline?: Polygon,
): { supply: RecordRef; title: RecordRef; completion: RecordRef } {
  const startDue = dayBetween(scene.random, '2008-02-01', '2017-01-31')
  const acceptedOn = addDays(startDue, 600)
  const supply = scene.supply(startDue, scene.approval('old', scene.taken), {
    start_on: addDays(startDue, -20),
    start_state: 'started',
    finish_on: addDays(startDue, 590),
    finish_state: 'done',
    ...supplyFields,
  })
  const completion = scene.completion(acceptedOn, supply, completionFields, outline ? { shape: outline } : {})
  const title = scene.title(addDays(startDue, 700), supply, {
    right_type: '国有建设用地使用权/房屋(构筑物)所有权',
    ...titleFields,
  })
  return { supply, completion, title }
}

const none = { start_state: 'none' } as const
const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })

/** 180 days before the two years of these end, or later, they are warned of (P102); from the day after, they lapse (P103). */
const WARNED_TO: IsoDate = '2023-12-27'
const LAPSED_TO: IsoDate = '2023-06-29'

function approvalClock(
  approvedOn: IsoDate,
  { compensated, expropriation }: Parameters<Scene['approval']>[1] = {},
): 'P102' | 'P103' | null {
  if (compensated !== false || expropriation === 'done') return null
  return approvedOn <= LAPSED_TO ? 'P103' : approvedOn <= WARNED_TO ? 'P102' : null
}

/** Land waiting in a recent batch, with the strategy its state asks for, where size does not decide first. */
function waiting(
  name: string,
  per1000: number,
  batch: 'recent' | 'lapsing',
  fields: Parameters<Scene['approval']>[1],
): CommonCase {
  return {
    name,
    per1000,
    isWhollyUsed: false,
    write(scene) {
      const approval = scene.approval(batch, { ...scene.ready, ...fields })
      scene.leaves(approval, [scene.whole], null)
      const code = approvalClock(scene.batch(batch).approvedOn, fields)
      if (code === 'P102') scene.finds('P102', [approval], why('临近失效未征收', 'near lapse, not expropriated'), scene.whole) // prettier-ignore
      if (code === 'P103') scene.finds('P103', [approval], why('已满两年未补偿未用地', 'lapsed, still valid on paper'), scene.whole) // prettier-ignore
      if (fields?.site_used) {
        scene.finds(
          'P202',
          [approval],
          why('批而未供土地已实际使用', 'approved land used without supply'),
          scene.whole,
        )
      }
    },
  }
}

const legacy: CommonCase = {
  name: 'legacy title',
  per1000: 840,
  isWhollyUsed: true,
  write(scene) {
    scene.title(dayBetween(scene.random, '1992-01-01', '2019-12-31'), null, { legacy_built: true })
  },
}

const vacant: CommonCase = { name: 'no papers', per1000: 15, isWhollyUsed: true, write() {} }

const builtAndUsed: CommonCase = {
  name: 'built and used',
  per1000: 280,
  isWhollyUsed: true,
  write(scene) {
    built(scene)
  },
}

/** A supply in one state of its clock. */
function onClock(
  name: string,
  per1000: number,
  days: readonly [from: number, to: number],
  write: (scene: Scene, startDue: string) => void,
): CommonCase {
  return { name, per1000, isWhollyUsed: true, write: (scene) => write(scene, daysBack(scene, ...days)) }
}

const clocks: CommonCase[] = [
  onClock('not due', 60, [-1, -240], (scene, due) => {
    supplied(scene, due, none)
  }),
  onClock('start overdue', 40, [360, 1], (scene, due) => {
    const { supply } = supplied(scene, due, none)
    scene.finds('P502', [supply], why('逾期未开工', 'start overdue'))
  }),
  onClock('idle, own cause, second year', 15, [725, 370], (scene, due) => idle(scene, due, 'own')),
  onClock('idle, own cause, over two years', 10, [1800, 740], (scene, due) => idle(scene, due, 'own')),
  onClock('idle, government cause', 12, [1200, 370], (scene, due) => idle(scene, due, 'gov')),
  onClock('idle, force majeure', 5, [900, 370], (scene, due) => idle(scene, due, 'force_majeure')),
  onClock('idle, cause unknown', 8, [900, 370], (scene, due) => idle(scene, due, 'unknown')),
  onClock('idle, mixed causes', 5, [900, 370], (scene, due) => idle(scene, due, 'mixed')),
  onClock('handover overdue', 15, [-20, -200], (scene, due) => {
    const { supply } = supplied(
      scene,
      due,
      { ...none, handover_on: undefined, handover_state: 'none' },
      false,
    )
    scene.finds('P501', [supply], why('逾期未交地', 'handover overdue'))
  }),
  onClock('start not known', 12, [600, 10], (scene, due) => {
    const { supply } = supplied(scene, due, {})
    scene.finds('P604', [supply], why('开工状态不明', 'state of the start not known'))
  }),
  onClock('building in time', 80, [600, 60], (scene, due) => {
    supplied(scene, due, { start_on: addDays(due, -10), start_state: 'started', finish_state: 'none' })
  }),
  onClock('completion overdue', 30, [1500, 800], (scene, due) => {
    const { supply } = supplied(scene, due, {
      start_on: addDays(due, 10),
      start_state: 'started',
      finish_state: 'none',
    })
    scene.finds('P505', [supply], why('逾期未竣工', 'completion overdue'))
  }),
  onClock('stopped', 10, [700, 500], (scene, due) => {
    const { supply } = supplied(scene, due, {
      start_on: addDays(due, -60),
      start_state: 'started',
      finish_state: 'none',
      halted_since: addDays(due, 60),
      ...investment(scene, 0.2, 0.15),
    })
    scene.finds('P503', [supply], why('中止开发满一年', 'works stopped for over a year'))
  }),
  onClock('finished, not verified', 25, [1000, 760], (scene, due) => {
    const isTitled = scene.random.chance(0.3)
    const acceptedOn = addDays(due, 720)
    const { supply } = supplied(
      scene,
      due,
      { start_on: due, start_state: 'started', finish_on: addDays(due, 715), finish_state: 'done' },
      isTitled,
    )
    scene.completion(acceptedOn, supply, { verify_state: 'none', verified_on: undefined })
  }),
]

function idle(scene: Scene, due: string, cause: 'own' | 'gov' | 'force_majeure' | 'unknown' | 'mixed'): void {
  const recognised = cause !== 'unknown' && scene.random.chance(0.4)
  const { supply } = supplied(scene, due, {
    ...none,
    idle_cause: cause,
    ...(recognised ? { idle_recognised_on: addDays(CITY_AS_OF, -scene.random.whole(1, 3)) } : {}),
  })
  scene.finds('P502', [supply], why('逾期未开工', 'start overdue'))
  if (recognised) scene.finds('P504', [supply], why('已认定闲置', 'recognised idle'))
  else scene.finds('P503', [supply], why('满一年未动工', 'a full year without starting'))
}

/** How far works and money have come, as shares of what was agreed. */
export function investment(
  scene: Scene,
  developed: number,
  invested: number,
): Parameters<Scene['supply']>[2] {
  const should = Math.round(scene.plot.areaM2 * 0.9)
  const totalWan = Math.max(400, Math.round(scene.plot.areaM2 * 0.3))
  return {
    should_develop_m2: should,
    developed_m2: Math.round(should * developed * 100) / 100,
    total_invest_wan: totalWan,
    invested_wan: Math.round(totalWan * invested * 100) / 100,
  }
}

const waits: CommonCase[] = [
  waiting('ready to supply', 30, 'recent', {}),
  waiting('not yet clean', 25, 'recent', { site_clean: false, infra_ready: false }),
  waiting('clean, no infrastructure', 10, 'recent', { infra_ready: false }),
  waiting('expropriation under way', 25, 'recent', { compensated: false, expropriation: 'part', site_clean: false, infra_ready: false, class_unchanged: true }), // prettier-ignore
  waiting('not expropriated', 10, 'recent', { compensated: false, expropriation: 'none', site_clean: false, infra_ready: false, class_unchanged: true }), // prettier-ignore
  waiting('lapsed', 15, 'lapsing', { compensated: false, expropriation: 'none', site_clean: false, infra_ready: false, class_unchanged: true }), // prettier-ignore
  waiting('to be withdrawn', 8, 'lapsing', { supply_possible: false, class_unchanged: true }),
  waiting('to be re-planned', 8, 'lapsing', { supply_possible: false, class_unchanged: false }),
  waiting('in use already', 8, 'lapsing', { site_used: true }),
]

const stateUnknown: CommonCase = {
  name: 'state of approved land not known',
  per1000: 6,
  isWhollyUsed: false,
  write(scene) {
    scene.leaves(scene.approval('recent'), [scene.whole], null)
  },
}

const halfSupplied: CommonCase = {
  name: 'half supplied',
  per1000: 10,
  isWhollyUsed: false,
  cuts: true,
  write(scene) {
    const approval = scene.approval('mid', scene.ready)
    scene.supply(daysBack(scene, -10, -200), approval, none, { shape: scene.part(0, 0.55) })
    scene.leaves(approval, [scene.part(0.55, 1)], null)
  },
}

const withdrawn: CommonCase = {
  name: 'approval withdrawn',
  per1000: 8,
  isWhollyUsed: false,
  write(scene) {
    const approvedOn = dayBetween(scene.random, '2012-01-01', '2018-12-31')
    scene.approval(approvedOn, { status: 'withdrawn', status_on: addDays(approvedOn, 900) })
  },
}

const inefficient: CommonCase = {
  name: 'low efficiency',
  per1000: 15,
  isWhollyUsed: true,
  write(scene) {
    const farActual = scene.random.chance(0.5) ? uses[scene.use].farMax * 0.5 : undefined
    const floorM2 = farActual && Math.round(scene.plot.areaM2 * farActual)
    const { title } = built(scene, { completion: { floor_area_m2: floorM2 } })
    scene.performance({
      parcel_code: title.doc!,
      year: 2024,
      eco_class: 'D',
      low_efficiency: true,
      rule_id: '虚构-亩均-2024',
    })
  },
}

const termEnding: CommonCase = {
  name: 'term ends within a year',
  per1000: 6,
  isWhollyUsed: true,
  write(scene) {
    built(scene, { title: { term_end: addDays(CITY_AS_OF, scene.random.whole(20, 340)) } })
  },
}

const seized: CommonCase = {
  name: 'seized before the start',
  per1000: 6,
  isWhollyUsed: true,
  write(scene) {
    supplied(scene, daysBack(scene, -5, -200), none, true, { sealed: true })
  },
}

const partlyUnused: CommonCase = {
  name: 'much of it unused',
  per1000: 10,
  isWhollyUsed: true,
  write(scene) {
    const m2 = scene.plot.areaM2
    const works = { footprint_m2: Math.round(m2 * 0.28), yard_m2: Math.round(m2 * 0.1) }
    const { title, completion } = built(scene, { completion: works })
    scene.finds('P510', [title, completion], why('用而未尽', 'much of it unused'))
  },
}

/** Works that should produce by now, and works that produce less than agreed. Other uses have no such agreement. */
const belowAgreement: CommonCase = {
  name: 'production overdue or below agreement',
  per1000: 14,
  isWhollyUsed: true,
  write(scene) {
    if (scene.use !== 'IND') {
      built(scene)
      return
    }
    if (scene.random.chance(0.5)) {
      built(scene, {
        supply: { production_due: daysBack(scene, 700, 60) },
        completion: { production_on: daysBack(scene, -60, -300) },
      })
      return
    }
    const { title } = built(scene, {
      supply: { assess_on: daysBack(scene, 700, 200), agree_tax_per_mu: 15, agree_invest_per_mu: 300 },
      completion: { production_on: '2019-05-06' },
    })
    const taxPerMu = Math.round(scene.random.between(3, 13) * 10) / 10
    scene.performance({ parcel_code: title.doc!, year: 2024, eco_class: 'C', tax_per_mu: taxPerMu })
  },
}

const mortgaged: CommonCase = {
  name: 'mortgaged',
  per1000: 40,
  isWhollyUsed: true,
  write(scene) {
    built(scene, { title: { mortgaged: true } })
  },
}

const disputed: CommonCase = {
  name: 'disputed',
  per1000: 5,
  isWhollyUsed: true,
  write(scene) {
    const title = scene.title(dayBetween(scene.random, '1995-01-01', '2015-12-31'), null, {
      legacy_built: true,
      dispute: true,
    })
    scene.gets(title, 'X4', why('权属争议', 'ownership disputed'))
  },
}

/** How much rarer new supplies and approvals are between old houses. */
const INFILL = 0.15

/** Long built up: mostly titles older than the rules, some infill. */
export const oldTown: readonly CommonCase[] = [
  legacy,
  vacant,
  disputed,
  { ...builtAndUsed, per1000: 50 },
  ...clocks.map((each) => ({ ...each, per1000: each.per1000 * INFILL })),
  ...waits.map((each) => ({ ...each, per1000: each.per1000 * INFILL })),
]

/** Built, or to be built, under the rules of today. */
export const newTown: readonly CommonCase[] = [
  builtAndUsed,
  { ...vacant, per1000: 10 },
  ...clocks,
  ...waits,
  stateUnknown,
  halfSupplied,
  withdrawn,
  inefficient,
  partlyUnused,
  belowAgreement,
  termEnding,
  mortgaged,
  seized,
]
