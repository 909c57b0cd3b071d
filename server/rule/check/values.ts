import { addDays, addYears } from '../../units.ts'
import { isList, isOperation, isProperty, type Cql2Node } from '../cql2.ts'
import { definitionOf } from '../dictionary.ts'
import type { FactDefinition, Facts, FactValue } from '../fact.ts'
import type { RuleFile } from '../rule-file.ts'
import { limitsOf } from '../search.ts'
import { factsIn, testsIn } from './tests.ts'

/**
 * The values of facts between which conditions cannot tell any two apart: the finite world a proof looks through.
 *
 * A fact with a closed list, a truth or a text has its named values and one that nobody names. A number or day has
 * every limit it is compared with, its neighbours, and something between any two limits. Where two such facts are
 * compared with each other, one of them (the hub: the day asked about for clocks) is chosen first, at each limit that
 * either has, and the other then has the limits that follow from it. That is all there is to tell apart as long as
 * the facts compared with each other form stars round a hub and each limit can be solved for; `isExact` says whether.
 */
export class Values {
  readonly isExact: boolean
  /** The order facts are chosen in, lists before hubs before the rest. */
  readonly order: readonly string[]
  private readonly file: RuleFile
  private readonly tests: readonly Cql2Node[]
  private readonly testsOf = new Map<string, Cql2Node[]>()
  private readonly links = new Map<string, Set<string>>()
  private readonly hubs = new Set<string>()
  private readonly lists = new Map<string, readonly FactValue[]>()

  constructor(file: RuleFile, conditions: readonly Cql2Node[]) {
    this.file = file
    this.tests = conditions.flatMap(testsIn)
    for (const test of this.tests) {
      for (const name of [...factsIn(test), ...(callsDaysTo(test) ? ['as_of'] : [])]) {
        const others = this.testsOf.get(name)
        if (others) others.push(test)
        else this.testsOf.set(name, [test])
      }
    }
    const names = [...new Set([...this.testsOf.keys(), 'as_of'])]
    this.isExact = this.tests.every((test) => this.isSolvable(test)) && this.linkAll()
    for (const name of names) if (!isOrdered(this.definition(name))) this.lists.set(name, this.list(name))
    const rank = (name: string): number =>
      this.lists.has(name) ? 0 : name === 'as_of' ? 1 : this.hubs.has(name) ? 2 : 3
    const weight = (name: string): number => this.testsOf.get(name)?.length ?? 0
    // What most rules ask about is chosen first: it settles most of them.
    this.order = names.toSorted((a, b) => rank(a) - rank(b) || weight(b) - weight(a))
  }

  /** What a fact may be, given those already chosen; unknown is for the caller to add. */
  of(name: string, facts: Facts): readonly FactValue[] {
    const listed = this.lists.get(name)
    if (listed) return listed
    const { type, unit } = this.definition(name)
    const mine = this.testsOf.get(name) ?? []
    const limits = mine.flatMap((test) => limitsOf(test, name, { facts, pack: this.file }))
    for (const [partner, value] of this.partnersLimits(name, facts)) {
      const circumstances = { facts: { ...facts, [partner]: value }, pack: this.file }
      limits.push(...mine.flatMap((test) => limitsOf(test, name, circumstances)))
    }
    if (type === 'date') return this.days(name, limits)
    const [low, high] = rangeOf(name, this.definition(name))
    return numbersAround(
      limits.filter((limit) => typeof limit === 'number'),
      { unit, low, high },
    )
  }

  /** Whether the day asked about decides any of these, named or not. */
  needsDay(conditions: readonly Cql2Node[]): boolean {
    return (
      conditions.some((node) => callsDaysTo(node) || factsIn(node).includes('as_of')) ||
      Object.values(this.file.parameters).some(({ changes }) => changes.length > 0)
    )
  }

  /** Numbers and days around every limit a partner of a hub has of its own: where the hub's limits cross them. */
  private partnersLimits(name: string, facts: Facts): [string, FactValue][] {
    if (!this.hubs.has(name)) return []
    return [...(this.links.get(name) ?? [])]
      .filter((partner) => !Object.hasOwn(facts, partner))
      .flatMap((partner) =>
        (this.testsOf.get(partner) ?? [])
          .filter((test) => this.orderedIn(test).length === 1)
          .flatMap((test) => limitsOf(test, partner, { facts, pack: this.file }))
          .map((limit): [string, FactValue] => [partner, limit]),
      )
  }

  private days(name: string, limits: readonly FactValue[]): FactValue[] {
    const around = limits
      .filter((limit): limit is string => typeof limit === 'string')
      .flatMap((day) => [addDays(day, -1), day, addDays(day, 1)])
    if (name === 'as_of') {
      const changes = Object.values(this.file.parameters).flatMap(({ changes: all }) =>
        all.map(({ from }) => from),
      )
      around.push(ordinaryDay, ...changes.flatMap((day) => [addDays(day, -1), day]))
    }
    return around.length > 0 ? [...new Set(around)].toSorted() : [addYears(ordinaryDay, -1)]
  }

  private list(name: string): readonly FactValue[] {
    const { type, values } = this.definition(name)
    if (type === 'boolean') return [true, false]
    const mine = this.testsOf.get(name) ?? []
    const named = new Set(mine.flatMap(textsIn))
    for (const test of mine) for (const key of this.tableKeysAsked(test)) named.add(key)
    // Compared with another fact it may be the same as it or not, so two that nobody names are kept.
    const spare = mine.some((test) => factsIn(test).length > 1) ? 2 : 1
    const unnamed = (values ?? ['其他', '另一']).filter((value) => !named.has(value)).slice(0, spare)
    return values ? [...values.filter((value) => named.has(value)), ...unnamed] : [...named, ...unnamed]
  }

  private tableKeysAsked(node: Cql2Node): string[] {
    if (!isOperation(node)) return []
    const table = Object.hasOwn(this.file.tables, node.op) ? this.file.tables[node.op] : undefined
    return [
      ...(table ? Object.keys(table.values) : []),
      ...node.args.flatMap((arg) => this.tableKeysAsked(arg)),
    ]
  }

  /** Joins facts that are compared with each other; false when they form more than stars. */
  private linkAll(): boolean {
    for (const test of this.tests) {
      const ordered = this.orderedIn(test)
      for (const a of ordered) {
        for (const b of ordered) if (a !== b) this.links.set(a, (this.links.get(a) ?? new Set()).add(b))
      }
    }
    const degree = (name: string): number => (name === 'as_of' ? 1000 : 0) + (this.links.get(name)?.size ?? 0)
    let isStars = true
    for (const [name, partners] of this.links) {
      if (
        [...partners].every((partner) => degree(name) > degree(partner) || isFirstOf(name, partner, degree))
      )
        this.hubs.add(name)
    }
    for (const [name, partners] of this.links) {
      if (
        !this.hubs.has(name) &&
        (partners.size > 1 || ![...partners].every((partner) => this.hubs.has(partner)))
      )
        isStars = false
    }
    return isStars
  }

  private orderedIn(test: Cql2Node): string[] {
    const names = factsIn(test).filter((name) => isOrdered(this.definition(name)))
    return callsDaysTo(test) && !names.includes('as_of') ? [...names, 'as_of'] : names
  }

  /** Whether every limit of a test can be found by turning it round. */
  private isSolvable(test: Cql2Node): boolean {
    if (!isOperation(test)) return true
    if (test.op === 'like') return false
    if (test.op === 'isNull') return test.args.every(isProperty)
    const sides = test.args.flatMap((arg) => (isList(arg) ? arg : [arg]))
    const ordered = this.orderedIn(test)
    if (ordered.length > 2) return false
    return sides.every((side) => {
      const inside = factsIn(side).filter((name) => isOrdered(this.definition(name)))
      return inside.length <= 1 && countOf(side, inside[0]) <= 1 && isInvertible(side)
    })
  }

  private definition(name: string): FactDefinition {
    return definitionOf(this.file.dictionary, name)
  }
}

/** The day proofs live on where no rule asks for another. */
export const ordinaryDay = '2025-01-31'

const isOrdered = ({ type }: FactDefinition): boolean => type === 'number' || type === 'date'
const isFirstOf = (a: string, b: string, degree: (name: string) => number): boolean =>
  degree(a) === degree(b) && a < b
const callsDaysTo = (node: Cql2Node): boolean =>
  isOperation(node) && (node.op === 'days_to' || node.args.some(callsDaysTo))
const countOf = (node: Cql2Node, name: string | undefined): number =>
  isProperty(node)
    ? Number(node.property === name)
    : isOperation(node)
      ? sum(node.args.map((arg) => countOf(arg, name)))
      : 0
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
const isInvertible = (node: Cql2Node): boolean =>
  !isOperation(node) || (!['%', 'div', '^'].includes(node.op) && node.args.every(isInvertible))

const textsIn = (node: Cql2Node): string[] =>
  typeof node === 'string'
    ? [node]
    : isList(node)
      ? node.flatMap(textsIn)
      : isOperation(node)
        ? node.args.flatMap(textsIn)
        : []

/**
 * What a number can be at all: nothing here is counted below zero, a score ends at 100, a share at 1.
 * A floor area ratio has the unit of a share and may exceed 1, so shares are told by name.
 */
export function rangeOf(name: string, { type, unit }: FactDefinition): readonly [number, number] {
  if (type !== 'number') return [-Infinity, Infinity]
  if (unit === 'score') return [0, 100]
  if (unit === 'ratio' && /compactness|_ratio$|density|share/.test(name)) return [0, 1]
  return knownUnits.has(unit ?? '') ? [0, Infinity] : [-Infinity, Infinity]
}
const knownUnits = new Set(['m2', 'wan', 'ratio', 'count', 'score', 'year', 'wan per mu'])

/** Every limit, something between each two, and something beyond both ends, as far as the range goes. */
function numbersAround(
  limits: readonly number[],
  { unit, low, high }: { unit: string | undefined; low: number; high: number },
): number[] {
  const isWhole = unit === 'count' || unit === 'year'
  const ends = [low, high].filter((end) => Number.isFinite(end))
  const sorted = [...new Set([...limits, ...ends])].filter(Number.isFinite).toSorted((a, b) => a - b)
  if (sorted.length === 0) return [1]
  const values = new Set<number>()
  sorted.forEach((limit, i) => {
    const [previous, next] = [
      sorted[i - 1] ?? limit - 2 * step(unit, limit),
      sorted[i + 1] ?? limit + 2 * step(unit, limit),
    ]
    const small = isWhole ? 1 : Math.min(step(unit, limit), (limit - previous) / 2)
    const large = isWhole ? 1 : Math.min(step(unit, limit), (next - limit) / 2)
    for (const value of [limit, limit - small, limit + large]) {
      const whole = isWhole ? [Math.floor(value), Math.ceil(value)] : [value]
      for (const each of whole) if (each >= low && each <= high) values.add(each)
    }
  })
  return [...values]
}

/** A difference worth speaking of, in the unit of the number. */
function step(unit: string | undefined, near: number): number {
  if (unit === 'count' || unit === 'year' || unit === 'score') return 1
  return unit === 'ratio' ? 0.01 : Math.max(1, Math.abs(near) * 0.01)
}
