import type { MultiPolygon, Position, Ring } from '../../../server/geo/polygon.ts'
import {
  approval,
  completion,
  district,
  parcelCode,
  parts,
  registration,
  supervisionNo,
  supply,
  zone,
  type Given,
} from '../given.ts'

/** The same numbers for the same seed; 0 up to, not including, 1. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const [EAST, NORTH] = [414_000, 3_079_000]
export const onGrid = (metres: number): number => Math.round(metres * 10_000) / 10_000

/** Streets do not run along the axes: a point put on a border has to be rounded to the grid. */
const placed = (u: number, v: number): Position => [
  onGrid(EAST + u + 0.137 * v),
  onGrid(NORTH + v - 0.0713 * u),
]

/** A rectangle of the street plan, metres along it. */
function lot(u: number, v: number, width: number, depth: number): MultiPolygon {
  const [a, b, c, d] = [
    placed(u, v),
    placed(u + width, v),
    placed(u + width, v + depth),
    placed(u, v + depth),
  ]
  return [[[a, b, c, d, [...a]]]]
}

/** A block with a yard in it. */
const withYard = (outer: MultiPolygon, yard: MultiPolygon): MultiPolygon => [
  [outer[0]![0]!, [...yard[0]![0]!].toReversed() as Ring],
]

const [WIDTH, DEPTH] = [60, 40]

/**
 * A town of a dozen lots: approvals that overlap, were withdrawn or reduced, supplies that miss them by centimetres or
 * by half a metre, titles, completions, plans, control lines and two districts. No width and no share lies next to a limit.
 */
export function makeTown(seed: number): Given[] {
  const random = randomFrom(seed * 7919 + 17)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const day = (from: number): string =>
    `${from + Math.floor(random() * 3)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 9)}`
  const documents: Given[] = [
    district('430202', lot(-200, -200, 283, 600), '荷塘区'),
    district('430211', lot(83, -200, 400, 600), '天元区'),
    zone('farmland', 'F1', lot(pick([-30, 20, 55]), pick([-30, 35]), 50, 30)),
    zone('eco_redline', 'E1', lot(pick([100, 150]), pick([-20, 60]), 45, 60), {
      status: 'in_force',
      in_force_on: '2018-01-01',
    }),
    zone('control_plan', 'K1', lot(-10, -10, 130, 100), { use: '居住用地' }),
    zone('control_plan', 'K2', lot(120, -10, 150, 100), { use: '工业用地' }),
    zone('growth_boundary', 'G1', lot(-100, -100, pick([250, 400]), 300)),
  ]
  let serial = 0
  for (const column of [0, 1, 2, 3]) {
    for (const row of [0, 1, 2]) {
      if (random() < 0.2) continue
      serial++
      const [u, v] = [column * WIDTH, row * DEPTH]
      const whole = lot(u, v, WIDTH, DEPTH)
      const status = random()
      if (random() < 0.9) {
        const shape = pick([
          whole,
          lot(u, v, WIDTH * 1.5, DEPTH),
          withYard(whole, lot(u + 20, v + 10, 15, 12)),
        ])
        documents.push(
          approval(`湘政地〔${2015 + serial}〕${serial}号`, shape, {
            approved_on: day(2012),
            ...(status < 0.1
              ? { status: 'withdrawn' as const, status_on: day(2017) }
              : status < 0.2
                ? { status: 'lapsed' as const, status_on: day(2017) }
                : {}),
          }),
        )
      }
      if (random() < 0.75) {
        const shape = pick([
          whole,
          lot(u + 0.05, v, WIDTH, DEPTH), // centimetres beside it
          lot(u, v, WIDTH, DEPTH + 0.5), // an encroachment of half a metre
          lot(u, v, WIDTH * 0.55, DEPTH),
          parts(lot(u, v, 20, DEPTH), lot(u + 35, v, 20, DEPTH)),
        ])
        documents.push(
          supply(supervisionNo(serial), shape, {
            signed_on: day(2018),
            project: `项目${serial}`,
            holder: `公司${serial % 4}`,
            approval_doc_no: `湘政地〔${2015 + serial}〕${serial}号`,
          }),
        )
      }
      if (random() < 0.6) {
        const shape = pick([
          whole,
          lot(u, v + 0.07, WIDTH, DEPTH),
          lot(u + 2, v, WIDTH, DEPTH),
          lot(u, v, WIDTH / 3, DEPTH),
        ])
        documents.push(
          registration(parcelCode(serial), shape, {
            registered_on: day(2020),
            holder: `公司${pick([serial % 4, 9])}`,
            supervision_no: supervisionNo(serial),
          }),
        )
      }
      if (random() < 0.4) {
        documents.push(
          completion(`验${serial}`, pick([whole, lot(u + 10, v + 5, 27, 50)]), {
            accepted_on: day(2022),
            supervision_no: supervisionNo(serial),
          }),
        )
      }
    }
  }
  return documents
}
