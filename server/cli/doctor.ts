import { sql } from 'kysely'
import type { Config } from '../config.ts'
import type { Base } from '../db/open.ts'
import { readStanding } from '../parcel/store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { takesNoMore, type Command } from './command.ts'

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly text: Message
}

export const command: Command = {
  name: 'doctor',
  summary: {
    zh: '打印设置、底库版本、数量与检查结果。',
    en: 'Prints settings, versions, counts and checks.',
  },
  usage: 'doctor',
  options: {},
  async run({ args, config, base: open, answer }) {
    takesNoMore(args)
    const settings = settingsOf(config)
    const base = await open().catch((error: unknown) => {
      // Whoever set them wants to see them most when the base does not open.
      if (error instanceof Refusal) {
        const checks = [{ name: 'base_opens', ok: false, text: error.text }] satisfies Check[]
        answer({ settings, base: null, counts: null, standing: null, checks }, () =>
          asText(settings, [], checks),
        )
      }
      throw error
    })
    const versions = await versionsOf(base)
    const counts = await countsOf(base)
    const standing = await readStanding(base.db)
    const checks = await runChecks(base)
    const document = {
      settings,
      base: { kind: base.kind, role: base.role, migrated: base.migrated, ...versions },
      counts,
      standing: standing && {
        build: standing.buildId,
        run: standing.runId,
        asOf: standing.asOf,
        layers: standing.layers,
      },
      checks,
    }
    answer(document, () =>
      asText(
        settings,
        [
          `底库 base: ${base.kind === 'embedded' ? '内置试用库 embedded trial base' : 'PostgreSQL'}`,
          ...Object.entries(versions).map(([name, value]) => `  ${name}: ${value}`),
          '数量 counts',
          ...Object.entries(counts).map(([name, count]) => `  ${name.padEnd(16)} ${count}`),
        ],
        checks,
      ),
    )
    const failed = checks.filter(({ ok }) => !ok)
    if (failed.length > 0) throw checksFailed(failed)
  },
}

const checksFailed = (failed: readonly Check[]): Refusal =>
  new Refusal(
    'CHECKS_FAILED',
    { zh: `${failed.length} 项检查未通过。`, en: `${failed.length} checks failed.` },
    { zh: failed.map(({ text }) => text.zh).join(' '), en: failed.map(({ text }) => text.en).join(' ') },
  )

function asText(
  settings: Readonly<Record<string, unknown>>,
  base: readonly string[],
  checks: readonly Check[],
): string {
  return [
    '设置 settings',
    ...Object.entries(settings).map(([name, value]) => `  ${name} = ${String(value)}`),
    ...base,
    '检查 checks',
    ...checks.map(({ ok, text }) => `  ${ok ? '✓' : '✗'} ${text.zh} ${text.en}`),
  ].join('\n')
}

/** The settings, with the password of the database taken out. */
function settingsOf(config: Config) {
  const { databaseUrl, ...rest } = config
  return {
    DATABASE_URL: databaseUrl?.replace(/\/\/([^:/@]*):[^@]*@/, '//$1:***@') ?? null,
    TERRIER_DATA: rest.dataDir,
    PORT: rest.port,
    HOST: rest.host,
    LOG_LEVEL: rest.logLevel,
    node: process.versions.node,
  }
}

async function versionsOf({ db }: Base): Promise<Record<string, string>> {
  const { rows } = await sql<{ postgres: string; postgis: string }>`
    select current_setting('server_version') as postgres, postgis_full_version() as postgis`.execute(db)
  return { postgres: rows[0]!.postgres, postgis: rows[0]!.postgis }
}

const countedTables = [
  'delivery',
  'record',
  'parcel',
  'parcel_version',
  'finding',
  'ledger_piece',
  'assessment',
  'job',
] as const

async function countsOf({ db }: Base): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of countedTables) {
    const { count } = await db
      .selectFrom(table)
      .select(sql<number>`count(*)::float8`.as('count'))
      .executeTakeFirstOrThrow()
    counts[table] = count
  }
  return counts
}

/** What must hold in every base, each asked of the base itself. */
async function runChecks({ db }: Base): Promise<Check[]> {
  const count = async (query: ReturnType<typeof sql<{ n: number }>>): Promise<number> =>
    (await query.execute(db)).rows[0]!.n
  const open = await count(sql<{ n: number }>`
    select coalesce(max(abs(gap)), 0)::float8 as n
    from (
      select sum(case account when 'approved' then area_m2
                  when 'suppliedInside' then -area_m2 when 'titledInside' then -area_m2
                  when 'remainder' then -area_m2 when 'noise' then -area_m2 else 0 end) as gap
      from ledger_entry join base on ledger_entry.build_id = base.current_build group by district_code
    ) as district`)
  const unassessed = await count(sql<{ n: number }>`
    select count(*)::int as n
    from base
    join classify_run as run on run.run_id = base.current_run and run.build_id = base.current_build
    join parcel_version as v on v.from_build <= base.current_build and (v.to_build is null or v.to_build > base.current_build)
    left join assessment as a on a.to_run is null and a.county_code = v.county_code and a.parcel_id = v.parcel_id
    where a.parcel_id is null`)
  const invalid = await count(sql<{ n: number }>`
    select count(*)::int as n
    from base
    join parcel_version as v on v.from_build <= base.current_build and (v.to_build is null or v.to_build > base.current_build)
    where not st_isvalid(v.geom)`)
  const unpublished = await count(sql<{ n: number }>`
    select count(*)::int as n from base where latest_build is distinct from current_build`)
  const unfinished = await count(sql<{ n: number }>`
    select count(*)::int as n from job where state in ('queued', 'running')`)
  return [
    {
      name: 'ledger_closes',
      ok: open <= 0.01,
      text: { zh: `台账闭合差 ${open.toFixed(4)} m²`, en: `the ledger closes to ${open.toFixed(4)} m²` },
    },
    {
      name: 'every_parcel_has_a_strategy',
      ok: unassessed === 0,
      text: { zh: `没有策略的宗地 ${unassessed}`, en: `parcels without a strategy: ${unassessed}` },
    },
    {
      name: 'last_build_is_published',
      ok: unpublished === 0,
      text:
        unpublished === 0
          ? { zh: '最近一次构建已发布', en: 'the last build is published' }
          : {
              zh: '最近一次构建尚未判定策略、未发布:请运行 terrier classify',
              en: 'the last build has no strategies and is not published: run terrier classify',
            },
    },
    {
      name: 'shapes_are_valid',
      ok: invalid === 0,
      text: { zh: `图形无效的宗地 ${invalid}`, en: `parcels with an invalid shape: ${invalid}` },
    },
    {
      name: 'no_job_left_open',
      ok: unfinished === 0,
      text: { zh: `未结束的任务 ${unfinished}`, en: `jobs not finished: ${unfinished}` },
    },
  ]
}
