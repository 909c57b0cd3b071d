import type { City } from '../../../server/build/city.ts'
import type { LandRecord } from '../../../server/record/record.ts'

const nameOf = ({ kind, layer, key }: LandRecord): string => `${kind} ${layer} ${key}`

/** One line of a story: what must be said in the same words, and the figures that go with it. */
interface Line {
  readonly words: string
  readonly figures: readonly number[]
}

/**
 * What a build says of a town, without numbers given on arrival and without places: findings, parcels, links, ledger.
 * Ellipsoidal areas are left out, since they depend on where on the ellipsoid land lies.
 */
export interface Story {
  readonly findings: readonly Line[]
  /** Overlaps that are noise: kept for the account. */
  readonly noise: readonly Line[]
  readonly parcels: readonly Line[]
  readonly ledger: readonly Line[]
  readonly links: readonly Line[]
}

const sorted = (lines: readonly Line[]): Line[] =>
  lines.toSorted((a, b) =>
    a.words < b.words ? -1 : a.words > b.words ? 1 : (a.figures[0] ?? 0) - (b.figures[0] ?? 0),
  )

export function storyOf(city: City): Story {
  const findings = city.findings.map((finding) => ({
    noise: finding.noise,
    words: `${finding.code} ${finding.records.map(nameOf).join(' × ')}`,
    figures: finding.planarM2 === null ? [] : [finding.planarM2],
  }))
  return {
    findings: sorted(findings.filter(({ noise }) => !noise)),
    noise: sorted(findings.filter(({ noise }) => noise)),
    parcels: sorted(
      city.parcels.map(({ kind, source, districtCode, areaPlanarM2 }) => ({
        words: `${kind} ${nameOf(source)} ${districtCode}`,
        figures: [areaPlanarM2],
      })),
    ),
    ledger: [{ code: 'total', ...city.ledger.total }, ...city.ledger.districts].map(({ code, accounts }) => ({
      words: `${code} ${Object.keys(accounts).join(' ')}`,
      figures: Object.values(accounts) as number[],
    })),
    links: sorted(
      city.links.flatMap((links, at) => {
        const { kind, source } = city.parcels[at]!
        return links.map(({ record, certainty, evidence, areaM2 }) => ({
          words: `${kind} ${nameOf(source)} ← ${nameOf(record)} ${certainty} ${[...evidence].sort().join(' ')}`,
          figures: areaM2 === null ? [] : [areaM2],
        }))
      }),
    ),
  }
}

/**
 * What two stories tell differently; empty for the same story.
 * @param slackM2 how far apart two figures may be
 * @param parts which parts must be told alike
 */
export function differences(a: Story, b: Story, slackM2: number, parts: readonly (keyof Story)[]): string[] {
  return parts.flatMap((part) => {
    // a district may hold nothing but a sliver that rounding put beside every other one
    const isLand = ({ figures }: Line): boolean =>
      part !== 'ledger' || figures.some((figure) => figure > slackM2)
    const [before, after] = [a[part].filter(isLand), b[part].filter(isLand)]
    const said = (lines: readonly Line[]): string[] => lines.map(({ words }) => words)
    const missing = said(before).filter((words) => !said(after).includes(words))
    const extra = said(after).filter((words) => !said(before).includes(words))
    if (before.length !== after.length || missing.length > 0 || extra.length > 0)
      return [
        `${part}: ${before.length} became ${after.length}; lost ${missing.slice(0, 3).join('; ')}; new ${extra.slice(0, 3).join('; ')}`,
      ]
    return before.flatMap(({ words, figures }, at) => {
      const others = after[at]!.figures
      const isFar = figures.some((figure, k) => !(Math.abs(figure - others[k]!) <= slackM2))
      return isFar || figures.length !== others.length
        ? [`${part}: ${words}: ${figures.join(' ')} became ${others.join(' ')}`]
        : []
    })
  })
}
