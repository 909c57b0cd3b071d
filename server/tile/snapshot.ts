import { gzip } from 'node:zlib'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { readStanding, standingOf, versionOf, type Standing } from '../parcel/standing-store.ts'
import { previewGone, type WhatIf } from '../strategy/what-if.ts'
import { encodeTile } from './encode.ts'
import type { TileLayer } from './layer.ts'
import { previewLayer } from './preview-layer.ts'
import { loadLayer, type TileLayerName } from './store.ts'
import { TileCache } from './cache.ts'
import { tileSquare, type TileId } from './world.ts'

const gzipped = promisify(gzip)

/** How long we trust that the base has not moved on, when nobody told us. */
const LOOK_AGAIN_MS = 2_000
const KEPT_PREVIEWS = 4
const CACHE_BYTES = 128 * 2 ** 20
/** Builds of past days whose layers are held beside those of now: a city's parcels take some 100 MB. */
const PAST_KEPT = 2

/** A tile ready to send. */
export interface StoredTile {
  readonly version: string
  /** Gzipped bytes; null: nothing to draw there. */
  readonly gzip: Uint8Array | null
  /** Whether it came out of the cache. */
  readonly wasKnown: boolean
}

/**
 * Map layers of the current build and classification in memory, and the tiles cut from them. Layers are read when
 * first asked for; a new build or classification starts afresh while the old one still answers. A tile's address names
 * the version it is of, so those of a build for a past day come from that build, as long as it is kept.
 */
export class TileSnapshot {
  readonly #db: Kysely<Database>
  readonly #useGroupOf: (fields: Record<string, unknown>) => string | null
  readonly #elapsedMs: () => number
  readonly #cache = new TileCache(CACHE_BYTES)
  #standing: Standing | null = null
  #lookedAt = -Infinity
  #looking: Promise<Standing | null> | null = null
  /** By version, those of now and of past days asked for last; then by name. */
  readonly #layers = new Map<string, Map<TileLayerName, Promise<TileLayer>>>()
  readonly #past = new Map<string, Promise<Standing | null>>()
  readonly #previews = new Map<string, { of: TileLayer; layer: TileLayer }>()

  /** @param elapsedMs a clock that only moves forward: for deciding when to look again, not for dates */
  constructor(
    db: Kysely<Database>,
    useGroupOf: (fields: Record<string, unknown>) => string | null,
    elapsedMs: () => number,
  ) {
    this.#db = db
    this.#useGroupOf = useGroupOf
    this.#elapsedMs = elapsedMs
  }

  /** Next time, look whether the base has moved on. Called when a job of ours has changed it. */
  forget(): void {
    this.#lookedAt = -Infinity
  }

  /**
   * @param wanted the version in the tile's address; when it is what we hold, the base is not asked at all
   * @param preview rules that are tried: parcels have the strategies they would have
   */
  async tile(
    layer: TileLayerName,
    tile: TileId,
    wanted: string | null,
    preview: WhatIf | null = null,
  ): Promise<StoredTile> {
    const standing = await this.#standingOf(wanted)
    const version = versionOf(standing)
    if (!standing) return { version, gzip: null, wasKnown: true }
    if (preview && preview.snapshot.run.runId !== standing.runId) throw previewGone()
    const key = keyOf(version, layer, tile, preview)
    const known = this.#cache.get(key)
    if (known !== undefined) return { version, gzip: known, wasKnown: true }
    const stored = await this.layer(layer, standing)
    const bytes = encodeTile(preview && layer === 'parcel' ? this.#previewed(stored, preview) : stored, tile)
    const zipped = bytes === null ? null : await gzipped(bytes, { level: 1 })
    this.#cache.set(key, zipped)
    return { version, gzip: zipped, wasKnown: false }
  }

  /** Whether a tile would have to be made. */
  isCold(layer: TileLayerName, tile: TileId, wanted: string | null, preview: WhatIf | null = null): boolean {
    const version = wanted !== null && this.#past.has(wanted) ? wanted : versionOf(this.#standing)
    return this.#cache.get(keyOf(version, layer, tile, preview)) === undefined
  }

  /** The parcels as a preview has them; the last few are kept, each some megabytes beside the shapes they share. */
  #previewed(layer: TileLayer, preview: WhatIf): TileLayer {
    const known = this.#previews.get(preview.id)
    if (known?.of === layer) return known.layer
    const previewed = previewLayer(layer, preview)
    if (this.#previews.size >= KEPT_PREVIEWS) this.#previews.delete(this.#previews.keys().next().value!)
    this.#previews.set(preview.id, { of: layer, layer: previewed })
    return previewed
  }

  /** Reads a layer before anyone asks for it, and cuts the tiles that hold the most: those from far away. */
  async warm(name: TileLayerName): Promise<void> {
    const standing = await this.#look()
    if (!standing) return
    const layer = await this.layer(name, standing)
    for (const tile of farTiles(layer)) {
      await this.tile(name, tile, versionOf(standing))
      await nextTurn() // other requests first
    }
  }

  layer(name: TileLayerName, standing: Standing): Promise<TileLayer> {
    const version = versionOf(standing)
    const layers = this.#layers.get(version) ?? new Map<TileLayerName, Promise<TileLayer>>()
    this.#layers.set(version, layers)
    const known = layers.get(name)
    if (known) return known
    const loading = loadLayer(this.#db, standing, name, this.#useGroupOf)
    layers.set(name, loading)
    // a failed read must not be remembered; whoever waits for it is told all the same
    loading.catch(() => {
      if (layers.get(name) === loading) layers.delete(name)
    })
    return loading
  }

  /** What an address means by its version: now, or a kept build of another day; now where it is neither. */
  async #standingOf(wanted: string | null): Promise<Standing | null> {
    if (wanted !== null && wanted === versionOf(this.#standing)) return this.#standing
    const now = await this.#look()
    if (wanted === null || wanted === versionOf(now)) return now
    return (await this.#pastStanding(wanted)) ?? now
  }

  #pastStanding(version: string): Promise<Standing | null> {
    const [, buildId] = /^(-?\d{1,15})-\d{1,15}$/.exec(version) ?? []
    if (buildId === undefined) return Promise.resolve(null)
    const known = this.#past.get(version)
    if (known) return known
    const reading = standingOf(this.#db, Number(buildId)).then((standing) =>
      versionOf(standing) === version ? standing : null,
    )
    this.#past.set(version, reading)
    for (const oldest of this.#past.keys()) if (this.#past.size > PAST_KEPT) this.#past.delete(oldest)
    void reading.then(
      (standing) => standing ?? this.#past.delete(version),
      () => this.#past.delete(version), // the caller is told; tried again next time
    )
    this.#letGo()
    return reading
  }

  /** Layers of builds nobody looks at any more. */
  #letGo(): void {
    const now = versionOf(this.#standing)
    for (const version of this.#layers.keys())
      if (version !== now && !this.#past.has(version)) this.#layers.delete(version)
  }

  async #look(): Promise<Standing | null> {
    if (this.#elapsedMs() - this.#lookedAt < LOOK_AGAIN_MS) return this.#standing
    this.#looking ??= this.#readStanding().finally(() => (this.#looking = null))
    return this.#looking
  }

  async #readStanding(): Promise<Standing | null> {
    const standing = await readStanding(this.#db)
    this.#standing = standing
    this.#letGo()
    this.#lookedAt = this.#elapsedMs()
    return standing
  }
}

const keyOf = (version: string, layer: TileLayerName, { z, x, y }: TileId, preview: WhatIf | null): string =>
  `${version}/${preview ? `${preview.id}/` : ''}${layer}/${z}/${x}/${y}`

/** Levels at which a few tiles hold the whole city. */
const FAR_LEVELS = { from: 6, to: 11 }

function* farTiles(layer: TileLayer): Generator<TileId> {
  for (let z = FAR_LEVELS.from; z <= FAR_LEVELS.to; z++) {
    const { side } = tileSquare({ z, x: 0, y: 0 })
    const seen = new Set<string>()
    for (let i = 0; i < layer.count; i++) {
      const x = Math.floor(layer.boxes[4 * i]! / side)
      const y = Math.floor(layer.boxes[4 * i + 1]! / side)
      if (seen.has(`${x}/${y}`)) continue
      seen.add(`${x}/${y}`)
      yield { z, x, y }
    }
  }
}
