/** What documents say about one parcel where they do not say the same. Persons are masked. */
import { z } from 'zod'

const message = z.object({ zh: z.string(), en: z.string() })

export const claimAttributes = ['holder', 'area', 'use', 'approved_on', 'signed_on', 'finish_on'] as const
export type ClaimAttribute = (typeof claimAttributes)[number]

export const claimSchema = z.object({
  recordId: z.number().int(),
  kind: z.string(),
  doc: z.string().nullable(),
  value: z.string(),
  /** Day the document stands for, and day we received it. */
  on: z.string().nullable(),
  receivedAt: z.string(),
  certainty: z.enum(['certain', 'probable']),
  delivery: z.object({ deliveryId: z.number().int(), fileName: z.string(), row: z.number().int() }),
})
export const claimChoiceSchema = z.object({
  recordId: z.number().int().nullable().describe('null: back to the rule'),
  reason: z.string(),
  document: z.string().nullable(),
  by: z.string(),
  at: z.string(),
})
export const attributeClaimsSchema = z.object({
  attribute: z.enum(claimAttributes),
  title: message,
  conflict: z.boolean(),
  claims: z.array(claimSchema).describe('in the order the rule ranks them'),
  used: z.object({
    recordId: z.number().int(),
    value: z.string(),
    by: z.enum(['only', 'agreement', 'rule', 'person']),
    rule: z.object({ code: z.string(), reason: message }).nullable(),
    choice: claimChoiceSchema.nullable(),
  }),
  history: z.array(claimChoiceSchema).describe('every choice ever made, newest first'),
})
export type AttributeClaims = z.infer<typeof attributeClaimsSchema>

export const parcelClaimsSchema = z.object({
  parcelId: z.number().int(),
  parcelCode: z.string().nullable(),
  asOf: z.string(),
  knownAt: z.string(),
  attributes: z.array(attributeClaimsSchema),
})
export type ParcelClaims = z.infer<typeof parcelClaimsSchema>

export const claimListSchema = z.object({
  asOf: z.string(),
  parcels: z.array(parcelClaimsSchema),
  next: z.number().int().nullable().describe('ask again with after'),
})
export type ClaimList = z.infer<typeof claimListSchema>

export const chooseClaimSchema = z.object({
  attribute: z.enum(claimAttributes),
  recordId: z.number().int().positive().nullable(),
  reason: z.string().trim().min(1).max(1_000),
  document: z.string().trim().max(200).optional(),
  by: z.string().trim().min(1).max(80),
})
