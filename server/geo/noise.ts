import { withoutHair } from './hair.ts'
import type { MultiPolygon } from './polygon.ts'

/** What surveys of one boundary merely disagree on (design section 3); limits in metres and square metres. */
export interface NoiseLimits {
  readonly meanWidthM: number
  readonly areaM2: number
}
export const defaultNoiseLimits: NoiseLimits = { meanWidthM: 0.2, areaM2: 1 }

export type NoiseTest = 'mean_width' | 'area'

interface Measured {
  readonly areaM2: number
  readonly perimeterM: number
  /** The piece itself, asked for only where its size alone would make it noise by its width. */
  geometry?(): MultiPolygon
}

/**
 * Which test makes a connected piece noise, or null for a real one: mean width 2A/P under 0.2 m, or area under 1 m².
 * At the limit itself a piece is real. A 0.5 m × 60 m encroachment is real (mean width 0.496 m, 30 m²), also where a hair
 * of a millimetre between two drawings of one border hangs on it: the border of a hair is not counted.
 */
export function noiseTest(piece: Measured, limits: NoiseLimits = defaultNoiseLimits): NoiseTest | null {
  const test = bySize(piece, limits)
  if (test !== 'mean_width' || piece.areaM2 < limits.areaM2 || piece.geometry === undefined) return test
  const parts = withoutHair(piece.geometry()) ?? []
  return parts.some((part) => bySize(part, limits) === null) ? null : test
}

function bySize({ areaM2, perimeterM }: Measured, limits: NoiseLimits): NoiseTest | null {
  if (perimeterM <= 0 || (2 * areaM2) / perimeterM < limits.meanWidthM) return 'mean_width'
  if (areaM2 < limits.areaM2) return 'area'
  return null
}

/** The pieces that are not noise. Noise is judged piece by piece: ten slivers do not add up to an encroachment. */
export function realPart<T extends Measured>(
  pieces: readonly T[],
  limits: NoiseLimits = defaultNoiseLimits,
): T[] {
  return pieces.filter((piece) => noiseTest(piece, limits) === null)
}
