/**
 * How much costly work one address may ask for: a store of permits that fills up again over time (token bucket).
 * Rough on purpose: it keeps one reader from starving the others, it is no security boundary.
 */
export class Allowance {
  readonly #most: number
  readonly #perSecond: number
  readonly #elapsedMs: () => number
  readonly #byAddress = new Map<string, { left: number; at: number }>()

  constructor({ most, perSecond, elapsedMs }: { most: number; perSecond: number; elapsedMs: () => number }) {
    this.#most = most
    this.#perSecond = perSecond
    this.#elapsedMs = elapsedMs
  }

  /** Whether one more is allowed; if so it is taken. */
  take(address: string): boolean {
    const now = this.#elapsedMs()
    const entry = this.#byAddress.get(address) ?? { left: this.#most, at: now }
    entry.left = Math.min(this.#most, entry.left + ((now - entry.at) / 1000) * this.#perSecond)
    entry.at = now
    if (this.#byAddress.size > 10_000) this.#byAddress.clear()
    this.#byAddress.set(address, entry)
    if (entry.left < 1) return false
    entry.left -= 1
    return true
  }
}
