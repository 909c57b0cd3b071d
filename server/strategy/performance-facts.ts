import { muFromM2 } from '../units.ts'
import type { FactSheet } from './fact-sheet.ts'
import { linksOf, type FactInput, type LandUser, type Link } from './fact-input.ts'
import { latestResult } from './firm-land.ts'

/**
 * 亩均 results and low efficiency, from the yearly lists alone: a class is what a list says, never worked out here.
 *
 * A row that names the parcel says it all. Land used by firms has the class of the firm with most of it, and the tax and
 * investment per 亩 of all of them, each firm's spread over the land it uses, owned or rented. Else the row of the holder.
 */
export function performanceFacts(sheet: FactSheet, { asOf, parcel, links, users = [] }: FactInput): void {
  const rows = linksOf(links, 'performance')
  const ofParcel = latestResult(
    rows.filter(({ fields }) => fields.parcel_code !== undefined && fields.parcel_code === parcel.parcelCode),
    asOf,
  )
  const main = ofParcel ?? (users[0] && latestResult(users[0].results, asOf)) ?? latestResult(rows, asOf)
  sheet.field('eco.year', main, 'year')
  sheet.field('eco.class', main, 'eco_class')
  sheet.field('low_eff.hit', main, 'low_efficiency')
  sheet.field('low_eff.rule_id', main, 'rule_id')
  sheet.field('eco.tax_per_mu', main, 'tax_per_mu')
  sheet.field('eco.invest_per_mu', main, 'invest_per_mu')
  if (ofParcel || users.length === 0) return
  spread(sheet, 'eco.tax_per_mu', 'tax_wan', users, asOf)
  spread(sheet, 'eco.invest_per_mu', 'invest_wan', users, asOf)
}

/** Money of the firms on a parcel, spread over the land they use; unknown while one of them has not said. */
function spread(
  sheet: FactSheet,
  name: 'eco.tax_per_mu' | 'eco.invest_per_mu',
  field: 'tax_wan' | 'invest_wan',
  users: readonly LandUser[],
  asOf: string,
): void {
  let [wan, m2] = [0, 0]
  const from: Link[] = []
  for (const { results, shareOfFirm, areaM2, rows } of users) {
    const result = latestResult(results, asOf)
    const paid = result?.fields[field]
    if (result === undefined || paid === undefined) return
    wan += paid * shareOfFirm
    m2 += areaM2
    from.push(result, ...rows)
  }
  sheet.computed(name, wan / muFromM2(m2), 'used_land', from)
}
