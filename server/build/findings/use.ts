import { overlappingPairs } from '../../geo/pair-area.ts'
import type { LandRecord } from '../../record/record.ts'
import { commonLand, joinLand, landBeyond } from '../overlap.ts'
import { isValidApproval } from '../precedence.ts'
import { shapeOf, type Shaped } from '../registers.ts'
import { judgement, onLand, paperOf, share, withoutLand, type FindingDraft, type Situation } from './finding.ts' // prettier-ignore
import { holdsApprovals } from './known.ts'
import { SMALLEST_REAL_M2 } from './overlaps.ts'

/** A supply that lies outside approval by less is drawn a little differently, not supplied without approval. */
const OUTSIDE_SHARE = 0.01

/** P201-P204: land used without approval, without supply, beyond the title, or supplied beyond the approval. */
export function useFindings(situation: Situation): FindingDraft[] {
  const approvals = validApprovals(situation)
  return [
    ...builtWithoutApproval(situation, approvals),
    ...builtWithoutSupply(situation),
    ...usedWithoutSupply(situation),
    ...builtBeyond(situation),
    ...suppliedBeyondApproval(situation, approvals),
  ]
}

type Rows = ReadonlyMap<number, readonly LandRecord[]>

function validApprovals({ registers }: Situation): (record: LandRecord) => boolean {
  const valid = new Set<LandRecord>(
    registers.approvals.records.filter((approval) => isValidApproval(approval, registers.asOf)),
  )
  return (record) => valid.has(record)
}

/** For each shape of one register the records of another that share land with it, in the order of theirs. */
function meeting(a: Shaped, b: Shaped, keep: (record: LandRecord) => boolean = () => true): Rows {
  const found = new Map<number, number[]>()
  overlappingPairs(a.shapes, b.shapes, (i, j) => {
    if (!keep(b.records[j]!)) return
    const known = found.get(i)
    if (known) known.push(j)
    else found.set(i, [j])
  })
  return new Map([...found].map(([i, rows]) => [i, rows.toSorted((p, q) => p - q).map((j) => b.records[j]!)]))
}

/** Completions that belong to no contract and no title, by row. */
function unlinked({ registers, works }: Situation): number[] {
  const rows = [...registers.completions.records.keys()]
  return rows.filter((row) => {
    const completion = registers.completions.records[row]!
    return works.suppliesOf(completion).length === 0 && works.titlesOf(completion).length === 0
  })
}

/**
 * P201 未批先建: the part of an unlinked completion outside every valid approval. Land of a title built long ago is not
 * counted. Not asked while the base holds no approval: nothing known is not nothing granted.
 */
function builtWithoutApproval(
  situation: Situation,
  isValid: (record: LandRecord) => boolean,
): FindingDraft[] {
  const { registers } = situation
  const { completions, approvals, registrations } = registers
  if (!holdsApprovals(registers)) return []
  const granted = meeting(completions, approvals, isValid)
  const legacy = meeting(
    completions,
    registrations,
    (record) => (record as LandRecord<'registration'>).fields.legacy_built === true,
  )
  return unlinked(situation).flatMap((row) => {
    const completion = completions.records[row]!
    const others = [...(granted.get(row) ?? []), ...(legacy.get(row) ?? [])]
    const extent = landBeyond(shapeOf(completion), others.map(shapeOf))
    if (!extent.real) return []
    const detail = {
      ...judgement(extent),
      accepted_on: completion.fields.accepted_on ?? null,
      // what the rest of it stands on, rightly
      beside: others.map((other) => paperOf(other)),
    }
    return [
      {
        ...withoutLand,
        code: 'P201',
        records: [completion],
        parcels: [],
        detail,
        ...onLand(extent, completions.shapes.areaM2(row), null),
      },
    ]
  })
}

/** P202 未供先用: the part of an unlinked completion on approved land nobody was given. */
function builtWithoutSupply(situation: Situation): FindingDraft[] {
  const { completions } = situation.registers
  const remainders = new Map<number, number[]>()
  overlappingPairs(
    completions.shapes,
    situation.parcelShapes,
    (row, parcel) => {
      if (situation.parcels[parcel]!.kind === 'remainder')
        remainders.set(row, [...(remainders.get(row) ?? []), parcel])
    },
    SMALLEST_REAL_M2,
  )
  return unlinked(situation).flatMap((row) => {
    const completion = completions.records[row]!
    const found = (remainders.get(row) ?? [])
      .toSorted((a, b) => a - b)
      .map((parcel) => ({ parcel, extent: commonLand(shapeOf(completion), situation.parcels[parcel]!.wkb) }))
      .filter(({ extent }) => extent.real)
    if (found.length === 0) return []
    const extent = joinLand(found.flatMap((each) => each.extent.wkb ?? []))
    const approvals = [...new Set(found.map(({ parcel }) => situation.parcels[parcel]!.source))]
    const onFirst = found.filter(({ parcel }) => situation.parcels[parcel]!.source === approvals[0])
    const onFirstM2 = onFirst.reduce((sum, each) => sum + each.extent.planarM2, 0)
    const detail = {
      ...judgement(extent),
      by: 'completion',
      accepted_on: completion.fields.accepted_on ?? null,
      approvals: approvals.map((approval) => paperOf(approval)),
    }
    return [
      {
        ...withoutLand,
        code: 'P202',
        records: [completion, ...approvals],
        parcels: found.map((each) => each.parcel),
        detail,
        ...onLand(extent, completions.shapes.areaM2(row), null),
        shareOfSecond: share(onFirstM2, approvals[0]?.areaPlanarM2 ?? 0),
      },
    ]
  })
}

/** P202 未供先用: an approval whose site is stated to be in use although part of it was never supplied. */
function usedWithoutSupply({ parcels, registers }: Situation): FindingDraft[] {
  const remainders = new Map<LandRecord, number[]>()
  parcels.forEach((parcel, index) => {
    if (parcel.kind === 'remainder')
      remainders.set(parcel.source, [...(remainders.get(parcel.source) ?? []), index])
  })
  return registers.approvals.records.flatMap((approval) => {
    const land = remainders.get(approval)
    if (approval.fields.site_used !== true || land === undefined) return []
    const extent = joinLand(land.map((index) => parcels[index]!.wkb))
    const detail = { ...judgement(extent), by: 'site_used', approval: paperOf(approval) }
    return [
      {
        ...withoutLand,
        code: 'P202',
        records: [approval],
        parcels: land,
        detail,
        ...onLand(extent, approval.areaPlanarM2, null),
      },
    ]
  })
}

/**
 * P203 超批准范围占地: the part of a linked completion beyond all of its contracts and titles. The second share is how much
 * that is of the land of those documents together.
 */
function builtBeyond({ registers, works, landOf }: Situation): FindingDraft[] {
  const { completions } = registers
  const covered = new Float64Array(completions.records.length)
  for (const register of [registers.supplies, registers.registrations]) {
    overlappingPairs(completions.shapes, register.shapes, (row, other, areaM2) => {
      const record: LandRecord = register.records[other]!
      const completion = completions.records[row]!
      const isOwn = [...works.suppliesOf(completion), ...works.titlesOf(completion)].includes(record as never)
      if (isOwn && areaM2 > covered[row]!) covered[row] = areaM2
    })
  }
  return completions.records.flatMap((completion, row) => {
    const documents = [...works.suppliesOf(completion), ...works.titlesOf(completion)]
    const own = documents.filter((document) => document.wkb !== null)
    if (own.length === 0 || covered[row]! > completions.shapes.areaM2(row) - SMALLEST_REAL_M2) return []
    const extent = landBeyond(shapeOf(completion), own.map(shapeOf))
    if (!extent.real) return []
    const ownM2 = own.length === 1 ? own[0]!.areaPlanarM2 : joinLand(own.map(shapeOf)).planarM2
    const detail = {
      ...judgement(extent),
      accepted_on: completion.fields.accepted_on ?? null,
      beyond: documents.map((document) => paperOf(document)),
    }
    return [
      {
        ...withoutLand,
        code: 'P203',
        records: [completion, ...documents],
        parcels: landOf.record(completion),
        detail,
        ...onLand(extent, completions.shapes.areaM2(row), ownM2),
      },
    ]
  })
}

/**
 * P204 少批多占: a supply that reaches outside every valid approval by 1 % or more. Not asked while there is no approval.
 * Outside them there is no second document to have a share of; those that hold the rest are named in `detail.inside`.
 */
function suppliedBeyondApproval(
  { registers, landOf }: Situation,
  isValid: (record: LandRecord) => boolean,
): FindingDraft[] {
  const { supplies, approvals } = registers
  if (!holdsApprovals(registers)) return []
  const granted = new Map<number, number[]>()
  const covered = new Float64Array(supplies.records.length)
  overlappingPairs(supplies.shapes, approvals.shapes, (row, other, areaM2) => {
    const approval = approvals.records[other]!
    if (!isValid(approval)) return
    granted.set(row, [...(granted.get(row) ?? []), other])
    covered[row] = Math.max(covered[row]!, areaM2)
  })
  return supplies.records.flatMap((supply, row) => {
    const wholeM2 = supplies.shapes.areaM2(row)
    if (covered[row]! > wholeM2 * (1 - OUTSIDE_SHARE)) return []
    const inside = (granted.get(row) ?? []).toSorted((a, b) => a - b).map((at) => approvals.records[at]!)
    const extent = landBeyond(shapeOf(supply), inside.map(shapeOf))
    if (!extent.real || extent.planarM2 < wholeM2 * OUTSIDE_SHARE) return []
    const detail = {
      ...judgement(extent),
      limitShare: OUTSIDE_SHARE,
      signed_on: supply.fields.signed_on ?? null,
      approval_doc_no: supply.fields.approval_doc_no ?? null,
      inside: inside.map((approval) => paperOf(approval)),
    }
    return [
      {
        ...withoutLand,
        code: 'P204',
        records: [supply],
        parcels: landOf.supply(supply),
        detail,
        ...onLand(extent, wholeM2, null),
      },
    ]
  })
}
