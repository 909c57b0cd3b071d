import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import {
  CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import { copyIn, CopyRows } from './copy.ts'
import { OutsideTransaction, shortStatement, StatementStopped, TransactionLost } from './failure.ts'
import { APP_ROLE } from './role.ts'
import { sessionSettings } from './value-text.ts'

const QUERY_CANCELED = '57014'

/** The transaction the running code is inside of, per base. */
interface Open {
  readonly base: object
  /** Its own limit of a statement, ms; absent: that of the base. */
  readonly limitMs?: number | undefined
  open: boolean
}
const insideOf = new AsyncLocalStorage<Open | undefined>()

/** Runs `work` knowing that it is inside a transaction, so that `base.db` can refuse to wait for itself. */
export async function insideTransaction<T>(
  base: object,
  work: () => Promise<T>,
  limitMs?: number,
): Promise<T> {
  const token: Open = { base, limitMs, open: true }
  try {
    return await insideOf.run(token, work)
  } finally {
    token.open = false
  }
}

/**
 * For work that is started inside a transaction but is none of it and not awaited there, such as writing the
 * progress of a job. On the embedded base it runs once the transaction is over.
 */
export function outsideTransaction<T>(work: () => T): T {
  return insideOf.exit(work)
}

/** @throws OutsideTransaction inside a transaction of this base, where waiting for a connection would never end. */
export function assertOutside(base: object): void {
  const inside = insideOf.getStore()
  if (inside?.open && inside.base === base) throw new OutsideTransaction()
}

export interface DialectConfig {
  readonly pool: pg.Pool
  /** The role statements run as, or null where the login may not assume it. */
  readonly role: typeof APP_ROLE | null
  /** Limit of a statement, ms; what a server answers to it is told like the embedded watchdog does. */
  readonly statementLimitMs: number
}

/** PostgreSQL through a pg pool: a server's, or the one connection of the embedded engine. */
export class BaseDialect implements Dialect {
  readonly #config: DialectConfig
  constructor(config: DialectConfig) {
    this.#config = config
  }
  createDriver(): Driver {
    return new BaseDriver(this.#config)
  }
  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler()
  }
  createAdapter(): PostgresAdapter {
    return new PostgresAdapter()
  }
  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db)
  }
}

class BaseDriver implements Driver {
  readonly #config: DialectConfig
  readonly #ready = new WeakSet<pg.PoolClient>()
  constructor(config: DialectConfig) {
    this.#config = config
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    assertOutside(this.#config.pool)
    const client = await this.#config.pool.connect()
    const connection = new Connection(client, this.#config.statementLimitMs)
    if (this.#ready.has(client)) return connection
    try {
      const { role, statementLimitMs } = this.#config
      await client.query(
        `${sessionSettings}; set statement_timeout to ${statementLimitMs}${role === null ? '' : `; set role ${role}`}`,
      )
      this.#ready.add(client)
    } catch (error) {
      client.release(true)
      throw error
    }
    return connection
  }

  async beginTransaction(connection: Connection, settings: TransactionSettings): Promise<void> {
    const { isolationLevel, accessMode } = settings
    const begin = [
      'start transaction',
      isolationLevel && `isolation level ${isolationLevel}`,
      accessMode && `${isolationLevel ? ', ' : ''}${accessMode}`,
    ]
    const { role } = this.#config
    await connection.run(
      `${begin.filter(Boolean).join(' ')}${role === null ? '' : `; set local role ${role}`}`,
    )
  }

  async commitTransaction(connection: Connection): Promise<void> {
    const command = await connection.run('commit')
    if (command !== 'COMMIT') throw new TransactionLost()
  }

  /** A connection that broke has taken its transaction with it; the error that broke it is the one to tell. */
  async rollbackTransaction(connection: Connection): Promise<void> {
    if (!connection.broken) await connection.run('rollback')
  }

  async savepoint(connection: Connection, name: string): Promise<void> {
    await connection.run(`savepoint ${quoted(name)}`)
  }

  async rollbackToSavepoint(connection: Connection, name: string): Promise<void> {
    await connection.run(`rollback to savepoint ${quoted(name)}`)
  }

  async releaseSavepoint(connection: Connection, name: string): Promise<void> {
    await connection.run(`release savepoint ${quoted(name)}`)
  }

  async releaseConnection(connection: Connection): Promise<void> {
    connection.release()
  }

  /** The pool was there before and is ended by whoever made it. */
  async destroy(): Promise<void> {}
}

class Connection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  readonly #limitMs: number
  broken = false
  #last: Promise<void> = Promise.resolve()
  readonly #onError = (): void => {
    this.broken = true
  }

  constructor(client: pg.PoolClient, limitMs: number) {
    this.#client = client
    this.#limitMs = limitMs
    client.on('error', this.#onError)
  }

  /** One or several statements without parameters; returns the command of the last one. */
  async run(statement: string): Promise<string> {
    const result = await this.#query(statement, undefined)
    const last = Array.isArray(result) ? (result as pg.QueryResult[]).at(-1)! : result
    return last.command
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const [rows] = query.parameters
    if (rows instanceof CopyRows) {
      const copied = await this.#inTurn(query.sql, () => copyIn(this.#client, query.sql, rows))
      return { rows: [], numAffectedRows: BigInt(copied) }
    }
    const result = await this.#query(query.sql, [...query.parameters])
    const { command, rowCount } = result
    const changed =
      command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE'
    return {
      rows: (result.rows ?? []) as Row[],
      ...(changed ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}),
    }
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error(
      'Reading a result row by row is not offered: the embedded engine answers a statement whole.',
    )
  }

  release(): void {
    this.#client.off('error', this.#onError)
    this.#client.release(this.broken)
  }

  #query(statement: string, values: unknown[] | undefined): Promise<pg.QueryResult> {
    return this.#inTurn(statement, () => this.#client.query(statement, values))
  }

  /** One statement at a time: who asks while a COPY is still under way waits for it. */
  async #inTurn<T>(statement: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last
    let done!: () => void
    this.#last = new Promise((resolve) => (done = resolve))
    await before
    try {
      return await this.#told(statement, work())
    } finally {
      done()
    }
  }

  /** What became of a statement, in our own words where it was stopped. */
  async #told<T>(statement: string, outcome: Promise<T>): Promise<T> {
    try {
      return await outcome
    } catch (error) {
      if (error instanceof Error) {
        if ('code' in error && error.code === QUERY_CANCELED) {
          const limitMs = insideOf.getStore()?.limitMs ?? this.#limitMs
          throw new StatementStopped(shortStatement(statement), limitMs, { cause: error })
        }
        // The driver's own stack ends in its socket; this one ends at the caller.
        Error.captureStackTrace(error)
      }
      throw error
    }
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
