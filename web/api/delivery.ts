/** Deliveries: seen, sent, corrected, undone. */
import type {
  DeliveredRow,
  Delivery,
  DeliveryPreview,
  ImportSummary,
  IssueGroup,
  Job,
  Repair,
  SourceProfile,
} from '../../server/contract.ts'
import { type Ask, get, jsonOf, post, send, withQuery } from './http.ts'

export interface DeliveryForm {
  readonly file: File
  readonly as: string
  readonly crs: string
  /** Which layer, sheet or packed file. */
  readonly from: string
  readonly mapping: string
  readonly dryRun: boolean
  readonly allOrNothing: boolean
}

/** What the server understands of a file; nothing is written. `as` may be empty: it is told from the columns. */
export async function previewDelivery(
  form: Pick<DeliveryForm, 'file' | 'as' | 'crs' | 'from' | 'mapping'>,
  { lang, signal }: Ask,
): Promise<DeliveryPreview> {
  const body = new FormData()
  for (const name of ['as', 'crs', 'from', 'mapping'] as const)
    if (form[name].trim()) body.set(name, form[name].trim())
  body.set('file', form.file, form.file.name)
  const response = await send('/api/deliveries/preview', lang, {
    method: 'POST',
    body,
    ...(signal ? { signal } : {}),
  })
  return jsonOf<DeliveryPreview>(response, '/api/deliveries/preview')
}

/** Starts reading a delivery; the job's result is an `ImportSummary`. */
export async function sendDelivery(form: DeliveryForm, { lang, signal }: Ask): Promise<Job> {
  const body = new FormData()
  // Fields before the file: the server knows what to do with the bytes as they arrive.
  body.set('as', form.as)
  if (form.crs.trim()) body.set('crs', form.crs.trim())
  if (form.from.trim()) body.set('from', form.from.trim())
  if (form.mapping.trim()) body.set('mapping', form.mapping.trim())
  body.set('dryRun', String(form.dryRun))
  body.set('allOrNothing', String(form.allOrNothing))
  body.set('file', form.file, form.file.name)
  const response = await send('/api/deliveries', lang, {
    method: 'POST',
    body,
    ...(signal ? { signal } : {}),
  })
  return jsonOf<Job>(response, '/api/deliveries')
}

export const fetchDeliveries = (ask: Ask) => get<Delivery[]>('/api/deliveries', ask)
export const undoDelivery = (id: number, ask: Ask) => post<unknown>(`/api/deliveries/${id}/undo`, {}, ask)

export const fetchIssues = (id: number, ask: Ask) =>
  get<{ issues: ImportSummary['issues']; next: number | null }>(`/api/deliveries/${id}/issues`, ask)
export const fetchIssueGroups = (id: number, ask: Ask) =>
  get<IssueGroup[]>(`/api/deliveries/${id}/issue-groups`, ask)
export const fetchRepairs = (id: number, ask: Ask) =>
  get<{ repairs: Repair[]; next: number | null }>(`/api/deliveries/${id}/repairs`, ask)
export const decideRepairs = (
  id: number,
  decision: {
    readonly rows: number[]
    readonly accept: boolean
    readonly by: string
    readonly reason: string
  },
  ask: Ask,
) => post<Job>(`/api/deliveries/${id}/decisions`, decision, ask)

export const fetchRow = (id: number, row: number, ask: Ask) =>
  get<DeliveredRow>(`/api/deliveries/${id}/rows/${row}`, ask)
export const saveProfile = (
  profile: Pick<SourceProfile, 'as' | 'name' | 'columns' | 'mapping' | 'crs'> & { readonly by: string },
  ask: Ask,
) => post<SourceProfile>('/api/source-profiles', profile, ask)

export const fetchProfiles = (ask: Ask) => get<SourceProfile[]>('/api/source-profiles', ask)
/** Every version, newest first. */
export const fetchProfile = (id: number, ask: Ask) => get<SourceProfile[]>(`/api/source-profiles/${id}`, ask)
export const renameProfile = (id: number, said: { readonly name: string; readonly by: string }, ask: Ask) =>
  post<SourceProfile>(`/api/source-profiles/${id}/rename`, said, ask)
export async function retireProfile(id: number, by: string, { lang }: Ask): Promise<void> {
  await send(withQuery(`/api/source-profiles/${id}`, { by }), lang, { method: 'DELETE' })
}

/** The bytes as they came; what was found wrong in them, as a table. */
export const deliveredFileUrl = (id: number): string => `/api/deliveries/${id}/file`
export const issuesFileUrl = (id: number, format: 'csv' | 'xlsx'): string =>
  `/api/deliveries/${id}/issues/export?format=${format}`
