import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import type { Json } from '../record/draft.ts'
import { recordKinds, type RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'
import { canonicalUnit, fieldTypes } from './field-type.ts'

const unit = z.enum(['ha', 'm2', 'mu', 'wan', 'yuan'])
const mappingSchema = z.strictObject({
  /** Canonical field to column: overrides what the heading would mean. */
  fields: z.record(z.string(), z.string()).optional(),
  /** Values every row has, such as the 批文号 of a survey file that does not carry it. A column's value counts first. */
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Unit of a column whose heading does not say it. */
  units: z.record(z.string(), unit).optional(),
  /** Where a table without coordinates takes its shapes from. */
  join: z
    .strictObject({
      /** Canonical field or column of this table. */
      on: z.string(),
      to: z.strictObject({
        kind: z.enum(recordKinds),
        /** Only for kind layer. */
        layer: z.string().optional(),
        /** Canonical field of those records, a column as they were delivered, or `key`. */
        field: z.string(),
      }),
    })
    .optional(),
  /** A small table between the two: what this table calls `key`, those records call `to`. A key may stand several times. */
  pairs: z.array(z.strictObject({ key: z.string(), to: z.string() })).optional(),
  /** Columns that are not to be read, whatever their heading seems to mean; kept with the delivered row. */
  ignore: z.array(z.string()).optional(),
  /** The column that numbers the rows of this file. */
  rowKey: z.string().optional(),
  /** Parameters from 1980 西安 or 1954 北京 to CGCS2000: dx, dy, dz, or those with rx, ry, rz (″, position vector) and ppm. */
  towgs84: z.union([z.array(z.number()).length(3), z.array(z.number()).length(7)]).optional(),
  /** The city's own plane in the working plane: turned by arc seconds, stretched, then moved by metres. */
  localPlane: z
    .strictObject({ east: z.number(), north: z.number(), rotation: z.number(), scale: z.number().positive() })
    .optional(),
  /** Only the attributes are wanted: rows become records without a shape. */
  shapes: z.literal('leave_out').optional(),
  /** Order of day and month where a date such as 01/02/2023 does not tell. */
  dates: z.enum(['dmy', 'mdy']).optional(),
})

/** How the columns of one file are to be read, as its receiver says. */
export type Mapping = z.infer<typeof mappingSchema>

/**
 * A mapping file, YAML or JSON, checked against the kind of record it is for.
 * @param source path of the file, or its name and text
 * @throws Refusal MAPPING_UNREADABLE, MAPPING_INVALID naming the entry
 */
export function readMapping(
  source: string | { readonly name: string; readonly text: string },
  kind: RecordKind,
): Mapping {
  const { name, text } =
    typeof source === 'string' ? { name: basename(source), text: readText(source) } : source
  const document = parseYaml(text, name)
  const result = mappingSchema.safeParse(document, { error: wording.en })
  if (!result.success) {
    const [first] = result.error.issues
    const path = first?.path.join('.') ?? ''
    const inChinese = mappingSchema.safeParse(document, { error: wording.zh }).error?.issues[0]
    throw invalid(
      name,
      path,
      `“${path || '整个文件'}”不合要求:${inChinese?.message ?? ''}`,
      `"${path || 'the whole file'}" is not as it should be: ${first?.message ?? ''}`,
    )
  }
  checkNames(result.data, kind, name)
  return result.data
}

/** zod's own words for what is malformed. */
const wording = { zh: z.locales.zhCN().localeError, en: z.locales.en().localeError }

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Refusal(
      'MAPPING_UNREADABLE',
      { zh: `映射文件“${path}”无法读取。`, en: `The mapping file "${path}" cannot be read.` },
      { zh: '请检查 --mapping 的路径。', en: 'Check the path given to --mapping.' },
      { file: path },
      { cause },
    )
  }
}

function parseYaml(text: string, name: string): unknown {
  try {
    return parse(text) as unknown // JSON is YAML
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    const line = error.linePos?.[0].line
    throw invalid(
      name,
      '',
      `第 ${line ?? '?'} 行不是合法的 YAML`,
      `line ${line ?? '?'} is not valid YAML: ${error.message.split('\n')[0]}`,
    )
  }
}

function checkNames(mapping: Mapping, kind: RecordKind, name: string): void {
  const types = fieldTypes(kind)
  for (const [section, entries] of Object.entries({
    fields: mapping.fields,
    constants: mapping.constants,
    units: mapping.units,
  })) {
    for (const field of Object.keys(entries ?? {})) {
      if (!types.has(field)) {
        throw invalid(
          name,
          `${section}.${field}`,
          `“${section}.${field}”:${kind} 没有字段 ${field}。可用:${[...types.keys()].join('、')}`,
          `"${section}.${field}": ${kind} has no field ${field}. Known: ${[...types.keys()].join(', ')}`,
        )
      }
    }
  }
  for (const [field, given] of Object.entries(mapping.units ?? {})) {
    const own = canonicalUnit(field)
    const isMoney = given === 'wan' || given === 'yuan'
    if (own === null || (own === 'wan') !== isMoney)
      throw invalid(
        name,
        `units.${field}`,
        `“units.${field}”:该字段不能以 ${given} 计`,
        `"units.${field}": this field cannot be given in ${given}`,
      )
  }
  if (mapping.pairs && !mapping.join)
    throw invalid(name, 'pairs', '“pairs”须与“join”同用', '"pairs" goes with "join"')
}

const invalid = (file: string, field: string, zh: string, en: string): Refusal =>
  new Refusal(
    'MAPPING_INVALID',
    { zh: `映射文件“${file}”中${zh}。`, en: `In the mapping file "${file}", ${en}.` },
    {
      zh: '写法见 data/examples/README.md;形如数字的编号要加引号。',
      en: 'See data/examples/README.md; put quotes around numbers that are codes.',
    },
    field === '' ? { file } : { file, field },
  )

/** The mapping as it may be kept with the delivery: transformation parameters are secret, so only that they were given stays. */
export function storable(mapping: Mapping): Json {
  const { towgs84, localPlane, ...rest } = mapping
  return {
    ...rest,
    ...(towgs84 && { towgs84: `${towgs84.length} parameters` }),
    ...(localPlane && { localPlane: '4 parameters' }),
  } as Json
}

/** Whether a kept mapping had parameters, which were used and are not in it. */
export const hadParameters = (kept: unknown): boolean =>
  typeof kept === 'object' && kept !== null && ('towgs84' in kept || 'localPlane' in kept)
