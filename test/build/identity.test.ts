import { describe, expect, test } from 'vitest'
import { matchNumbers, type Piece, type Predecessor } from '../../server/build/identity.ts'
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
