import { beforeAll, describe, expect, test } from 'vitest'
import { makeCity as buildCity, type City as BuiltCity } from '../../server/build/city.ts'
import { linkWorks } from '../../server/build/works.ts'
import { isKind, readRegisters, type Registers } from '../../server/build/registers.ts'
import { makeCity, type City } from '../../server/demo/city.ts'
import type { LinkTruth, Relation } from '../../server/demo/link-truth.ts'
import type { CityRecord } from '../../server/demo/scene.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { ellipsoidAreaM2 } from '../../server/geo/ellipsoid-area.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { LandRecord } from '../../server/record/record.ts'

/**
 * The links of the build against what the demo city knows of its own papers. Prints a table for each city:
 *
 *     npx vitest run -c test/vitest.config.ts test/demo/links.test.ts
 *
 * `belongs` and `meets` must be linked; `certain` must belong and not be contested; `border` and `named` may be shown as
 * probable and count for nothing. `certain` is asked for where the papers prove it (`provable`). Layers are left out.
 */
interface Row {
  kind: string
  truth: number
  right: number
  missed: number
  wrong: number
  shown: number
  provable: number
  certainRight: number
  certainMissed: number
  certainWrong: number
}
interface Report {
  readonly rows: Row[]
  readonly total: Row
  /** What went wrong, by what it was. */
  readonly classes: ReadonlyMap<string, readonly string[]>
}

const nameOf = ({ kind, key }: { kind: string; key: string }): string => `${kind} ${key}`
const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)

/** Records as a build reads them on the day the city is asked about, without a base. */
function recordsOf(city: City): LandRecord[] {
  const rows = new Map<string, CityRecord>()
  for (const delivery of [...city.deliveries, ...city.later])
    for (const row of delivery.records()) rows.set(`${row.layer} ${nameOf(row)}`, row)
  return [...rows.values()]
    .filter(({ validTo }) => validTo === undefined || validTo > city.asOf)
    .map(({ kind, layer, key, doc, countyCode, fields, geometry, areaDocumentM2 }, at) => ({
      recordId: at + 1,
      countyCode,
      kind,
      layer,
      key,
      doc,
      fields,
      wkb: geometry && encodeMultiPolygon(geometry),
      areaDocumentM2,
      areaPlanarM2: geometry && planarAreaM2(geometry),
      areaEllipsoidM2: geometry && ellipsoidAreaM2(geometry),
      deliveryId: 1,
      rowNo: at + 1,
    }))
}

function compare(built: Pick<BuiltCity, 'parcels' | 'links'>, truth: Pick<LinkTruth, 'of'>): Report {
  const rows = new Map<string, Row>()
  const rowOf = (kind: string): Row => {
    const row = rows.get(kind) ?? emptyRow(kind)
    rows.set(kind, row)
    return row
  }
  const classes = new Map<string, string[]>()
  const note = (what: string, example: string): void => {
    classes.set(what, [...(classes.get(what) ?? []), example])
  }
  built.parcels.forEach((parcel, index) => {
    const expected = new Map(
      truth
        .of({ source: parcel.source, shape: decodeMultiPolygon(parcel.wkb) })
        .map((link) => [nameOf(link.record), link]),
    )
    const about = `${parcel.kind} ${parcel.source.key}`
    for (const link of built.links[index]!) {
      if (link.record.kind === 'layer') continue
      const row = rowOf(link.record.kind)
      const name = nameOf(link.record)
      const true_ = expected.get(name)
      expected.delete(name)
      const relation: Relation = true_?.relation ?? 'none'
      const what = `${parcel.kind} – ${link.record.kind}, ${link.evidence.join(' ')}`
      const isCertain = link.certainty === 'certain'
      if (relation === 'none') {
        row.wrong++
        note(`false: ${what}`, `${about} × ${name}`)
      } else if (relation === 'belongs' || relation === 'meets') {
        row.truth++
        row.right++
      } else row.shown++
      if (true_?.provable) row.provable++
      if (isCertain && relation === 'belongs' && !true_!.contested) row.certainRight++
      else if (isCertain) {
        row.certainWrong++
        note(
          `falsely certain (${relation}${true_?.contested ? ', contested' : ''}): ${what}`,
          `${about} × ${name}`,
        )
      }
      if (!isCertain && true_?.provable) {
        row.certainMissed++
        note(`not certain: ${what}`, `${about} × ${name}`)
      }
    }
    for (const [name, { record, relation, provable }] of expected) {
      if (relation !== 'belongs' && relation !== 'meets') continue
      const row = rowOf(record.kind)
      row.truth++
      row.missed++
      if (provable) {
        row.provable++
        row.certainMissed++
      }
      note(`missed (${relation}): ${parcel.kind} – ${record.kind}`, `${about} × ${name}`)
    }
  })
  const sorted = [...rows.values()].toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
  return { rows: sorted, total: sorted.reduce(addRows, emptyRow('all')), classes }
}

const emptyRow = (kind: string): Row => ({
  kind, truth: 0, right: 0, missed: 0, wrong: 0, shown: 0, provable: 0, certainRight: 0, certainMissed: 0, certainWrong: 0,
}) // prettier-ignore
function addRows(sum: Row, row: Row): Row {
  const added = Object.entries(row).map(([name, n]) => [name, typeof n === 'number' ? n + (sum[name as keyof Row] as number) : sum.kind]) // prettier-ignore
  return Object.fromEntries(added) as Row
}

const scoresOf = (row: Row) => ({
  precision: share(row.right, row.right + row.wrong),
  recall: share(row.right, row.truth),
  certainPrecision: share(row.certainRight, row.certainRight + row.certainWrong),
  certainRecall: share(row.provable - row.certainMissed, row.provable),
})

function print(title: string, { rows, total, classes }: Report): void {
  const percent = (n: number): string => `${(n * 100).toFixed(2)} %`.padStart(9)
  const lines = [...rows, total].map((row) => {
    const { precision, recall, certainPrecision, certainRecall } = scoresOf(row)
    return `${row.kind.padEnd(13)}${[row.truth, row.right, row.missed, row.wrong, row.shown].map((n) => String(n).padStart(7)).join('')} ${percent(precision)} ${percent(recall)} |${[row.provable, row.certainRight, row.certainWrong, row.certainMissed].map((n) => String(n).padStart(7)).join('')} ${percent(certainPrecision)} ${percent(certainRecall)}`
  })
  const head = `${''.padEnd(13)}  truth  right missed  false  shown precision    recall | proven  right  false missed precision    recall`
  const found = [...classes].map(([what, all]) => `  ${all.length} × ${what}; ${all.slice(0, 2).join('; ')}`)
  console.info([title, head, ...lines, ...found].join('\n'))
}

for (const seed of [1, 2]) {
  describe(`the demo city of 1500 parcels, seed ${seed}`, () => {
    let built: BuiltCity
    let registers: Registers
    let truth: LinkTruth
    let report: Report

    beforeAll(async () => {
      const city = makeCity({ parcels: 1500, seed })
      const records = recordsOf(city)
      built = await buildCity(city.asOf, records)
      registers = readRegisters(city.asOf, records)
      truth = city.linkTruth()
      report = compare(built, truth)
      print(`links of ${built.parcels.length} parcels, seed ${seed}`, report)
    })

    test('links say what the papers are about', () => {
      const { precision, recall } = scoresOf(report.total)
      expect(precision).toBeGreaterThanOrEqual(0.995)
      expect(recall).toBeGreaterThanOrEqual(0.98)
    })

    test('certain links are certain, and what the papers prove is certain', () => {
      const { certainPrecision, certainRecall } = scoresOf(report.total)
      expect(certainPrecision).toBeGreaterThanOrEqual(0.995)
      expect(certainRecall).toBeGreaterThanOrEqual(0.98)
    })

    test.each(['approval', 'supply', 'registration', 'completion', 'performance'])(
      '%s links alone',
      (kind) => {
        const row = report.rows.find((each) => each.kind === kind)!
        expect(row.truth).toBeGreaterThan(10)
        const { precision, recall, certainPrecision, certainRecall } = scoresOf(row)
        expect(Math.min(precision, certainPrecision)).toBeGreaterThanOrEqual(0.99)
        expect(Math.min(recall, certainRecall)).toBeGreaterThanOrEqual(0.97)
      },
    )

    test('the comparison itself is not blind', () => {
      const of = (links: BuiltCity['links']): Row => compare({ parcels: built.parcels, links }, truth).total
      const isApproval = (kind: string): boolean => kind === 'approval'
      const at = built.links.findIndex((links) => links.some(({ record }) => isApproval(record.kind)))
      const changed = (change: (links: BuiltCity['links'][number]) => BuiltCity['links'][number]) =>
        built.links.map((links, index) => (index === at ? change(links) : links))
      const { total } = report
      const without = of(changed((links) => links.filter(({ record }) => !isApproval(record.kind))))
      expect(without.missed).toBeGreaterThan(total.missed)
      const elsewhere = built.links.at(-1)!.find(({ record }) => record.kind !== 'layer')!
      const more = of(changed((links) => [...links, { ...elsewhere, certainty: 'certain' }]))
      expect([more.wrong, more.certainWrong]).toEqual([total.wrong + 1, total.certainWrong + 1])
      const doubting = changed((links) => links.map((link) => ({ ...link, certainty: 'probable' as const })))
      expect(of(doubting).certainMissed).toBeGreaterThan(total.certainMissed)
    })

    test('works are accepted under their own contract and title', () => {
      const works = linkWorks(registers)
      const found = registers.records.flatMap((completion) =>
        isKind(completion, 'completion')
          ? [...works.suppliesOf(completion), ...works.titlesOf(completion)].map(
              (document) => `${nameOf(completion)} × ${nameOf(document)}`,
            )
          : [],
      )
      const current = new Set(registers.records.map(nameOf))
      const expected = truth
        .works()
        .filter(({ document }) => current.has(nameOf(document)))
        .map(({ completion, document }) => `${nameOf(completion)} × ${nameOf(document)}`)
      const [foundSet, expectedSet] = [new Set(found), new Set(expected)]
      const wrong = found.filter((pair) => !expectedSet.has(pair))
      const missed = expected.filter((pair) => !foundSet.has(pair))
      console.info(`works: ${expected.length} true, ${missed.length} missed, ${wrong.length} false`, missed.slice(0, 5), wrong.slice(0, 5)) // prettier-ignore
      expect(expected.length).toBeGreaterThan(200)
      expect(share(found.length - wrong.length, found.length)).toBeGreaterThanOrEqual(0.995)
      expect(share(expected.length - missed.length, expected.length)).toBeGreaterThanOrEqual(0.98)
    })
  })
}
