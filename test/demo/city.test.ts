import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isZoneInForce } from '../../server/build/precedence.ts'
import { makeCity, MIN_PARCELS, type City } from '../../server/demo/city.ts'
import type { CityRecord } from '../../server/demo/scene.ts'
import { areaM2, isSimple, opened, perimeterM } from '../../server/demo/shape.ts'
import { planarAreaM2 } from '../../server/geo/area.ts'
import { noiseTest } from '../../server/geo/noise.ts'
import { overlapShape } from '../../server/geo/overlap-shape.ts'
import { overlappingPairs } from '../../server/geo/pair-area.ts'
import { PolygonSet } from '../../server/geo/polygon-set.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { parseApprovalNo } from '../../server/identifier/approval-no.ts'
import { isOrganisationCode, parseCreditCode } from '../../server/identifier/credit-code.ts'
import { useGroupOf } from '../../server/identifier/land-use.ts'
import { parseParcelCode } from '../../server/identifier/parcel-code.ts'
import { parseSupervisionNo } from '../../server/identifier/supervision-no.ts'
import { parseUnitCode } from '../../server/identifier/unit-code.ts'
import { recordFields, type Fields } from '../../server/record/record.ts'
import { Refusal } from '../../server/refusal.ts'

const small = makeCity({ parcels: 1500, seed: 1 })

const rowsOf = (city: City): CityRecord[] =>
  [...city.deliveries, ...city.later].flatMap((delivery) => [...delivery.records()])
const hashOf = (city: City): string =>
  createHash('sha256')
    .update(JSON.stringify([rowsOf(city), city.truth()]))
    .digest('hex')

describe('the same two numbers, the same city', () => {
  test('down to the last digit', () => {
    expect(hashOf(makeCity({ parcels: 1500, seed: 1 }))).toBe(hashOf(small))
  })
  test('another seed, another city', () => {
    expect(hashOf(makeCity({ parcels: 1500, seed: 2 }))).not.toBe(hashOf(small))
  })
  test('a city too small for what is planted is refused', () => {
    expect(() => makeCity({ parcels: MIN_PARCELS - 1 })).toThrow(Refusal)
  })
  test.each([1, 2, 3])('everything planted finds its plot (seed %i)', (seed) => {
    expect(makeCity({ parcels: 4000, seed }).truth().unplanted).toEqual([])
    expect(makeCity({ parcels: MIN_PARCELS, seed }).truth().unplanted).toEqual([])
  })
})

describe('shapes', () => {
  const rows = rowsOf(small)
  const shaped = rows.filter((row): row is CityRecord & { geometry: MultiPolygon } => row.geometry !== null)

  test('lie on the 0.1 mm grid, do not cross themselves and turn the right way', () => {
    const bad = shaped.filter(({ geometry }) =>
      geometry.some((polygon) =>
        polygon.some(
          (ring) =>
            !isSimple(opened(ring)) || ring.some((p) => p.some((v) => v !== Math.round(v * 1e4) / 1e4)),
        ),
      ),
    )
    expect(bad.map(({ key }) => key)).toEqual([])
  })

  test('districts share their borders: no overlap, and together they are their box', () => {
    const districts = shaped.filter(({ layer }) => layer === 'district').map(({ geometry }) => geometry)
    expect(districts).toHaveLength(4)
    expect(overlaps(districts)).toEqual([])
    const all = districts.flat(2).flat()
    const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)]
    const boxM2 = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys))
    expect(districts.reduce((sum, mp) => sum + planarAreaM2(mp), 0)).toBeCloseTo(boxM2, 3)
  })

  test('every plan zone in force lies beside the others', () => {
    const zones = shaped.filter(
      ({ layer, fields }) =>
        layer === 'control_plan' && isZoneInForce({ fields: fields as Fields<'layer'> }, small.asOf),
    )
    expect(zones.length).toBeGreaterThan(40)
    expect(overlaps(zones.map(({ geometry }) => geometry))).toEqual([])
  })

  test.each([
    ['registration', 'P401'],
    ['supply', 'P207'],
    ['completion', null],
  ] as const)('what overlaps among %s rows beyond noise is what was planted', (kind, code) => {
    const ended = new Set(
      small.later.flatMap((d) => [...d.records()].filter((r) => r.validTo).map((r) => r.key)),
    )
    const current = shaped.filter((row) => row.kind === kind && !ended.has(row.key))
    // rows of one contract and its changes are one supply; a right below ground lies under another by law
    const contractOf = ({ doc }: CityRecord) => doc?.slice(0, 16)
    const found = overlaps(current.map(({ geometry }) => geometry))
      .map((pair) => pair.map((i) => current[i]!))
      .filter(([a, b]) => kind !== 'supply' || contractOf(a!) !== contractOf(b!))
      .filter((pair) => kind !== 'registration' || !pair.some(({ doc }) => doc?.includes('GX')))
      .map((pair) =>
        pair
          .map(({ key }) => key)
          .toSorted()
          .join(' × '),
      )
    const planted = small.truth().findings.filter((finding) => finding.code === code)
    expect(found.toSorted()).toEqual(
      planted
        .map(({ records }) =>
          records
            .map(({ key }) => key)
            .toSorted()
            .join(' × '),
        )
        .toSorted(),
    )
  })

  test('no finding is planted on land too thin or too small to be real', () => {
    const rings = small.truth().findings.filter((finding) => finding.areaM2 !== null)
    expect(rings.every(({ areaM2 }) => areaM2! > 1)).toBe(true)
  })

  test('a border redrawn by another office differs by noise alone', () => {
    const supplies = shaped.filter(({ kind }) => kind === 'supply')
    // by what the city knows: a title may carry the number of another contract
    const titles = new Map(
      shaped.filter(({ kind }) => kind === 'registration').map((row) => [row.meant.under?.key, row]),
    )
    const redrawn = supplies.flatMap((supply) => {
      const title = titles.get(supply.key)
      // the same ground, drawn another way
      if (!title || JSON.stringify(title.meant.ground) !== JSON.stringify(supply.meant.ground)) return []
      if (JSON.stringify(title.geometry) === JSON.stringify(supply.geometry)) return []
      return [
        Math.abs(areaM2(title.geometry[0]!) - areaM2(supply.geometry[0]!)) / perimeterM(supply.geometry[0]!),
      ]
    })
    expect(redrawn.length).toBeGreaterThan(50)
    expect(Math.max(...redrawn)).toBeLessThan(0.06) // metres of mean width
  })
})

/** Index pairs that overlap by more than two drawings of one border do. */
function overlaps(list: readonly MultiPolygon[]): [number, number][] {
  const found: [number, number][] = []
  overlappingPairs(PolygonSet.fromMultiPolygons(list), null, (i, j, m2) => {
    if (m2 < 1) return
    if (overlapShape(list[i]!, list[j]!).some((piece) => noiseTest(piece) === null)) found.push([i, j])
  })
  return found
}

/** A credit code holds the organisation code older papers still carry. */
const organisationOf = (code: string): string => (code.length === 18 ? code.slice(8, 17) : code)

describe('papers', () => {
  const rows = rowsOf(small)
  const badPapers = ['P606', 'P607', 'P608']
  const { findings, decoys } = small.truth()
  const planted = new Set(
    [
      ...findings.filter(({ code }) => badPapers.includes(code)),
      ...decoys.filter(({ notCodes }) => notCodes.includes('P607')),
    ].flatMap(({ records }) => records.map(({ kind, key }) => `${kind} ${key}`)),
  )
  const clean = rows.filter(({ kind, key }) => !planted.has(`${kind} ${key}`))

  test('hold the canonical fields of their register and nothing else', () => {
    for (const { kind, fields } of rows)
      expect(recordFields[kind].strict().safeParse(fields).success, kind).toBe(true)
  })

  test('carry numbers that their own parsers accept', () => {
    const refused = clean.flatMap(({ fields }) => {
      const { parcel_code, unit_code, supervision_no, holder_code, doc_no } = fields as Record<
        string,
        string | undefined
      >
      return [
        parcel_code !== undefined && !parseParcelCode(parcel_code).ok && parcel_code,
        unit_code !== undefined && !parseUnitCode(unit_code).ok && unit_code,
        supervision_no !== undefined && !parseSupervisionNo(supervision_no).ok && supervision_no,
        holder_code?.length === 18 && !parseCreditCode(holder_code).ok && holder_code,
        holder_code !== undefined && !isOrganisationCode(organisationOf(holder_code)) && holder_code,
        doc_no?.includes('政地虚') && !doc_no.includes('同文') && !parseApprovalNo(doc_no).ok && doc_no,
      ].filter(Boolean)
    })
    expect(refused).toEqual([])
  })

  test.each(['parcel_code', 'unit_code', 'cert_no'] as const)(
    'no %s is given twice unless planted',
    (field) => {
      const titles = clean.filter(
        ({ kind, isLater, validTo }) => kind === 'registration' && !(isLater && validTo),
      )
      const codes = titles
        .map(({ fields }) => (fields as Record<string, string | undefined>)[field])
        .filter((code) => code !== undefined)
      expect(new Set(codes).size).toBe(codes.length)
    },
  )

  test('name uses that map to a use group', () => {
    const unknown = rows.filter(({ fields }) => {
      const { use, use_scheme } = fields as { use?: string; use_scheme?: string }
      return use !== undefined && useGroupOf({ use, scheme: use_scheme }) === null
    })
    expect(unknown).toEqual([])
  })

  test('give the area of their shape, as paper rounds it', () => {
    const off = clean.filter(({ geometry, areaDocumentM2 }) => {
      if (geometry === null || areaDocumentM2 === null) return false
      const m2 = planarAreaM2(geometry)
      return Math.abs(areaDocumentM2 - m2) > Math.max(2, 0.001 * m2)
    })
    expect(off.map(({ key }) => key)).toEqual([])
  })
})
