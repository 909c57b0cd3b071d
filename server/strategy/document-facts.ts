import { startDueOf } from '../analysis/idle-clock.ts'
import { siteLayers, unusedShare } from '../analysis/unused-share.ts'
import { finishState, startState, type StageInput } from '../build/stage.ts'
import { Used } from '../claim/choice.ts'
import { isInForce, Speakers } from '../claim/speakers.ts'
import { parseParcelCode } from '../identifier/parcel-code.ts'
import { useGroupOf } from '../identifier/land-use.ts'
import { M2_PER_HA } from '../units.ts'
import type { FactSheet } from './fact-sheet.ts'
import { coveredShare, isMostlyAbout, linksOf, recordsOf, zonesOf, type FactInput, type Link } from './fact-input.ts' // prettier-ignore
import { holderClass } from './holder.ts'
import { performanceFacts } from './performance-facts.ts'
import { registerFacts } from './register-facts.ts'
import { idleCauseOf, idleKindOf } from './worked-out.ts'

/** The first day works needed a conversion approval for every county (土地管理法, 1998 revision). */
const CONTRACT_ERA = '1999-01-01'

/** The papers of one parcel that speak for it, one per register: data/claims/precedence.yaml says which. */
interface Papers {
  /** What is used of what they say, where several speak of one thing. */
  readonly used: Used
  readonly approval: Link<'approval'> | undefined
  readonly supply: Link<'supply'> | undefined
  readonly registration: Link<'registration'> | undefined
  readonly completions: readonly Link<'completion'>[]
  /** The latest completion: the one that says how things stand. */
  readonly completion: Link<'completion'> | undefined
  readonly stage: StageInput
}

/** Facts that stand in approvals, contracts, titles, acceptances and yearly lists, or follow from them. */
export function documentFacts(sheet: FactSheet, input: FactInput, speakers: Speakers): void {
  const papers = papersOf(input, speakers)
  approvalFacts(sheet, input, papers)
  supplyFacts(sheet, input, papers)
  sheet.claim('holder.bankrupt', papers.used.claim('bankrupt'))
  sheet.claim('far.plan_max', papers.used.claim('far_max'))
  titleFacts(sheet, input, papers)
  clockFacts(sheet, input, papers)
  siteFacts(sheet, input, papers)
  completionFacts(sheet, input, papers)
  registerFacts(sheet, input, papers.used)
  performanceFacts(sheet, input)
}

function papersOf(input: FactInput, speakers: Speakers): Papers {
  const { parcel, chosen } = input
  const used = new Used(speakers, chosen)
  const approval = speakers.first('approval')
  const supply = asChosen(speakers.first('supply'), used)
  const registration = speakers.first('registration')
  const completion = speakers.first('completion')
  const stage: StageInput = {
    kind: parcel.kind,
    supply: supply?.fields,
    registration: registration?.fields,
    completion: completion?.fields,
  }
  const completions = linksOf(input.links, 'completion').filter(isMostlyAbout)
  return { used, approval, supply, registration, completions, completion, stage }
}

/** What contracts agree, by field of data/claims/precedence.yaml: what is worked out from a contract goes by it too. */
const terms = {
  price: 'price_wan',
  handover_due: 'handover_due',
  handover_on: 'handover_on',
  start_due: 'start_due',
  start_on: 'start_on',
  finish_due: 'finish_due',
  finish_on: 'finish_on',
} as const

/** The contract with the terms a person chose from another paper of it. */
function asChosen(supply: Link<'supply'> | undefined, used: Used): Link<'supply'> | undefined {
  if (!supply) return undefined
  const chosen = Object.entries(terms).filter(([field]) => used.isChosen(field))
  if (chosen.length === 0) return supply
  const values = chosen.map(([field, name]) => [name, used.claim(field)!.value])
  return { ...supply, fields: { ...supply.fields, ...Object.fromEntries(values) } }
}

function approvalFacts(sheet: FactSheet, input: FactInput, { approval, used }: Papers): void {
  const { parcel, links, findings } = input
  sheet.computed('chain.stage', parcel.stage, 'build')
  const valid = linksOf(links, 'approval').filter(isInForce)
  sheet.computed('chain.approved', isApproved(input), 'approval_cover', valid)
  sheet.claim('expropriation.status', used.claim('expropriation'))
  sheet.claim('comp.implemented', used.claim('compensated'))
  sheet.claim('approval.doc_no', used.claim('approval_no'))
  const blocking = findings.filter((finding) => finding.severity === 'block')
  sheet.computed('flags.block', blocking.length, 'findings', recordsOf(blocking, links))
  if (!approval) return
  sheet.field('approval.date', approval, 'approved_on')
  sheet.field('approval.authority', approval, 'authority')
  sheet.field('approval.kind', approval, 'approval_kind')
  sheet.field('approval.batch_name', approval, 'batch_name')
  if (approval.fields.status === undefined) sheet.computed('approval.valid', 'valid', 'no_status', [approval])
  else sheet.field('approval.valid', approval, 'status')
  sheet.field('plan.supply_possible', approval, 'supply_possible')
  if (parcel.kind !== 'remainder') return
  // What an approval says of its site holds for land still in it, not for a plot supplied and built since.
  sheet.field('site.clean', approval, 'site_clean')
  sheet.field('site.infra_ready', approval, 'infra_ready')
  sheet.field('site.class_unchanged', approval, 'class_unchanged')
}

/**
 * Whether the land lies within valid approvals, by the greater part. Land no approval in the base speaks of is
 * unknown: its approval may be older than the register. It is false only where the build raised P204, that is
 * where approvals are in the base, a supply relies on one, and none is there.
 */
function isApproved({ parcel, links, findings }: FactInput): boolean | undefined {
  if (parcel.kind === 'remainder') return true
  const valid = linksOf(links, 'approval').filter(isInForce)
  // Approved twice is not approved more: then only the larger of the approvals counts.
  const twice = findings.some((finding) => finding.code === 'P101')
  const share = twice ? Math.max(0, ...valid.map((link) => link.shareOfParcel ?? 0)) : coveredShare(valid)
  if (share >= 0.5) return true
  return findings.some((finding) => finding.code === 'P204') ? false : undefined
}

function supplyFacts(sheet: FactSheet, { parcel }: FactInput, papers: Papers): void {
  if (parcel.kind === 'remainder') {
    sheet.computed('supply.status', 'none', 'no_supply')
    return
  }
  const { supply, registration, completion, stage, used } = papers
  const start = startState(stage)
  const finish = finishState(stage)
  const works = [supply, completion, registration]
  sheet.computed('start.state', start, start === 'unknown' ? 'blank_state' : 'works', works)
  sheet.computed('finish.state', finish, finish === 'unknown' ? 'blank_state' : 'works', works)
  if (!supply) return
  const { fields } = supply
  sheet.from('supply.status', 'supplied', supply)
  sheet.field('supply.method', supply, 'method')
  sheet.field('supply.date', supply, 'signed_on')
  sheet.field('supply.source', supply, 'source')
  sheet.from(
    'supply.area_m2',
    fields.area_ha === undefined ? undefined : fields.area_ha * M2_PER_HA,
    supply,
    'area_ha',
  )
  const group = fields.use === undefined ? null : useGroupOf({ use: fields.use, scheme: fields.use_scheme })
  sheet.from('supply.use_group', group, supply, 'use')
  sheet.claim('supply.price_wan', used.claim('price'))
  sheet.field('supply.paid_wan', supply, 'paid_wan')
  sheet.claim('supply.supervision_no', used.claim('supervision_no'))
  const handover = fields.handover_on === undefined ? fields.handover_state : 'done'
  if (handover === undefined) sheet.computed('deliver.state', 'unknown', 'blank_state', [supply])
  else
    sheet.from(
      'deliver.state',
      handover,
      supply,
      fields.handover_on === undefined ? 'handover_state' : 'handover_on',
    )
  sheet.claim('deliver.due', used.claim('handover_due'))
  sheet.claim('deliver.actual', used.claim('handover_on'))
  if (start !== 'unknown' && fields.start_state === start) sheet.field('start.state', supply, 'start_state')
  sheet.claim('start.actual', used.claim('start_on'))
  sheet.field('halt.since', supply, 'halted_since')
  sheet.field('dev_area', supply, 'developed_m2')
  sheet.field('dev_area_should', supply, 'should_develop_m2')
  sheet.field('invested_wan', supply, 'invested_wan')
  sheet.field('total_invest_wan', supply, 'total_invest_wan')
  if (finish !== 'unknown' && fields.finish_state === finish)
    sheet.field('finish.state', supply, 'finish_state')
  sheet.claim('finish.due', used.claim('finish_due'))
  sheet.claim('finish.actual', used.claim('finish_on'))
  sheet.field('holder.unwilling_or_unable', supply, 'holder_unwilling')
  sheet.field('buyback.listed', supply, 'buyback_listed')
  sheet.field('production.due', supply, 'production_due')
  sheet.field('agree.assess_date', supply, 'assess_on')
  sheet.field('agree.tax_per_mu', supply, 'agree_tax_per_mu')
  sheet.field('agree.invest_per_mu', supply, 'agree_invest_per_mu')
  sheet.field('idle.recognised_on', supply, 'idle_recognised_on')
  sheet.field('far.norm_min', supply, 'far_min')
}

/** The idle clock: when works were to start, and whether the land is idle by the months of the rule pack. */
function clockFacts(sheet: FactSheet, { numbers }: FactInput, { supply, used }: Papers): void {
  if (!supply) return
  const { start_due, handover_on, idle_cause } = supply.fields
  const { startDue, startDueDerived } = startDueOf({ startDue: start_due, handoverOn: handover_on })
  if (startDueDerived) sheet.computed('start.due', startDue, 'handover_plus_year', [supply])
  else sheet.claim('start.due', used.claim('start_due'))
  const kind = idleKindOf(sheet.facts, numbers)
  sheet.computed('idle.kind', kind, 'idle_clock', [supply])
  const cause = idleCauseOf(idle_cause, kind)
  if (cause === idle_cause) sheet.field('idle.cause', supply, 'idle_cause')
  else sheet.computed('idle.cause', cause, 'blank_state', [supply])
}

function titleFacts(
  sheet: FactSheet,
  { parcel, findings, checked, links }: FactInput,
  { registration, supply, completion, used }: Papers,
): void {
  if (parcel.kind === 'titled') sheet.computed('reg.state', 'done', 'title', [registration])
  else if (parcel.kind === 'supplied') {
    const looked = checked.registers.has('registration')
    sheet.computed('reg.state', looked ? 'none' : 'unknown', looked ? 'no_title' : 'blank_state')
  }
  const others = findings.filter((finding) => finding.code === 'P401')
  const overlap = others.reduce((sum, finding) => sum + (finding.areaM2 ?? 0), 0)
  if (others.length > 0 || checked.registers.has('registration')) {
    const from = recordsOf(others, links)
    sheet.computed('overlap.other_right_m2', Math.min(overlap, parcel.areaM2), 'findings', from)
  }
  const holderCode = parcel.holderCode ?? undefined
  const chosen = used.isChosen('holder') ? used.claim('holder')?.link : undefined
  const paper = chosen ?? links.find((link) => link.recordId === parcel.sourceRecordId)
  sheet.computed('holder.id', holderCode, chosen ? 'choice' : 'build', [paper])
  sheet.computed(
    'holder.class',
    holderCode === undefined ? undefined : holderClass(holderCode),
    'credit_code',
    [paper],
  )
  const code = parcel.parcelCode === null ? null : parseParcelCode(parcel.parcelCode)
  if (code?.ok) sheet.computed('right.feature2', code.right, 'code_letter', [registration])
  const begun = [supply?.fields.start_on, supply?.fields.finish_on, completion?.fields.accepted_on].filter(
    (day) => day !== undefined,
  )
  if (supply && begun.some((day) => day >= CONTRACT_ERA))
    sheet.computed('right.legacy_built', false, 'contract_era', [supply, completion])
  if (!registration) return
  sheet.field('reg.cert_no', registration, 'cert_no')
  sheet.field('right.type', registration, 'right_type')
  sheet.field('right.nature', registration, 'right_nature')
  sheet.field('right.dispute', registration, 'dispute')
  sheet.field('right.legacy_built', registration, 'legacy_built')
  sheet.field('mortgage.active', registration, 'mortgaged')
  sheet.field('seal.active', registration, 'sealed')
  sheet.field('term.end', registration, 'term_end')
}

/** Whether the land is in use and built upon: stated, or following from works that are known to have begun or not. */
function siteFacts(sheet: FactSheet, { parcel }: FactInput, papers: Papers): void {
  const { approval, registration, completion } = papers
  if (registration?.fields.legacy_built) {
    sheet.from('site.built', true, registration, 'legacy_built')
    sheet.from('site.used', true, registration, 'legacy_built')
  } else if (completion) {
    sheet.from('site.built', true, completion)
    sheet.from('site.used', true, completion)
  } else if (parcel.kind === 'remainder') {
    if (approval?.fields.site_used === false) sheet.from('site.built', false, approval, 'site_used')
    sheet.field('site.used', approval, 'site_used')
  } else {
    const start = startState(papers.stage)
    if (start === 'unknown') return
    sheet.computed('site.built', start === 'started', 'works', [papers.supply])
    sheet.computed('site.used', start === 'started', 'works', [papers.supply])
  }
}

function completionFacts(sheet: FactSheet, input: FactInput, papers: Papers): void {
  const { asOf, parcel } = input
  const { completion, completions, used } = papers
  const finished = parcel.stage === 'built' || parcel.stage === 'completed'
  if (completion?.fields.verify_state !== undefined) sheet.field('verify.state', completion, 'verify_state')
  else if (finished) sheet.computed('verify.state', 'unknown', 'blank_state')
  sheet.field('verify.date', completion, 'verified_on')
  if (finished) {
    // Nobody surveys what a building is used for; the use it was registered for stands in.
    const use = used.claim('use')
    if (use) sheet.group('actual.use_group', parcel.useGroup, use)
    else sheet.computed('actual.use_group', parcel.useGroup, 'registered_use')
  }
  productionFacts(sheet, asOf, papers)
  siteShares(sheet, input, completions)
}

/** How well a built site is used. Where the build drew the unused land (P510), its measure counts. */
function siteShares(sheet: FactSheet, input: FactInput, completions: readonly Link<'completion'>[]): void {
  const { parcel, links, findings, checked } = input
  const site = unusedShare({
    parcel: { areaM2: parcel.areaM2 },
    works: completions.map(({ fields, shareOfRecord, areaM2 }) => ({
      shareOfRecord,
      groundM2: areaM2,
      footprintM2: fields.footprint_m2,
      yardM2: fields.yard_m2,
      floorAreaM2: fields.floor_area_m2,
    })),
    surveyed: siteLayers.flatMap((layer) =>
      zonesOf(links, layer).flatMap(({ areaM2 }) => (areaM2 === null ? [] : [{ layer, groundM2: areaM2 }])),
    ),
    yardsWereSurveyed: checked.layers.has('yard'),
  })
  sheet.computed('far.actual', site.farActual, 'floor_area', completions)
  const drawnM2 = findings.find((finding) => finding.code === 'P510')?.areaM2 ?? null
  const unusedM2 = drawnM2 ?? site.unusedM2
  const how = drawnM2 !== null ? 'findings' : site.footprint?.by === 'survey' ? 'unused_survey' : 'unused'
  const from = [...completions, ...siteLayers.flatMap((layer) => zonesOf(links, layer))]
  sheet.computed('partial.unused_m2', unusedM2, how, from)
  sheet.computed('partial.unused_ratio', unusedM2 === null ? null : unusedM2 / parcel.areaM2, how, from)
}

function productionFacts(sheet: FactSheet, asOf: string, papers: Papers): void {
  const { stage, approval, completion, completions } = papers
  const isBare = stage.kind === 'remainder' && approval?.fields.site_used === false
  const producing = completions.find(
    ({ fields }) => fields.production_on !== undefined && fields.production_on <= asOf,
  )
  if (producing) sheet.from('production.started', true, producing, 'production_on')
  else if (!completion && (isBare || startState(stage) === 'none' || finishState(stage) === 'none')) {
    sheet.computed('production.started', false, 'works', [papers.supply ?? approval]) // nothing stands there to produce in
  } else {
    const planned = completions.find(({ fields }) => fields.production_on !== undefined)
    if (planned) sheet.from('production.started', false, planned, 'production_on') // a day yet to come
  }
}
