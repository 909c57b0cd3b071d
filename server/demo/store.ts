import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'

/** Which demo city a base holds, and which of its deliveries have arrived. */
export interface HeldDemo {
  readonly parcels: number
  readonly seed: number
  readonly arrived: ReadonlySet<string>
}
export type Step = 'first' | 'later'

/** How a delivery of the demo city is known again. */
export const demoDelivery = (kind: string, layer: string | null, step: Step): string =>
  `${step} ${kind} ${layer ?? ''}`

/**
 * What a base holds, as far as loading a demo city into it is concerned: nothing, one demo city, or anything else.
 * Deliveries taken back count as something else: their land is history of this base.
 */
export async function heldBy(db: Kysely<Database>): Promise<'nothing' | 'other' | HeldDemo> {
  const deliveries = await db
    .selectFrom('delivery')
    .select(['kind', 'layer', 'options', 'undone_at'])
    .execute()
  const arrived = new Set<string>()
  let city: { parcels: number; seed: number } | undefined
  for (const { kind, layer, options, undone_at } of deliveries) {
    const demo = undone_at === null ? demoOf(options) : undefined
    if (!demo) return 'other'
    city ??= demo
    if (demo.parcels !== city.parcels || demo.seed !== city.seed) return 'other'
    arrived.add(demoDelivery(kind, layer, demo.step))
  }
  return city ? { parcels: city.parcels, seed: city.seed, arrived } : 'nothing'
}

/** What `loadDemo` writes into the options of each delivery. */
export interface DemoOptions {
  readonly parcels: number
  readonly seed: number
  readonly step: Step
}

function demoOf(options: unknown): DemoOptions | undefined {
  if (typeof options !== 'object' || options === null || !('demo' in options)) return undefined
  return options.demo as DemoOptions
}
