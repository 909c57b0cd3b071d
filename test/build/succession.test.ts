import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ParcelAttributes } from '../../server/build/attributes.ts'
import type { City } from '../../server/build/city.ts'
import type { ParcelDraft } from '../../server/build/parcel-draft.ts'
import {
  changesOf,
  keysOf,
  succeed,
  type KnownParcel,
  type ParcelChanges,
} from '../../server/build/succession.ts'
import { boxesMeet, bboxOf, planarAreaM2 } from '../../server/geo/area.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { decodeMultiPolygon, encodeMultiPolygon } from '../../server/geo/wkb.ts'
import { box } from '../geo/shapes.ts'
import { parcelCode } from './given.ts'

/** A document with the land it has: one piece for a title, any number for an approval. */
interface Doc {
  readonly id: number
  readonly code: string | null
  readonly pieces: readonly MultiPolygon[]
}

type Town = Pick<City, 'parcels' | 'attributes'>

function townOf(docs: readonly Doc[]): Town {
  const parcels: ParcelDraft[] = []
  const attributes: ParcelAttributes[] = []
  for (const doc of docs)
    for (const shape of doc.pieces) {
      parcels.push({
        kind: doc.code === null ? 'remainder' : 'titled',
        wkb: encodeMultiPolygon(shape),
        areaPlanarM2: planarAreaM2(shape),
        areaEllipsoidM2: planarAreaM2(shape),
        districtCode: '430211',
      } as ParcelDraft)
      attributes.push({
        kind: doc.code === null ? 'remainder' : 'titled',
        sourceRecordId: doc.id,
        parcelCode: doc.code,
        unitCode: null,
        districtCode: '430211',
      } as ParcelAttributes)
    }
  return { parcels, attributes }
}

/** The town before, with numbers from 1. */
const numbered = ({ parcels, attributes }: Town): KnownParcel[] =>
  parcels.map(
    ({ wkb }, at) => ({ ...attributes[at]!, parcelId: at + 1, countyCode: '430211', wkb }) as KnownParcel,
  )

async function changes(
  town: Town,
  standing: readonly KnownParcel[],
  retired: readonly KnownParcel[],
): Promise<ParcelChanges> {
  const succession = await succeed(town, standing, (around) =>
    Promise.resolve(retired.filter(({ wkb }) => boxesMeet(bboxOf(decodeMultiPolygon(wkb)), around))),
  )
  const unborn = succession.heir.filter((heir) => heir === null)
  const keys = keysOf(
    town,
    succession,
    unborn.map((_, at) => 1_001 + at),
  )
  return changesOf(town, succession, keys)
}

const side = fc.integer({ min: 10, max: 40 })
const corner = fc.integer({ min: 0, max: 80 })
const shape = fc.tuple(corner, corner, side, side).map(([x, y, width, height]) => box(x, y, width, height))
/** Few codes, so that some are carried twice. */
const code = fc.integer({ min: 1, max: 6 }).map(parcelCode)
const land = fc.oneof(
  fc.record({ code, pieces: fc.tuple(shape) }),
  fc.record({ code: fc.constant(null), pieces: fc.array(shape, { maxLength: 3 }) }),
)

/** What becomes of a document. `nudged`: its land comes out a hair differently, as the same land. */
const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant('same' as const) },
  { weight: 2, arbitrary: fc.constant('nudged' as const) },
  { weight: 1, arbitrary: fc.constant('gone' as const) },
  { weight: 1, arbitrary: fc.constant('new' as const) },
  { weight: 1, arbitrary: fc.constant('retired' as const) },
  { weight: 3, arbitrary: land },
)

const nudged = (shape: MultiPolygon): MultiPolygon =>
  shape.map((polygon) => polygon.map((ring) => ring.map(([x, y], at) => [at === 1 ? x + 0.0001 : x, y])))

test('the documents whose land may have changed have the numbers, events and edges they have in the whole city', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(land, fate, fc.boolean()), { minLength: 1, maxLength: 12 }),
      async (given) => {
        const before: Doc[] = []
        const now: Doc[] = []
        const retired: Doc[] = []
        const looked = new Set<number>()
        given.forEach(([was, becomes, alsoLooked], at) => {
          const doc: Doc = { id: at + 1, ...was }
          const isChanged = becomes !== 'same' && becomes !== 'nudged'
          if (becomes === 'retired') retired.push({ ...doc, id: 100 + at })
          else if (becomes !== 'new') before.push(doc)
          if (typeof becomes === 'object') now.push({ id: doc.id, ...becomes })
          else if (becomes === 'nudged') now.push({ ...doc, pieces: doc.pieces.map(nudged) })
          else if (becomes !== 'gone') now.push(doc)
          if (isChanged || alsoLooked) looked.add(doc.id)
        })
        const standing = numbered(townOf(before))
        const retiredKnown = numbered(townOf(retired)).map((known) => ({
          ...known,
          parcelId: 500 + known.parcelId,
        }))
        const whole = await changes(townOf(now), standing, retiredKnown)
        const part = await changes(
          townOf(now.filter(({ id }) => looked.has(id))),
          standing.filter(({ sourceRecordId }) => looked.has(sourceRecordId)),
          retiredKnown,
        )
        expect(part).toEqual(whole)
      },
    ),
    { numRuns: 400 },
  )
})
