import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { contrast, inkOn, linearRgb, oklch, strategyColours, type Hex } from '../../web/map/palette.ts'

const codes = readFileSync(new URL('../../data/codes/strategies.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',')[1]!)
const colours = strategyColours(codes)

type Linear = readonly [number, number, number]
/** What the eye without red-sensitive or green-sensitive cones sees (Machado, Oliveira, Fernandes 2009, severity 1). */
const blindness = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
} as const satisfies Record<string, readonly Linear[]>

function seen(colour: Hex, kind: keyof typeof blindness): [number, number, number] {
  const rgb = linearRgb(colour)
  const [r, g, b] = blindness[kind].map((row) =>
    Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]),
  ) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
/** Distance in OKLab; 0.02 is about what an attentive eye can just tell apart side by side. */
const distance = (a: Hex, b: Hex, kind: keyof typeof blindness): number =>
  Math.hypot(...seen(a, kind).map((v, i) => v - seen(b, kind)[i]!))

test('the working of OKLCH: no chroma and full lightness is white, half is a middle grey', () => {
  expect(oklch(1, 0, 0)).toBe('#ffffff')
  expect(oklch(0, 0, 0)).toBe('#000000')
  expect(oklch(0.5, 0, 0)).toBe('#636363')
})

test('every strategy has a colour of its own, told apart by eye', () => {
  expect(colours.size).toBe(codes.length)
  for (const a of codes)
    for (const b of codes)
      if (a < b) expect(distance(colours.get(a)!, colours.get(b)!, 'none'), `${a} ${b}`).toBeGreaterThan(0.02)
})

describe('readers who cannot tell red from green', () => {
  it.each(['protan', 'deutan'] as const)(
    '%s: "deal with first" (X) is no "keep as is" (E), and no D',
    (kind) => {
      for (const x of codes.filter((code) => code.startsWith('X')))
        for (const other of codes.filter((code) => code.startsWith('E') || code.startsWith('D')))
          expect(distance(colours.get(x)!, colours.get(other)!, kind), `${x} ${other}`).toBeGreaterThan(0.06)
    },
  )
})

test('a code printed on its colour can be read (WCAG AA, 4.5 to 1)', () => {
  for (const [code, colour] of colours)
    expect(contrast(colour, inkOn(colour)), code).toBeGreaterThanOrEqual(4.5)
})

test('a strategy of an unknown group is grey, not missing', () => {
  expect(strategyColours(['Q1']).get('Q1')).toBe('#9a9a94')
})
