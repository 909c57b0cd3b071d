import type { Used } from '../claim/choice.ts'
import type { FactSheet } from './fact-sheet.ts'
import { foremost, isMostlyAbout, linksOf, zonesOf, type FactInput, type Link } from './fact-input.ts'

/** A case over this share of the parcel is about it, not about a neighbour across the border. */
const CASE_SHARE = 0.01

/** Facts of the smaller registers: the land reserve, violation cases, the firm list. */
export function registerFacts(sheet: FactSheet, input: FactInput, used: Used): void {
  const { parcel, links } = input
  const paper = links.find((link) => link.recordId === parcel.sourceRecordId)
  if (used.isChosen('parcel_code')) sheet.claim('unit.zddm', used.claim('parcel_code'))
  else sheet.computed('unit.zddm', parcel.parcelCode, 'build', [paper])
  if (used.isChosen('project')) sheet.claim('unit.project', used.claim('project'))
  else sheet.computed('unit.project', parcel.project, 'build', [paper])
  reserveFacts(sheet, input)
  violationFacts(sheet, input)
  firmFacts(sheet, input)
}

/** Whether the land is banked on the day asked; it is not where the reserve register or layer is loaded and silent. */
function reserveFacts(sheet: FactSheet, { asOf, links, checked }: FactInput): void {
  const entries = linksOf(links, 'reserve').filter(isMostlyAbout)
  const isIn = ({ fields: { in_on, out_on } }: Link<'reserve'>): boolean | undefined =>
    in_on === undefined ? undefined : in_on <= asOf && (out_on === undefined || out_on > asOf)
  const entry = foremost(entries.filter((each) => isIn(each) === true)) ?? foremost(entries)
  if (entry) {
    sheet.from('reserve.in', isIn(entry), entry, 'in_on')
    sheet.field('reserve.in_date', entry, 'in_on')
    sheet.field('reserve.out_date', entry, 'out_on')
    return
  }
  const zone = foremost(zonesOf(links, 'reserve').filter(isMostlyAbout))
  if (zone) sheet.from('reserve.in', true, zone)
  else if (checked.registers.has('reserve') || checked.layers.has('reserve'))
    sheet.computed('reserve.in', false, 'register_silent')
}

/** A case is open until the day it is closed; one without a state or a closing day is open. No register, no answer. */
function violationFacts(sheet: FactSheet, { asOf, links, checked }: FactInput): void {
  const cases = linksOf(links, 'violation').filter(
    (each) =>
      (isMostlyAbout(each) || (each.shareOfParcel ?? 0) >= CASE_SHARE) &&
      (each.fields.found_on === undefined || each.fields.found_on <= asOf),
  )
  const isOpen = ({ fields: { state, closed_on } }: Link<'violation'>): boolean =>
    closed_on === undefined ? state !== 'closed' : closed_on > asOf
  const open = foremost(cases.filter(isOpen))
  const closed = foremost(cases)
  if (open) sheet.from('viol.open', true, open, open.fields.state === undefined ? undefined : 'state')
  else if (closed)
    sheet.from('viol.open', false, closed, closed.fields.closed_on === undefined ? 'state' : 'closed_on')
  else if (checked.registers.has('violation')) sheet.computed('viol.open', false, 'register_silent')
}

/** The firm list knows what a credit code cannot: who owns a company. */
function firmFacts(sheet: FactSheet, { firms = [] }: FactInput): void {
  const [firm] = firms
  sheet.field('holder.class', firm, 'holder_class')
}
