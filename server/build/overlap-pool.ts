import { availableParallelism } from 'node:os'
import type { PolygonSet, SharedShapes } from '../geo/polygon-set.ts'
import type { Extent } from './overlap.ts'
import { inThreads } from './threads.ts'

/** Which pairs to measure: shapes of one set with those of another or, with `b` null, a set with itself (i < j). */
export interface OverlapQuestion {
  readonly a: PolygonSet
  readonly b: PolygonSet | null
  /** Make the common land of pairs from this many m² on, and judge it; absent: areas alone. */
  readonly shapesFromM2?: number
}

/** Pairs with land in common, `i` ascending. Planar m², as `pairAreaM2`. */
export interface Overlaps {
  readonly i: Uint32Array
  readonly j: Uint32Array
  readonly areaM2: Float64Array
  /** Place of a pair → its common land, for those whose shape was asked for. */
  readonly extents: ReadonlyMap<number, Extent>
}

/** What a thread is given before it works: the sets, each once, and which questions are asked of them. */
export interface OverlapSetting {
  readonly sets: readonly SharedShapes[]
  readonly questions: readonly {
    readonly a: number
    readonly b: number | null
    readonly shapesFromM2: number
  }[]
}
export interface OverlapTask {
  readonly question: number
  readonly from: number
  readonly to: number
}
export interface OverlapReply extends OverlapTask {
  readonly i: Uint32Array
  readonly j: Uint32Array
  readonly areaM2: Float64Array
  readonly extents: readonly (readonly [at: number, extent: Extent])[]
}

/** Shapes a task looks at: few enough that threads end together, many enough that handing over costs nothing. */
const STRETCH = 4_000

/**
 * The overlaps of every question, measured on all cores: threads take stretches of the first set as they become free, and
 * the answer is the same as `overlappingPairs` gives, in the same order of `i`, whatever their number.
 * @throws what a thread threw; the reason of `signal` when aborted
 */
export async function overlapsOnAllCores(
  questions: readonly OverlapQuestion[],
  { threads = availableParallelism(), signal }: { threads?: number; signal?: AbortSignal } = {},
): Promise<Overlaps[]> {
  const sets = [...new Set(questions.flatMap(({ a, b }) => (b ? [a, b] : [a])))]
  const setting: OverlapSetting = {
    sets: sets.map((set) => set.share()),
    questions: questions.map(({ a, b, shapesFromM2 = Infinity }) => ({
      a: sets.indexOf(a),
      b: b && sets.indexOf(b),
      shapesFromM2,
    })),
  }
  const tasks = stretches(questions)
  const replies: OverlapReply[] = []
  await inThreads<OverlapTask, OverlapReply>(tasks, {
    script: new URL('./overlap-worker.mjs', import.meta.url),
    workerData: setting,
    threads: Math.max(1, threads),
    take: (reply) => void replies.push(reply),
    signal,
  })
  replies.sort((p, q) => p.from - q.from)
  return questions.map((_, question) => joined(replies.filter((reply) => reply.question === question)))
}

/** Stretches of every question, those of the questions asked first. */
function* stretches(questions: readonly OverlapQuestion[]): Generator<OverlapTask> {
  for (const [question, { a }] of questions.entries())
    for (let from = 0; from < a.count; from += STRETCH)
      yield { question, from, to: Math.min(from + STRETCH, a.count) }
}

function joined(parts: readonly OverlapReply[]): Overlaps {
  const length = parts.reduce((sum, part) => sum + part.i.length, 0)
  const [i, j, areaM2] = [new Uint32Array(length), new Uint32Array(length), new Float64Array(length)]
  const extents = new Map<number, Extent>()
  let at = 0
  for (const part of parts) {
    i.set(part.i, at)
    j.set(part.j, at)
    areaM2.set(part.areaM2, at)
    for (const [place, extent] of part.extents) extents.set(at + place, extent)
    at += part.i.length
  }
  return { i, j, areaM2, extents }
}
