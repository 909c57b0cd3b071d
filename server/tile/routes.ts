import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { Allowance } from '../http/allowance.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { Refusal } from '../refusal.ts'
import type { PreviewShelf } from '../strategy/what-if.ts'
import type { TileSnapshot } from './snapshot.ts'
import { tileLayers, type TileLayerName } from './store.ts'
import { MAX_ZOOM, type TileId } from './world.ts'

/** Cold tiles an address may ask for at once, and then per second: a screen needs under a hundred. */
const COLD_TILES = { most: 1_500, perSecond: 200 }
const A_YEAR = 'public, max-age=31536000, immutable'

export function tileRoutes(
  snapshot: TileSnapshot,
  previews: PreviewShelf,
  elapsedMs: () => number,
): Endpoint[] {
  const allowance = new Allowance({ ...COLD_TILES, elapsedMs })
  return [
    endpoint({
      method: 'get',
      path: '/tiles/{layer}/{z}/{x}/{y}',
      tag: 'tiles',
      summary: {
        zh: '矢量切片(MVT),y 后缀 .mvt;网址带 v=版本 时可长期缓存',
        en: 'Vector tile (MVT), y ends in .mvt; with v=<version> it may be kept for good',
      },
      params: z.object({ layer: z.string(), z: z.string(), x: z.string(), y: z.string() }),
      query: z.object({
        v: z.string().max(60).optional(),
        preview: z.string().max(40).optional().describe('按试算结果着色 as a preview of rules would have it'),
      }),
      answer: { mediaTypes: ['application/vnd.mapbox-vector-tile'] },
      handle: async ({ params, query, request, response }) => {
        const layer = layerNamed(params.layer)
        const tile = tileAt(params)
        const preview = query.preview === undefined ? null : previews.get(query.preview)
        if (snapshot.isCold(layer, tile, query.v ?? null, preview) && !allowance.take(request.ip ?? '')) {
          response.setHeader('Retry-After', '5')
          throw new Refusal(
            'TOO_MANY_REQUESTS',
            { zh: '短时间内请求的切片过多。', en: 'Too many tiles in a short time.' },
            { zh: '请稍候几秒再试。', en: 'Wait a few seconds.' },
          )
        }
        const { version, gzip } = await snapshot.tile(layer, tile, query.v ?? null, preview)
        response.setHeader('Content-Type', 'application/vnd.mapbox-vector-tile')
        response.setHeader('Vary', 'Accept-Encoding')
        const etag = `W/"${version}${preview ? `/${preview.id}` : ''}/${layer}/${tile.z}/${tile.x}/${tile.y}"`
        response.setHeader('ETag', etag)
        // an address with another version than ours is from a page about to reload: answer, but do not let it be kept
        response.setHeader('Cache-Control', query.v === version ? A_YEAR : 'no-cache')
        if (isKnownTo(request.headers['if-none-match'], etag)) {
          response.status(304).end()
          return
        }
        if (gzip === null) {
          response.status(204).end()
          return
        }
        if (request.acceptsEncodings('gzip') === 'gzip') {
          response.setHeader('Content-Encoding', 'gzip')
          response.end(gzip)
        } else response.end(gunzipSync(gzip))
      },
    }),
  ]
}

/** Whether the reader holds it already. Weak comparison (RFC 9110 §13.1.2); `request.fresh` also obeys reload buttons. */
function isKnownTo(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((known) => known.trim() === etag) ?? false
}

function layerNamed(name: string): TileLayerName {
  const found = tileLayers.find((layer) => layer === name)
  if (found) return found
  throw new Refusal(
    'LAYER_UNKNOWN',
    { zh: '没有这个图层。', en: 'There is no such layer.' },
    { zh: `可用:${tileLayers.join('、')}。`, en: `There are: ${tileLayers.join(', ')}.` },
    { field: 'layer' },
  )
}

function tileAt(params: { z: string; x: string; y: string }): TileId {
  const z = wholeNumber(params.z)
  const x = wholeNumber(params.x)
  const y = wholeNumber(params.y.replace(/\.mvt$/, ''))
  const side = z === null ? 0 : 2 ** z
  if (
    z !== null &&
    x !== null &&
    y !== null &&
    z <= MAX_ZOOM &&
    x < side &&
    y < side &&
    params.y.endsWith('.mvt')
  ) {
    return { z, x, y }
  }
  throw new Refusal(
    'TILE_OUT_OF_RANGE',
    { zh: '没有这个切片。', en: 'There is no such tile.' },
    {
      zh: `形如 /tiles/parcel/14/13301/6838.mvt,层级 0 到 ${MAX_ZOOM}。`,
      en: `Write /tiles/parcel/14/13301/6838.mvt, levels 0 to ${MAX_ZOOM}.`,
    },
  )
}

const wholeNumber = (text: string): number | null => (/^\d{1,7}$/.test(text) ? Number(text) : null)
