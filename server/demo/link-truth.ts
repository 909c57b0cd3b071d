import type { MultiPolygon, Polygon, Position } from '../geo/polygon.ts'
import type { CityRecord, Scene } from './scene.ts'
import { areaM2, clippedBy, isConvex, opened, perimeterM, type OpenRing } from './shape.ts'
import { copiedNumber } from './slip.ts'
import type { RecordRef } from './truth.ts'

/**
 * What a document has to do with a parcel.
 *
 * `belongs`: it is one of the papers of this land, from approval to yearly result, and lies on it where it has a shape.
 * `meets`: it covers part of this land, but is the paper of something else: a second approval, an overlapping title.
 * `border`: the same, over less than a hundredth of both; may be shown or not.
 * `named`: the papers of this land name it by mistake; may be shown as a contradiction.
 * `none`: it has nothing to do with it.
 */
export type Relation = 'belongs' | 'meets' | 'border' | 'named' | 'none'

export interface TrueLink {
  readonly record: RecordRef
  readonly relation: Relation
  /** Place and at least one name, or two names, say so on paper: a reader can be certain. */
  readonly provable: boolean
  /** A number on the way from one to the other is another's: never certain, however much else agrees. */
  readonly contested: boolean
}

/** A parcel of a build: the document it comes from and its land. */
export interface ParcelLand {
  readonly source: Pick<RecordRef, 'kind' | 'key'>
  readonly shape: MultiPolygon
}

/** Shares and sizes from which common ground is real (design section 3), and from which it is more than a border. */
const REAL = { meanWidthM: 0.2, areaM2: 1 } as const
const BORDER_SHARE = 0.01
/** From half of either on, place is an agreement of its own (design section 6). */
const PLACE_SHARE = 0.5

/**
 * Which documents truly speak of which land. Known from how the city was written: the papers of one plot, what each was
 * made under and the ground it was meant to cover. Looks at no link, and at no number but to see which were copied wrong.
 * Ground is compared by clipping at the sides of convex plots, apart from the geometry the build uses. Layers are left
 * out: they are linked by place alone.
 */
export class LinkTruth {
  readonly #sceneOf = new Map<string, Papers>()
  /** Papers by the number they were given, and by the numbers of others they state. */
  readonly #given = new Map<string, Paper[]>()
  readonly #stating = new Map<string, Paper[]>()
  readonly #strays: { readonly record: Paper; readonly parts: readonly OpenRing[] }[] = []

  constructor(scenes: readonly Scene[]) {
    for (const scene of scenes) {
      const papers = new Papers(scene)
      for (const paper of papers.all) {
        this.#sceneOf.set(nameOf(paper), papers)
        const parts = partsBeyond(paper.meant.ground, scene)
        if (parts.length > 0) this.#strays.push({ record: paper, parts })
      }
    }
    for (const papers of new Set(this.#sceneOf.values())) {
      for (const paper of papers.all) {
        if (paper.doc !== null && givesNumber.includes(paper.kind)) append(this.#given, paper.doc, paper)
        for (const number of statedNumbers(paper)) append(this.#stating, number, paper)
      }
    }
  }

  /** Every document that has anything to do with the land of a parcel; `none` is left out. */
  of(parcel: ParcelLand): TrueLink[] {
    const papers = this.#sceneOf.get(nameOf(parcel.source))
    if (!papers) throw new RangeError(`no scene wrote ${nameOf(parcel.source)}`)
    const onPlace = [...papers.linksOf(parcel), ...this.#strayLinks(parcel, papers)]
    const placed = new Set(onPlace.map(({ record }) => nameOf(record)))
    return [
      ...onPlace,
      ...this.#namedBy(parcel, papers, placed)
        .filter((record) => !placed.has(nameOf(record)))
        .map((record): TrueLink => ({ record, relation: 'named', provable: false, contested: true })),
    ]
  }

  /** Papers elsewhere whose number a paper of this land states, and papers elsewhere that state its number. */
  #namedBy(parcel: ParcelLand, papers: Papers, placed: ReadonlySet<string>): Paper[] {
    const asked = papers.near(parcel.source).flatMap((paper) =>
      statedNumbers(paper).flatMap((number) => {
        const given = this.#given.get(number) ?? []
        return given.some((other) => placed.has(nameOf(other))) ? [] : given
      }),
    )
    const source = papers.paper(parcel.source)
    const asking = givesNumber.includes(source.kind) ? (this.#stating.get(source.doc ?? '') ?? []) : []
    return [...asked, ...asking.filter((other) => !papers.shareGround(source, other))]
  }

  /** Which contracts and titles each completion was accepted under: pairs `completion × document`. */
  works(): { readonly completion: RecordRef; readonly document: RecordRef }[] {
    const seen = new Set(this.#sceneOf.values())
    return [...seen].flatMap((papers) => papers.works())
  }

  /** Works drawn beyond their plot lie on a neighbour's land. */
  #strayLinks(parcel: ParcelLand, own: Papers): TrueLink[] {
    return this.#strays.flatMap(({ record, parts }) => {
      if (own.all.includes(record)) return []
      const relation = relationBy(commonGround(parcel.shape, parts), areaOf(parcel.shape), areaM2(record.meant.ground!)) // prettier-ignore
      return relation === null ? [] : [{ record, relation, provable: false, contested: false }]
    })
  }
}

type Paper = CityRecord
/** Kinds whose numbers others copy. */
const givesNumber: readonly string[] = ['supply', 'approval', 'registration']
const statedNumbers = (paper: Paper): string[] =>
  (['approval_doc_no', 'supervision_no', 'parcel_code'] as const).flatMap((field) => {
    const number = (paper.fields as Texts)[field]
    return typeof number === 'string' && number !== paper.doc ? [number] : []
  })
const nameOf = ({ kind, key }: Pick<RecordRef, 'kind' | 'key'>): string => `${kind} ${key}`

/** The papers of one plot. */
class Papers {
  readonly all: readonly Paper[]
  readonly #scene: Scene
  readonly #byName: ReadonlyMap<string, Paper>

  constructor(scene: Scene) {
    this.#scene = scene
    // a title that ended is written twice, the second time with its last day
    const latest = new Map(scene.records.filter(({ kind }) => kind !== 'layer').map((r) => [nameOf(r), r]))
    this.all = [...latest.values()].filter(({ validTo }) => validTo === undefined)
    this.#byName = new Map(this.all.map((record) => [nameOf(record), record]))
  }

  linksOf(parcel: ParcelLand): TrueLink[] {
    const source = this.#byName.get(nameOf(parcel.source))!
    const parcelM2 = areaOf(parcel.shape)
    return this.all.flatMap((record): TrueLink[] => {
      const isSame = isOneContract(source, record)
      const path = isSame ? [] : this.#path(source, record)
      const ground = this.#groundOf(record)
      const common = ground
        ? commonGround(parcel.shape, this.#partsOf(ground), ground === this.#scene.whole)
        : null
      const place = common && ground ? relationBy(common, parcelM2, areaM2(ground)) : null
      if (place === null) return []
      if (path === null || place === 'border')
        return [{ record, relation: place, provable: false, contested: false }]
      const isWrong = path.some((paper) => this.isWrong(paper))
      const contested = isWrong && this.#sayNumbers(path)
      const share = record.meant.ground
        ? Math.max(common!.areaM2 / parcelM2, common!.areaM2 / areaM2(ground!))
        : 0
      return [
        { record, relation: 'belongs', contested, provable: !isWrong && isProven(path, share, this.#ties) },
      ]
    })
  }

  paper(name: Pick<RecordRef, 'kind' | 'key'>): Paper {
    return this.#byName.get(nameOf(name))!
  }

  /** Both are papers of this plot, and of ground in common. */
  shareGround(a: Paper, b: Paper): boolean {
    if (!this.all.includes(a) || !this.all.includes(b)) return false
    const [first, second] = [this.#groundOf(a), this.#groundOf(b)]
    if (!first || !second) return false
    return (
      first === second || commonGround([first], this.#partsOf(second), second === this.#scene.whole).isReal
    )
  }

  works(): { completion: RecordRef; document: RecordRef }[] {
    return this.all
      .filter(({ kind }) => kind === 'completion')
      .flatMap((completion) =>
        this.all
          .filter(({ kind }) => kind === 'supply' || kind === 'registration')
          .filter((document) => {
            if (this.#path(completion, document) === null) return false
            const [a, b] = [this.#groundOf(completion), this.#groundOf(document)]
            if (!a || !b) return true
            if (a === b) return true
            const common = commonGround([a], this.#partsOf(b), b === this.#scene.whole)
            return relationBy(common, areaM2(a), areaM2(b)) === 'meets'
          })
          .map((document) => ({ completion, document })),
      )
  }

  #under(paper: Paper): Paper | undefined {
    return paper.meant.under ? this.#byName.get(nameOf(paper.meant.under)) : undefined
  }

  /** Itself and what it was made under, up to the first paper. */
  #line(paper: Paper): Paper[] {
    const under = this.#under(paper)
    return under ? [paper, ...this.#line(under)] : [paper]
  }

  /** The papers to climb from, on the way from one to another; null when nothing joins them. */
  #path(from: Paper, to: Paper): Paper[] | null {
    const [up, down] = [this.#line(from), this.#line(to)]
    const meeting = up.find((paper) => down.includes(paper))
    if (!meeting) return null
    // Side by side under one paper: works and titles of one contract are of one land, two contracts or two titles are not.
    const isSideBySide = meeting !== from && meeting !== to
    if (isSideBySide && (meeting.kind === 'approval' || from.kind === to.kind)) return null
    return [...up.slice(0, up.indexOf(meeting)), ...down.slice(0, down.indexOf(meeting))]
  }

  /** Ground a paper is about: a row without a shape is about the land of what it was made under. */
  #groundOf(paper: Paper): Polygon | null {
    if (paper.meant.ground) return paper.meant.ground
    const under = this.#under(paper)
    return under ? this.#groundOf(under) : null
  }

  /** Convex parts of a ground within the plot. Works drawn beyond a plot cover all of it. */
  #partsOf(ground: Polygon): OpenRing[] {
    const ring = opened(ground[0]!)
    if (isConvex(ring)) return [ring]
    return this.#scene.plot.convex ? [this.#scene.plot.convex] : [ring]
  }

  /** The number a paper copied is that of another paper, or of none. */
  isWrong(paper: Paper): boolean {
    if (paper.meant.slips.includes('wrong_number')) return true
    const under = this.#under(paper)
    const copied = copiedNumber(paper.kind, paper.meant.said)
    return copied !== undefined && under !== undefined && copied !== under.doc
  }

  /** Whether numbers meet on the way: two papers made under a third disagree only where both copied its number. */
  #sayNumbers(path: readonly Paper[]): boolean {
    const isClimb = path.every(
      (paper, i) => i === 0 || this.#under(path[i - 1]!) === paper || this.#under(paper) === path[i - 1],
    )
    return isClimb || path.every((paper) => copiedNumber(paper.kind, paper.fields) !== undefined)
  }

  /** A paper, what was made under it, and what it was made under. */
  near(name: Pick<RecordRef, 'kind' | 'key'>): Paper[] {
    const paper = this.paper(name)
    return this.all.filter(
      (each) => each === paper || this.#under(each) === paper || this.#under(paper) === each,
    )
  }

  /** What a paper and the one it was made under say alike: numbers and names that were not left out or copied wrong. */
  readonly #ties = (paper: Paper): number => {
    const under = this.#under(paper)!
    const [mine, its] = [paper.fields, under.fields] as Texts[]
    const [meantMine, meantIts] = [paper.meant.said, under.meant.said] as Texts[]
    const alike = (field: string): boolean =>
      mine![field] !== undefined && its![field] !== undefined && meantMine![field] === meantIts![field]
    const number = copiedNumber(paper.kind, paper.fields) !== undefined || alike('parcel_code')
    const holder = alike('holder') || alike('holder_code')
    return [number, alike('project'), holder].filter(Boolean).length
  }
}
type Texts = Readonly<Record<string, unknown>>

/** One tie for every step, and place or a second tie on top. A paper is its own proof. */
function isProven(path: readonly Paper[], share: number, ties: (paper: Paper) => number): boolean {
  if (path.length === 0) return true
  const least = Math.min(...path.map(ties))
  return least >= 1 && (share >= PLACE_SHARE || least >= 2)
}

interface Common {
  readonly areaM2: number
  readonly isReal: boolean
}

/** What a shape has in common with convex parts that do not overlap each other. */
function commonGround(shape: MultiPolygon, parts: readonly OpenRing[], isWhole = false): Common {
  // A parcel lies on its plot: all of it is common, whatever the plot looks like.
  const pieces = isWhole
    ? shape
    : shape.flatMap((polygon) => parts.map((part): Polygon => polygon.map((ring) => closedOr(clippedBy(opened(ring), part))))) // prettier-ignore
  const real = pieces.filter((piece) => {
    const m2 = areaM2(piece)
    return m2 >= REAL.areaM2 && (2 * m2) / perimeterM(piece) >= REAL.meanWidthM
  })
  return { areaM2: pieces.reduce((sum, piece) => sum + areaM2(piece), 0), isReal: real.length > 0 }
}

const closedOr = (ring: readonly Position[]): Position[] => (ring.length === 0 ? [[0, 0], [0, 0]] : [...ring, ring[0]!]) // prettier-ignore

/** By place alone: null when borders merely touch or two drawings of one border differ. */
function relationBy(common: Common, aM2: number, bM2: number): 'meets' | 'border' | null {
  if (!common.isReal) return null
  return Math.max(common.areaM2 / aM2, common.areaM2 / bM2) >= BORDER_SHARE ? 'meets' : 'border'
}

/** What a ground has beyond its plot, where a side of the plot was moved outwards. */
function partsBeyond(ground: Polygon | null, { plot }: Scene): OpenRing[] {
  if (!ground || !plot.convex) return []
  const ring = opened(ground[0]!)
  const isOut = (p: Position): boolean =>
    !plot.convex!.some((q) => q[0] === p[0] && q[1] === p[1]) && !isWithin(p, plot.convex!)
  return ring.flatMap((p, i): OpenRing[] => {
    const next = ring[(i + 1) % ring.length]!
    if (!isOut(p) || !isOut(next)) return []
    return [[ring[(i + ring.length - 1) % ring.length]!, p, next, ring[(i + 2) % ring.length]!]]
  })
}

/** Within a convex ring, or less than a millimetre outside. */
const isWithin = (p: Position, ring: OpenRing): boolean =>
  ring.every((a, i) => {
    const b = ring[(i + 1) % ring.length]!
    const cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return cross / Math.hypot(b[0] - a[0], b[1] - a[1]) > -0.001
  })

/** Two rows of one contract: its number again, or with the suffix of a change. */
const isOneContract = (a: Paper, b: Paper): boolean =>
  a.kind === 'supply' && b.kind === 'supply' && a.doc?.slice(0, 16) === b.doc?.slice(0, 16)

const areaOf = (shape: MultiPolygon): number => shape.reduce((sum, polygon) => sum + areaM2(polygon), 0)

function append(map: Map<string, Paper[]>, name: string, paper: Paper): void {
  const known = map.get(name)
  if (known) known.push(paper)
  else map.set(name, [paper])
}
