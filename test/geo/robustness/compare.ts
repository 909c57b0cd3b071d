import { planarAreaM2 } from '../../../server/geo/area.ts'
import type { Check } from './cases.ts'
import { allowanceM2, coreOnGrid, crossingM2, engines, expectedM2, shapesOf } from './engines.ts'
import type { Judged } from './judge.ts'

/** One expectation we do not meet: `case: what`. */
export type Disagreement = string

/** What of a case was compared, and where the answers part. */
export interface Comparison {
  readonly compared: number
  readonly disagreements: readonly Disagreement[]
}

/** The verdicts of a case against the validity the set expects; shapes outside our domain are not asked. */
export function compareValidity({ given, shapes }: Judged): Comparison {
  let compared = 0
  const disagreements: Disagreement[] = []
  for (const check of given.checks) {
    if (check.kind !== 'valid') continue
    const verdict = shapes[check.shape]!
    if (verdict.state === 'refused' && verdict.code !== 'P602') continue
    compared++
    const isValid = verdict.state !== 'refused' && verdict.sound
    if (isValid !== check.is) disagreements.push(`${given.name}: valid ${isValid}`)
  }
  return { compared, disagreements }
}

/** Kernel, core and one-shape engine against the areas and relations the set expects. */
export function compareAreas(judged: Judged): Comparison {
  if (judged.state === 'refused') return { compared: 0, disagreements: [] }
  const { given, scale } = judged
  const shapes = shapesOf(judged)
  const allowed = allowanceM2(judged)
  let compared = 0
  const disagreements: Disagreement[] = []
  const meet = (what: string, engine: string, expected: number, found: number | null, slack = 0): void => {
    if (found === null) return
    compared++
    if (!(Math.abs(found - expected) <= allowed + slack))
      disagreements.push(`${given.name}: ${what}, ${engine}`)
  }
  for (const check of given.checks) {
    if (check.kind === 'relation') {
      compared++
      if (relationHolds(check, shapes, allowed) !== check.is)
        disagreements.push(`${given.name}: ${check.name} ${!check.is}`)
    }
    if (check.kind !== 'overlay') continue
    const { operation, gridM } = check
    const asked = check.shapes.map((i) => shapes[i]!)
    const expected = expectedM2(check, scale)
    const what = `${operation} ${check.shapes.map((i) => 'ABCDEF'[i]).join('')}`
    if (gridM !== undefined) {
      meet(what, 'core', expected, coreOnGrid(operation, asked, gridM))
      continue
    }
    for (const [name, engine] of Object.entries(engines))
      meet(what, name, expected, engine(operation, asked), name === 'core' ? crossingM2(asked) : 0)
  }
  return { compared, disagreements }
}

function relationHolds(
  check: Check & { kind: 'relation' },
  shapes: ReturnType<typeof shapesOf>,
  allowedM2: number,
): boolean {
  const commonM2 = engines.kernel('intersection', shapes.slice(0, 2))!
  const isLand = {
    common: commonM2 > allowedM2,
    onlyA: planarAreaM2(shapes[0]!) - commonM2 > allowedM2,
    onlyB: planarAreaM2(shapes[1]!) - commonM2 > allowedM2,
  }
  return (['common', 'onlyA', 'onlyB'] as const).every(
    (part) => check[part] === undefined || check[part] === isLand[part],
  )
}

/** The three engines against each other, on every pair there is, whether the set expects something or not. */
export function compareEngines(judged: Judged): Comparison {
  const shapes = shapesOf(judged).slice(0, 2)
  if (judged.state === 'refused' || shapes.length < 2) return { compared: 0, disagreements: [] }
  const largest = Math.max(...shapes.map(planarAreaM2))
  const allowed = Math.max(1e-9 * largest, 1e-6)
  let compared = 0
  const disagreements: Disagreement[] = []
  for (const operation of ['intersection', 'difference', 'union', 'xor'] as const) {
    const expected = engines.kernel(operation, shapes)!
    for (const name of ['core', 'one shape'] as const) {
      // what is drawn is cut and taken away from; it is never united
      if (name === 'one shape' && (operation === 'union' || operation === 'xor')) continue
      compared++
      const slack = name === 'core' ? crossingM2(shapes) : 0
      const found = engines[name](operation, shapes)!
      if (!(Math.abs(found - expected) <= allowed + slack))
        disagreements.push(`${judged.given.name}: ${operation}, ${name}`)
    }
  }
  return { compared, disagreements }
}
