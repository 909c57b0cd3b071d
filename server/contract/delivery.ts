/** What is said about deliveries before, while and after they are brought in. */
import { z } from 'zod'
import { jobSchema } from './job.ts'
import { messageSchema } from './message.ts'

const severity = z.enum(['must_fix', 'may_fix_later', 'note'])
/** One thing found wrong, where it lies and in what words. */
export const importIssueSchema = z.object({
  row: z.number().int().nullable(),
  field: z.string().nullable(),
  code: z.string(),
  severity,
  message: messageSchema,
  value: z.string().nullable(),
})

/** A job as the list of them shows it. `interrupted`: the server stopped and nothing of the work was kept. */
export const listedJobSchema = jobSchema.extend({
  fileName: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
})
export type ListedJob = z.infer<typeof listedJobSchema>

/** Findings of one type in a delivery: how many, how grave, what they are about, the first of them. */
export const issueGroupSchema = z.object({
  code: z.string(),
  severity,
  field: z.string().nullable().describe('null where fields differ'),
  title: messageSchema,
  advice: messageSchema,
  count: z.number().int().describe('rows, or once for the file'),
  first: importIssueSchema,
})
export type IssueGroup = z.infer<typeof issueGroupSchema>

/** How a column is understood. `confidence`: `mapped` by a person or profile, else by the name it has. */
export const previewColumnSchema = z.object({
  column: z.string(),
  samples: z.array(z.string()),
  filled: z.number().int().describe('rows with a value, of the rows looked at'),
  field: z.string().nullable(),
  role: z.enum(['field', 'row_id', 'area_unit', 'unused', 'unknown']),
  unit: z.enum(['ha', 'm2', 'mu', 'wan', 'yuan']).nullable(),
  confidence: z.enum(['mapped', 'exact', 'synonym', 'cut', 'none']),
  /** Values of the rows looked at that are not what the field takes. */
  unreadable: z.number().int(),
})
/** What a mapping file may hold; its other entries pass through and are checked where mappings are read. */
export const mappingShapeSchema = z.looseObject({
  fields: z.record(z.string(), z.string()).optional(),
  constants: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  units: z.record(z.string(), z.enum(['ha', 'm2', 'mu', 'wan', 'yuan'])).optional(),
  ignore: z.array(z.string()).optional(),
  rowKey: z.string().optional(),
})
export const sourceProfileSchema = z.object({
  profileId: z.number().int(),
  version: z.number().int(),
  as: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  mapping: mappingShapeSchema,
  crs: z.string().nullable(),
  retired: z.boolean(),
  savedBy: z.string(),
  savedAt: z.string(),
  titles: z.record(z.string(), messageSchema).describe('of the fields of the mapping'),
  uses: z.number().int().describe('deliveries read by it, in whatever version'),
  lastUsedAt: z.string().nullable(),
})
export type SourceProfile = z.infer<typeof sourceProfileSchema>

export const renameProfileSchema = z.object({
  name: z.string().trim().min(1).max(120),
  by: z.string().trim().min(1).max(80),
})

export const saveProfileSchema = z.object({
  as: z.string().min(1).max(80),
  name: z.string().trim().min(1).max(120),
  columns: z.array(z.string().max(200)).min(1).max(300),
  mapping: mappingShapeSchema,
  crs: z.string().max(40).nullable().optional(),
  by: z.string().trim().min(1).max(80),
})

/** What was understood of a file before anything is brought in. Coordinates are lon/lat (EPSG:4490). */
export const deliveryPreviewSchema = z.object({
  fileName: z.string(),
  sha256: z.string(),
  bytes: z.number().int(),
  format: z.string(),
  encoding: z.string().nullable(),
  as: z.string(),
  asKnownBy: z.enum(['given', 'profile', 'columns']),
  kinds: z
    .array(z.object({ as: z.string(), fields: z.number().int() }))
    .describe('what it could be brought in as, by how many columns mean something, best first'),
  crs: z.string().nullable(),
  crsKnownBy: z.string().nullable(),
  crsProblem: z.object({ code: z.string(), message: messageSchema, hint: messageSchema }).nullable(),
  extent: z
    .tuple([z.number(), z.number(), z.number(), z.number()])
    .nullable()
    .describe('[west, south, east, north] of the shapes looked at'),
  shapes: z.array(z.object({ row: z.number().int(), geometry: z.any() })).describe('the first shapes'),
  rows: z.number().int().describe('in the file, as far as known before it is read'),
  looked: z.number().int().describe('rows looked at'),
  withShape: z.number().int().describe('of those, with a shape'),
  columns: z.array(previewColumnSchema),
  fields: z.array(
    z.object({
      field: z.string(),
      title: messageSchema,
      heading: z.string().nullable().describe('the heading offices use'),
      type: z.string(),
      unit: z.string().nullable(),
    }),
  ),
  firstRows: z.array(
    z.object({
      row: z.number().int(),
      values: z.record(z.string(), z.string()),
      fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      issues: z.array(importIssueSchema),
    }),
  ),
  issues: z.array(importIssueSchema).describe('of the file as a whole'),
  mapping: mappingShapeSchema.describe('what was used'),
  profile: sourceProfileSchema.nullable().describe('remembered for files with these columns, and used'),
})
export type DeliveryPreview = z.infer<typeof deliveryPreviewSchema>

/** A shape a named method changed, or would change if a person agreed. */
export const repairSchema = z.object({
  delivery: z.number().int(),
  row: z.number().int(),
  state: z.enum(['made', 'proposed', 'accepted', 'rejected']),
  methods: z.array(z.string()),
  reason: messageSchema,
  areaBeforeM2: z.number().describe('planar'),
  areaAfterM2: z.number().describe('planar'),
  decision: z
    .object({ accepted: z.boolean(), by: z.string(), reason: z.string(), at: z.string() })
    .nullable(),
  before: z.any().nullable().describe('GeoJSON, lon/lat'),
  after: z.any().nullable().describe('GeoJSON, lon/lat'),
})
export type Repair = z.infer<typeof repairSchema>

export const repairDecisionSchema = z.object({
  rows: z.array(z.number().int().positive()).min(1).max(5_000),
  accept: z.boolean(),
  by: z.string().trim().min(1).max(80),
  reason: z.string().trim().min(1).max(1_000),
})

/** One row of a delivery, where it lies (lon/lat) and what was said of it. */
export const deliveredRowSchema = z.object({
  delivery: z.number().int(),
  row: z.number().int(),
  recordId: z.number().int().nullable().describe('null: refused, or the same as before'),
  stands: z.boolean(),
  values: z.record(z.string(), z.string()),
  geometry: z.any().nullable(),
  issues: z.array(importIssueSchema),
})
export type DeliveredRow = z.infer<typeof deliveredRowSchema>

export const deliverySchema = z.object({
  deliveryId: z.number().int(),
  kind: z.string(),
  layer: z.string().nullable(),
  fileName: z.string(),
  sha256: z.string(),
  crs: z.string().nullable(),
  crsKnownBy: z.string().nullable(),
  encoding: z.string().nullable(),
  read: z.number().int(),
  used: z.number().int(),
  repaired: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  missing: z.number().int(),
  proposals: z.number().int().describe('refused rows whose repair waits for a person'),
  receivedAt: z.string(),
  undoneAt: z.string().nullable(),
  follows: z.number().int().nullable().describe('rows of that delivery a person has decided since'),
  profile: z.object({ profileId: z.number().int(), version: z.number().int() }).nullable(),
  notShown: z
    .enum(['brought', 'taken_back'])
    .nullable()
    .describe('brought, or taken back, since the build that readers see; null: what is shown says so'),
})
export type Delivery = z.infer<typeof deliverySchema>

export const importSummarySchema = z.object({
  delivery: z.number().int().nullable().describe('null for a dry run or when nothing changed'),
  read: z.number().int(),
  used: z.number().int(),
  repaired: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  missing: z.number().int().describe('rows of the same source that stand and are not in this file'),
  crs: z.string().nullable(),
  crsKnownBy: z.string().nullable(),
  issues: z
    .array(importIssueSchema)
    .describe('those of the file as a whole, then the first 10,000 rows of each code and severity'),
  issueCounts: z
    .array(importIssueSchema.pick({ code: true, severity: true }).extend({ count: z.number().int() }))
    .describe('all of them, by code and severity'),
})
export type ImportSummary = z.infer<typeof importSummarySchema>
