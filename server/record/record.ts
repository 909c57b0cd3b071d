import { z } from 'zod'

/** The registers and files a delivery can belong to (design section 5). */
export const recordKinds = [
  'approval', // 报批
  'supply', // 供应
  'registration', // 登记
  'completion', // 竣工验收
  'layer', // 规划与管控图层, see `layer`
  'preliminary', // 预审选址
  'expropriation', // 征收
  'reserve', // 储备
  'permit', // 许可
  'violation', // 违法案件
  'performance', // 效益: a yearly input list, by parcel code or holder code
  'firm', // 企业名录: who is state-owned, a yearly input list by holder code
  'firm_land_use', // 企业用地: which firm uses how much of which parcel, a yearly input list
] as const
export type RecordKind = (typeof recordKinds)[number]

/**
 * Layers with a meaning of their own in findings and facts; any other name may be imported and is shown only.
 * district 行政区 · control_plan 控规 · growth_boundary 城镇开发边界 · farmland 永久基本农田 · eco_redline 生态保护红线 ·
 * park 园区 · renewal 更新片区 · soil 污染地块 · reserve 储备
 */
export const knownLayers = [
  'district',
  'control_plan',
  'growth_boundary',
  'farmland',
  'eco_redline',
  'park',
  'renewal',
  'soil',
] as const

const text = z.string().min(1)
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const number = z.number()
const flag = z.boolean()
const done = z.enum(['none', 'done', 'unknown'])

/**
 * Canonical fields per kind. Every field is optional: absent means unknown, never false and never zero.
 * Names carry units: `_ha`, `_m2`, `_wan` (万元), `_on` (day it happened), `_due` (day agreed).
 */
export const recordFields = {
  approval: z
    .object({
      doc_no: text,
      approved_on: date,
      authority: text,
      approval_kind: z.enum(['batch', 'single']),
      batch_name: text,
      plot_no: text,
      area_ha: number,
      status: z.enum(['valid', 'lapsed', 'withdrawn', 'reduced']),
      status_on: date,
      compensated: flag,
      expropriation: z.enum(['none', 'part', 'done']),
      site_clean: flag,
      infra_ready: flag,
      site_used: flag,
      class_unchanged: flag,
      supply_possible: flag,
      use: text,
      use_scheme: text,
      location: text,
    })
    .partial(),
  supply: z
    .object({
      supervision_no: text,
      project: text,
      holder: text,
      holder_code: text,
      location: text,
      area_ha: number,
      use: text,
      use_scheme: text,
      method: text,
      approval_doc_no: text,
      parcel_code: text,
      price_wan: number,
      paid_wan: number,
      signed_on: date,
      handover_due: date,
      handover_on: date,
      start_due: date,
      start_on: date,
      finish_due: date,
      finish_on: date,
      handover_state: done,
      start_state: z.enum(['none', 'started', 'unknown']),
      finish_state: done,
      far_min: number,
      far_max: number,
      term_years: number,
      invested_wan: number,
      total_invest_wan: number,
      developed_m2: number,
      should_develop_m2: number,
      halted_since: date,
      idle_cause: z.enum(['unknown', 'gov', 'force_majeure', 'own', 'mixed']),
      idle_recognised_on: date,
      supplement_signed_on: date,
      holder_bankrupt: flag,
      holder_unwilling: flag,
      buyback_listed: flag,
      production_due: date,
      assess_on: date,
      agree_tax_per_mu: number,
      agree_invest_per_mu: number,
      district: text,
      source: text,
      term_text: text,
      industry: text,
      grade: text,
      authority: text,
    })
    .partial(),
  registration: z
    .object({
      parcel_code: text,
      unit_code: text,
      cert_no: text,
      holder: text,
      holder_code: text,
      right_type: text,
      right_nature: text,
      use: text,
      use_scheme: text,
      area_m2: number,
      location: text,
      registered_on: date,
      term_end: date,
      mortgaged: flag,
      sealed: flag,
      dispute: flag,
      legacy_built: flag,
      supervision_no: text,
      project: text,
      plot_name: text,
      approval_doc_no: text,
    })
    .partial(),
  completion: z
    .object({
      doc_no: text,
      project: text,
      accepted_on: date,
      footprint_m2: number,
      floor_area_m2: number,
      yard_m2: number,
      production_on: date,
      verify_state: z.enum(['none', 'done', 'not_required', 'unknown']),
      verified_on: date,
      supervision_no: text,
      parcel_code: text,
      holder: text,
    })
    .partial(),
  layer: z
    .object({
      name: text,
      code: text,
      use: text,
      use_scheme: text,
      far_max: number,
      far_min: number,
      density: number,
      status: z.enum(['in_force', 'pending']),
      in_force_on: date,
      exempt: flag,
      adopted_doc: text,
      cleared: flag,
    })
    .partial(),
  preliminary: z
    .object({ doc_no: text, project: text, issued_on: date, valid_until: date, area_ha: number })
    .partial(),
  expropriation: z
    .object({ doc_no: text, announced_on: date, state: z.enum(['none', 'part', 'done']), compensated: flag })
    .partial(),
  reserve: z.object({ doc_no: text, project: text, in_on: date, out_on: date, area_ha: number }).partial(),
  permit: z
    .object({ doc_no: text, project: text, issued_on: date, permit_kind: text, area_m2: number })
    .partial(),
  violation: z
    .object({
      doc_no: text,
      holder: text,
      holder_code: text,
      parcel_code: text,
      found_on: date,
      filed_on: date,
      closed_on: date,
      state: z.enum(['open', 'closed']),
      area_m2: number,
      location: text,
    })
    .partial(),
  performance: z
    .object({
      parcel_code: text,
      holder_code: text,
      holder: text,
      year: number,
      eco_class: z.enum(['A', 'B', 'C', 'D']),
      tax_per_mu: number,
      invest_per_mu: number,
      tax_wan: number,
      invest_wan: number,
      low_efficiency: flag,
      rule_id: text,
    })
    .partial(),
  firm: z
    .object({
      holder_code: text,
      holder: text,
      holder_class: z.enum(['soe_city', 'soe_county', 'soe_upper', 'platform', 'private', 'foreign']),
      bankrupt: flag,
      year: number,
      list_name: text,
    })
    .partial(),
  firm_land_use: z
    .object({
      holder_code: text,
      holder: text,
      parcel_code: text,
      area_m2: number,
      basis: z.enum(['owned', 'rented']),
      year: number,
    })
    .partial(),
} as const satisfies Record<RecordKind, z.ZodObject>

export type Fields<K extends RecordKind> = z.infer<(typeof recordFields)[K]>

/**
 * One row of one document, as it was known and true on the day asked about.
 * The shape is WKB in the working CRS (EPSG:4547, multipolygon), or null where the document has none.
 */
export interface LandRecord<K extends RecordKind = RecordKind> {
  readonly recordId: number
  readonly countyCode: string
  readonly kind: K
  readonly layer: string
  readonly key: string
  readonly doc: string | null
  readonly fields: Fields<K>
  readonly wkb: Uint8Array | null
  readonly areaDocumentM2: number | null
  readonly areaPlanarM2: number | null
  readonly areaEllipsoidM2: number | null
  readonly deliveryId: number
  readonly rowNo: number
}

/** What each canonical field of a kind holds, for tables whose columns are typed; of all kinds together without one. */
export function fieldColumnTypes(
  kind?: RecordKind,
): Readonly<Record<string, 'text' | 'real' | 'flag' | 'date'>> {
  const shapes = kind === undefined ? Object.values(recordFields) : [recordFields[kind]]
  const types: Record<string, 'text' | 'real' | 'flag' | 'date'> = {}
  for (const { shape } of shapes)
    for (const [name, optional] of Object.entries(shape)) {
      const type = optional.unwrap()
      types[name] ??= type === number ? 'real' : type === flag ? 'flag' : type === date ? 'date' : 'text'
    }
  return types
}
