import { sql, type Kysely } from 'kysely'
import { knownIn, standingAt, type Moment } from '../build/standing-store.ts'
import type { RecordAreas } from '../contract.ts'
import type { Database } from '../db/schema.ts'
import { maskDoc } from '../record/mask-field.ts'
import { answersFor, districtTitle } from './answer.ts'
import { groupBy, sumOf } from './group.ts'
import { areaKinds, compareAreas, ROUNDING_M2, type AreaComparison, type AreaKind } from './document-area.ts'

/** Registers whose rows state an area. */
export const areaRegisters = [
  'approval',
  'supply',
  'registration',
  'preliminary',
  'reserve',
  'permit',
] as const
export type AreaRegister = (typeof areaRegisters)[number]

/** Registers that write hectares to four decimals; the others write square metres. */
const inHectares: readonly AreaRegister[] = ['approval', 'supply', 'preliminary', 'reserve']

export interface AreaQuery {
  readonly kind?: AreaRegister | undefined
  readonly district?: string | undefined
  readonly means?: AreaKind | undefined
  /** False: only records whose figure is off by more than max(2 m², 0.1 %). */
  readonly agrees?: boolean | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const DEFAULT_LIMIT = 500

/**
 * Document, planar and ellipsoid area of every record that states one and has a shape, side by side, the largest
 * disagreement first; and per register and district which of the two its figures are. A record's district is the county
 * it was filed under.
 * @throws as `standingAt`
 */
export async function recordAreas(
  db: Kysely<Database>,
  query: AreaQuery,
  moment: Moment = {},
): Promise<RecordAreas> {
  const standing = await standingAt(db, moment)
  const rows = await db
    .selectFrom('record as r')
    .select([
      'r.record_id as recordId',
      'r.kind',
      'r.doc',
      'r.county_code as districtCode',
      'r.area_document_m2 as documentM2',
      'r.area_planar_m2 as planarM2',
      'r.area_ellipsoid_m2 as ellipsoidM2',
    ])
    .where('r.kind', 'in', [...areaRegisters])
    .where(knownIn(standing))
    .$if(query.kind !== undefined, (q) => q.where('r.kind', '=', query.kind!))
    .$if(query.district !== undefined, (q) => q.where('r.county_code', '=', query.district!))
    .where(sql<boolean>`(r.area_document_m2 is not null or r.area_planar_m2 is not null)`)
    .orderBy('r.record_id')
    .execute()
  const compared = rows.flatMap(({ documentM2, planarM2, ellipsoidM2, ...row }) => {
    if (documentM2 === null || planarM2 === null || ellipsoidM2 === null) return []
    const kind = row.kind as AreaRegister
    const rounding = inHectares.includes(kind) ? ROUNDING_M2.hectares : ROUNDING_M2.squareMetres
    return [{ ...row, kind, ...compareAreas({ documentM2, planarM2, ellipsoidM2 }, rounding) }]
  })
  const groups = groupBy(compared, ({ kind, districtCode }) => `${kind} ${districtCode}`)
  const incomplete = groupBy(
    rows.filter(({ documentM2, planarM2 }) => documentM2 === null || planarM2 === null),
    ({ kind, districtCode }) => `${kind} ${districtCode}`,
  )
  const asked = compared
    .filter(({ means }) => query.means === undefined || means === query.means)
    .filter(({ agrees }) => query.agrees === undefined || agrees === query.agrees)
    .toSorted((a, b) => nearest(b) - nearest(a) || a.recordId - b.recordId)
  const { limit = DEFAULT_LIMIT, offset = 0 } = query
  return {
    ...answersFor(standing),
    registers: [...new Set([...groups.keys(), ...incomplete.keys()])].toSorted().map((key) => {
      const [kind, code] = key.split(' ') as [AreaRegister, string]
      const missing = incomplete.get(key) ?? []
      return {
        kind,
        ...districtTitle(code, standing),
        ...summarise(groups.get(key) ?? []),
        withoutDocumentArea: missing.filter(({ documentM2 }) => documentM2 === null).length,
        withoutShape: missing.filter(({ planarM2 }) => planarM2 === null).length,
      }
    }),
    records: asked.length,
    rows: asked.slice(offset, offset + limit).map((row) => ({
      ...row,
      doc: maskDoc(row.kind, row.doc),
    })),
  }
}

const nearest = ({ planarMinusDocumentM2: a, ellipsoidMinusDocumentM2: b }: AreaComparison): number =>
  Math.min(Math.abs(a), Math.abs(b))

function summarise(rows: readonly AreaComparison[]) {
  const count = (kind: AreaKind): number => rows.filter(({ means }) => means === kind).length
  const counts = Object.fromEntries(areaKinds.map((kind) => [kind, count(kind)])) as Record<AreaKind, number>
  return {
    records: rows.length,
    documentM2: sumOf(rows, ({ documentM2 }) => documentM2),
    planarM2: sumOf(rows, ({ planarM2 }) => planarM2),
    ellipsoidM2: sumOf(rows, ({ ellipsoidM2 }) => ellipsoidM2),
    disagreeing: rows.filter(({ agrees }) => !agrees).length,
    counts,
    means: registerMeans(counts),
  }
}

/** What a register's figures are, where nine in ten of those that can be told agree; else undecided. */
function registerMeans({
  planar,
  ellipsoid,
}: Record<AreaKind, number>): 'planar' | 'ellipsoid' | 'undecided' {
  const told = planar + ellipsoid
  if (told === 0) return 'undecided'
  if (planar >= 0.9 * told) return 'planar'
  return ellipsoid >= 0.9 * told ? 'ellipsoid' : 'undecided'
}
