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
}

/**
 * Which test makes a connected piece noise, or null for a real one: mean width 2A/P under 0.2 m, or area under 1 m².
 * At the limit itself a piece is real. A 0.5 m × 60 m encroachment is real (mean width 0.496 m, 30 m²).
 */
export function noiseTest(piece: Measured, limits: NoiseLimits = defaultNoiseLimits): NoiseTest | null {
  if (piece.perimeterM <= 0 || (2 * piece.areaM2) / piece.perimeterM < limits.meanWidthM) return 'mean_width'
  if (piece.areaM2 < limits.areaM2) return 'area'
  return null
}

/** The pieces that are not noise. Noise is judged piece by piece: ten slivers do not add up to an encroachment. */
export function realPart<T extends Measured>(
  pieces: readonly T[],
  limits: NoiseLimits = defaultNoiseLimits,
): T[] {
  return pieces.filter((piece) => noiseTest(piece, limits) === null)
}
