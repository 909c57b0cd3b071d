import type { IsoDate } from '../units.ts'

/** Time, as the entry point gives it: nothing analytical reads the clock. */
export interface Clock {
  /** The day it is here. */
  today(): IsoDate
  /** The instant, ISO 8601 in UTC. */
  now(): string
  /** Only moves forward; for waiting and keeping, not for dates. Milliseconds. */
  elapsedMs(): number
}

/** The clock of this machine. For entry points alone. */
export const systemClock: Clock = {
  today() {
    const now = new Date()
    return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
  },
  now: () => new Date().toISOString(),
  elapsedMs: () => performance.now(),
}

const pad = (n: number): string => String(n).padStart(2, '0')
