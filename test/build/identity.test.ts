import { describe, expect, test } from 'vitest'
import {
  matchNumbers,
  tellHistory,
  type Piece,
  type Predecessor,
  type Successor,
} from '../../server/build/identity.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { parcelCode, rect } from './given.ts'

const piece = (shape: MultiPolygon, more: Partial<Piece> = {}): Piece => ({
  kind: 'supplied',
  sourceRecordId: 1,
  parcelCode: null,
  unitCode: null,
  districtCode: '430211',
  wkb: encodeMultiPolygon(shape),
  ...more, // prettier-ignore
})
const known = (parcelId: number, shape: MultiPolygon, more: Partial<Piece> = {}): Predecessor => ({
  parcelId,
  ...piece(shape, more),
})

describe('a number stays', () => {
  test.each([
    [80, true], // 80 of 100 m, and all of itself
    [79.9, false],
    [125, true], // holds all of the old, which is 80 % of it
    [125.1, false],
  ])('with land of %f m where there were 100 m: %s', (width, stays) => {
    expect(
      matchNumbers([piece(rect(0, 0, width, 100))], [known(7, rect(0, 0, 100, 100))]).predecessor[0],
    ).toBe(stays ? 0 : -1)
  })

  test('when supplied land is titled: the land decides, not the kind', () => {
    const title = piece(rect(0, 0, 99, 100), { kind: 'titled', sourceRecordId: 9, parcelCode: parcelCode(1) })
    expect(matchNumbers([title], [known(7, rect(0, 0, 100, 100))]).predecessor[0]).toBe(0)
  })

  test('with the code of the register, wherever the land is drawn now', () => {
    const before = known(7, rect(0, 0, 100, 100), { kind: 'titled', parcelCode: parcelCode(1) })
    const now = piece(rect(0, 300, 100, 100), {
      kind: 'titled',
      sourceRecordId: 2,
      parcelCode: parcelCode(1).toLowerCase(),
    })
    expect(matchNumbers([now], [before])).toMatchObject({
      predecessor: Int32Array.of(0),
      sameShape: Uint8Array.of(0),
    })
  })

  test('a code that two carry says nothing, then the land decides', () => {
    const titled = (x: number, sourceRecordId: number) =>
      piece(rect(x, 0, 100, 100), { kind: 'titled', sourceRecordId, parcelCode: parcelCode(1) })
    const before = [
      known(7, rect(300, 0, 100, 100), { kind: 'titled', parcelCode: parcelCode(1), sourceRecordId: 5 }),
    ]
    expect([...matchNumbers([titled(0, 2), titled(301, 3)], before).predecessor]).toEqual([-1, 0])
  })

  test('of two that fit, the one of the same document, then the one that fits best', () => {
    const now = [piece(rect(0, 0, 100, 100), { sourceRecordId: 4 })]
    const fits = [
      known(7, rect(0, 0, 99, 100), { sourceRecordId: 3 }),
      known(8, rect(0, 0, 95, 100), { sourceRecordId: 4 }),
    ]
    expect(matchNumbers(now, fits).predecessor[0]).toBe(1)
    expect(matchNumbers([piece(rect(0, 0, 100, 100), { sourceRecordId: 5 })], fits).predecessor[0]).toBe(0)
  })

  test('rounding to the grid is no new shape', () => {
    const { sameShape } = matchNumbers(
      [piece(rect(0, 0, 100.0001, 90)), piece(rect(0, 200, 100.001, 90))],
      [known(7, rect(0, 0, 100, 90)), known(8, rect(0, 200, 100, 90))],
    )
    expect([...sameShape]).toEqual([1, 0])
  })
})

describe('what happened', () => {
  const after = (
    parcelId: number,
    shape: MultiPolygon,
    came: Successor['came'],
    sameShape = false,
  ): Successor => ({ parcelId, wkb: encodeMultiPolygon(shape), came, sameShape })
  const told = (...given: Parameters<typeof tellHistory>) => {
    const { events, edges } = tellHistory(...given)
    return {
      events: events.map(({ kind, parcelId }) => `${kind} ${parcelId}`),
      edges: edges.map(({ from, to, areaM2 }) => [from, to, Math.round(areaM2 * 1e6) / 1e6]),
    }
  }

  test('land in halves: split, and the halves add up to it', () => {
    expect(
      told(
        [known(7, rect(0, 0, 100, 100))],
        [after(8, rect(0, 0, 50, 100), 'created'), after(9, rect(50, 0, 50, 100), 'created')],
      ),
    ).toEqual({
      events: ['split 7', 'created 8', 'created 9'],
      edges: [
        [7, 8, 5_000],
        [7, 9, 5_000],
      ],
    })
  })

  test('two become one: both are merged into it', () => {
    expect(
      told(
        [known(7, rect(0, 0, 50, 100)), known(8, rect(50, 0, 50, 100))],
        [after(9, rect(0, 0, 100, 100), 'created')],
      ),
    ).toEqual({
      events: ['merged 7', 'merged 8', 'created 9'],
      edges: [
        [7, 9, 5_000],
        [8, 9, 5_000],
      ],
    })
  })

  test('a neighbour that takes it in keeps its number', () => {
    const before = [known(7, rect(0, 0, 100, 100)), known(8, rect(100, 0, 10, 100))]
    expect(told(before, [after(7, rect(0, 0, 110, 100), 'kept')])).toEqual({
      events: ['merged 8', 'redrawn 7'],
      edges: [[8, 7, 1_000]],
    })
  })

  test('land that goes on as something smaller is retired, with the part that went on', () => {
    expect(told([known(7, rect(0, 0, 100, 100))], [after(8, rect(0, 0, 60, 100), 'created')])).toEqual({
      events: ['retired 7', 'created 8'],
      edges: [[7, 8, 6_000]],
    })
    expect(told([known(7, rect(0, 0, 100, 100))], [])).toEqual({ events: ['retired 7'], edges: [] })
  })

  test('a border that moves between two numbers that stay is an edge when more than noise moves', () => {
    const before = [known(7, rect(0, 0, 100, 100)), known(8, rect(100, 0, 100, 100))]
    const moved = (by: number) =>
      told(before, [
        after(7, rect(0, 0, 100 - by, 100), 'kept'),
        after(8, rect(100 - by, 0, 100 + by, 100), 'kept'),
      ])
    expect(moved(5)).toEqual({ events: ['redrawn 7', 'redrawn 8'], edges: [[7, 8, 500]] })
    expect(moved(0.005).edges).toEqual([])
  })

  test('titles that overlapped before and still do have not exchanged land', () => {
    const before = [known(7, rect(0, 0, 100, 100)), known(8, rect(90, 0, 100, 100))]
    const unchanged = [after(7, rect(0, 0, 100, 100), 'kept', true), after(8, rect(90, 0, 101, 100), 'kept')]
    expect(told(before, unchanged)).toEqual({ events: ['redrawn 8'], edges: [] })
  })

  test('nothing changed, nothing happened', () => {
    expect(told([known(7, rect(0, 0, 100, 100))], [after(7, rect(0, 0, 100, 100), 'kept', true)])).toEqual({
      events: [],
      edges: [],
    })
  })

  test('a sliver that goes to a neighbour makes no split', () => {
    const before = [known(7, rect(0, 0, 100, 100))]
    expect(
      told(before, [after(8, rect(0, 0, 99.5, 100), 'created'), after(9, rect(99.5, 0, 100, 100), 'created')])
        .events,
    ).toEqual(['retired 7', 'created 8', 'created 9'])
  })
})
