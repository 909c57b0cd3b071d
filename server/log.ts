import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

export type { Logger }

/**
 * Structured logs on stderr, one JSON object per line. Request headers that carry secrets are left out, and so are
 * bodies: deliveries hold persons.
 */
export function createLogger({ logLevel }: Pick<Config, 'logLevel'>): Logger {
  return pino(
    {
      name: 'terrier',
      level: logLevel,
      redact: { paths: ['req.headers.cookie', 'req.headers.authorization'], remove: true },
    },
    pino.destination({ dest: 2, sync: false }),
  )
}

/** Says nothing; for tests. */
export const silentLogger = (): Logger => pino({ level: 'silent' })
