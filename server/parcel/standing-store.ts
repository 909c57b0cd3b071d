import { sql, type Kysely } from 'kysely'
import type { Database, IsoTime } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import type { IsoDate } from '../units.ts'

/** What readers see: the build and, where one was made of it, the classification. */
export interface Standing {
  readonly buildId: number
  /** Null until the current build has been classified. */
  readonly runId: number | null
  readonly packHash: string | null
  readonly asOf: IsoDate
  /** Records known by then went into the build. */
  readonly knownAt: IsoTime
  /** Zones seen per layer; a layer missing here was not checked. */
  readonly layers: Readonly<Record<string, number>>
}

/** Null: nothing has been built yet. */
export async function readStanding(db: Kysely<Database>): Promise<Standing | null> {
  const row = await db
    .selectFrom('base')
    .innerJoin('build', 'build.build_id', 'base.current_build')
    .leftJoin('classify_run as run', (join) =>
      join.onRef('run.run_id', '=', 'base.current_run').onRef('run.build_id', '=', 'base.current_build'),
    )
    .select([
      'build.build_id',
      'build.as_of',
      'build.known_at',
      'build.layers',
      'run.run_id',
      'run.pack_hash',
    ])
    .executeTakeFirst()
  if (!row) return null
  return {
    buildId: row.build_id,
    runId: row.run_id,
    packHash: row.pack_hash,
    asOf: row.as_of,
    knownAt: row.known_at,
    layers: row.layers,
  }
}

/** @throws Refusal `NOT_BUILT`. */
export async function standingOrRefuse(db: Kysely<Database>): Promise<Standing> {
  const standing = await readStanding(db)
  if (standing) return standing
  throw new Refusal(
    'NOT_BUILT',
    { zh: '还没有构建宗地与台账。', en: 'No parcels have been built yet.' },
    { zh: '请先导入数据,再执行 build。', en: 'Import deliveries, then run build.' },
  )
}

/** Changes whenever what readers see changes; part of tile addresses. */
export const versionOf = (standing: Standing | null): string =>
  standing === null ? '0' : `${standing.buildId}-${standing.runId ?? 0}`

/** A parcel version as it stands in a build: opened by then, not closed by then. */
export function standsIn(buildId: number) {
  return sql<boolean>`v.from_build <= ${buildId}::bigint and (v.to_build is null or v.to_build > ${buildId}::bigint)`
}
