import { isZoneInForce } from '../build/precedence.ts'
import { PLAN_SHARE } from '../claim/speakers.ts'
import { useGroupOf } from '../identifier/land-use.ts'
import type { LandFactName } from '../rule/fact.ts'
import type { FactSheet } from './fact-sheet.ts'
import {
  coveredShare,
  recordsOf,
  zonesOf,
  type FactInput,
  type Link,
  type ParcelFinding,
} from './fact-input.ts'

/** A zone over this share speaks of the parcel, not of its border with a neighbour. */
const TOUCH_SHARE = 0.01
/** Uses that people live, learn or heal in (土壤污染防治法 59, unverified). */
const sensitive = new Set(['RES', 'PUB', 'MIX'])

/** Facts that follow from where the parcel lies and what shape it has. */
export function landFacts(sheet: FactSheet, input: FactInput): void {
  unitFacts(sheet, input)
  planFacts(sheet, input)
  controlFacts(sheet, input)
  soilFacts(sheet, input)
}

function unitFacts(sheet: FactSheet, { parcel, links, checked }: FactInput): void {
  sheet.computed('unit.kind', parcel.kind, 'build')
  sheet.computed('unit.area_m2', parcel.areaM2, 'shape')
  if (parcel.perimeterM > 0) {
    sheet.computed('unit.compactness', (4 * Math.PI * parcel.areaM2) / parcel.perimeterM ** 2, 'shape')
  }
  sheet.computed('unit.use_group', parcel.useGroup, 'build')
  if (checked.layers.has('park')) {
    const parks = zonesOf(links, 'park')
    sheet.computed('unit.in_park', coveredShare(parks) >= 0.5, 'zones', parks)
  }
  if (checked.layers.has('renewal')) {
    const units = zonesOf(links, 'renewal')
    sheet.computed('unit.in_renewal_unit', coveredShare(units) >= 0.5, 'zones', units)
  }
}

function planFacts(sheet: FactSheet, input: FactInput): void {
  const { findings, checked, parcel, links } = input
  if (!checked.layers.has('control_plan')) return
  const zones = zonesInForce(input, 'control_plan')
  const zone = largest(zones)
  if (zone && (zone.shareOfParcel ?? 0) >= PLAN_SHARE) {
    const { use, use_scheme } = zone.fields
    const group = use === undefined ? null : useGroupOf({ use, scheme: use_scheme })
    sheet.field('plan.use', zone, 'use')
    sheet.from('plan.use_group', group, zone, 'use')
    sheet.computed('plan.use_sensitive', group === null ? undefined : sensitive.has(group), 'sensitive_use', [
      zone,
    ])
    sheet.field('plan.far_max', zone, 'far_max')
    sheet.field('plan.far_min', zone, 'far_min')
    sheet.field('plan.density', zone, 'density')
  }
  const conflict = findings.find((finding) => finding.code === 'P301')
  if (conflict) sheet.computed('plan.conflict', true, 'findings', recordsOf([conflict], links))
  // Clean needs something to have been compared: a plan over the land, and a use of the land (a remainder has none yet).
  else if (coveredShare(zones) >= 0.5 && (parcel.useGroup !== null || parcel.kind === 'remainder')) {
    sheet.computed('plan.conflict', false, 'zones_clean', zones)
  }
}

function controlFacts(sheet: FactSheet, input: FactInput): void {
  const { links, checked } = input
  overlapFact(sheet, input, 'ctl.pbf_m2', 'farmland', 'P302')
  overlapFact(sheet, input, 'ctl.eco_m2', 'eco_redline', 'P303')
  const lines = [...zonesOf(links, 'farmland'), ...zonesOf(links, 'eco_redline')]
  if (checked.layers.has('farmland') || checked.layers.has('eco_redline')) {
    const exempt = lines.filter(({ fields }) => fields.exempt === true)
    const bound = input.findings.some((finding) => finding.code === 'P302' || finding.code === 'P303')
    if (exempt.length > 0 && !bound) sheet.from('ctl.exempt', true, exempt[0]!, 'exempt')
    else sheet.computed('ctl.exempt', false, 'zones', lines)
  }
  if (checked.layers.has('growth_boundary')) {
    const inside = zonesInForce(input, 'growth_boundary')
    sheet.computed('ctl.in_udb_ratio', coveredShare(inside), 'zones', inside)
  }
}

/**
 * Land on a control line. The findings of the build are free of what two surveys merely disagree on, so they and not
 * the bare overlay say how much; an exempt zone raises no finding and counts by its overlay.
 */
function overlapFact(
  sheet: FactSheet,
  input: FactInput,
  name: LandFactName,
  layer: string,
  code: string,
): void {
  const { links, findings, checked, parcel } = input
  if (!checked.layers.has(layer)) return
  const zones = zonesOf(links, layer)
  const found = findings.filter((finding) => finding.code === code)
  const exempt = zones.filter(({ fields }) => fields.exempt === true)
  const m2 = sum(found.map(areaOf)) + sum(exempt.map((zone) => zone.areaM2 ?? 0))
  if (m2 > 0)
    sheet.computed(name, Math.min(m2, parcel.areaM2), found.length > 0 ? 'findings' : 'zones', zones)
  else sheet.computed(name, 0, 'zones_clean')
}

function soilFacts(sheet: FactSheet, { links, checked }: FactInput): void {
  if (!checked.layers.has('soil')) return
  const plots = zonesOf(links, 'soil').filter((zone) => (zone.shareOfParcel ?? 0) >= TOUCH_SHARE)
  const open = plots.filter(({ fields }) => fields.cleared !== true)
  const plot = largest(open) ?? largest(plots)
  if (!plot) {
    sheet.computed('soil.risk', false, 'zones_clean')
    return
  }
  sheet.from('soil.risk', true, plot)
  sheet.field('soil.cleared', plot, 'cleared')
}

const zonesInForce = ({ links, asOf }: FactInput, layer: string): Link<'layer'>[] =>
  zonesOf(links, layer).filter((zone) => isZoneInForce(zone, asOf))

const largest = (zones: readonly Link<'layer'>[]): Link<'layer'> | undefined =>
  zones.toSorted((a, b) => (b.shareOfParcel ?? 0) - (a.shareOfParcel ?? 0) || a.recordId - b.recordId)[0]

const areaOf = (finding: ParcelFinding): number => finding.areaM2 ?? 0
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
