import { sql, type RawBuilder } from 'kysely'
import { Refusal } from '../refusal.ts'
import { isGeometry, parseCql2, propertiesOf, type Cql2Node } from '../rule/cql2.ts'
import { landDictionary } from '../rule/dictionary.ts'
import { factColumn, factDefinitions } from '../rule/fact.ts'
import { conditionToSql, type SqlNames } from '../rule/to-sql.ts'
import { typeProblems } from '../rule/type-check.ts'
import { dateFunctions, type Meaning, type Signature, type Vocabulary } from '../rule/vocabulary.ts'
import { shapeToSql } from './shape-sql.ts'

/**
 * The names a filter over parcels may use beside the facts, and the column each stands for: the names of exported
 * parcels. `v` is parcel_version, `a` assessment. A name that is not here does not reach the database.
 */
const parcelColumns: Readonly<Record<string, Meaning & { readonly column: string }>> = {
  parcel_id: { type: 'number', column: 'v.parcel_id' },
  parcel_code: { type: 'text', column: 'v.parcel_code' },
  unit_code: { type: 'text', column: 'v.unit_code' },
  kind: { type: 'text', values: ['titled', 'supplied', 'remainder'], column: 'v.kind' },
  stage: { type: 'text', values: factDefinitions['chain.stage'].values, column: 'v.stage' },
  district: { type: 'text', column: 'v.district_code' },
  holder: { type: 'text', column: 'v.holder' },
  holder_code: { type: 'text', column: 'v.holder_code' },
  project: { type: 'text', column: 'v.project' },
  location: { type: 'text', column: 'v.location' },
  use_text: { type: 'text', column: 'v.use_text' },
  use_scheme: { type: 'text', column: 'v.use_scheme' },
  use_code: { type: 'text', column: 'v.use_code' },
  use_group: { type: 'text', values: factDefinitions['supply.use_group'].values, column: 'v.use_group' },
  area_document_m2: { type: 'number', unit: 'm2', column: 'v.area_document_m2' },
  area_planar_m2: { type: 'number', unit: 'm2', column: 'v.area_planar_m2' },
  area_ellipsoid_m2: { type: 'number', unit: 'm2', column: 'v.area_ellipsoid_m2' },
  strategy: { type: 'text', column: 'a.strategy' },
  geom: { type: 'geometry', column: 'v.geom' },
}

const shapeAndShape: Signature = {
  args: [{ type: 'geometry' }, { type: 'geometry' }],
  returns: { type: 'boolean' },
}
const spatial = {
  s_intersects: 'st_intersects',
  s_within: 'st_within',
  s_contains: 'st_contains',
  s_disjoint: 'st_disjoint',
} as const

export const parcelVocabulary: Vocabulary = {
  properties: new Map<string, Meaning>([...landDictionary.meanings, ...Object.entries(parcelColumns)]),
  parameters: new Map(),
  functions: new Map<string, Signature>([
    ...dateFunctions,
    ...Object.keys(spatial).map((name): [string, Signature] => [name, shapeAndShape]),
    ['has_flag', { args: [{ type: 'text' }], returns: { type: 'boolean' } }],
    ['has_tag', { args: [{ type: 'text' }], returns: { type: 'boolean' } }],
  ]),
}

export interface ParcelFilter {
  /** Over `v`, `a` and, where `usesFacts`, `f` (table fact). */
  readonly condition: RawBuilder<boolean>
  readonly usesFacts: boolean
}

/**
 * A filter a reader wrote, as SQL: names looked up in a fixed list, every value bound.
 *
 * Beside the columns above and the facts: `has_flag('P101')`, `has_tag('ZON_PARK')`, `S_INTERSECTS(geom, BBOX(…))`;
 * shapes are lon/lat in degrees (EPSG:4490).
 * @throws Refusal `FILTER_SYNTAX`, `FIELD_UNKNOWN`, `FILTER_INVALID`, `FILTER_TOO_LARGE`.
 */
export function compileParcelFilter(text: string): ParcelFilter {
  return parcelFilterFrom(parseCql2(text, 'filter'))
}

/** The same from a condition already read, such as CQL2 JSON. */
export function parcelFilterFrom(node: Cql2Node): ParcelFilter {
  const [complaint] = typeProblems(node, parcelVocabulary)
  if (complaint) {
    const code = complaint.code.startsWith('UNKNOWN_F') ? 'FIELD_UNKNOWN' : 'FILTER_INVALID'
    throw new Refusal(code, complaint.text, complaint.hint, { field: complaint.about.slice(0, 80) })
  }
  return {
    condition: sql<boolean>`${conditionToSql(node, parcelNames)}`,
    usesFacts: propertiesOf(node).some((name) => !Object.hasOwn(parcelColumns, name)),
  }
}

const parcelNames: SqlNames = {
  property(name) {
    if (Object.hasOwn(parcelColumns, name)) return sql.ref(parcelColumns[name]!.column)
    if (Object.hasOwn(factDefinitions, name)) return sql.ref(`f.${factColumn(name)}`)
    throw new TypeError(`"${name}" is no column of a parcel.`)
  },
  parameter(name) {
    throw new TypeError(`":${name}" means nothing in a filter.`)
  },
  call(name, args, compile) {
    if (name === 'has_flag') return sql`(a.flags @> array[${compile(args[0]!)}])`
    if (name === 'has_tag') return sql`(a.tags @> array[${compile(args[0]!)}])`
    if (name in spatial) {
      const [a, b] = args.map((arg) => (isGeometry(arg) ? shapeToSql(arg) : compile(arg)))
      return sql`${sql.raw(spatial[name as keyof typeof spatial])}(${a}, ${b})`
    }
    throw new TypeError(`"${name}" is no function of a filter.`)
  },
  asOf: sql.ref('f.as_of'),
}
