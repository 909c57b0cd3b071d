import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { recordFields, type RecordKind } from '../record/record.ts'
import { Refusal, type Message } from '../refusal.ts'
import { isFactName } from '../rule/fact.ts'
import { isIsoDate } from '../units.ts'

/** Registers whose records make statements about a parcel; the control plan is a layer, and goes by its name. */
export const claimRegisters = [
  'registration',
  'supply',
  'approval',
  'completion',
  'expropriation',
  'permit',
  'control_plan',
  'firm',
] as const satisfies readonly (RecordKind | 'control_plan')[]
export type ClaimRegister = (typeof claimRegisters)[number]

const parcelKinds = ['titled', 'supplied', 'remainder'] as const
export type ParcelKind = (typeof parcelKinds)[number]

/** What a record must be to speak, and what puts one before another; data/claims/precedence.yaml says what they mean. */
const requirements = ['certain', 'about', 'binding'] as const
const preferences = ['own', 'in_force', 'certain', 'share', 'accepted'] as const
export type Requirement = (typeof requirements)[number]
export type Preference = (typeof preferences)[number]

/** How two statements are held against each other, see compare.ts. */
export const comparisons = [
  'holder',
  'use',
  'area',
  'name',
  'code',
  'contract_number',
  'approval_number',
  'exact',
] as const
export type Comparison = (typeof comparisons)[number]

export interface Speaking {
  readonly parcels: readonly ParcelKind[]
  readonly only: readonly Requirement[]
  readonly order: readonly Preference[]
}

export interface ClaimSource {
  readonly register: ClaimRegister
  /** Field of the record. */
  readonly from: string
  readonly usedFor: readonly ParcelKind[]
  /** Used where nobody states the thing itself, and never held against another. */
  readonly standsIn: boolean
}

/** One thing records say about a parcel, and which of them is used. */
export interface ClaimRule {
  readonly field: string
  /** Its number, CP01. */
  readonly rule: string
  readonly title: Message
  readonly text: Message
  readonly basis: string
  readonly compare: Comparison
  readonly unit: 'm2' | 'wan' | 'ratio' | null
  /** Only records of exactly this land state it. */
  readonly whole: boolean
  /** Which records are heard beside the speaking one: all about the parcel, papers of its contract, none. */
  readonly heard: 'all' | 'same_contract' | 'speaking'
  /** Records of the first register each have their own. */
  readonly apart: boolean
  /** Facts that are this statement, whole or in part. */
  readonly facts: readonly string[]
  readonly sources: readonly ClaimSource[]
}

/** Which statement is used: a dated file, known by its hash. */
export interface Precedence {
  readonly code: string
  readonly version: string
  readonly title: Message
  readonly hash: string
  readonly speaking: Readonly<Record<ClaimRegister, Speaking>>
  readonly rules: readonly ClaimRule[]
  readonly byField: ReadonlyMap<string, ClaimRule>
}

const message = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
const kinds = z.array(z.enum(parcelKinds))
const schema = z.strictObject({
  code: z.string().min(1),
  version: z.string().min(1),
  title: message,
  valid_from: z.string().refine(isIsoDate, 'not a calendar day'),
  speaking: z.record(
    z.enum(claimRegisters),
    z.strictObject({
      parcels: kinds,
      only: z.array(z.enum(requirements)),
      order: z.array(z.enum(preferences)),
    }),
  ),
  fields: z
    .array(
      z.strictObject({
        field: z.string().regex(/^[a-z][a-z_]{1,29}$/),
        rule: z.string().regex(/^CP\d{2}$/),
        title: message,
        text: message,
        basis: z.string().min(1),
        compare: z.enum(comparisons),
        tolerance: z.literal('P608').optional(),
        unit: z.enum(['m2', 'wan', 'ratio']).optional(),
        whole: z.boolean().default(false),
        heard: z.enum(['all', 'same_contract', 'speaking']).default('all'),
        apart: z.boolean().default(false),
        facts: z.array(z.string().refine(isFactName, 'no such fact')),
        sources: z
          .array(
            z.strictObject({
              from: z.string().regex(/^[a-z_]+\.[a-z_0-9]+$/),
              used_for: kinds,
              stands_in: z.boolean().default(false),
            }),
          )
          .min(1),
      }),
    )
    .min(1)
    .max(100),
})

/**
 * Reads the rules and holds them against the registers and the facts.
 * @throws Refusal `PRECEDENCE_INVALID`, naming the rule
 */
export function loadPrecedence(yamlText: string): Precedence {
  const parsed = schema.safeParse(readYaml(yamlText))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(issue!.path.join('.') || '?', issue!.message)
  }
  const { code, version, title, speaking, fields } = parsed.data
  const seen = new Set<string>()
  const rules = fields.map(({ tolerance, unit = null, sources, ...said }): ClaimRule => {
    for (const name of [said.field, said.rule]) {
      if (seen.has(name)) throw invalid(said.rule, `"${name}" occurs twice`)
      seen.add(name)
    }
    if ((said.compare === 'area') !== (tolerance !== undefined))
      throw invalid(said.rule, 'an area, and only it, names its tolerance')
    return {
      ...said,
      unit,
      sources: sources.map((source) => readSource(source, said.rule, speaking)),
    }
  })
  return {
    code,
    version,
    title,
    hash: createHash('sha256').update(yamlText).digest('hex'),
    speaking,
    rules,
    byField: new Map(rules.map((rule) => [rule.field, rule])),
  }
}

function readSource(
  source: { from: string; used_for: ParcelKind[]; stands_in: boolean },
  rule: string,
  speaking: Precedence['speaking'],
): ClaimSource {
  const [name, from] = source.from.split('.') as [string, string]
  const register = claimRegisters.find((each) => each === name)
  if (!register) throw invalid(rule, `no register "${name}"`)
  const { shape } = recordFields[register === 'control_plan' ? 'layer' : register]
  if (!Object.hasOwn(shape, from)) throw invalid(rule, `records of ${name} have no field "${from}"`)
  const deaf = source.used_for.find((kind) => !speaking[register].parcels.includes(kind))
  if (deaf) throw invalid(rule, `${name} does not speak for ${deaf} land`)
  return { register, from, usedFor: source.used_for, standsIn: source.stands_in }
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text)
  } catch (error) {
    if (error instanceof YAMLParseError) throw invalid('YAML', error.message, error)
    throw error
  }
}

const invalid = (where: string, what: string, cause?: unknown): Refusal =>
  new Refusal(
    'PRECEDENCE_INVALID',
    {
      zh: `各方说法采用规则的 ${where} 不合要求:${what}。`,
      en: `${where} of the claim precedence: ${what}.`,
    },
    { zh: '请对照 data/claims/precedence.yaml 修改。', en: 'Compare it with data/claims/precedence.yaml.' },
    { field: where },
    { cause },
  )

let kept: Precedence | undefined
/** The rules that ship with the product. */
export const precedence = (): Precedence =>
  (kept ??= loadPrecedence(
    readFileSync(new URL('../../data/claims/precedence.yaml', import.meta.url), 'utf8'),
  ))
