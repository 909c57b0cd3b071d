import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../refusal.ts'
import type { Session } from './session.ts'

export interface Migration {
  readonly name: string
  readonly text: string
  readonly sha256: string
}

export const migrationsFolder = fileURLToPath(new URL('../../sql/migrations/', import.meta.url))

/** The migrations of a folder, in name order. Line ends do not count: a checkout may have changed them. */
export function readMigrations(folder: string = migrationsFolder): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    })
}

/**
 * Runs the migrations that have not run yet, each in a transaction of its own, and returns their names.
 * The caller sees to it that nobody else does so at the same time.
 *
 * @throws Refusal `DB_NEWER` when the base knows a migration this program does not, `MIGRATION_EDITED` when an
 * applied one reads differently now, `MIGRATION_OUT_OF_ORDER` when a new one sorts before an applied one.
 * @throws MigrationFailed with the file and line; that migration leaves no trace, those before it stay.
 */
export async function migrate(session: Session, migrations: readonly Migration[]): Promise<string[]> {
  const known = await session.query<{ found: boolean }>(
    `select to_regclass('schema_migration') is not null as found`,
  )
  if (!known.rows[0]!.found) {
    await session.query(`
      create table schema_migration (
        name        text PRIMARY KEY,
        sha256      text NOT NULL,
        applied_at  timestamptz NOT NULL DEFAULT now()
      )`)
  }
  const { rows: applied } = await session.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migration order by name collate "C"',
  )
  const pending = pendingOf(migrations, applied)
  for (const migration of pending) await apply(session, migration)
  return pending.map(({ name }) => name)
}

function pendingOf(
  migrations: readonly Migration[],
  applied: readonly { name: string; sha256: string }[],
): readonly Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { name, sha256 } of applied) {
    const migration = byName.get(name)
    if (!migration) {
      throw new Refusal(
        'DB_NEWER',
        {
          zh: `数据库已执行过本程序没有的升级“${name}”，它属于更新的版本。`,
          en: `The database has been through "${name}", which this program does not have: it belongs to a newer version.`,
        },
        { zh: '请改用较新的程序，或换一个数据库。', en: 'Use the newer program, or another database.' },
      )
    }
    if (migration.sha256 !== sha256) {
      throw new Refusal(
        'MIGRATION_EDITED',
        {
          zh: `升级脚本“${name}”执行之后又被改动，数据库与程序已不一致。`,
          en: `"${name}" was changed after it had been applied, so database and program no longer agree.`,
        },
        {
          zh: '请恢复该文件原来的内容，把改动写进新的升级脚本。',
          en: 'Restore the file and put the change into a new migration.',
        },
      )
    }
  }
  const done = new Set(applied.map(({ name }) => name))
  const last = applied.at(-1)?.name ?? ''
  const pending = migrations.filter(({ name }) => !done.has(name))
  const early = pending.find(({ name }) => name < last)
  if (early) {
    throw new Refusal(
      'MIGRATION_OUT_OF_ORDER',
      {
        zh: `升级脚本“${early.name}”的编号排在已执行的“${last}”之前。`,
        en: `"${early.name}" sorts before "${last}", which has been applied already.`,
      },
      { zh: '请给它一个更大的编号。', en: 'Give it a higher number.' },
    )
  }
  return pending
}

/** A migration did not go through; it left no trace. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed'
  readonly code = 'MIGRATION_FAILED'
  readonly migration: string
  constructor(migration: string, line: number | null, cause: unknown) {
    const where = line === null ? migration : `${migration}:${line}`
    super(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.migration = migration
  }
}

async function apply(session: Session, { name, text, sha256 }: Migration): Promise<void> {
  await session.query('begin')
  try {
    const begun = await transactionNumber(session)
    await session.query(text)
    // A file that commits by itself would leave half of it behind on failure.
    if ((await transactionNumber(session)) !== begun) throw new Error('It ends the transaction it runs in.')
    await session.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256])
    await session.query('commit')
  } catch (error) {
    await session.query('rollback')
    throw new MigrationFailed(name, lineOf(error, text), error)
  }
}

async function transactionNumber(session: Session): Promise<string> {
  const { rows } = await session.query<{ number: string }>('select pg_current_xact_id()::text as number')
  return rows[0]!.number
}

function lineOf(error: unknown, text: string): number | null {
  const position = error instanceof Error && 'position' in error ? Number(error.position) : Number.NaN
  return Number.isFinite(position) ? text.slice(0, position - 1).split('\n').length : null
}
