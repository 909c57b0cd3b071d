import { Kysely, sql, type KyselyConfig, type Transaction, type TransactionBuilder } from 'kysely'
import type pg from 'pg'
import type { Config } from '../config.ts'
import { assertOutside, BaseDialect, insideTransaction } from './dialect.ts'
import { openEmbedded, type EmbeddedOptions } from './embedded/open.ts'
import { migrate, readMigrations, type Migration } from './migrate.ts'
import { settleOverlay } from './overlay.ts'
import { APP_ROLE, settleRole } from './role.ts'
import type { Database } from './schema.ts'
import { checkServer, connectionRefusal, serverPool } from './server.ts'

export { outsideTransaction } from './dialect.ts'

export interface TransactionOptions {
  /** Limit of each statement in it, ms, in place of the base's own. */
  readonly statementLimitMs?: number
}

/** A parcel base, open and migrated. */
export interface Base {
  readonly kind: 'server' | 'embedded'
  /** For single statements, which run as `terrier_app`. Refused inside a transaction of this base. */
  readonly db: Kysely<Database>
  /**
   * Runs `work` in a transaction as `terrier_app`; all or nothing.
   *
   * Inside, only the transaction passed in may be used: the embedded base has a single connection, so `base.db`
   * would wait for this very transaction to end. That throws `OutsideTransaction` on both bases.
   * @throws TransactionLost when `work` hid an SQL error; StatementStopped, EngineFault: nothing was committed.
   */
  transaction<T>(work: (tx: Transaction<Database>) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Renews the planner's statistics, for the end of an import or build; on the embedded base, which has nobody to do
   * it in the background, dead rows are cleared away as well.
   * @param tables absent: all
   */
  analyze(tables?: readonly (keyof Database)[]): Promise<void>
  /** Waits for what is under way; a second call does no harm. */
  close(): Promise<void>
  /** The role statements run as, or null where the login may not assume it; `doctor` shows it. */
  readonly role: typeof APP_ROLE | null
  /** Migrations this opening has run. */
  readonly migrated: readonly string[]
}

export interface OpenOptions extends Partial<Pick<EmbeddedOptions, 'script'>> {
  /** Longest a statement may run, ms. */
  readonly statementLimitMs?: number
  readonly migrations?: readonly Migration[]
}

const STATEMENT_LIMIT_MS = 120_000

/**
 * Opens the base the configuration names, and migrates it.
 * @throws Refusal `DB_UNREACHABLE`, `DB_AUTH`, `DB_TOO_OLD`, `POSTGIS_MISSING`, `DATA_DIR_IN_USE`, and those of `migrate`
 */
export async function openBase(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  { statementLimitMs = STATEMENT_LIMIT_MS, migrations = readMigrations(), script }: OpenOptions = {},
): Promise<Base> {
  if (databaseUrl === null) {
    const embedded = await openEmbedded(dataDir, { statementLimitMs, ...(script ? { script } : {}) })
    const { source } = embedded
    return baseOver(embedded.pool, {
      kind: 'embedded',
      migrations,
      statementLimitMs,
      close: () => embedded.close(),
      async limitTo(limitMs) {
        source.limitMs = limitMs
        return () => (source.limitMs = statementLimitMs)
      },
    })
  }
  try {
    return await baseOver(serverPool(databaseUrl), {
      kind: 'server',
      migrations,
      statementLimitMs,
      close: async () => undefined,
      async limitTo(limitMs, tx) {
        await sql`select set_config('statement_timeout', ${String(limitMs)}, true)`.execute(tx)
        return () => undefined
      },
    })
  } catch (error) {
    throw connectionRefusal(error, databaseUrl)
  }
}

interface Backend {
  readonly kind: Base['kind']
  readonly migrations: readonly Migration[]
  readonly statementLimitMs: number
  close(): Promise<void>
  /** Sets the statement limit of an open transaction; returns what undoes it. */
  limitTo(limitMs: number, tx: Transaction<Database>): Promise<() => void>
}

async function baseOver(pool: pg.Pool, backend: Backend): Promise<Base> {
  const { kind, statementLimitMs } = backend
  // A connection that breaks reports to the query under way and to this event; unheard, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  let settled: Awaited<ReturnType<typeof settle>>
  try {
    settled = await settle(pool, backend)
  } catch (error) {
    await pool.end()
    await backend.close()
    throw error
  }
  const { role, migrated } = settled
  let closing: Promise<void> | undefined
  const db = new BaseKysely(pool, { dialect: new BaseDialect({ pool, role, statementLimitMs }) })
  return {
    kind,
    db,
    role,
    migrated,
    async transaction(work, options = {}) {
      return db.transaction().execute(async (tx) => {
        const limitMs = options.statementLimitMs
        const undoLimit = limitMs === undefined ? () => undefined : await backend.limitTo(limitMs, tx)
        try {
          return await insideTransaction(pool, () => work(tx), limitMs)
        } finally {
          undoLimit()
        }
      })
    },
    async analyze(tables = []) {
      assertOutside(pool)
      const command = kind === 'embedded' ? 'vacuum analyze' : 'analyze'
      await asOwner(pool, role, async (client) => void (await client.query(`${command} ${tables.join()}`)))
    },
    close() {
      closing ??= (async () => {
        await db.destroy()
        await pool.end()
        await backend.close()
      })()
      return closing
    },
  }
}

/** Kysely that knows when it is inside one of its own transactions. */
class BaseKysely extends Kysely<Database> {
  readonly #pool: pg.Pool
  constructor(pool: pg.Pool, config: KyselyConfig) {
    super(config)
    this.#pool = pool
  }
  override transaction(): TransactionBuilder<Database> {
    const builder = super.transaction()
    const execute = builder.execute.bind(builder)
    builder.execute = (work) => execute((tx) => insideTransaction(this.#pool, () => work(tx)))
    return builder
  }
}

/** What only the owner of the tables may do; a connection of the pool is lent for it and runs as the role again after. */
async function asOwner<T>(
  pool: pg.Pool,
  role: Base['role'],
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken = true
  try {
    await client.query('reset role')
    const result = await work(client)
    if (role !== null) await client.query(`set role ${role}`)
    broken = false
    return result
  } finally {
    client.release(broken)
  }
}

/** Any number will do, as long as nobody else takes it: held while settling, so that two starts do not meet. */
const SETTLING = 43_021_100

/** Brings the base to where this program needs it, as its owner, before anybody else uses the pool. */
async function settle(
  pool: pg.Pool,
  { kind, migrations }: Backend,
): Promise<Pick<Base, 'role' | 'migrated'>> {
  const session = await pool.connect()
  try {
    await session.query('select pg_advisory_lock($1)', [SETTLING])
    if (kind === 'server') await checkServer(session)
    const migrated = await migrate(session, migrations)
    await settleOverlay(session, kind)
    const role = await settleRole(session, migrated.length > 0)
    await session.query('select pg_advisory_unlock($1)', [SETTLING])
    session.release()
    return { role, migrated }
  } catch (error) {
    session.release(true) // closing it gives the lock back
    throw error
  }
}
