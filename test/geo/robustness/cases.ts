import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { AnyGeometry } from './geometry.ts'
import { jtsCases } from './jts.ts'
import { martinezCases, polygonClippingCases, turfCases } from './geojson-sets.ts'

export type Operation = 'intersection' | 'difference' | 'union' | 'xor'

/** What a set expects of some shapes of a case, by their places in it. */
export type Check =
  | { readonly kind: 'valid'; readonly shape: number; readonly is: boolean }
  /** `gridM`: the answer is expected on a grid this wide, in units of the case. */
  | {
      readonly kind: 'overlay'
      readonly operation: Operation
      readonly shapes: readonly number[]
      readonly expected: AnyGeometry | number
      readonly gridM?: number
    }
  /** The four overlays add up to the shapes. */
  | { readonly kind: 'balance' }
  /** Whether the two have land in common, and whether either has land of its own. Undefined: not said. */
  | {
      readonly kind: 'relation'
      readonly name: string
      readonly common?: boolean
      readonly onlyA?: boolean
      readonly onlyB?: boolean
      readonly is: boolean
    }

export interface RobustnessCase {
  readonly set: SetName
  readonly name: string
  readonly shapes: readonly (AnyGeometry | null)[]
  readonly checks: readonly Check[]
}

export const setNames = ['jts', 'turf', 'polygon-clipping', 'martinez'] as const
export type SetName = (typeof setNames)[number]
/** Files of a set by their path. */
export type Files = ReadonlyMap<string, string>

const readers: Readonly<Record<SetName, (files: Files) => Omit<RobustnessCase, 'set'>[]>> = {
  jts: jtsCases,
  turf: turfCases,
  'polygon-clipping': polygonClippingCases,
  martinez: martinezCases,
}

/** Every case of a set, in the order of its files. */
export function casesOf(set: SetName): RobustnessCase[] {
  const packed = new URL(`../../fixtures/geo/overlay-robustness/${set}.json.gz`, import.meta.url)
  const files = JSON.parse(gunzipSync(readFileSync(packed)).toString()) as Record<string, string>
  return readers[set](new Map(Object.entries(files))).map((one) => ({ set, ...one }))
}
