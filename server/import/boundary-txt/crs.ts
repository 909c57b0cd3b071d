import { LONLAT_SRID } from '../../geo/polygon.ts'
import { Refusal } from '../../refusal.ts'
import type { CrsHint } from '../crs-hint.ts'
import { legacyDatum, zone3, zone6 } from '../wkt.ts'

const digits: Readonly<Record<string, string>> = { 三: '3', 六: '6' }
const numberIn = (text: string | undefined): number => {
  const found = /[三六]|\d+(?:\.\d+)?/.exec(text?.normalize('NFKC') ?? '')?.[0]
  return found === undefined ? Number.NaN : Number(digits[found] ?? found)
}

/**
 * The CRS the head of a survey file names: datum (坐标系), width (几度分带) and zone (带号) or central meridian
 * (中央子午线). Null where it says none of zone and meridian. Whether eastings carry the zone, the numbers tell.
 * @throws Refusal TXT_UNIT for coordinates in another unit than metres or degrees
 */
export function crsOfHead(head: ReadonlyMap<string, string>, fileName: string): CrsHint | null {
  const datum = head.get('坐标系') ?? ''
  const width = numberIn(head.get('几度分带'))
  const zone = numberIn(head.get('带号'))
  const meridian = numberIn(head.get('中央子午线'))
  const label = [
    datum,
    Number.isNaN(width) ? '' : `${width} 度带`,
    Number.isNaN(zone) ? '' : `${zone} 带`,
    Number.isNaN(meridian) ? '' : `中央子午线 ${meridian}`,
  ]
    .filter(Boolean)
    .join(' ')
  const hint = (parts: Partial<CrsHint>): CrsHint => ({ by: 'header', label, srid: null, fileName, ...parts })
  const legacy = legacyDatum(datum)
  const numbers = zoneNumbers(width, zone, meridian)
  if (legacy !== null)
    return hint({ legacy, ...(numbers && { srid: numbers.plain, sridWithZone: numbers.prefixed }) })
  const isCgcs = datum === '' || /2000|CGCS/i.test(datum)
  if (inDegrees(head.get('计量单位'), fileName))
    return isCgcs || /WGS/i.test(datum) ? hint({ srid: LONLAT_SRID }) : hint({})
  if (Number.isNaN(zone) && Number.isNaN(meridian)) return null
  if (!isCgcs || numbers === null) return hint({})
  return hint({ srid: numbers.plain, sridWithZone: numbers.prefixed })
}

/** Zones 13-23 are 6° and 25-45 are 3° ones, so a missing width is no loss; a contradicting one is. */
function zoneNumbers(
  width: number,
  zone: number,
  meridian: number,
): { prefixed: number; plain: number } | null {
  if (Number.isNaN(zone)) return width === 6 ? zone6((meridian + 3) / 6) : zone3(meridian / 3)
  const [three, six] = [zone3(zone), zone6(zone)]
  const chosen = width === 6 ? six : width === 3 ? three : (three ?? six)
  const own = chosen === three ? zone * 3 : zone * 6 - 3
  return Number.isNaN(meridian) || meridian === own ? chosen : null
}

function inDegrees(unit: string | undefined, fileName: string): boolean {
  const text = (unit ?? '').normalize('NFKC').trim()
  if (text === '' || /^(?:米|公尺|m|met(?:er|re)s?)$/i.test(text)) return false
  if (/^(?:度|十进制度|°|deg(?:rees?)?)$/i.test(text)) return true
  throw new Refusal(
    'TXT_UNIT',
    {
      zh: `“${fileName}”的计量单位为“${text}”,只读米或度。`,
      en: `"${fileName}" gives coordinates in "${text}"; only metres and degrees are read.`,
    },
    { zh: '请以米为单位重新导出。', en: 'Export it again in metres.' },
    { file: fileName, field: '计量单位' },
  )
}
