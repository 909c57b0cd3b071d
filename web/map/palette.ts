/**
 * The colour of every class the map can be coloured by; map, legend, list and card all read it here.
 *
 * Strategies: the hue says the group, the lightness says the order within it, dark first. Groups follow how pressing
 * they are: X red, A violet, B amber, C blue, D teal, E green, Z grey. Red and green also keep apart in lightness
 * (X dark, E light), so that readers who cannot tell the hues apart can still tell "stop" from "leave as it is".
 * Worked out in OKLCH, where equal steps look equal (Björn Ottosson, https://bottosson.github.io/posts/oklab/).
 */
import type { Colouring } from '../view.ts'

export type Hex = `#${string}`

interface Ramp {
  /** Degrees on the OKLCH wheel at the dark and at the light end. */
  readonly hue: readonly [number, number]
  readonly lightness: readonly [number, number]
  readonly chroma: readonly [number, number]
}

const ramps: Record<string, Ramp> = {
  X: { hue: [16, 36], lightness: [0.37, 0.65], chroma: [0.15, 0.19] },
  A: { hue: [312, 318], lightness: [0.5, 0.68], chroma: [0.15, 0.12] },
  B: { hue: [48, 92], lightness: [0.58, 0.87], chroma: [0.135, 0.12] },
  C: { hue: [268, 232], lightness: [0.38, 0.82], chroma: [0.15, 0.08] },
  D: { hue: [205, 192], lightness: [0.48, 0.78], chroma: [0.085, 0.085] },
  E: { hue: [152, 128], lightness: [0.6, 0.9], chroma: [0.12, 0.08] },
  Z: { hue: [80, 80], lightness: [0.62, 0.62], chroma: [0.01, 0.01] },
}

/** Code letters in order of how pressing they are. */
export const strategyGroups = ['X', 'A', 'B', 'C', 'D', 'E', 'Z'] as const
export const groupOf = (strategy: string): string => strategy.slice(0, 1)

/** Land whose class is not known, or whose code the page has never heard of. */
export const unknownColour: Hex = '#9a9a94'

/**
 * Colours of all strategies of a rule pack.
 * @param codes in the order of the pack; a pack with more codes in a group just takes smaller steps.
 */
export function strategyColours(codes: readonly string[]): Map<string, Hex> {
  const colours = new Map<string, Hex>()
  for (const letter of new Set(codes.map(groupOf))) {
    const ramp = ramps[letter]
    const members = codes.filter((code) => groupOf(code) === letter)
    members.forEach((code, i) => {
      const t = members.length === 1 ? 0 : i / (members.length - 1)
      colours.set(
        code,
        ramp ? oklch(mix(ramp.lightness, t), mix(ramp.chroma, t), mix(ramp.hue, t)) : unknownColour,
      )
    })
  }
  return colours
}

/** From paper to building: light to dark, because what is further along is more solid. */
const stageColours: Record<string, Hex> = {
  planned: '#d9c7e6',
  approved: '#e8b04b',
  supplied: '#6fa8d6',
  building: '#2f6fae',
  completed: '#57a88b',
  built: '#2e7257',
  exited: '#9a9a94',
}

const kindColours: Record<string, Hex> = { titled: '#5b8f7b', supplied: '#6c9fcb', remainder: '#e0a13a' }

/** Close to the colours of Chinese land-use plans (yellow homes, red shops, brown industry, green parks), calmed. */
const useColours: Record<string, Hex> = {
  RES: '#f0d77b',
  COM: '#d2635a',
  IND: '#a97c54',
  STO: '#8a7fb5',
  PUB: '#d58bb4',
  INF: '#5f9ea8',
  TRA: '#b4b4b4',
  GRN: '#7fb069',
  SPE: '#6a6f4c',
  AGR: '#cfdba6',
  WAT: '#8fbfdd',
  RSV: '#e8e4d8',
  MIX: '#e39a68',
  OTH: '#cfc9bd',
}

/** @param strategies all codes of the pack, in its order. */
export function coloursOf(colouring: Colouring, strategies: readonly string[]): Map<string, Hex> {
  if (colouring === 'strategy') return strategyColours(strategies)
  return new Map(Object.entries({ stage: stageColours, kind: kindColours, use: useColours }[colouring]))
}

/** Black or white, whichever reads better on the colour: one of the two always reaches 4.5 to 1, a softer black would not. */
export const inkOn = (colour: Hex): Hex =>
  contrast(colour, '#000000') >= contrast(colour, '#ffffff') ? '#000000' : '#ffffff'

/** WCAG 2 contrast, 1 to 21. */
export function contrast(a: Hex, b: Hex): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** Linear-light red, green, blue of 0 to 1. */
export function linearRgb(colour: Hex): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255].map((byte) => {
    const c = byte / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
}

function luminance(colour: Hex): number {
  const [r, g, b] = linearRgb(colour)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const mix = ([from, to]: readonly [number, number], t: number): number => from + (to - from) * t

/** @param hue degrees. What lies outside sRGB is pulled back in by its chroma, keeping lightness and hue. */
export function oklch(lightness: number, chroma: number, hue: number): Hex {
  const turn = (hue * Math.PI) / 180
  for (let c = chroma; ; c -= 0.004) {
    const rgb = oklabToLinear(lightness, c * Math.cos(turn), c * Math.sin(turn))
    if (c <= 0 || rgb.every((v) => v >= -0.0005 && v <= 1.0005)) return toHex(rgb)
  }
}

function oklabToLinear(L: number, a: number, b: number): [number, number, number] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function toHex(rgb: readonly number[]): Hex {
  const bytes = rgb.map((linear) => {
    const v = Math.min(1, Math.max(0, linear))
    const c = v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055
    return Math.round(c * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${bytes.join('')}`
}
