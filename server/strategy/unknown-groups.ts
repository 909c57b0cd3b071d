import { TRUE, UNKNOWN_TRUTH } from '../rule/three-valued.ts'
import type { FactTable } from '../rule/column.ts'
import { isOperation, type Cql2Node } from '../rule/cql2.ts'
import type { RulePack } from '../rule/pack.ts'
import { factsIn } from '../rule/search.ts'
import { ofColumn, unknownOnes } from '../rule/vector-operator.ts'
import { verdictsOf } from '../rule/vector.ts'
import type { AssessedParcels } from './fact-column-store.ts'

/** Parcels with the same strategy, whose undecided conditions before it hang on the same unknown facts. */
export interface GroupAlike {
  readonly ruled: string
  readonly parcels: number
  readonly planarM2: number
  /** The one of them with the lowest number, to ask. */
  readonly example: number
}

/**
 * Parcels whose strategy hangs on something unknown, those alike in it together: for every parcel at once what
 * `undecidedFacts` says of one, for each condition before the winner's. What a person decided hangs on nothing.
 * @param table facts of the parcels, in their order
 */
export function groupsAlike(pack: RulePack, table: FactTable, parcels: AssessedParcels): GroupAlike[] {
  const placeOf = new Map(pack.strategies.map(({ code }, place) => [code, place]))
  const places = Int32Array.from(parcels.strategies, (code) => placeOf.get(code)!)
  // Those of one number are alike so far: first by strategy, then by each question they are asked.
  const groups = Int32Array.from(places)
  let count = pack.strategies.length
  const unknown = new Map<string, Uint8Array>()
  const unknownIn = (name: string): Uint8Array => {
    const rows = unknown.get(name) ?? unknownOnes(ofColumn(table.column(name))).values
    unknown.set(name, rows)
    return rows
  }
  for (const [place, { condition }] of pack.strategies.slice(0, -1).entries()) {
    const open = places.map((held, row) => (held > place && parcels.decided[row] === 0 ? 1 : 0))
    for (const asked of hangingOn(condition, Uint8Array.from(open), table, unknownIn, pack)) {
      const next = new Map<number, number>()
      for (let row = 0; row < groups.length; row++) {
        if (asked[row] === 0) continue
        const group = groups[row]!
        let joined = next.get(group)
        if (joined === undefined) next.set(group, (joined = count++))
        groups[row] = joined
      }
    }
  }
  const found = new Map<number, { -readonly [Key in keyof GroupAlike]: GroupAlike[Key] }>()
  for (const [row, group] of groups.entries()) {
    if (group < pack.strategies.length) continue // asked nothing
    const known = found.get(group)
    const planarM2 = parcels.areaM2[row]!
    if (known) {
      known.parcels++
      known.planarM2 += planarM2
    } else {
      const [ruled, example] = [parcels.strategies[row]!, parcels.parcelIds[row]!]
      found.set(group, { ruled, parcels: 1, planarM2, example })
    }
  }
  return [...found.values()]
}

/** For each unknown fact an undecided part of a condition speaks of, the parcels it is so for, among those it is open for. */
function hangingOn(
  condition: Cql2Node,
  open: Uint8Array,
  table: FactTable,
  unknownIn: (name: string) => Uint8Array,
  pack: RulePack,
): Iterable<Uint8Array> {
  const found = new Map<string, Uint8Array>()
  const visit = (node: Cql2Node, around: Uint8Array): void => {
    const verdicts = verdictsOf(node, table, pack)
    const undecided = around.map((is, row) => (is === 1 && verdicts[row] === UNKNOWN_TRUTH ? 1 : 0))
    if (!undecided.includes(1)) return
    if (isOperation(node) && ['and', 'or', 'not'].includes(node.op)) {
      for (const part of node.args) visit(part, undecided)
      return
    }
    for (const name of factsIn(node)) {
      const unknown = unknownIn(name)
      const asked = found.get(name) ?? new Uint8Array(table.rows)
      found.set(name, asked)
      for (let row = 0; row < asked.length; row++)
        if (undecided[row] === 1 && unknown[row] === TRUE) asked[row] = 1
    }
  }
  visit(condition, open)
  return found.values()
}
