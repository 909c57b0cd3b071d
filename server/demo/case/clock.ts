import type { IsoDate } from '../../units.ts'
import { CITY_AS_OF } from '../calendar.ts'
import type { Scene } from '../scene.ts'
import { investment, supplied } from './common.ts'
import type { PlantedCase } from './case.ts'

const why = (zh: string, en: string): { zh: string; en: string } => ({ zh, en })
const none = { start_state: 'none' } as const
const started = { start_state: 'started', finish_state: 'none' } as const

interface ClockCase {
  readonly name: string
  readonly zh: string
  readonly startDue: IsoDate
  readonly fields: Parameters<Scene['supply']>[2]
  readonly finds: readonly string[]
  readonly strategy: string
  readonly uses?: PlantedCase['uses']
}

/** Asked about 2025-06-30. A period ends on the corresponding day; from the day after, it is over. */
const days: readonly ClockCase[] = [
  {
    name: 'start due today',
    zh: '约定开工日当天',
    startDue: CITY_AS_OF,
    fields: none,
    finds: [],
    strategy: 'C9',
  },
  {
    name: 'start due yesterday',
    zh: '约定开工日次日',
    startDue: '2025-06-29',
    fields: none,
    finds: ['P502'],
    strategy: 'C8',
  },
  {
    name: 'last day of the first year',
    zh: '满一年当日不算闲置',
    startDue: '2024-06-30',
    fields: { ...none, idle_cause: 'own' },
    finds: ['P502'],
    strategy: 'C8',
  },
  {
    name: 'day after the first year',
    zh: '满一年次日闲置',
    startDue: '2024-06-29',
    fields: { ...none, idle_cause: 'own' },
    finds: ['P502', 'P503'],
    strategy: 'C5',
  },
  {
    name: 'last day of the second year',
    zh: '满两年当日',
    startDue: '2023-06-30',
    fields: { ...none, idle_cause: 'own' },
    finds: ['P502', 'P503'],
    strategy: 'C5',
  },
  {
    name: 'day after the second year',
    zh: '满两年次日',
    startDue: '2023-06-29',
    fields: { ...none, idle_cause: 'own' },
    finds: ['P502', 'P503'],
    strategy: 'C4',
  },
  {
    name: 'start due on 29 February',
    zh: '2 月 29 日起算',
    startDue: '2024-02-29',
    fields: { ...none, idle_cause: 'own' },
    finds: ['P502', 'P503'],
    strategy: 'C5',
  },
  {
    name: 'idle, government cause',
    zh: '政府原因闲置',
    startDue: '2023-01-10',
    fields: { ...none, idle_cause: 'gov' },
    finds: ['P502', 'P503'],
    strategy: 'C3',
  },
  {
    name: 'idle, force majeure',
    zh: '不可抗力闲置',
    startDue: '2023-01-10',
    fields: { ...none, idle_cause: 'force_majeure' },
    finds: ['P502', 'P503'],
    strategy: 'C3',
  },
  {
    name: 'idle, cause unknown',
    zh: '闲置原因不明',
    startDue: '2023-01-10',
    fields: { ...none, idle_cause: 'unknown' },
    finds: ['P502', 'P503'],
    strategy: 'C6',
  },
  {
    name: 'idle, cause blank',
    zh: '闲置原因空白',
    startDue: '2023-01-10',
    fields: none,
    finds: ['P502', 'P503'],
    strategy: 'C6',
  },
  {
    name: 'idle, mixed causes',
    zh: '混合原因闲置',
    startDue: '2023-01-10',
    fields: { ...none, idle_cause: 'mixed' },
    finds: ['P502', 'P503'],
    strategy: 'C6',
  },
  {
    name: 'recognised idle',
    zh: '已认定闲置',
    startDue: '2023-12-05',
    fields: { ...none, idle_cause: 'own', idle_recognised_on: '2025-05-12' },
    finds: ['P502', 'P504'],
    strategy: 'C5',
  },
  {
    name: 'recognised idle today',
    zh: '当日认定闲置',
    startDue: '2023-12-05',
    fields: { ...none, idle_cause: 'gov', idle_recognised_on: CITY_AS_OF },
    finds: ['P502', 'P504'],
    strategy: 'C3',
  },
  {
    name: 'listed for buy-back',
    zh: '列入收购清单',
    startDue: '2023-12-05',
    fields: { ...none, idle_cause: 'own', holder_unwilling: true, buyback_listed: true },
    finds: ['P502', 'P503'],
    strategy: 'C2',
    uses: ['RES', 'COM'],
  },
  {
    name: 'start blank',
    zh: '开工情况空白',
    startDue: '2023-01-10',
    fields: {},
    finds: ['P604'],
    strategy: 'C0',
  },
  {
    name: 'start unknown',
    zh: '开工情况不明',
    startDue: '2023-01-10',
    fields: { start_state: 'unknown' },
    finds: ['P604'],
    strategy: 'C0',
  },
  {
    name: 'no start date agreed, a year and a year after handover gone',
    zh: '未约定开工日,自交地满一年起算',
    startDue: '2024-03-01',
    fields: {
      ...none,
      start_due: undefined,
      handover_on: '2023-06-29',
      handover_due: '2023-06-29',
      idle_cause: 'own',
    },
    finds: ['P502', 'P503'],
    strategy: 'C5',
  },
  {
    name: 'no start date agreed, last day of the year',
    zh: '未约定开工日,满一年当日',
    startDue: '2024-03-01',
    fields: {
      ...none,
      start_due: undefined,
      handover_on: '2023-06-30',
      handover_due: '2023-06-30',
      idle_cause: 'own',
    },
    finds: ['P502'],
    strategy: 'C8',
  },
  {
    name: 'handover overdue',
    zh: '逾期未交地',
    startDue: '2025-11-20',
    fields: { ...none, handover_due: '2025-06-29', handover_on: undefined, handover_state: 'none' },
    finds: ['P501'],
    strategy: 'C1',
  },
  {
    name: 'handover due today',
    zh: '约定交地日当天',
    startDue: '2025-11-20',
    fields: { ...none, handover_due: CITY_AS_OF, handover_on: undefined, handover_state: 'none' },
    finds: [],
    strategy: 'C9',
  },
  {
    name: 'handover not stated',
    zh: '交地情况未填',
    startDue: '2025-11-20',
    fields: { ...none, handover_due: '2025-06-01', handover_on: undefined },
    finds: [],
    strategy: 'C9',
  },
  {
    name: 'completion due today',
    zh: '约定竣工日当天',
    startDue: '2023-07-01',
    fields: { ...started, start_on: '2023-06-20', finish_due: CITY_AS_OF },
    finds: [],
    strategy: 'D2',
  },
  {
    name: 'completion due yesterday',
    zh: '约定竣工日次日',
    startDue: '2023-07-01',
    fields: { ...started, start_on: '2023-06-20', finish_due: '2025-06-29' },
    finds: ['P505'],
    strategy: 'D1',
  },
  {
    name: 'completion overdue, state not known',
    zh: '竣工情况不明',
    startDue: '2023-07-01',
    fields: { start_state: 'started', start_on: '2023-06-20', finish_due: '2025-01-31' },
    finds: [],
    strategy: 'D1',
  },
  {
    name: 'started, completion date blank',
    zh: '未约定竣工日',
    startDue: '2023-07-01',
    fields: { ...started, start_on: '2023-06-20', finish_due: undefined },
    finds: [],
    strategy: 'Z0',
  },
]

interface HaltCase {
  readonly name: string
  readonly zh: string
  readonly since: IsoDate
  readonly developed: number
  readonly invested: number
  readonly isIdle: boolean
}

const halts: readonly HaltCase[] = [
  {
    name: 'stopped a year to the day',
    zh: '停工满一年当日',
    since: '2024-06-30',
    developed: 0.2,
    invested: 0.2,
    isIdle: false,
  },
  {
    name: 'stopped a year and a day',
    zh: '停工满一年次日',
    since: '2024-06-29',
    developed: 0.2,
    invested: 0.2,
    isIdle: true,
  },
  {
    name: 'stopped since 29 February',
    zh: '2 月 29 日停工',
    since: '2024-02-29',
    developed: 0.2,
    invested: 0.2,
    isIdle: true,
  },
  {
    name: 'stopped, enough built, too little invested',
    zh: '面积够、投资不足',
    since: '2023-11-01',
    developed: 0.5,
    invested: 0.24,
    isIdle: true,
  },
  {
    name: 'stopped, too little built, enough invested',
    zh: '投资够、面积不足',
    since: '2023-11-01',
    developed: 0.3,
    invested: 0.6,
    isIdle: true,
  },
  {
    name: 'stopped, half built and half invested',
    zh: '面积、投资均够',
    since: '2023-11-01',
    developed: 0.5,
    invested: 0.5,
    isIdle: false,
  },
]

/** P501 to P505, P511 and C0 to D2, each on the day its clock turns. */
export const clockCases: readonly PlantedCase[] = [
  {
    name: 'supplement with a start before it was signed',
    write(scene) {
      const { supply } = supplied(scene, '2025-04-30', { ...none, supplement_signed_on: '2025-05-01' })
      scene.finds('P511', [supply], why('新约定开工日早于签订日', 'the new start lies before the signing'))
      scene.finds('P502', [supply], why('逾期未开工', 'start overdue'))
    },
  },
  {
    name: 'decoy: supplement with a start on the day it was signed',
    write(scene) {
      const { supply } = supplied(scene, '2025-05-01', { ...none, supplement_signed_on: '2025-05-01' })
      scene.spares(['P511'], [supply], why('签订当日开工', 'to start on the day of signing'))
      scene.finds('P502', [supply], why('逾期未开工', 'start overdue'))
    },
  },
  ...days.flatMap((day) => [clockCase(day, false), clockCase(day, true)]),
  ...halts.map((halt): PlantedCase => ({
    name: halt.name,
    write(scene) {
      const { supply, parcel } = supplied(scene, '2023-07-01', {
        ...started,
        start_on: '2023-06-20',
        finish_due: '2026-02-28',
        halted_since: halt.since,
        ...investment(scene, halt.developed, halt.invested),
      })
      const reason = why(halt.zh, halt.name)
      if (halt.isIdle) scene.finds('P503', [supply], reason)
      else scene.spares(['P503'], [supply], reason)
      scene.gets(parcel, halt.isIdle ? 'C7' : 'D2', reason)
    },
  })),
]

function clockCase(day: ClockCase, isTitled: boolean): PlantedCase {
  return {
    name: `${day.name}, ${isTitled ? 'titled' : 'supplied'}`,
    ...(day.uses ? { uses: day.uses } : {}),
    write(scene) {
      const { supply, parcel } = supplied(scene, day.startDue, day.fields, isTitled)
      const reason = why(day.zh, day.name)
      for (const code of day.finds) scene.finds(code, [supply], reason)
      const others = ['P501', 'P502', 'P503', 'P504', 'P505'].filter((code) => !day.finds.includes(code))
      scene.spares(others, [supply], reason)
      scene.gets(parcel, day.strategy, reason)
    },
  }
}
