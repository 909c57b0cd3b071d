/**
 * Everything the page asks the server, one function per question, typed by `server/contract.ts`.
 * Only same-origin addresses: the page makes no request to any other host.
 */
export * from './api/area.ts'
export * from './api/basemap.ts'
export * from './api/claim.ts'
export * from './api/decision.ts'
export * from './api/delivery.ts'
export * from './api/export.ts'
export { ApiProblem, ApiUnreachable, withQuery, type Query } from './api/http.ts'
export * from './api/job.ts'
export * from './api/lab.ts'
export * from './api/ledger.ts'
export * from './api/parcel.ts'
export * from './api/report.ts'
export type * from '../server/contract.ts'
