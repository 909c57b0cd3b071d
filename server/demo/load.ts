import { writeFile } from 'node:fs/promises'
import type { Base } from '../db/open.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import type { Draft } from '../record/draft.ts'
import { recordDrafts } from '../record/store.ts'
import { Refusal, type Message } from '../refusal.ts'
import { CITY_TITLE, DEFAULT_PARCELS, DEFAULT_SEED, makeCity, type City, type CityDelivery } from './city.ts'
import type { CityRecord } from './scene.ts'
import { demoDelivery, heldBy } from './store.ts'

/** What is asked of loading; `at` is the moment the deliveries arrive, ISO timestamp. */
export interface LoadDemo {
  readonly parcels?: number | undefined
  readonly seed?: number | undefined
  readonly at: string
  /** Where the planted truth is written as JSON; absent: nowhere. */
  readonly truthFile?: string | undefined
  /** `first` leaves out the later changes, `later` brings only them; default: everything. */
  readonly step?: 'first' | 'later' | 'both' | undefined
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
}

export interface LoadedDemo {
  readonly title: Message
  readonly fictional: true
  readonly parcels: number
  readonly seed: number
  readonly asOf: string
  readonly truthFile: string | null
  readonly deliveries: readonly {
    readonly fileName: string
    readonly delivery: number | null
    readonly rows: number
  }[]
}

/** The base holds something a demo city must not be mixed with. Nothing was written. */
export class DemoRefused extends Refusal {
  constructor() {
    super(
      'DEMO_NOT_ALONE',
      {
        zh: '库中已有其他资料,虚构的示范城市不能混入。',
        en: 'The base holds other deliveries; the fictional demo city must not be mixed with them.',
      },
      {
        zh: '请用 TERRIER_DATA 指定一个新文件夹(或用 DATABASE_URL 指定空库)后重试。原有资料未动。',
        en: 'Point TERRIER_DATA to a new folder, or DATABASE_URL to an empty database, and try again. What was there is untouched.',
      },
    )
  }
}

/**
 * Loads the fictional demo city, one delivery per register and layer. Kept with each is a manifest of the numbers the
 * city follows from, not its bulk. Loading the same city again
 * brings only what has not arrived yet.
 * @throws DemoRefused when the base holds anything else; Refusal `DEMO_SIZE`, see `makeCity`
 */
export async function loadDemo(base: Base, options: LoadDemo): Promise<LoadedDemo> {
  const { parcels = DEFAULT_PARCELS, seed = DEFAULT_SEED, at, truthFile, step = 'both' } = options
  const city = makeCity({ parcels, seed })
  const held = await heldBy(base.db)
  if (held === 'other' || (held !== 'nothing' && (held.parcels !== parcels || held.seed !== seed)))
    throw new DemoRefused()
  const wanted = [
    ...(step === 'later' ? [] : city.deliveries.map((delivery) => ({ delivery, step: 'first' as const }))),
    ...(step === 'first' ? [] : city.later.map((delivery) => ({ delivery, step: 'later' as const }))),
  ]
  const arrived: ReadonlySet<string> = held === 'nothing' ? new Set() : held.arrived
  const deliveries: LoadedDemo['deliveries'][number][] = []
  for (const [i, { delivery, step: which }] of wanted.entries()) {
    options.onProgress?.(i / wanted.length, {
      zh: `装入虚构的${delivery.title.zh}`,
      en: `loading fictional ${delivery.title.en}`,
    })
    const fileName = `虚构示范城市-${delivery.title.zh}.json`
    if (arrived.has(demoDelivery(delivery.kind, delivery.layer, which))) {
      deliveries.push({ fileName, delivery: null, rows: 0 })
      continue
    }
    const summary = await recordDrafts(
      base,
      {
        kind: delivery.kind,
        layer: delivery.layer,
        fileName,
        bytes: manifest(city, delivery),
        options: { fictional: true, demo: { parcels, seed, step: which } },
        crs: `EPSG:${WORKING_SRID}`,
        crsKnownBy: 'format',
        encoding: 'UTF-8',
        receivedAt: at,
      },
      draftsOf(delivery),
    )
    deliveries.push({ fileName, delivery: summary.delivery, rows: summary.used })
  }
  if (truthFile !== undefined) await writeFile(truthFile, `${JSON.stringify(city.truth(), null, 1)}\n`)
  options.onProgress?.(1, { zh: '虚构示范城市已装入', en: 'fictional demo city loaded' })
  return {
    title: CITY_TITLE,
    fictional: true,
    parcels,
    seed,
    asOf: city.asOf,
    truthFile: truthFile ?? null,
    deliveries,
  }
}

/** What is needed to make the delivery again: the city follows from these numbers alone. */
function manifest(city: City, delivery: CityDelivery): Uint8Array {
  const { parcels, seed } = city
  const text = JSON.stringify({ title: CITY_TITLE, madeBy: 'terrier demo', version: 1, parcels, seed, kind: delivery.kind, layer: delivery.layer, register: delivery.title }) // prettier-ignore
  return new TextEncoder().encode(text)
}

function* draftsOf(delivery: CityDelivery): Generator<Draft> {
  let rowNo = 1
  for (const record of delivery.records()) yield draft(record, rowNo++)
}

const draft = (
  { key, doc, countyCode, fields, geometry, validFrom, validTo, areaDocumentM2 }: CityRecord,
  rowNo: number,
): Draft => ({
  rowNo,
  key,
  doc,
  countyCode,
  fields,
  raw: { 说明: '虚构示范城市' },
  geometry,
  validFrom,
  validTo,
  areaDocumentM2,
  repaired: false,
})
