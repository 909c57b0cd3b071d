/**
 * Everything the page asks the server, one function per question, typed by `server/contract.ts`.
 * Only same-origin addresses: the page makes no request to any other host.
 */
import type {
  AreaBrief,
  BatchBooks,
  Catalog,
  Comparison,
  Conflicts,
  DeadlinePage,
  Delivery,
  DeliveryPreview,
  DeliveredRow,
  Dossier,
  Explanation,
  FeatureCollection,
  Finding,
  ImportSummary,
  IssueGroup,
  Job,
  LabPack,
  Ledger,
  Lineage,
  Movers,
  ListedJob,
  OverlapPreview,
  PackList,
  OverridePage,
  ParcelCard,
  ParcelOverride,
  ParcelPage,
  Places,
  Preview,
  Problem,
  Remainders,
  Repair,
  ReportRequest,
  Scenario,
  SourceProfile,
  SetOverride,
  Stats,
  SupplyRates,
  Unknowns,
} from '../server/contract.ts'
import type * as GeoJSON from 'geojson'
import type { Language } from './view.ts'

/** The server understood us and said no; `problem` is in the reader's language. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.problem = problem
  }
}

/** No answer, or one that is not ours: server stopped, network cut, proxy page. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable'
  readonly path: string
  constructor(path: string, options?: ErrorOptions) {
    super(`No answer from ${path}.`, options)
    this.path = path
  }
}

export type Query = Readonly<Record<string, string | undefined>>
interface Ask {
  readonly lang: Language
  /** The day to answer for; absent or null: as readers see it now. */
  readonly asOf?: string | null
  readonly signal?: AbortSignal | undefined
}

export function withQuery(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

async function send(path: string, lang: Language, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: {
        'accept-language': lang === 'zh' ? 'zh-CN' : 'en',
        accept: 'application/json',
        ...init.headers,
      },
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiUnreachable(path, { cause })
  }
  if (!response.ok) throw await refusalOf(response, path)
  return response
}

async function refusalOf(response: Response, path: string): Promise<Error> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return new ApiUnreachable(path, { cause: `${response.status} ${type}` })
  const body = (await response.json()) as Partial<Problem>
  return new ApiProblem({
    type: body.type ?? 'about:blank',
    status: body.status ?? response.status,
    title: body.title ?? String(response.status),
    detail: body.detail ?? '',
    code: body.code ?? `HTTP_${response.status}`,
    ...(body.hint === undefined ? {} : { hint: body.hint }),
    ...(body.file === undefined ? {} : { file: body.file }),
    ...(body.row === undefined ? {} : { row: body.row }),
    ...(body.field === undefined ? {} : { field: body.field }),
  })
}

async function get<T>(path: string, { lang, asOf, signal }: Ask, query: Query = {}): Promise<T> {
  const address = withQuery(path, { asOf: asOf ?? undefined, ...query })
  const response = await send(address, lang, signal ? { signal } : {})
  return jsonOf<T>(response, path)
}

async function post<T>(
  path: string,
  body: unknown,
  { lang, asOf, signal }: Ask,
  method: 'POST' | 'DELETE' = 'POST',
): Promise<T> {
  const response = await send(withQuery(path, { asOf: asOf ?? undefined }), lang, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  return jsonOf<T>(response, path)
}

/** A page of HTML where JSON was asked for means something else is answering. */
async function jsonOf<T>(response: Response, path: string): Promise<T> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) throw new ApiUnreachable(path)
  return (await response.json()) as T
}

export const fetchCatalog = (ask: Ask) => get<Catalog>('/api/catalog', ask)
export const fetchStats = (query: Query, ask: Ask) => get<Stats>('/api/stats', ask, query)
export const fetchParcels = (query: Query, ask: Ask) => get<ParcelPage>('/api/parcels', ask, query)
export const fetchParcel = (id: number, ask: Ask) => get<ParcelCard>(`/api/parcels/${id}`, ask)
export const fetchDossier = (id: number, ask: Ask) => get<Dossier>(`/api/parcels/${id}/dossier`, ask)
export const fetchLineage = (id: number, ask: Ask) => get<Lineage>(`/api/parcels/${id}/lineage`, ask)
export const fetchConflicts = (id: number, ask: Ask) => get<Conflicts>(`/api/parcels/${id}/conflicts`, ask)
export const fetchStrategy = (id: number, ask: Ask) => get<Explanation>(`/api/parcels/${id}/strategy`, ask)
export const fetchLedger = (ask: Ask) => get<Ledger>('/api/ledger', ask)
export const fetchLedgerPieces = (district: string, account: string, ask: Ask) =>
  get<LedgerPieces>('/api/ledger/pieces', ask, {
    district: district === totalDistrict ? undefined : district,
    account,
  })
export const fetchBatches = (query: Query, ask: Ask) => get<BatchBooks>('/api/ledger/batches', ask, query)
export const fetchBatchPieces = (query: Query, ask: Ask) =>
  get<LedgerPieces>('/api/ledger/batches/pieces', ask, query)
export const fetchRemainders = (query: Query, ask: Ask) =>
  get<Remainders>('/api/ledger/remainders', ask, query)
export const fetchRates = (query: Query, ask: Ask) => get<SupplyRates>('/api/ledger/rates', ask, query)
export const fetchDeliveries = (ask: Ask) => get<Delivery[]>('/api/deliveries', ask)
export const fetchPlaces = (lon: number, lat: number, ask: Ask) =>
  get<Places>('/api/places', ask, { lon: String(lon), lat: String(lat) })

/** The pieces a figure sums, largest first; the list may be cut, the totals are not. */
export type LedgerPieces = FeatureCollection & { readonly total: number; readonly totalPlanarM2: number }

/** What parcels can be saved as, by the name of the format and as people call it. */
export const exportFormats = {
  xlsx: 'XLSX',
  csv: 'CSV',
  gpkg: 'GeoPackage',
  'shp.zip': 'Shapefile (GBK)',
  geojson: 'GeoJSON',
  txt: 'TXT (GBK)',
} as const

/** Where the browser fetches an export of parcels. @param filter CQL2; empty: all */
export const exportUrl = (format: keyof typeof exportFormats, filter: string, asOf: string | null): string =>
  withQuery('/api/export', { kind: 'parcels', format, filter, asOf: asOf ?? undefined })

/** In a ledger cell: all districts together. */
export const totalDistrict = 'total'

export type DrawnGeometry = GeoJSON.Polygon | GeoJSON.MultiPolygon
export const briefArea = (geometry: DrawnGeometry, ask: Ask) =>
  post<AreaBrief>('/api/areas/brief', { geometry }, ask)
export const previewOverlaps = (
  geometry: DrawnGeometry,
  as: 'approval' | 'supply' | 'registration',
  ask: Ask,
) => post<OverlapPreview>('/api/overlaps/preview', { geometry, as }, ask)

/** What the lab tries, as the server takes it. */
export interface TriedRules {
  readonly base?: string
  readonly set?: Readonly<Record<string, number | string>>
  readonly when?: Readonly<Record<string, string>>
}
export const fetchPacks = (ask: Ask) => get<PackList>('/api/rules/packs', ask)
export const fetchPack = (hash: string | null, ask: Ask) =>
  get<LabPack>(`/api/rules/packs/${hash ?? 'current'}`, ask)
/** Without the checker, which takes longer than the answer; see `fetchComplaints`. */
export const previewRules = (tried: TriedRules, ask: Ask) =>
  post<Preview>('/api/rules/preview', { ...tried, check: false }, ask)
export const fetchComplaints = (id: string, ask: Ask) =>
  get<Preview['complaints']>(`/api/rules/preview/${id}/complaints`, ask)
export const fetchMovers = (id: string, query: Query, ask: Ask) =>
  get<Movers>(`/api/rules/preview/${id}/movers`, ask, query)
export const fetchTriedReason = (id: string, parcel: number, ask: Ask) =>
  get<Explanation>(`/api/rules/preview/${id}/parcels/${parcel}`, ask)
export const fetchScenarios = (ask: Ask) => get<Scenario[]>('/api/scenarios', ask)
export const saveScenario = (
  scenario: TriedRules & { readonly name: string; readonly by: string; readonly note: string },
  ask: Ask,
) => post<Scenario>('/api/scenarios', scenario, ask)
export const closeScenario = (id: number, by: string, ask: Ask) =>
  post<Scenario>(`/api/scenarios/${id}/close`, { by }, ask)
export const compareScenarios = (first: number, second: number, ask: Ask) =>
  get<Comparison>('/api/scenarios/compare', ask, { first: String(first), second: String(second) })
export const adoptRules = (
  tried: TriedRules & {
    readonly by: string
    readonly reason: string
    readonly version?: string
    readonly validFrom?: string
    readonly scenario?: number
  },
  ask: Ask,
) => post<Job>('/api/rules/adopt', tried, ask)

/** Files of the base map, by the name `map/style.ts` knows them under. */
const basemapFiles = { rivers: 'rivers', places: 'places', urban: 'urban-areas' } as const
export type Basemap = { readonly [Name in keyof typeof basemapFiles]?: GeoJSON.FeatureCollection }

/** The base map themes this server has; none is a valid answer. */
export async function fetchBasemap({ signal }: Ask): Promise<Basemap> {
  const found = await Promise.all(
    Object.entries(basemapFiles).map(async ([name, file]) => {
      const response = await fetch(`/basemap/${file}.geojson`, signal ? { signal } : {})
      const isThere = response.ok && (response.headers.get('content-type') ?? '').includes('json')
      return isThere ? [[name, (await response.json()) as GeoJSON.FeatureCollection]] : []
    }),
  )
  return Object.fromEntries(found.flat()) as Basemap
}

export interface DeliveryForm {
  readonly file: File
  readonly as: string
  readonly crs: string
  readonly mapping: string
  readonly dryRun: boolean
  readonly allOrNothing: boolean
}

/** What the server understands of a file; nothing is written. `as` may be empty: it is told from the columns. */
export async function previewDelivery(
  form: Pick<DeliveryForm, 'file' | 'as' | 'crs' | 'mapping'>,
  { lang, signal }: Ask,
): Promise<DeliveryPreview> {
  const body = new FormData()
  for (const name of ['as', 'crs', 'mapping'] as const)
    if (form[name].trim()) body.set(name, form[name].trim())
  body.set('file', form.file, form.file.name)
  const response = await send('/api/deliveries/preview', lang, {
    method: 'POST',
    body,
    ...(signal ? { signal } : {}),
  })
  return jsonOf<DeliveryPreview>(response, '/api/deliveries/preview')
}

export const saveProfile = (
  profile: Pick<SourceProfile, 'as' | 'name' | 'columns' | 'mapping' | 'crs'> & { readonly by: string },
  ask: Ask,
) => post<SourceProfile>('/api/source-profiles', profile, ask)
export const fetchProfiles = (ask: Ask) => get<SourceProfile[]>('/api/source-profiles', ask)
export const fetchIssueGroups = (id: number, ask: Ask) =>
  get<IssueGroup[]>(`/api/deliveries/${id}/issue-groups`, ask)
export const fetchRepairs = (id: number, ask: Ask) =>
  get<{ repairs: Repair[]; next: number | null }>(`/api/deliveries/${id}/repairs`, ask)
export const fetchRow = (id: number, row: number, ask: Ask) =>
  get<DeliveredRow>(`/api/deliveries/${id}/rows/${row}`, ask)
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
export const fetchJobs = (ask: Ask) => get<ListedJob[]>('/api/jobs', ask, { kind: 'import', limit: '20' })
export const cancelJob = async (id: number, { lang }: Ask): Promise<void> => {
  await send(`/api/jobs/${id}`, lang, { method: 'DELETE' })
}
/** The bytes as they came; what was found wrong in them, as a table. */
export const deliveredFileUrl = (id: number): string => `/api/deliveries/${id}/file`
export const issuesFileUrl = (id: number, format: 'csv' | 'xlsx'): string =>
  `/api/deliveries/${id}/issues/export?format=${format}`

/** Starts reading a delivery; the job's result is an `ImportSummary`. */
export async function sendDelivery(form: DeliveryForm, { lang, signal }: Ask): Promise<Job> {
  const body = new FormData()
  // Fields before the file: the server knows what to do with the bytes as they arrive.
  body.set('as', form.as)
  if (form.crs.trim()) body.set('crs', form.crs.trim())
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

export const fetchDeadlines = (query: Query, ask: Ask) => get<DeadlinePage>('/api/deadlines', ask, query)
/** The deadlines of an office for its calendar program. */
export const calendarUrl = (office: string): string => `/api/deadlines/${encodeURIComponent(office)}.ics`
export const fetchUnknowns = (ask: Ask) => get<Unknowns>('/api/unknowns', ask)
export const fetchOverrides = (query: Query, ask: Ask) => get<OverridePage>('/api/overrides', ask, query)
export const setOverride = (id: number, decided: SetOverride, ask: Ask) =>
  post<ParcelOverride>(`/api/parcels/${id}/override`, decided, ask)
export const endOverride = (id: number, words: { by: string; reason: string }, ask: Ask) =>
  post<ParcelOverride>(`/api/parcels/${id}/override`, words, ask, 'DELETE')

export const fetchIssues = (id: number, ask: Ask) =>
  get<{ issues: ImportSummary['issues']; next: number | null }>(`/api/deliveries/${id}/issues`, ask)
export const undoDelivery = (id: number, ask: Ask) => post<unknown>(`/api/deliveries/${id}/undo`, {}, ask)
export const startBuild = (ask: Ask) => post<Job>('/api/builds', {}, ask)
export const fetchJob = (id: number, ask: Ask) => get<Job>(`/api/jobs/${id}`, ask)

export const isOver = (job: Job): boolean => !['queued', 'running'].includes(job.state)

/**
 * Follows a job to its end by server-sent events; falls back to asking when the stream breaks.
 * @returns the job as it ended.
 */
export function followJob(id: number, { lang, signal }: Ask, onProgress: (job: Job) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/api/jobs/${id}`)
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = () => {
      events.close()
      clearTimeout(timer)
    }
    const take = (job: Job) => {
      onProgress(job)
      if (!isOver(job)) return false
      stop()
      resolve(job)
      return true
    }
    const poll = async () => {
      try {
        if (!take(await fetchJob(id, { lang, signal }))) timer = setTimeout(() => void poll(), 1000)
      } catch (error) {
        stop()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    const onEvent = (event: MessageEvent<string>) => take(JSON.parse(event.data) as Job)
    events.addEventListener('progress', onEvent)
    events.addEventListener('end', onEvent)
    events.addEventListener('error', () => {
      events.close()
      void poll()
    })
    signal?.addEventListener('abort', () => {
      stop()
      reject(new DOMException('aborted', 'AbortError'))
    })
  })
}

/** A report, as bytes and the name the server gave it. */
export async function makeReport(request: ReportRequest, ask: Ask): Promise<{ blob: Blob; name: string }> {
  const response = await send(withQuery('/api/reports', { asOf: ask.asOf ?? undefined }), ask.lang, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: '*/*' },
    body: JSON.stringify({ ...request, lang: ask.lang }),
  })
  return fileOf(response, `${request.kind}.${request.format}`)
}

async function fileOf(response: Response, otherwise: string): Promise<{ blob: Blob; name: string }> {
  const disposition = response.headers.get('content-disposition') ?? ''
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  const quoted = /filename="([^"]+)"/i.exec(disposition)?.[1]
  return { blob: await response.blob(), name: encoded ? decodeURIComponent(encoded) : (quoted ?? otherwise) }
}

/** Hands bytes to the reader as a download. */
export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export type {
  DeadlinePage,
  OverridePage,
  ParcelOverride,
  SetOverride,
  Unknowns,
  AreaBrief,
  BatchBooks,
  Catalog,
  Comparison,
  Conflicts,
  Delivery,
  DeliveredRow,
  DeliveryPreview,
  IssueGroup,
  ListedJob,
  Repair,
  SourceProfile,
  Dossier,
  Explanation,
  Finding,
  ImportSummary,
  Job,
  LabPack,
  Ledger,
  Lineage,
  Movers,
  OverlapPreview,
  PackList,
  ParcelCard,
  ParcelPage,
  Places,
  Preview,
  Problem,
  Remainders,
  Scenario,
  Stats,
  SupplyRates,
}
