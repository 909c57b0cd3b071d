import { z } from 'zod'
import { recordFields, type RecordKind } from '../record/record.ts'

/** What kind of value a canonical field takes. */
export type FieldType =
  | { readonly type: 'text' | 'date' | 'number' | 'flag' }
  | { readonly type: 'choice'; readonly values: readonly string[] }

/** Canonical fields of a kind with their types, read from the schemas of record.ts so that the two cannot drift apart. */
export function fieldTypes(kind: RecordKind): ReadonlyMap<string, FieldType> {
  const known = kept.get(kind)
  if (known) return known
  const types = new Map(
    Object.entries(recordFields[kind].shape).map(
      ([name, schema]) => [name, typeOf(schema.unwrap())] as const,
    ),
  )
  kept.set(kind, types)
  return types
}

const kept = new Map<RecordKind, ReadonlyMap<string, FieldType>>()

function typeOf(schema: z.ZodType): FieldType {
  if (schema instanceof z.ZodEnum) return { type: 'choice', values: schema.options.map(String) }
  if (schema instanceof z.ZodBoolean) return { type: 'flag' }
  if (schema instanceof z.ZodNumber) return { type: 'number' }
  // A date is a text of one form; nothing else tells them apart.
  return {
    type: schema.safeParse('2020-01-31').success && !schema.safeParse('text').success ? 'date' : 'text',
  }
}

export type AreaUnit = 'ha' | 'm2' | 'mu'
export type MoneyUnit = 'wan' | 'yuan'
export type Unit = AreaUnit | MoneyUnit

/** The unit a canonical field is kept in, where other units can be delivered. */
export function canonicalUnit(field: string): Unit | null {
  if (field === 'area_ha') return 'ha'
  if (field.endsWith('_m2')) return 'm2'
  if (field.endsWith('_wan')) return 'wan'
  return null
}
