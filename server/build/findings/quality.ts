import { isOtherLand } from '../../geo/other-land.ts'
import { decodeMultiPolygon } from '../../geo/wkb.ts'
import { isOrganisationCode, parseCreditCode } from '../../identifier/credit-code.ts'
import { parseParcelCode } from '../../identifier/parcel-code.ts'
import { parseResidentId } from '../../identifier/resident-id.ts'
import { parseSupervisionNo } from '../../identifier/supervision-no.ts'
import { parseUnitCode } from '../../identifier/unit-code.ts'
import { areaLimitM2 } from '../../record/area-limit.ts'
import { ownNumbersOf } from '../../record/own-number.ts'
import type { LandRecord } from '../../record/record.ts'
import type { IsoDate } from '../../units.ts'
import { isKind } from '../registers.ts'
import { startState } from '../stage.ts'
import { withoutLand, type FindingDraft, type Situation } from './finding.ts'

/** P604-P608: papers that lack, contradict or repeat what they should say. */
export function qualityFindings(situation: Situation): FindingDraft[] {
  return [
    ...missingDates(situation),
    ...datesOutOfOrder(situation),
    ...failedIdentifiers(situation),
    ...repeatedIdentifiers(situation),
    ...areaMismatches(situation),
  ]
}

/** P604 关键日期缺失: one finding per record, with the fields that are missing. */
function missingDates({ registers, works, landOf }: Situation): FindingDraft[] {
  return registers.records.flatMap((record) => {
    const fields = missingFields(
      record,
      isKind(record, 'supply') ? works.completionsOf(record)[0] : undefined,
    )
    if (fields.length === 0) return []
    return [
      { ...withoutLand, code: 'P604', records: [record], parcels: landOf.record(record), detail: { fields } },
    ]
  })
}

function missingFields(record: LandRecord, completion: LandRecord<'completion'> | undefined): string[] {
  if (isKind(record, 'approval')) return record.fields.approved_on === undefined ? ['approved_on'] : []
  if (isKind(record, 'registration'))
    return record.fields.registered_on === undefined ? ['registered_on'] : []
  if (isKind(record, 'completion')) return record.fields.accepted_on === undefined ? ['accepted_on'] : []
  if (!isKind(record, 'supply')) return []
  const { signed_on, start_due, handover_on } = record.fields
  const start = startState({ kind: 'supplied', supply: record.fields, completion: completion?.fields })
  return [
    ...(signed_on === undefined ? ['signed_on'] : []),
    ...(start_due === undefined && handover_on === undefined && start !== 'started' ? ['start_due'] : []),
    ...(start === 'unknown' ? ['start_state'] : []),
  ]
}

interface Step {
  readonly field: string
  readonly on: IsoDate
  readonly record: LandRecord
}

/** P605 时间倒挂: approval, contract, start and finish of one contract, where a later step is dated before an earlier one. */
function datesOutOfOrder({ registers, links, works, landOf }: Situation): FindingDraft[] {
  return registers.records.flatMap((supply) => {
    if (!isKind(supply, 'supply')) return []
    const approvals = new Set<LandRecord>()
    for (const parcel of landOf.supply(supply)) {
      for (const link of links[parcel]!)
        if (link.record.kind === 'approval' && link.certainty === 'certain') approvals.add(link.record)
    }
    const { signed_on, start_on, finish_on } = supply.fields
    const stages: Step[][] = [
      [...approvals].flatMap((approval) =>
        stepOf(
          approval,
          'approved_on',
          isKind(approval, 'approval') ? approval.fields.approved_on : undefined,
        ),
      ),
      stepOf(supply, 'signed_on', signed_on),
      stepOf(supply, 'start_on', start_on),
      [
        ...stepOf(supply, 'finish_on', finish_on),
        ...works
          .completionsOf(supply)
          .flatMap((completion) => stepOf(completion, 'accepted_on', completion.fields.accepted_on)),
      ],
    ]
    const reversed = stages.flatMap((earlier, at) =>
      stages.slice(at + 1).flatMap((later) => reversedPairs(earlier, later)),
    )
    if (reversed.length === 0) return []
    const others = new Set(
      reversed.flatMap((pair) => pair.map((step) => step.record)).filter((record) => record !== supply),
    )
    const pairs = reversed.map((pair) => pair.map(({ field, on }) => ({ field, on })))
    return [
      {
        ...withoutLand,
        code: 'P605',
        records: [supply, ...others],
        parcels: landOf.supply(supply),
        detail: { reversed: pairs },
      },
    ]
  })
}

const stepOf = (record: LandRecord, field: string, on: IsoDate | undefined): Step[] =>
  on === undefined ? [] : [{ record, field, on }]
const reversedPairs = (earlier: readonly Step[], later: readonly Step[]): [Step, Step][] =>
  earlier.flatMap((a) => later.filter((b) => a.on > b.on).map((b): [Step, Step] => [a, b]))

/** What can be parsed of the numbers a record carries. */
const parsers = {
  parcel_code: parseParcelCode,
  unit_code: parseUnitCode,
  supervision_no: parseSupervisionNo,
  holder_code: parseHolderCode,
} as const
type Identifier = keyof typeof parsers

/** Firms carry a credit code, older ones an organisation code, persons their own number. */
function parseHolderCode(raw: string): ReturnType<typeof parseCreditCode> | { readonly ok: true } {
  return isOrganisationCode(raw) || parseResidentId(raw).ok ? { ok: true } : parseCreditCode(raw)
}

/** P606 代码校验失败. A holder's code may be a person's: its failure is told without the number. */
function failedIdentifiers({ registers, landOf }: Situation): FindingDraft[] {
  return registers.records.flatMap((record) => {
    if (record.kind === 'layer') return []
    const failed = (Object.keys(parsers) as Identifier[]).flatMap((field) => {
      const raw = textOf(record, field)
      if (raw === undefined) return []
      const parsed = parsers[field](raw)
      if (parsed.ok) return []
      return [{ field, ...(field !== 'holder_code' && { value: raw, reason: parsed.reason }) }]
    })
    if (failed.length === 0) return []
    return [
      {
        ...withoutLand,
        code: 'P606',
        records: [record],
        parcels: landOf.record(record),
        detail: { fields: failed },
      },
    ]
  })
}

/** P607 代码重复: one number on current records of one kind that lie on different land. Without shapes that cannot be told. */
function repeatedIdentifiers({ registers, landOf }: Situation): FindingDraft[] {
  const byNumber = new Map<string, { field: string; records: LandRecord[] }>()
  for (const record of registers.records) {
    if (record.wkb === null) continue
    for (const [field, number] of ownNumbersOf(record)) {
      const name = `${field} ${record.kind} ${number}`
      const known = byNumber.get(name)
      if (known) known.records.push(record)
      else byNumber.set(name, { field, records: [record] })
    }
  }
  const groups = new Map<string, { fields: Record<string, string>; records: LandRecord[] }>()
  for (const { field, records } of byNumber.values()) {
    if (records.length < 2) continue
    // the parcel code is part of the unit code: one finding for one set of records
    const name = records.map((record) => record.recordId).join()
    const group = groups.get(name) ?? { fields: {}, records }
    group.fields[field] = textOf(records[0]!, field)!
    groups.set(name, group)
  }
  return [...groups.values()]
    .filter(({ records: [first, ...others] }) => {
      const land = decodeMultiPolygon(first!.wkb!)
      return others.some(({ wkb }) => isOtherLand(land, decodeMultiPolygon(wkb!)))
    })
    .map(({ fields, records }) => {
      const parcels = [...new Set(records.flatMap((record) => landOf.record(record)))].toSorted(
        (a, b) => a - b,
      )
      return { ...withoutLand, code: 'P607', records, parcels, detail: { fields } }
    })
}

/** P608 面积不符: what the paper says against the planar area of its shape. */
function areaMismatches({ registers, landOf }: Situation): FindingDraft[] {
  return registers.records.flatMap((record) => {
    const { areaDocumentM2, areaPlanarM2 } = record
    if (areaDocumentM2 === null || areaPlanarM2 === null) return []
    const differenceM2 = areaPlanarM2 - areaDocumentM2
    const limitM2 = areaLimitM2(areaDocumentM2)
    if (Math.abs(differenceM2) <= limitM2) return []
    const detail = { documentM2: areaDocumentM2, planarM2: areaPlanarM2, differenceM2, limitM2 }
    return [{ ...withoutLand, code: 'P608', records: [record], parcels: landOf.record(record), detail }]
  })
}

function textOf(record: LandRecord, field: string): string | undefined {
  const value = (record.fields as Readonly<Record<string, unknown>>)[field]
  return typeof value === 'string' ? value : undefined
}
