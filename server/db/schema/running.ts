import type { Generated } from 'kysely'
import type { IsoTime, Json, NullableJson } from './column.ts'

// Jobs and migrations.

export interface JobTable {
  job_id: number
  kind: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'
  progress: Generated<number>
  step_zh: Generated<string>
  step_en: Generated<string>
  params: Json
  result: NullableJson
  problem: NullableJson
  created_at: IsoTime
  finished_at: IsoTime | null
}

export interface SchemaMigrationTable {
  name: string
  sha256: string
  applied_at: Generated<IsoTime>
}
