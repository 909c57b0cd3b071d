/**
 * Where the parts of a lineage stand in its picture. Time runs from left to right: a column for every build in which land
 * moved, a bar for every number from the build it began in to the one it ended in, cut where something happened to it,
 * and a ribbon for land that passed, as wide as the land is large. Pixels; nothing here knows a screen.
 */
import type { Lineage } from '../api.ts'

export interface Bar {
  readonly parcelId: number
  readonly state: Lineage['nodes'][number]
  readonly isSelf: boolean
  /** What happened to the number where the bar begins and where it ends; null: nothing, or out of the picture. */
  readonly began: string | null
  readonly ended: string | null
  /** It stands: the bar runs on. */
  readonly runsOn: boolean
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Ribbon {
  readonly from: number
  readonly to: number
  readonly buildId: number
  readonly planarM2: number
  /** From the left bar's edge to the right bar's; the middle of the ribbon. */
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly width: number
}

export interface LineageLayout {
  readonly width: number
  readonly height: number
  /** The days on which land moved, at the middle between what was before and what came after. */
  readonly days: readonly { readonly x: number; readonly on: string }[]
  readonly bars: readonly Bar[]
  readonly ribbons: readonly Ribbon[]
}

/** The 19 characters of a code; two stages fit a narrow panel. */
const BAR_WIDTH = 137
/** Three lines of text. */
const BAR_HEIGHT = 52
/** Of the bar with the most land; in a crowd it is larger, or the ribbons of the others would be hairs. */
const LARGEST_HEIGHT = { few: 84, many: 160 }
const MANY = 12
const GAP = 46
const ROW_GAP = 10
const HEAD = 26
const EDGE = 2
const THINNEST = 1.5

type State = Lineage['nodes'][number]

/** A stretch of a number's life without a change of its land. Stages count the spaces between builds, from 0. */
interface Stretch {
  readonly parcelId: number
  readonly state: State
  readonly firstBuild: number
  /** Null: it stands. */
  readonly lastBuild: number | null
  readonly firstStage: number
  readonly lastStage: number
}

export function layOutLineage(lineage: Lineage): LineageLayout {
  const builds = buildsShown(lineage)
  const stretches = stretchesOf(lineage, builds)
  const passages = [...lineage.edges, ...keptLand(lineage, builds)]
  const rowOf = placeRows(stretches, lineage)
  const firstStage = Math.min(...stretches.map((stretch) => stretch.firstStage))
  const lastStage = Math.max(...stretches.map((stretch) => stretch.lastStage))
  const xOf = (stage: number): number => EDGE + (stage - firstStage) * (BAR_WIDTH + GAP)

  const largestM2 = Math.max(1, ...stretches.map(({ state }) => state.planarM2))
  const largest = stretches.length > MANY ? LARGEST_HEIGHT.many : LARGEST_HEIGHT.few
  const pixels = (m2: number): number => (m2 / largestM2) * largest
  const heightOf = (stretch: Stretch): number => Math.max(BAR_HEIGHT, pixels(stretch.state.planarM2))
  const rows = Math.max(...rowOf.values()) + 1
  const rowHeights = Array.from({ length: rows }, (_, row) =>
    Math.max(0, ...stretches.filter(({ parcelId }) => rowOf.get(parcelId) === row).map(heightOf)),
  )
  const top = (row: number): number =>
    HEAD + rowHeights.slice(0, row).reduce((sum, height) => sum + height + ROW_GAP, 0)

  const bars = stretches.map((stretch): Bar => {
    const row = rowOf.get(stretch.parcelId)!
    const height = heightOf(stretch)
    return {
      parcelId: stretch.parcelId,
      state: stretch.state,
      isSelf: stretch.parcelId === lineage.parcelId,
      began: eventAt(lineage, stretch.parcelId, stretch.firstBuild),
      ended: stretch.lastBuild === null ? null : endAt(lineage, stretch.parcelId, stretch.lastBuild),
      runsOn: stretch.state.current,
      x: xOf(stretch.firstStage),
      y: top(row) + (rowHeights[row]! - height) / 2,
      width: xOf(stretch.lastStage) + BAR_WIDTH - xOf(stretch.firstStage),
      height,
    }
  })
  const barAt = (parcelId: number, build: number, end: 'firstBuild' | 'lastBuild'): Bar | undefined =>
    bars[stretches.findIndex((stretch) => stretch.parcelId === parcelId && stretch[end] === build)]
  return {
    width: xOf(lastStage) + BAR_WIDTH + EDGE + (bars.some(({ runsOn }) => runsOn) ? 11 : 0),
    height: top(rows) - ROW_GAP + EDGE,
    days: builds.map(({ on }, at) => ({ x: xOf(at + 1) - GAP / 2, on })).filter(({ x }) => x > 0),
    bars,
    ribbons: layRibbons(passages, barAt, pixels),
  }
}

/** The builds in which land of the family moved or something happened to the number itself, in order. */
export function buildsShown({ events, edges, parcelId }: Lineage): { buildId: number; on: string }[] {
  const days = new Map<number, string>()
  for (const { buildId, on } of edges) days.set(buildId, on)
  for (const event of events) if (event.parcelId === parcelId) days.set(event.buildId, event.on)
  return [...days].map(([buildId, on]) => ({ buildId, on })).toSorted((a, b) => a.buildId - b.buildId)
}

function stretchesOf(lineage: Lineage, builds: readonly { buildId: number }[]): Stretch[] {
  const cuts = new Map<number, Set<number>>()
  const cut = (parcelId: number, build: number): void => {
    cuts.set(parcelId, (cuts.get(parcelId) ?? new Set()).add(build))
  }
  for (const { from, to, buildId } of lineage.edges) {
    cut(from, buildId)
    cut(to, buildId)
  }
  for (const { parcelId, buildId } of lineage.events)
    if (parcelId === lineage.parcelId) cut(parcelId, buildId)

  const stageAfter = (build: number): number => builds.filter(({ buildId }) => buildId <= build).length
  const stageBefore = (build: number): number => builds.filter(({ buildId }) => buildId < build).length
  const stretches: Stretch[] = []
  for (const parcelId of new Set(lineage.nodes.map((node) => node.parcelId))) {
    // a look-back's own state has no build in the history: it is the last
    const states = lineage.nodes.filter((node) => node.parcelId === parcelId)
    let begun: number | null = null
    states.forEach((state, at) => {
      const next = states[at + 1]
      const firstBuild = begun ?? (state.fromBuild < 0 ? (builds.at(-1)?.buildId ?? 0) : state.fromBuild)
      const ends = state.toBuild !== null && state.toBuild !== next?.fromBuild
      const isCut = next !== undefined && cuts.get(parcelId)?.has(next.fromBuild) === true
      if (next && !ends && !isCut) {
        begun = firstBuild
        return
      }
      begun = null
      const lastBuild = state.toBuild ?? (next ? next.fromBuild : null)
      const firstStage = stageAfter(firstBuild)
      stretches.push({
        parcelId,
        state,
        firstBuild,
        lastBuild: state.current ? null : lastBuild,
        firstStage,
        lastStage: Math.max(
          firstStage,
          state.current || lastBuild === null ? builds.length : stageBefore(lastBuild),
        ),
      })
    })
  }
  return stretches
}

/** Land a redrawn number kept: from itself to itself. */
function keptLand(
  { parcelId: self, events, edges }: Lineage,
  builds: readonly { buildId: number }[],
): Lineage['edges'] {
  return events
    .filter(
      ({ kind, buildId, parcelId }) =>
        kind === 'redrawn' &&
        builds.some((build) => build.buildId === buildId) &&
        (parcelId === self ||
          edges.some((edge) => edge.buildId === buildId && (edge.from === parcelId || edge.to === parcelId))),
    )
    .map(({ buildId, on, parcelId, beforeM2, afterM2, cameM2, wentM2 }) => ({
      buildId,
      on,
      from: parcelId,
      to: parcelId,
      planarM2: Math.max(0, Math.min((beforeM2 ?? 0) - (wentM2 ?? 0), (afterM2 ?? 0) - (cameM2 ?? 0))),
    }))
    .filter(({ planarM2 }) => planarM2 > 0)
}

const eventAt = ({ events }: Lineage, parcelId: number, build: number): string | null =>
  events.find((event) => event.parcelId === parcelId && event.buildId === build)?.kind ?? null

/** What ended a number; a redrawn one goes on, and says so where it begins again. */
function endAt(lineage: Lineage, parcelId: number, build: number): string | null {
  const kind = eventAt(lineage, parcelId, build)
  return kind === 'redrawn' ? null : kind
}

/**
 * A row for every number. Heirs take the rows of those they inherit from, or one beside them; numbers that never stand
 * at the same time may share a row.
 */
function placeRows(stretches: readonly Stretch[], { edges, nodes }: Lineage): Map<number, number> {
  const lives = [...new Set(stretches.map(({ parcelId }) => parcelId))].map((parcelId) => {
    const own = stretches.filter((stretch) => stretch.parcelId === parcelId)
    const parents = edges.filter((edge) => edge.to === parcelId && edge.buildId === own[0]!.firstBuild)
    const passage = edges.find((edge) => edge.from === parcelId || edge.to === parcelId)
    return {
      parcelId,
      first: Math.min(...own.map(({ firstStage }) => firstStage)),
      last: Math.max(...own.map(({ lastStage }) => lastStage)),
      parents,
      // an heir and those who give to it stand side by side
      heir: passage ? [passage.buildId, passage.to] : [Infinity, 0],
      generation: nodes.find((node) => node.parcelId === parcelId)!.generation,
    }
  })
  lives.sort(
    (a, b) =>
      a.first - b.first ||
      a.heir[0]! - b.heir[0]! ||
      a.heir[1]! - b.heir[1]! ||
      a.generation - b.generation ||
      a.parcelId - b.parcelId,
  )
  const lanes: { readonly taken: { first: number; last: number; parcelId: number }[] }[] = []
  const laneOf = (parcelId: number): number =>
    lanes.findIndex(({ taken }) => taken.some((life) => life.parcelId === parcelId))
  for (const life of lives) {
    const parents = life.parents.map(({ from }) => laneOf(from)).filter((lane) => lane >= 0)
    const wanted =
      parents.length > 0 ? parents.reduce((sum, lane) => sum + lane, 0) / parents.length : lanes.length
    const free = [...lanes.keys()]
      .filter((lane) => lanes[lane]!.taken.every(({ first, last }) => last < life.first || life.last < first))
      .filter((lane) => Math.abs(lane - wanted) <= 1)
      .toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b)
    const lane = parents.length > 0 ? free[0] : undefined
    if (lane === undefined) lanes.splice(Math.floor(wanted) + 1, 0, { taken: [life] })
    else lanes[lane]!.taken.push(life)
  }
  return new Map(lives.map(({ parcelId }) => [parcelId, laneOf(parcelId)]))
}

function layRibbons(
  passages: Lineage['edges'],
  barAt: (parcelId: number, build: number, end: 'firstBuild' | 'lastBuild') => Bar | undefined,
  pixels: (m2: number) => number,
): Ribbon[] {
  const drawn = passages.flatMap((passage) => {
    const left = barAt(passage.from, passage.buildId, 'lastBuild')
    const right = barAt(passage.to, passage.buildId, 'firstBuild')
    return left && right
      ? [{ passage, left, right, width: Math.max(THINNEST, pixels(passage.planarM2)) }]
      : []
  })
  type Drawn = (typeof drawn)[number]
  /** Side by side along the bar's edge, in the order of where they lead, around its middle. */
  const along = (bar: Bar, ribbon: Drawn, side: 'left' | 'right'): number => {
    const other = side === 'left' ? 'right' : 'left'
    const all = drawn
      .filter((each) => each[side] === bar)
      .toSorted((a, b) => a[other].y - b[other].y || a[other].parcelId - b[other].parcelId)
    const total = all.reduce((sum, { width }) => sum + width, 0)
    const before = all.slice(0, all.indexOf(ribbon)).reduce((sum, { width }) => sum + width, 0)
    const squeeze = Math.min(1, bar.height / total)
    return bar.y + bar.height / 2 + (before + ribbon.width / 2 - total / 2) * squeeze
  }
  return drawn.map((ribbon) => ({
    from: ribbon.passage.from,
    to: ribbon.passage.to,
    buildId: ribbon.passage.buildId,
    planarM2: ribbon.passage.planarM2,
    x0: ribbon.left.x + ribbon.left.width,
    y0: along(ribbon.left, ribbon, 'left'),
    x1: ribbon.right.x,
    y1: along(ribbon.right, ribbon, 'right'),
    width: ribbon.width,
  }))
}

/** The outline of a ribbon as an SVG path: level where it leaves and where it arrives. */
export function ribbonPath({ x0, y0, x1, y1, width }: Ribbon): string {
  const [h, m] = [width / 2, (x0 + x1) / 2]
  return `M${x0},${y0 - h}C${m},${y0 - h} ${m},${y1 - h} ${x1},${y1 - h}L${x1},${y1 + h}C${m},${y1 + h} ${m},${y0 + h} ${x0},${y0 + h}Z`
}
