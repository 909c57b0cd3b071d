import { KeptAnswers } from '../kept-answers.ts'
import { sql, type Kysely } from 'kysely'
import type { Catalog } from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Database } from '../db/schema.ts'
import { defaultPack, loadPack, strategyInfo, type RulePack } from '../rule/pack.ts'
import { toLonLatBox } from './box.ts'
import {
  districtTitle,
  flagEntries,
  kindEntries,
  layerTitles,
  stageEntries,
  tagEntries,
  useGroupEntries,
} from './catalog.ts'
import {
  knownIn,
  readStanding,
  standingAt,
  standsIn,
  versionOf,
  type Question,
  type Standing,
} from './standing-store.ts'

/** Catalogs of this many builds are kept: that of now and those of days someone is looking back to. */
const KEPT = 4

/** What the page needs once. The costly parts are kept until the base moves on. */
export class CatalogReader {
  readonly #base: Base
  readonly #kept = new KeptAnswers<Catalog>(KEPT)

  constructor(base: Base) {
    this.#base = base
  }

  /** As readers see it now, or as of the day asked about. Throws as `standingAt` when a day is asked about. */
  async read(moment: Question = {}): Promise<Catalog> {
    const { db } = this.#base
    const isNow = moment.asOf === undefined && moment.knownAt === undefined
    const standing = isNow ? await readStanding(db) : await standingAt(db, moment)
    return this.#kept.of(versionOf(standing), () => this.#make(standing))
  }

  async #make(standing: Standing | null): Promise<Catalog> {
    const { db, kind } = this.#base
    const pack = await packOf(db, standing?.packHash ?? null)
    const extent = standing && (await extentOf(db, standing))
    const districts = standing ? await districtsOf(db, standing) : []
    return {
      asOf: standing?.asOf ?? null,
      trial: kind === 'embedded',
      fictional: await isFictional(db),
      bbox: extent?.bbox ?? null,
      parcels: extent?.parcels ?? 0,
      tilesVersion: versionOf(standing),
      strategies: pack.strategies.map(strategyInfo),
      districts,
      stages: [...stageEntries],
      useGroups: [...useGroupEntries],
      kinds: [...kindEntries],
      flags: flagEntries(),
      tags: tagEntries(),
      layers: Object.entries(standing?.layers ?? {}).map(([name, zones]) => ({
        name,
        title: layerTitles[name] ?? { zh: name, en: name },
        zones,
      })),
    }
  }
}

/** The pack a classification used, kept by its hash; the one that ships where nothing was classified. */
export async function packOf(db: Kysely<Database>, packHash: string | null): Promise<RulePack> {
  if (packHash === null) return defaultPack()
  const row = await db
    .selectFrom('rule_pack')
    .select('yaml')
    .where('pack_hash', '=', packHash)
    .executeTakeFirst()
  return row ? loadPack(row.yaml) : defaultPack()
}

async function extentOf(
  db: Kysely<Database>,
  { buildId }: Standing,
): Promise<Pick<Catalog, 'bbox' | 'parcels'>> {
  const row = await db
    .selectFrom('parcel_version as v')
    .select([
      sql<number>`count(*)::int`.as('parcels'),
      sql<number | null>`min(st_xmin(v.geom))`.as('west'),
      sql<number | null>`min(st_ymin(v.geom))`.as('south'),
      sql<number | null>`max(st_xmax(v.geom))`.as('east'),
      sql<number | null>`max(st_ymax(v.geom))`.as('north'),
    ])
    .where(standsIn(buildId))
    .executeTakeFirstOrThrow()
  const { parcels, west, south, east, north } = row
  if (west === null || south === null || east === null || north === null) return { bbox: null, parcels }
  return { bbox: toLonLatBox({ west, south, east, north }), parcels }
}

/** Districts that were delivered, by code; named as delivered, in English as the code list has them. */
async function districtsOf(db: Kysely<Database>, standing: Standing): Promise<Catalog['districts']> {
  const rows = await db
    .selectFrom('record as r')
    .select(['r.fields'])
    .where('r.kind', '=', 'layer')
    .where('r.layer', '=', 'district')
    .where(knownIn(standing))
    .execute()
  const found = new Map<string, Catalog['districts'][number]>()
  for (const { fields } of rows) {
    const code = /^\d{6}/.exec(typeof fields.code === 'string' ? fields.code : '')?.[0]
    if (!code || found.has(code)) continue
    const title = districtTitle(code)
    const zh = typeof fields.name === 'string' ? fields.name : title.zh
    found.set(code, { code, title: { zh, en: title.zh === zh ? title.en : zh } })
  }
  return [...found.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1))
}

/** Whether the base holds the demo city: its deliveries carry the numbers it was made from. */
async function isFictional(db: Kysely<Database>): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .select('delivery_id')
    .where('undone_at', 'is', null)
    .where(sql<boolean>`options ? 'demo'`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
