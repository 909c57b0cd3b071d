/**
 * A city cut into sections that can be built one by one: a grid over the documents, each cell with as many of them as one
 * thread builds in a few seconds. A section owns the documents of its cell, and is given besides all that is kin to them
 * in as many steps as their rows rest on (see neighbourhood.ts), and all that lies near any of those: what it says of its
 * own is then what a build of the whole city says. Sections know nothing of counties: past one machine each county is a base of its own (Citus
 * shards by county_code), and builds its own sections; only documents within a few kin of a county's border are read from
 * its neighbour.
 */
import { BoxGrid } from '../geo/box-grid.ts'
import { overlappingPairs } from '../geo/pair-area.ts'
import { PolygonSet } from '../geo/polygon-set.ts'
import { isOfHolder, namesOf, namesToFind } from '../record/names.ts'
import type { LandRecord } from '../record/record.ts'
import { KIN_M2, NEAR_M, STEPS } from './neighbourhood.ts'

export interface Section {
  /** Numbers of the documents it speaks for. */
  readonly owned: readonly number[]
  /** Those and all around them. */
  readonly records: readonly LandRecord[]
}

/**
 * @param size documents a section owns, roughly
 * @returns sections made one at a time: their lists of records need not exist all at once
 */
export function* planSections(records: readonly LandRecord[], size: number): Generator<Section> {
  const documents = records.filter(({ kind }) => kind !== 'layer')
  const districts = records.filter(({ kind, layer }) => kind === 'layer' && layer === 'district')
  const zones = records.filter(
    ({ kind, layer, wkb }) => kind === 'layer' && layer !== 'district' && wkb !== null,
  )
  const kin = new Kinship(documents)
  const zoneGrid = new Near(zones)
  for (const cell of cellsOf(documents, kin, size)) {
    const kindred = kin.around(cell)
    yield {
      owned: cell.map((at) => documents[at]!.recordId),
      records: [
        ...kin.near(kindred).map((at) => documents[at]!),
        ...zoneGrid.near(kindred.map((at) => documents[at]!)).map((at) => zones[at]!),
        ...districts,
      ],
    }
  }
}

/** Rows of `documents` by cell, none empty. What has no shape goes with the first it is called together with. */
function cellsOf(documents: readonly LandRecord[], kin: Kinship, size: number): number[][] {
  const boxes = kin.boxes
  const middle = (row: number): [number, number] => [
    (boxes[4 * row]! + boxes[4 * row + 2]!) / 2,
    (boxes[4 * row + 1]! + boxes[4 * row + 3]!) / 2,
  ]
  const columns = Math.max(1, Math.round(Math.sqrt(documents.length / size)))
  const placed = [...documents.keys()].filter((row) => documents[row]!.wkb !== null)
  // strips of equal number from west to east, each cut into equal numbers from south to north: dense quarters get small cells
  const inOrder = (rows: readonly number[], axis: 0 | 1): number[] =>
    rows.toSorted((a, b) => middle(a)[axis] - middle(b)[axis] || a - b)
  const cells = split(inOrder(placed, 0), columns).flatMap((strip) => split(inOrder(strip, 1), columns))
  const cellOf = new Int32Array(documents.length).fill(-1)
  cells.forEach((cell, at) => cell.forEach((row) => (cellOf[row] = at)))
  for (const [row, { wkb }] of documents.entries()) {
    if (wkb !== null) continue
    const companion = kin.named(row).find((other) => cellOf[other]! >= 0)
    const at = companion === undefined ? 0 : cellOf[companion]!
    ;(cells[at] ??= []).push(row)
  }
  return cells.filter((cell) => cell.length > 0)
}

function split(rows: readonly number[], parts: number): number[][] {
  const at = (part: number): number => Math.round((rows.length * part) / parts)
  return Array.from({ length: parts }, (_, part) => rows.slice(at(part), at(part + 1)))
}

/** Who shares land or a name with whom, by row of a list of documents. */
class Kinship {
  readonly boxes: Float64Array
  readonly #documents: readonly LandRecord[]
  readonly #near: Near
  /** Rows that share land with row `i`: `#others[#first[i]]` up to `#others[#first[i + 1]]`. */
  readonly #first: Uint32Array
  readonly #others: Uint32Array
  readonly #names: NameIndex

  constructor(documents: readonly LandRecord[]) {
    this.#documents = documents
    const shapes = PolygonSet.fromWkb(documents.map(({ wkb }) => wkb ?? noShape))
    this.boxes = shapes.boxes
    this.#near = new Near(documents, shapes.boxes)
    const pairs = new PairList()
    overlappingPairs(shapes, null, (i, j) => pairs.push(i, j), KIN_M2)
    ;[this.#first, this.#others] = pairs.neighbours(documents.length)
    this.#names = new NameIndex(documents)
  }

  /** Rows that call or are called by the names of this one. */
  named(row: number): number[] {
    return this.#names.find(namesToFind(namesOf(this.#documents[row]!)))
  }

  /** A cell with what is kin to it. */
  around(cell: readonly number[]): number[] {
    const reached = new Set(cell)
    let front = [...cell]
    for (let step = 0; step < STEPS; step++) {
      const next: number[] = []
      const reach = (row: number): void => {
        if (reached.has(row)) return
        reached.add(row)
        if (!isOfHolder(this.#documents[row]!)) next.push(row)
      }
      for (const row of front) {
        for (let at = this.#first[row]!; at < this.#first[row + 1]!; at++) reach(this.#others[at]!)
        for (const other of this.named(row)) reach(other)
      }
      front = next
    }
    return [...reached]
  }

  /** These rows and all that lie near them, ascending. */
  near(rows: readonly number[]): number[] {
    const reached = new Set(rows)
    const near = this.#near.near(
      rows.map((row) => this.#documents[row]!),
      rows,
    )
    for (const row of near) reached.add(row)
    return [...reached].toSorted((a, b) => a - b)
  }
}

const noShape = Uint8Array.of(1, 6, 0, 0, 0, 0, 0, 0, 0)

/** Which of a list of records lie within a metre of others. */
class Near {
  readonly #boxes: Float64Array
  readonly #grid: BoxGrid
  /** By row, the number of the question that found it last. */
  readonly #foundBy: Uint32Array
  #question = 0

  constructor(records: readonly LandRecord[], boxes = boxesOf(records)) {
    this.#boxes = boxes
    this.#foundBy = new Uint32Array(records.length)
    this.#grid = new BoxGrid({ count: records.length, boxes } as PolygonSet)
  }

  /**
   * @param rows where the records are rows of the same list: their boxes are there already
   * @returns rows, ascending
   */
  near(records: readonly LandRecord[], rows?: readonly number[]): number[] {
    const own = rows
      ? rows.flatMap((row) => [...this.#boxes.subarray(4 * row, 4 * row + 4)])
      : boxesOf(records)
    const boxes = Float64Array.from(own, (value, at) => value + (at % 4 < 2 ? -NEAR_M : NEAR_M))
    const query = { count: records.length, boxes } as PolygonSet
    const question = ++this.#question
    const found: number[] = []
    const take = (j: number): void => {
      if (this.#foundBy[j] === question) return
      this.#foundBy[j] = question
      found.push(j)
    }
    for (let i = 0; i < records.length; i++) this.#grid.meeting(query, i, take)
    return found.toSorted((a, b) => a - b)
  }
}

function boxesOf(records: readonly LandRecord[]): Float64Array {
  return PolygonSet.fromWkb(records.map(({ wkb }) => wkb ?? noShape)).boxes
}

/** Pairs of rows as they are found, then sorted by row. */
class PairList {
  #pairs = new Uint32Array(1 << 16)
  #length = 0

  push(i: number, j: number): void {
    if (this.#length === this.#pairs.length) {
      const grown = new Uint32Array(2 * this.#pairs.length)
      grown.set(this.#pairs)
      this.#pairs = grown
    }
    this.#pairs[this.#length++] = i
    this.#pairs[this.#length++] = j
  }

  neighbours(rows: number): [first: Uint32Array, others: Uint32Array] {
    const first = new Uint32Array(rows + 1)
    for (let at = 0; at < this.#length; at++) first[this.#pairs[at]! + 1]!++
    for (let row = 0; row < rows; row++) first[row + 1]! += first[row]!
    const others = new Uint32Array(this.#length)
    const next = first.slice()
    for (let at = 0; at < this.#length; at += 2) {
      const [i, j] = [this.#pairs[at]!, this.#pairs[at + 1]!]
      others[next[i]!++] = j
      others[next[j]!++] = i
    }
    return [first, others]
  }
}

/** A row's share of an entry: 4 million documents in one base are enough for any county. */
const ROWS = 2 ** 22

/**
 * Rows by name. Names are kept as 31 bits of their hash with the row below them, in one whole number each (53 bits), sorted:
 * eight bytes where a map would take a hundred. Two names with one hash only bring a row too many.
 */
class NameIndex {
  readonly #entries: Float64Array

  constructor(documents: readonly LandRecord[]) {
    let entries = new Float64Array(8 * documents.length + 64)
    let length = 0
    documents.forEach((document, row) => {
      const names = namesOf(document)
      if (length + names.length > entries.length) {
        const grown = new Float64Array(2 * entries.length + names.length)
        grown.set(entries)
        entries = grown
      }
      for (const name of names) entries[length++] = hashOf(name) * ROWS + row
    })
    this.#entries = entries.slice(0, length).sort()
  }

  find(names: readonly string[]): number[] {
    const found: number[] = []
    for (const name of names) {
      const from = hashOf(name) * ROWS
      for (let at = this.#firstOf(from); at < this.#entries.length; at++) {
        const row = this.#entries[at]! - from
        if (row >= ROWS) break
        found.push(row)
      }
    }
    return found
  }

  #firstOf(entry: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#entries[middle]! < entry) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** FNV-1a over the code units, 31 bits of it. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 1
}
