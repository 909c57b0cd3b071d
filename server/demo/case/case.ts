import type { Use } from '../plot.ts'
import type { Scene } from '../scene.ts'

/** One thing that can be the matter with a plot, and how it is written into the registers. */
export interface Case {
  readonly name: string
  write(scene: Scene): void
}

/** A case with a share in the ordinary city. */
export interface CommonCase extends Case {
  /** Among 1,000 plots of its surroundings. */
  readonly per1000: number
  /** The land is all supplied or titled, so that a district boundary may run through it without a trace. */
  readonly isWhollyUsed: boolean
  /** The case cuts the plot, so it must be convex. */
  readonly cuts?: boolean
}

/** A case that is planted on a convex plot of the new area, a set number of times. */
export interface PlantedCase extends Case {
  /** Smallest plot it can be seen on, m². */
  readonly minM2?: number
  readonly uses?: readonly Use[]
  readonly needs?: 'long side' | 'district boundary'
}
