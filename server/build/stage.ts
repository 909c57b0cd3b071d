import type { Fields } from '../record/record.ts'

export const stages = ['planned', 'approved', 'supplied', 'building', 'completed', 'built', 'exited'] as const
export type Stage = (typeof stages)[number]

/** The records of one parcel that decide how far it has come. Absent: no such record is linked. */
export interface StageInput {
  readonly kind: 'titled' | 'supplied' | 'remainder'
  readonly supply?: Fields<'supply'> | undefined
  readonly registration?: Fields<'registration'> | undefined
  readonly completion?: Fields<'completion'> | undefined
}

/** Whether works have started, as the records say: a stated state, a date, or a completion. A blank is unknown. */
export function startState({ supply, completion }: StageInput): 'none' | 'started' | 'unknown' {
  if (completion || supply?.start_on || supply?.finish_on || supply?.finish_state === 'done') return 'started'
  return supply?.start_state ?? 'unknown'
}

/** Whether works are finished, as the records say. */
export function finishState({ supply, completion }: StageInput): 'none' | 'done' | 'unknown' {
  if (completion?.accepted_on || supply?.finish_on) return 'done'
  if (completion) return 'done'
  return supply?.finish_state ?? 'unknown'
}

/**
 * How far a parcel has come. A remainder is `approved`; supplied land not known to have started is `supplied`;
 * finished land is `built` once titled, `completed` before; a title known to be built long ago is `built`.
 */
export function stageOf(input: StageInput): Stage {
  if (input.kind === 'remainder') return 'approved'
  if (finishState(input) === 'done') return input.kind === 'titled' ? 'built' : 'completed'
  if (input.registration?.legacy_built) return 'built'
  return startState(input) === 'started' ? 'building' : 'supplied'
}
