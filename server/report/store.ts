import { asWkb, envelope } from '../db/postgis.ts'
import type { Base } from '../db/open.ts'
import { bboxOf } from '../geo/area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import {
  conflicts,
  dossier,
  parcelCard,
  standingAt,
  versionOf,
  type CatalogReader,
  type Moment,
  type Standing,
} from '../parcel/store.ts'
import { standsIn } from '../parcel/standing-store.ts'
import { parcelClaims } from '../strategy/claims.ts'
import { explainParcel } from '../strategy/explain.ts'
import type { Lang, ReportDocument } from './document.ts'
import { drawMap, type Drawn, type Picture } from './map-picture.ts'
import { parcelReport } from './parcel-report.ts'

/** Neighbours drawn around a parcel: enough for its surroundings, few enough to be read. */
const MAX_NEIGHBOURS = 1500

/**
 * Everything about one parcel, ready to print.
 * @param catalog of the same base; it keeps what is costly, so reports in a row share one.
 * @throws as `standingAt`; Refusal for a parcel that does not exist or has ended.
 */
export async function readParcelReport(
  base: Base,
  catalog: CatalogReader,
  idOrCode: string,
  lang: Lang,
  moment: Moment = {},
): Promise<ReportDocument> {
  const { db } = base
  const standing = await standingAt(db, moment)
  const card = await parcelCard(db, idOrCode, standing)
  const id = String(card.parcelId)
  return parcelReport(
    {
      card,
      dossier: await dossier(db, id, lang, standing),
      conflicts: await conflicts(db, id, standing),
      claims: await parcelClaims(base, id, lang, standing),
      explanation: standing.runId === null ? null : await explainParcel(base, card.parcelId, standing),
      catalog: { ...(await catalog.read()), tilesVersion: versionOf(standing) },
      picture: await pictureOf(base, standing, card.parcelId),
    },
    lang,
  )
}

/** The parcel in red among its neighbours, three times its own size. */
async function pictureOf(base: Base, standing: Standing, parcelId: number): Promise<Picture> {
  const shapes = base.db
    .selectFrom('parcel_version as v')
    .select((eb) => ['v.parcel_id', 'v.kind', asWkb(eb.ref('v.geom')).as('wkb')])
    .where(standsIn(standing.buildId))
  const own = await shapes.where('v.parcel_id', '=', parcelId).executeTakeFirstOrThrow()
  const shape = decodeMultiPolygon(own.wkb)
  const window = around(shape)
  const near = await shapes
    .where((eb) =>
      eb(
        eb.ref('v.geom'),
        '&&',
        envelope({ west: window[0], south: window[1], east: window[2], north: window[3] }),
      ),
    )
    .where('v.parcel_id', '<>', parcelId)
    .orderBy('v.parcel_id')
    .limit(MAX_NEIGHBOURS)
    .execute()
  const drawn: Drawn[] = [
    ...near.map((row) => ({ shape: decodeMultiPolygon(row.wkb), ...neighbourLook[row.kind] })),
    { shape, fill: 'rgba(214, 48, 49, 0.18)', stroke: '#d63031', strokeWidth: 5, label: String(parcelId) },
  ]
  return drawMap(drawn, window, 1400, 900)
}

const neighbourLook = {
  titled: { fill: '#f3f0e6', stroke: '#9a9486', strokeWidth: 1.2 },
  supplied: { fill: '#e4edf5', stroke: '#8195a8', strokeWidth: 1.2 },
  remainder: { fill: '#fbeed5', stroke: '#b59a5f', strokeWidth: 1.2 },
} as const

/** [west, south, east, north], metres: the box of the shape with as much again on each side, at least 120 m across. */
function around(shape: MultiPolygon): [number, number, number, number] {
  const [west, south, east, north] = bboxOf(shape)
  const margin = Math.max(east - west, north - south, 60)
  return [west - margin, south - margin * 0.7, east + margin, north + margin * 0.7]
}

/** Words for the name of a report's file: what it is about and the day asked about. */
export const reportName = ({ asOf }: Pick<Standing, 'asOf'>, subject: string, extension: string): string =>
  `${subject}-${asOf}.${extension}`
