import type { DossierEntry } from '../contract.ts'
import type { Message } from '../refusal.ts'
import { recordFields, type RecordKind } from '../record/record.ts'
import { labelOf } from '../record/field-label.ts'
import { maskDoc, maskField } from '../record/mask-field.ts'
import { valueLabels } from './field-label.ts'

/** The papers of a parcel in the order of its life. `plan` stands for the control-plan zones on it. */
export const lifeOrder = [
  'plan',
  'preliminary',
  'approval',
  'expropriation',
  'reserve',
  'supply',
  'permit',
  'completion',
  'registration',
  'violation',
  'performance',
] as const
export type LifeStep = (typeof lifeOrder)[number]

export const stepTitles: Readonly<Record<LifeStep, Message>> = {
  plan: { zh: '规划', en: 'Plan' },
  preliminary: { zh: '预审选址', en: 'Preliminary review' },
  approval: { zh: '报批', en: 'Approval' },
  expropriation: { zh: '征收', en: 'Expropriation' },
  reserve: { zh: '储备', en: 'Reserve' },
  supply: { zh: '供应', en: 'Supply' },
  permit: { zh: '规划许可', en: 'Permit' },
  completion: { zh: '竣工验收', en: 'Completion' },
  registration: { zh: '登记', en: 'Registration' },
  violation: { zh: '违法案件', en: 'Violation case' },
  performance: { zh: '用地效益', en: 'Performance' },
}

/** A record as it was linked to a parcel. */
export interface LinkedRecord {
  readonly recordId: number
  readonly kind: RecordKind
  readonly layer: string
  readonly doc: string | null
  readonly fields: Readonly<Record<string, unknown>>
  readonly areaM2: number | null
  readonly shareOfParcel: number | null
  readonly evidence: readonly string[]
  readonly certainty: 'certain' | 'probable' | null
  readonly delivery: { readonly deliveryId: number; readonly fileName: string; readonly row: number }
}

export interface DossierInput {
  readonly kind: 'titled' | 'supplied' | 'remainder'
  readonly stage: string
  readonly useGroup: string | null
  readonly records: readonly LinkedRecord[]
}

/** The day a paper of each kind stands for. */
export const dateField: Readonly<Record<LifeStep, string>> = {
  plan: 'in_force_on',
  preliminary: 'issued_on',
  approval: 'approved_on',
  expropriation: 'announced_on',
  reserve: 'in_on',
  supply: 'signed_on',
  permit: 'issued_on',
  completion: 'accepted_on',
  registration: 'registered_on',
  violation: 'found_on',
  performance: 'year',
}

const stageRank = ['planned', 'approved', 'supplied', 'building', 'completed', 'built', 'exited']

/**
 * Which papers a parcel that has come so far should have. Land built before the rules is asked for its title alone;
 * a yearly performance is asked of finished industry and storage.
 */
export function expectedSteps({ kind, stage, useGroup, records }: DossierInput): LifeStep[] {
  const isLegacy = records.some(
    (record) => record.kind === 'registration' && record.fields.legacy_built === true,
  )
  const hasCome = (wanted: string): boolean => stageRank.indexOf(stage) >= stageRank.indexOf(wanted)
  const steps: LifeStep[] = ['plan']
  if (!isLegacy) {
    steps.push('approval', 'expropriation')
    if (kind !== 'remainder') steps.push('supply')
    if (hasCome('building')) steps.push('permit')
    if (hasCome('completed')) steps.push('completion')
  }
  if (kind === 'titled' || hasCome('completed')) steps.push('registration')
  if (hasCome('completed') && (useGroup === 'IND' || useGroup === 'STO')) steps.push('performance')
  return steps
}

/** The dossier in the order of life: papers by their day within a step, a gap where one is expected and missing. */
export function assembleDossier(input: DossierInput, language: 'zh' | 'en'): DossierEntry[] {
  const expected = new Set(expectedSteps(input))
  return lifeOrder.flatMap((step) => {
    const papers = input.records
      .filter((record) => stepOf(record) === step)
      .map((record) => toEntry(record, step, language))
      .toSorted(
        (a, b) =>
          compare(a.on ?? '9999', b.on ?? '9999') ||
          compare(a.doc ?? '', b.doc ?? '') ||
          a.recordId! - b.recordId!,
      )
    if (papers.length > 0) return papers
    return expected.has(step) ? [gap(step)] : []
  })
}

/** Of the zones a parcel lies in only the control plan is one of its papers. */
function stepOf({ kind, layer }: LinkedRecord): LifeStep | null {
  if (kind === 'layer') return layer === 'control_plan' ? 'plan' : null
  return lifeOrder.find((step) => step === kind) ?? null
}

function toEntry(record: LinkedRecord, step: LifeStep, language: 'zh' | 'en'): DossierEntry {
  const day = record.fields[dateField[step]]
  return {
    kind: step,
    present: true,
    recordId: record.recordId,
    doc: maskDoc(record.kind, record.doc),
    on: day === undefined || day === null ? null : String(day),
    title: stepTitles[step],
    facts: Object.keys(recordFields[record.kind].shape) // in the order of the register, whatever the base returns
      .filter((field) => record.fields[field] !== null && record.fields[field] !== undefined)
      .map((field) => ({
        field,
        label: labelOf(field),
        value: printed(field, record.fields[field], language),
      })),
    areaInCommonM2: record.areaM2,
    shareOfParcel: record.shareOfParcel,
    evidence: [...record.evidence],
    certainty: record.certainty,
    delivery: record.delivery,
  }
}

function gap(step: LifeStep): DossierEntry {
  return {
    kind: step,
    present: false,
    recordId: null,
    doc: null,
    on: null,
    title: stepTitles[step],
    facts: [],
    areaInCommonM2: null,
    shareOfParcel: null,
    evidence: [],
    certainty: null,
    delivery: null,
  }
}

function printed(field: string, value: unknown, language: 'zh' | 'en'): string {
  if (typeof value === 'boolean') return valueLabels[String(value)]![language]
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return JSON.stringify(value)
  const label = valueLabels[`${field}=${value}`] ?? valueLabels[value]
  return label ? label[language] : maskField(field, value)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
