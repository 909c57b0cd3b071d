import type { MultiPolygon, Position, Ring } from '../../../server/geo/polygon.ts'
import type { LandRecord } from '../../../server/record/record.ts'
import { recordsOf, type Given } from '../given.ts'
import { onGrid } from './town.ts'

/** The same town, told otherwise. Tolerance: how many metres a border may have moved. */
export interface Transform {
  readonly name: string
  readonly borderM: number
  of(town: readonly Given[], random: () => number): LandRecord[]
}

const mapShapes = (town: readonly Given[], change: (shape: MultiPolygon) => MultiPolygon): Given[] =>
  town.map((document) => ({ ...document, shape: document.shape && change(document.shape) }))

const mapRings = (shape: MultiPolygon, change: (ring: Ring) => Ring): MultiPolygon =>
  shape.map((polygon) => polygon.map(change))

const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)

/** Whole steps of the grid, up to 2 km either way. */
const translation: Transform = {
  name: 'translation',
  borderM: 0,
  of(town, random) {
    const step = (): number => Math.round((random() - 0.5) * 4e7) / 10_000
    const [dx, dy] = [step(), step()]
    return recordsOf(
      mapShapes(town, (shape) =>
        mapRings(shape, (ring) => ring.map(([x, y]): Position => [onGrid(x + dx), onGrid(y + dy)])),
      ),
    )
  },
}

const order: Transform = {
  name: 'order',
  borderM: 0,
  of: (town, random) => recordsOf(shuffled(town, random)),
}

/** Rings turn the other way, polygons of a shape and holes come in another order. */
const orientation: Transform = {
  name: 'orientation',
  borderM: 0,
  of: (town, random) =>
    recordsOf(
      mapShapes(town, (shape) =>
        shuffled(shape, random).map(([outer, ...holes]) =>
          [outer!, ...shuffled(holes, random)].map((ring) => (random() < 0.6 ? ring.toReversed() : ring)),
        ),
      ),
    ),
}

const start: Transform = {
  name: 'start vertex',
  borderM: 0,
  of: (town, random) =>
    recordsOf(
      mapShapes(town, (shape) =>
        mapRings(shape, (ring) => {
          const open = ring.slice(0, -1)
          const at = Math.floor(random() * open.length)
          const turned = [...open.slice(at), ...open.slice(0, at)]
          return [...turned, [...turned[0]!] as Position]
        }),
      ),
    ),
}

/** Up to three points on some borders, where the grid lets them: half a step beside the line, or on it. */
const densifying: Transform = {
  name: 'densifying',
  borderM: 1e-4,
  of: (town, random) =>
    recordsOf(
      mapShapes(town, (shape) =>
        mapRings(shape, (ring) =>
          ring.flatMap((position, i): Position[] => {
            const next = ring[i + 1]
            if (next === undefined || random() < 0.5) return [position]
            const shares = Array.from({ length: 1 + Math.floor(random() * 3) }, random).sort((a, b) => a - b)
            const points = shares
              .filter((share) => share > 0.02 && share < 0.98)
              .map((share): Position => [
                onGrid(position[0] + share * (next[0] - position[0])),
                onGrid(position[1] + share * (next[1] - position[1])),
              ])
            return [position, ...points]
          }),
        ),
      ),
    ),
}

/** The rows come in deliveries of other sizes, mixed; a reading sorts them by kind, layer, key and number. */
const batches: Transform = {
  name: 'batch size',
  borderM: 0,
  of(town, random) {
    const records = recordsOf(shuffled(town, random))
    const size = 1 + Math.floor(random() * 12)
    const delivered = records.map((record, at) => ({
      ...record,
      deliveryId: 1 + Math.floor(at / size),
      rowNo: 1 + (at % size),
    }))
    const key = ({ kind, layer, key: own }: LandRecord): string => `${kind} ${layer} ${own}`
    return delivered.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  },
}

export const transforms: readonly Transform[] = [translation, order, orientation, start, densifying, batches]
