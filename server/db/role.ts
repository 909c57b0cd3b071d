import type { Session } from './session.ts'

/** What readers and writers run as: it owns no table, so that row rules can bind it; only migrations run as owner. */
export const APP_ROLE = 'terrier_app'

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Makes the role and its grants where the login may, and says whether statements can run as it.
 *
 * A hosted database often forbids making roles; then everything runs as the login, which `doctor` shows.
 */
export async function settleRole(session: Session, freshTables: boolean): Promise<typeof APP_ROLE | null> {
  const { rows } = await session.query('select from pg_roles where rolname = $1', [APP_ROLE])
  if (rows.length === 0 && !(await createRole(session))) return null
  if (!(await mayAssume(session))) return null
  if (freshTables || !(await isGranted(session))) {
    await session.query(`
      grant usage on schema public to ${APP_ROLE};
      grant select, insert, update, delete on all tables in schema public to ${APP_ROLE};
      revoke insert, update, delete on schema_migration from ${APP_ROLE};
    `)
  }
  return APP_ROLE
}

/** Roles belong to the whole cluster, so another database of it may be making the same one just now. */
async function createRole(session: Session): Promise<boolean> {
  try {
    await session.query(`
      do $$ begin
        create role ${APP_ROLE} nologin;
        execute format('grant ${APP_ROLE} to %I', current_user); -- a maker of roles is not a member of them
      exception when duplicate_object or unique_violation then
        null; -- made by another database of the cluster in the meantime
      end $$`)
    return true
  } catch (error) {
    if (isInsufficientPrivilege(error)) return false
    throw error
  }
}

async function mayAssume(session: Session): Promise<boolean> {
  try {
    await session.query(`set role ${APP_ROLE}`)
    await session.query('reset role')
    return true
  } catch (error) {
    if (isInsufficientPrivilege(error)) return false
    throw error
  }
}

async function isGranted(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ granted: boolean }>(
    `select has_table_privilege($1, 'schema_migration', 'select') as granted`,
    [APP_ROLE],
  )
  return rows[0]!.granted
}

function isInsufficientPrivilege(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE
}
