import { join, resolve } from 'node:path'
import { Refusal } from './refusal.ts'

/** Settings, read from the environment once, by the entry points alone. `terrier doctor` prints them. */
export interface Config {
  /** `postgres://…`; absent: the embedded trial base in `dataDir`. */
  readonly databaseUrl: string | null
  /** Folder of the embedded base and of kept files. */
  readonly dataDir: string
  readonly port: number
  /** 127.0.0.1 unless told otherwise: there are no accounts yet. */
  readonly host: string
  readonly logLevel: string
}

/** @throws Refusal `CONFIG_INVALID` naming the variable. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = Number(env.PORT ?? '8080')
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Refusal(
      'CONFIG_INVALID',
      {
        zh: `环境变量 PORT 的值“${env.PORT}”不是端口号。`,
        en: `PORT is "${env.PORT}", which is not a port number.`,
      },
      { zh: '请设为 0 到 65535 之间的整数。', en: 'Set it to a whole number from 0 to 65535.' },
    )
  }
  const databaseUrl = env.DATABASE_URL?.trim() || null
  if (databaseUrl !== null && !isPostgresUrl(databaseUrl)) {
    throw new Refusal(
      'CONFIG_INVALID',
      {
        zh: '环境变量 DATABASE_URL 不是 PostgreSQL 连接串。',
        en: 'DATABASE_URL is not a PostgreSQL connection string.',
      },
      {
        zh: '形如 postgres://用户:密码@主机:5432/库名,密码中的 @ # / 等符号须写成 %40 %23 %2F;不设则使用内置试用库。',
        en: 'Write postgres://user:password@host:5432/name, with @ # / in the password as %40 %23 %2F; or unset it to use the embedded trial base.',
      },
    )
  }
  return Object.freeze({
    databaseUrl,
    dataDir: resolve(env.TERRIER_DATA?.trim() || join(process.cwd(), '.terrier')),
    port,
    host: env.HOST?.trim() || '127.0.0.1',
    logLevel: env.LOG_LEVEL?.trim() || 'info',
  })
}

/**
 * `postgres://user@/name?host=/folder` names a socket and no host, which the driver reads and URL does not. A # cuts
 * the address short, so that a piece of the password would be taken, and shown, as the host.
 */
function isPostgresUrl(text: string): boolean {
  const url = text.replace('@/', '@localhost/')
  return /^postgres(ql)?:\/\//.test(url) && URL.canParse(url) && new URL(url).hash === ''
}
