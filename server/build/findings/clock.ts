import { idleState } from '../../analysis/idle-clock.ts'
import type { LandRecord } from '../../record/record.ts'
import type { IsoDate } from '../../units.ts'
import { isKind } from '../registers.ts'
import { finishState, startState, type StageInput } from '../stage.ts'
import { onOwnLand, withoutLand, type FindingDraft, type Situation } from './finding.ts'

/** The land of these findings is the whole contract's, as the contract draws it. */
const AS_DRAWN = { test: 'as_drawn' } as const

/** P501-P505 and P511: the clocks of contracts, and an agreement that turned a clock back before it was signed. */
export function clockFindings(situation: Situation): FindingDraft[] {
  return [...overdueFindings(situation), ...impossibleSupplements(situation)]
}

/**
 * P501-P505: what a contract agreed and what has happened by the day asked about. Only contracts that have land among
 * the parcels; a date that is not known never makes a finding, and a state counts only where a record states it.
 */
function overdueFindings({ registers, works, landOf }: Situation): FindingDraft[] {
  return registers.records.flatMap((record) => {
    if (!isKind(record, 'supply')) return []
    const parcels = landOf.supply(record)
    if (parcels.length === 0) return []
    const completion = works.completionsOf(record)[0]?.fields
    return overdue(record, { kind: 'supplied', supply: record.fields, completion }, registers.asOf).map(
      ({ code, detail }) => ({
        ...withoutLand,
        code,
        records: [record],
        parcels,
        detail: {
          as_of: registers.asOf,
          ...(record.wkb !== null && AS_DRAWN),
          signed_on: record.fields.signed_on ?? null,
          ...detail,
        },
        ...onOwnLand(record),
      }),
    )
  })
}

/** P511 补充协议日期异常: the start agreed anew lies before the day the supplement was signed. On that day it may be. */
function impossibleSupplements({ registers, landOf }: Situation): FindingDraft[] {
  return registers.records.flatMap((record) => {
    if (!isKind(record, 'supply')) return []
    const { signed_on, start_due, supplement_signed_on } = record.fields
    if (start_due === undefined || supplement_signed_on === undefined || start_due >= supplement_signed_on)
      return []
    const detail = {
      ...(record.wkb !== null && AS_DRAWN),
      signed_on: signed_on ?? null,
      supplement_signed_on,
      start_due,
    }
    const parcels = landOf.supply(record)
    return [{ ...withoutLand, code: 'P511', records: [record], parcels, detail, ...onOwnLand(record) }]
  })
}

interface Overdue {
  readonly code: string
  readonly detail: Readonly<Record<string, unknown>>
}

function overdue({ fields }: LandRecord<'supply'>, works: StageInput, asOf: IsoDate): Overdue[] {
  const found: Overdue[] = []
  const { handover_due, finish_due, idle_recognised_on } = fields
  if (
    fields.handover_state === 'none' &&
    fields.handover_on === undefined &&
    handover_due !== undefined &&
    asOf > handover_due
  ) {
    found.push({ code: 'P501', detail: { handover_due } })
  }
  const idle = idleState({
    asOf,
    startDue: fields.start_due,
    handoverOn: fields.handover_on,
    startState: startState(works),
    finished: finishState(works) === 'done',
    haltedSince: fields.halted_since,
    developedM2: fields.developed_m2,
    shouldDevelopM2: fields.should_develop_m2,
    investedWan: fields.invested_wan,
    totalInvestWan: fields.total_invest_wan,
  })
  const clock = {
    start_due: idle.startDue ?? null,
    ...(idle.startDueDerived && { start_due_from: 'handover_on' }),
  }
  if (startState(works) === 'none' && idle.startDue !== undefined && asOf > idle.startDue)
    found.push({ code: 'P502', detail: clock })
  if (idle.kind !== undefined && idle.kind !== 'none') {
    const detail = {
      kind: idle.kind,
      ...clock,
      one_year_last_day: idle.oneYearLastDay ?? null,
      two_year_last_day: idle.twoYearLastDay ?? null,
      halted_since: fields.halted_since ?? null,
      cause: fields.idle_cause ?? 'unknown',
    }
    const isRecognised = idle_recognised_on !== undefined && idle_recognised_on <= asOf
    if (isRecognised) found.push({ code: 'P504', detail: { ...detail, idle_recognised_on } })
    else found.push({ code: 'P503', detail })
  }
  if (finishState(works) === 'none' && finish_due !== undefined && asOf > finish_due)
    found.push({ code: 'P505', detail: { finish_due } })
  return found
}
