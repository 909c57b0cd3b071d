/** The what-if lab. */
import type {
  Comparison,
  Explanation,
  Job,
  LabPack,
  Movers,
  PackList,
  Preview,
  Scenario,
} from '../../server/contract.ts'
import { type Ask, type Query, get, post } from './http.ts'

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
