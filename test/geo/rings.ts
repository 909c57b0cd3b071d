import { expect } from 'vitest'
import { planarAreaM2, perimeterM, signedDoubleArea } from '../../server/geo/area.ts'
import type { Piece } from '../../server/geo/arrangement.ts'
import type { Ring } from '../../server/geo/polygon.ts'

/**
 * What the docstring of a piece promises, checked ring by ring.
 * @param resolutionM what doubles resolve so far from the origin
 */
export function expectGoodPiece(piece: Piece, resolutionM = 0): void {
  const [polygon, ...more] = piece.geometry()
  expect(more).toEqual([])
  polygon!.forEach((ring, i) => {
    expect(ring.length).toBeGreaterThanOrEqual(4)
    expect(ring.at(-1)).toEqual(ring[0])
    expect(Math.sign(signedDoubleArea(ring))).toBe(i === 0 ? 1 : -1)
    expect(touchesItself(ring)).toBe(false)
    const smallest = [...ring].sort((a, b) => a[0] - b[0] || a[1] - b[1])[0]
    expect(ring[0]).toEqual(smallest)
  })
  const size = 1 + piece.areaM2
  const rounding = piece.perimeterM * resolutionM
  expect(Math.abs(planarAreaM2([polygon!]) - piece.areaM2)).toBeLessThan(1e-8 * size + rounding)
  const length = perimeterM([polygon!])
  expect(Math.abs(length - piece.perimeterM)).toBeLessThan(1e-8 * (1 + length) + resolutionM * 1e3)
}

function touchesItself(ring: Ring): boolean {
  const seen = new Set(ring.slice(1).map(([x, y]) => `${x} ${y}`))
  return seen.size !== ring.length - 1
}
