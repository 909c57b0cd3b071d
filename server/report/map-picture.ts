import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import type { MultiPolygon } from '../geo/polygon.ts'

/** A drawn map: PNG bytes and their size in pixels. */
export interface Picture {
  readonly png: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
}

/** A shape to draw, EPSG:4547, metres. */
export interface Drawn {
  readonly shape: MultiPolygon
  readonly fill: string
  readonly stroke: string
  readonly strokeWidth: number
  readonly label?: string | undefined
}

/** Folder of the Chinese font that ships with the packages; nothing is taken from the machine or fetched. */
export const fontFolder = join(
  dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json')),
  '400Regular',
)
GlobalFonts.registerFromPath(join(fontFolder, 'NotoSansSC_400Regular.ttf'), 'Terrier Sans')

/**
 * Draws shapes of the working plane into a picture, north up, with a scale bar in metres and a north arrow.
 * @param window [west, south, east, north] in metres; widened to the picture's proportions.
 */
export function drawMap(
  shapes: readonly Drawn[],
  window: readonly [number, number, number, number],
  widthPx: number,
  heightPx: number,
): Picture {
  const canvas = createCanvas(widthPx, heightPx)
  const context = canvas.getContext('2d')
  const metresPerPixel = Math.max((window[2] - window[0]) / widthPx, (window[3] - window[1]) / heightPx, 0.01)
  const east0 = (window[0] + window[2]) / 2 - (metresPerPixel * widthPx) / 2
  const north0 = (window[1] + window[3]) / 2 + (metresPerPixel * heightPx) / 2
  const toPixel = (east: number, north: number): [number, number] => [
    (east - east0) / metresPerPixel,
    (north0 - north) / metresPerPixel,
  ]

  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, widthPx, heightPx)
  for (const drawn of shapes) {
    context.beginPath()
    for (const ring of drawn.shape.flat()) {
      ring.forEach(([east, north], i) =>
        i === 0 ? context.moveTo(...toPixel(east, north)) : context.lineTo(...toPixel(east, north)),
      )
      context.closePath()
    }
    context.fillStyle = drawn.fill
    context.fill('evenodd')
    context.strokeStyle = drawn.stroke
    context.lineWidth = drawn.strokeWidth
    context.stroke()
  }
  for (const drawn of shapes) if (drawn.label) label(context, drawn.label, ...toPixel(...middle(drawn.shape)))
  scaleBar(context, metresPerPixel, heightPx)
  northArrow(context, widthPx)
  return { png: canvas.toBuffer('image/png'), widthPx, heightPx }
}

/** The middle of the box of the largest part: good enough to hang a label on. */
function middle(shape: MultiPolygon): [number, number] {
  const ring = shape.map((polygon) => polygon[0]!).toSorted((a, b) => b.length - a.length)[0]!
  const easts = ring.map(([east]) => east)
  const norths = ring.map(([, north]) => north)
  return [(Math.min(...easts) + Math.max(...easts)) / 2, (Math.min(...norths) + Math.max(...norths)) / 2]
}

function label(context: SKRSContext2D, text: string, x: number, y: number): void {
  context.font = '22px "Terrier Sans"'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineWidth = 5
  context.strokeStyle = '#ffffff'
  context.strokeText(text, x, y)
  context.fillStyle = '#1f2933'
  context.fillText(text, x, y)
}

/** A bar of 1, 2 or 5 × 10ⁿ metres, near a sixth of a 1,200-pixel picture. */
function scaleBar(context: SKRSContext2D, metresPerPixel: number, heightPx: number): void {
  const wanted = metresPerPixel * 200
  const power = 10 ** Math.floor(Math.log10(wanted))
  const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= wanted) ?? power
  const [x, y, length] = [30, heightPx - 34, metres / metresPerPixel]
  context.fillStyle = 'rgba(255,255,255,0.85)'
  context.fillRect(x - 12, y - 34, length + 24, 54)
  context.strokeStyle = '#1f2933'
  context.lineWidth = 3
  context.beginPath()
  context.moveTo(x, y - 6)
  context.lineTo(x, y + 6)
  context.moveTo(x, y)
  context.lineTo(x + length, y)
  context.moveTo(x + length, y - 6)
  context.lineTo(x + length, y + 6)
  context.stroke()
  context.fillStyle = '#1f2933'
  context.font = '20px "Terrier Sans"'
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  context.fillText(`${metres} m`, x + length / 2, y - 12)
}

function northArrow(context: SKRSContext2D, widthPx: number): void {
  const x = widthPx - 40
  context.fillStyle = '#1f2933'
  context.beginPath()
  context.moveTo(x, 18)
  context.lineTo(x + 12, 56)
  context.lineTo(x, 46)
  context.lineTo(x - 12, 56)
  context.closePath()
  context.fill()
  context.font = '20px "Terrier Sans"'
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  context.fillText('北 N', x, 80)
}
