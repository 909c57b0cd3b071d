import { perimeterM } from '../geo/area.ts'
import type { Arrangement } from '../geo/arrangement.ts'
import { GRID_M } from '../geo/polygon.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import type { LandRecord } from '../record/record.ts'
import { compareText } from './order.ts'
import { isValidApproval } from './precedence.ts'
import type { Registers } from './registers.ts'

/** Land outside every known district. */
export const NO_DISTRICT = '000000'

/**
 * What lies on each face of the arrangement of approvals, supplies, registrations and districts: for every square metre
 * the one document it is booked under, whatever else covers it. Flat arrays, one entry per face; -1 is none.
 */
export interface FaceTable {
  readonly count: number
  /** m² planar. */
  readonly areaM2: Float64Array
  /** Index into `districtCodes`. */
  readonly district: Int32Array
  /** The earliest valid approval, row of `registers.approvals`. */
  readonly approval: Int32Array
  /** The earliest supply, row of `registers.supplies`. */
  readonly supply: Int32Array
  /** The earliest registration, row of `registers.registrations`. */
  readonly title: Int32Array
  /** How many valid approvals, supplies and registrations cover it. */
  readonly approvals: Uint16Array
  readonly supplies: Uint16Array
  readonly titles: Uint16Array
  /** The earliest approval that is withdrawn, lapsed or reduced. */
  readonly ended: Int32Array
  /** Per row of `registers.approvals`: 1 where the approval is valid on the day. */
  readonly isValid: Uint8Array
  /**
   * The document whose land the grid moved most: what its faces sum to against its own area, past 0.05 m² only what the
   * length of its border does not explain. Null for an empty base.
   */
  readonly leastConserved: { readonly record: LandRecord; readonly errorM2: number } | null
  /** Six digits, `NO_DISTRICT` first. */
  readonly districtCodes: readonly string[]
  readonly districtNames: readonly string[]
}

/** Where each register begins in the list of shapes that is arranged. */
export interface Layout {
  readonly supplies: number
  readonly registrations: number
  readonly districts: number
  readonly end: number
}

/** The shapes to arrange, in one list: approvals, supplies, registrations, districts. */
export function layOut(registers: Registers): { layout: Layout; shapes: Uint8Array[] } {
  const districts = registers.layers.get('district')?.records ?? []
  const all = [
    registers.approvals.records,
    registers.supplies.records,
    registers.registrations.records,
    districts,
  ]
  const shapes = all.flatMap((records) => records.map((record: LandRecord) => record.wkb!))
  const supplies = all[0]!.length
  const registrations = supplies + all[1]!.length
  const start = registrations + all[2]!.length
  return { layout: { supplies, registrations, districts: start, end: shapes.length }, shapes }
}

/** Reads the label set of every face once. */
export function readFaces(
  arrangement: Pick<Arrangement, 'faceCount' | 'faceAreaM2' | 'labels'>,
  layout: Layout,
  registers: Registers,
): FaceTable {
  const { approvals, supplies, registrations, asOf } = registers
  const isValid = Uint8Array.from(approvals.records, (approval) => (isValidApproval(approval, asOf) ? 1 : 0))
  const districts = nameDistricts(registers.layers.get('district')?.records ?? [])

  const count = arrangement.faceCount
  const column = () => new Int32Array(count).fill(-1)
  const table = {
    count,
    areaM2: arrangement.faceAreaM2,
    district: new Int32Array(count),
    approval: column(),
    supply: column(),
    title: column(),
    approvals: new Uint16Array(count),
    supplies: new Uint16Array(count),
    titles: new Uint16Array(count),
    ended: column(),
    isValid,
    leastConserved: null as FaceTable['leastConserved'],
    districtCodes: districts.codes,
    districtNames: districts.names,
  }
  const covered = new Float64Array(layout.end)
  for (let face = 0; face < count; face++) {
    for (const label of arrangement.labels(face)) {
      covered[label]! += table.areaM2[face]!
      if (label < layout.supplies) {
        if (isValid[label] === 1) {
          table.approvals[face]!++
          table.approval[face] = earlier(table.approval[face]!, label, approvals.ranks)
        } else {
          table.ended[face] = earlier(table.ended[face]!, label, approvals.ranks)
        }
      } else if (label < layout.registrations) {
        table.supplies[face]!++
        table.supply[face] = earlier(table.supply[face]!, label - layout.supplies, supplies.ranks)
      } else if (label < layout.districts) {
        table.titles[face]!++
        table.title[face] = earlier(table.title[face]!, label - layout.registrations, registrations.ranks)
      } else {
        // Districts that overlap by a survey's disagreement: the lower code has the land, so that it is booked once.
        const district = districts.ofZone[label - layout.districts]!
        if (district > 0 && (table.district[face] === 0 || district < table.district[face]!))
          table.district[face] = district
      }
    }
  }
  table.leastConserved = leastConserved(registers, layout, covered)
  return table
}

/**
 * Districts are not asked: their borders run for kilometres between corners, no land is made of them, and a district
 * that loses a square decimetre to its neighbour closes as well.
 */
function leastConserved(
  { approvals, supplies, registrations }: Registers,
  layout: Layout,
  covered: Float64Array,
): FaceTable['leastConserved'] {
  let worst: FaceTable['leastConserved'] = null
  for (const [register, start] of [
    [approvals, 0],
    [supplies, layout.supplies],
    [registrations, layout.registrations],
  ] as const) {
    register.records.forEach((record: LandRecord, row) => {
      const errorM2 = beyondRounding(Math.abs(covered[start + row]! - register.shapes.areaM2(row)), record)
      if (worst === null || errorM2 > worst.errorM2) worst = { record, errorM2 }
    })
  }
  return worst
}

/** Half the diagonal of a grid cell: as far as snapping may move a border. */
const MOVED_M = GRID_M * Math.SQRT1_2
/** Parcels and blocks stay below this. */
const USUAL_M2 = 0.05

/** What the length of its border does not explain: a road of kilometres between corners may gain or lose square decimetres. */
function beyondRounding(errorM2: number, { wkb }: LandRecord): number {
  if (errorM2 <= USUAL_M2 || wkb === null) return errorM2
  return Math.max(USUAL_M2, errorM2 - perimeterM(decodeMultiPolygon(wkb)) * MOVED_M)
}

function earlier(held: number, row: number, ranks: Int32Array): number {
  return held < 0 || ranks[row]! < ranks[held]! ? row : held
}

/** District codes in order, and the index of each zone's. A zone without a six-digit code is land outside any district. */
function nameDistricts(zones: readonly LandRecord<'layer'>[]) {
  const names = new Map<string, string>()
  for (const zone of zones) {
    const code = districtCode(zone)
    if (code !== NO_DISTRICT && !names.get(code)) names.set(code, zone.fields.name ?? '')
  }
  const codes = [NO_DISTRICT, ...[...names.keys()].toSorted(compareText)]
  return {
    codes,
    names: codes.map((code) => (code === NO_DISTRICT ? '' : (names.get(code) ?? ''))),
    ofZone: Int32Array.from(zones, (zone) => codes.indexOf(districtCode(zone))),
  }
}

function districtCode(zone: LandRecord<'layer'>): string {
  return /^(\d{6})/.exec(zone.fields.code ?? '')?.[1] ?? NO_DISTRICT
}

/** The area of a face is a whole number of these, half a cell of the grid. */
const UNITS_PER_M2 = 2 / GRID_M ** 2

/**
 * Land per owner and district, gathered face by face, for choosing the district with the largest share. In whole units:
 * faces come in the order of all that lies around, and two equal halves are equal whichever way they are summed.
 */
export class SharesByDistrict {
  readonly #areas = new Map<number, number>()
  readonly #districts: number
  constructor(districts: number) {
    this.#districts = districts
  }

  add(owner: number, district: number, areaM2: number): void {
    const key = owner * this.#districts + district
    this.#areas.set(key, (this.#areas.get(key) ?? 0) + Math.round(areaM2 * UNITS_PER_M2))
  }

  /** The district with most of the land; of equal ones the lower code, a named one before none. */
  largest(owner: number): number {
    let best = 0
    let bestArea = 0
    for (let step = 1; step <= this.#districts; step++) {
      const district = step % this.#districts // `NO_DISTRICT`, index 0, is asked last
      const area = this.#areas.get(owner * this.#districts + district) ?? 0
      if (area > bestArea) {
        best = district
        bestArea = area
      }
    }
    return best
  }
}
