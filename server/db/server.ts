import pg from 'pg'
import { Refusal, type Message } from '../refusal.ts'
import type { Session } from './session.ts'
import { valueTypes } from './value-text.ts'

const OLDEST_SERVER = 15
const OLDEST_POSTGIS = '3.3'
const CONNECT_LIMIT_MS = 15_000
const POOL_SIZE = 8

/** A pool on a PostgreSQL server. Nothing is connected yet. */
export function serverPool(databaseUrl: string): pg.Pool {
  return new pg.Pool({
    connectionString: databaseUrl,
    types: valueTypes,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    application_name: 'terrier',
  })
}

/**
 * Whether the server is one we can work on; PostGIS is installed if it is only lying beside it.
 * @throws Refusal `DB_TOO_OLD`, `POSTGIS_MISSING`
 */
export async function checkServer(session: Session): Promise<void> {
  const { rows } = await session.query<{ number: string; version: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as version`,
  )
  const { number, version } = rows[0]!
  if (Number(number) < OLDEST_SERVER * 10_000)
    throw tooOld(`PostgreSQL ${version}`, `PostgreSQL ${OLDEST_SERVER}`)
  await ensurePostgis(session)
  const found = (await session.query<{ version: string }>('select postgis_lib_version() as version')).rows[0]!
    .version
  if (compareVersions(found, OLDEST_POSTGIS) < 0)
    throw tooOld(`PostGIS ${found}`, `PostGIS ${OLDEST_POSTGIS}`)
}

async function ensurePostgis(session: Session): Promise<void> {
  const installed = await session.query(`select from pg_extension where extname = 'postgis'`)
  if (installed.rows.length > 0) return
  try {
    await session.query('create extension if not exists postgis')
  } catch (cause) {
    const available = await session.query(`select from pg_available_extensions where name = 'postgis'`)
    throw new Refusal(
      'POSTGIS_MISSING',
      { zh: '数据库没有 PostGIS 扩展。', en: 'The database has no PostGIS.' },
      available.rows.length > 0
        ? {
            zh: '请数据库管理员在该库执行:CREATE EXTENSION postgis;',
            en: 'Ask its administrator to run in this database: CREATE EXTENSION postgis;',
          }
        : {
            zh: '请在数据库服务器上安装 PostGIS(Debian:apt install postgresql-15-postgis-3)，再执行 CREATE EXTENSION postgis;',
            en: 'Install PostGIS on the database server (Debian: apt install postgresql-15-postgis-3), then run CREATE EXTENSION postgis;',
          },
      {},
      { cause },
    )
  }
}

function tooOld(found: string, needed: string): Refusal {
  return new Refusal(
    'DB_TOO_OLD',
    {
      zh: `数据库为 ${found}，需要 ${needed} 或更新版本。`,
      en: `The database is ${found}; ${needed} or newer is needed.`,
    },
    {
      zh: '请升级数据库，或不设 DATABASE_URL 以使用内置试用库。',
      en: 'Upgrade it, or unset DATABASE_URL to use the embedded trial base.',
    },
  )
}

function compareVersions(a: string, b: string): number {
  const [as, bs] = [a.split('.').map(Number), b.split('.').map(Number)]
  return (as[0] ?? 0) - (bs[0] ?? 0) || (as[1] ?? 0) - (bs[1] ?? 0)
}

/** What a failed connection means to the person who wrote DATABASE_URL; other errors come back as they are. */
export function connectionRefusal(error: unknown, databaseUrl: string): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error
  const { user, where, name } = parts(databaseUrl)
  const code = codeOf(error)
  const refuse = (refusal: string, text: Message, hint: Message): Refusal =>
    new Refusal(refusal, text, hint, {}, { cause: error })
  if (code === '28P01' || code === '28000' || /password must be a string|SASL/.test(error.message)) {
    return refuse(
      'DB_AUTH',
      {
        zh: `数据库 ${where} 不接受用户“${user}”登录。`,
        en: `The database at ${where} does not let "${user}" in.`,
      },
      {
        zh: '请检查 DATABASE_URL 中的用户名和密码，以及服务器的 pg_hba.conf。',
        en: 'Check user and password in DATABASE_URL, and pg_hba.conf on the server.',
      },
    )
  }
  if (code === '3D000') {
    return refuse(
      'DB_UNREACHABLE',
      {
        zh: `服务器 ${where} 上没有名为“${name}”的数据库。`,
        en: `There is no database "${name}" at ${where}.`,
      },
      {
        zh: `请先创建:createdb ${name}，或修改 DATABASE_URL。`,
        en: `Make it first (createdb ${name}), or change DATABASE_URL.`,
      },
    )
  }
  if (isNetworkError(error, code)) {
    return refuse(
      'DB_UNREACHABLE',
      {
        zh: `连接不到数据库服务器 ${where}(${error.message || code})。`,
        en: `No database server answers at ${where} (${error.message || code}).`,
      },
      {
        zh: '请确认 PostgreSQL 已启动，DATABASE_URL 中的主机和端口正确(密码中的 @ # / 须写成 %40 %23 %2F);不设 DATABASE_URL 则使用内置试用库。',
        en: 'Check that PostgreSQL runs and that host and port in DATABASE_URL are right (@ # / in its password are written %40 %23 %2F); unset it to use the embedded trial base.',
      },
    )
  }
  return error
}

/** 08… are connection exceptions, 53300 too many connections, 57P0x shutting down or starting up. */
function isNetworkError(error: Error, code: string | undefined): boolean {
  return (
    (code !== undefined && /^(E[A-Z]+|08\d{3}|53300|57P0\d)$/.test(code)) ||
    /timeout|terminated unexpectedly/i.test(error.message)
  )
}

/** Several addresses of one host fail together, as an AggregateError whose first part says why. */
function codeOf(error: Error): string | undefined {
  const [first] = error instanceof AggregateError ? error.errors : []
  const code: unknown = 'code' in error ? error.code : (first as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** For messages: never the password. */
function parts(databaseUrl: string): { user: string; where: string; name: string } {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null
  return {
    user: decodeURIComponent(url?.username || 'postgres'),
    where: url?.host || 'localhost:5432',
    name: decodeURIComponent(url?.pathname.slice(1) || 'postgres'),
  }
}
