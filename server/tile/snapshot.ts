import { gzip } from 'node:zlib'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Kysely } from 'kysely'
import type { Database } from '../db/schema.ts'
import { readStanding, versionOf, type Standing } from '../parcel/standing-store.ts'
import { encodeTile } from './encode.ts'
import type { TileLayer } from './layer.ts'
import { loadLayer, type TileLayerName } from './store.ts'
import { TileCache } from './cache.ts'
import { tileSquare, type TileId } from './world.ts'

const gzipped = promisify(gzip)

/** How long we trust that the base has not moved on, when nobody told us. */
const LOOK_AGAIN_MS = 2_000
const CACHE_BYTES = 128 * 2 ** 20

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
 * first asked for; a new build or classification starts afresh while the old one still answers.
 */
export class TileSnapshot {
  readonly #db: Kysely<Database>
  readonly #useGroupOf: (fields: Record<string, unknown>) => string | null
  readonly #elapsedMs: () => number
  readonly #cache = new TileCache(CACHE_BYTES)
  #standing: Standing | null = null
  #lookedAt = -Infinity
  #looking: Promise<Standing | null> | null = null
  #layers = new Map<string, Promise<TileLayer>>()

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
   */
  async tile(layer: TileLayerName, tile: TileId, wanted: string | null): Promise<StoredTile> {
    const standing =
      wanted !== null && wanted === versionOf(this.#standing) ? this.#standing : await this.#look()
    const version = versionOf(standing)
    if (!standing) return { version, gzip: null, wasKnown: true }
    const key = `${version}/${layer}/${tile.z}/${tile.x}/${tile.y}`
    const known = this.#cache.get(key)
    if (known !== undefined) return { version, gzip: known, wasKnown: true }
    const bytes = encodeTile(await this.layer(layer, standing), tile)
    const zipped = bytes === null ? null : await gzipped(bytes, { level: 1 })
    this.#cache.set(key, zipped)
    return { version, gzip: zipped, wasKnown: false }
  }

  /** Whether a tile would have to be made. */
  isCold(layer: TileLayerName, tile: TileId): boolean {
    return (
      this.#cache.get(`${versionOf(this.#standing)}/${layer}/${tile.z}/${tile.x}/${tile.y}`) === undefined
    )
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
    const key = `${versionOf(standing)}/${name}`
    const known = this.#layers.get(key)
    if (known) return known
    const loading = loadLayer(this.#db, standing, name, this.#useGroupOf)
    this.#layers.set(key, loading)
    // a failed read must not be remembered; whoever waits for it is told all the same
    loading.catch(() => {
      if (this.#layers.get(key) === loading) this.#layers.delete(key)
    })
    return loading
  }

  async #look(): Promise<Standing | null> {
    if (this.#elapsedMs() - this.#lookedAt < LOOK_AGAIN_MS) return this.#standing
    this.#looking ??= this.#readStanding().finally(() => (this.#looking = null))
    return this.#looking
  }

  async #readStanding(): Promise<Standing | null> {
    const standing = await readStanding(this.#db)
    if (versionOf(standing) !== versionOf(this.#standing)) this.#layers = new Map()
    this.#standing = standing
    this.#lookedAt = this.#elapsedMs()
    return standing
  }
}

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
