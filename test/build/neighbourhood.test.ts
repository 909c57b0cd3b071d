import { describe, expect, test } from 'vitest'
import { makeChange } from '../../server/build/change.ts'
import { makeCity, type City } from '../../server/build/city.ts'
import { knownOf } from '../../server/build/registers.ts'
import type { LandRecord } from '../../server/record/record.ts'
import { CITY_AS_OF } from '../../server/demo/city.ts'
import { demoRecords, dice, listSource, rowsOf, someEdit, type Edit } from './edits.ts'

/** Edits per town; set EDITS to try more of them. */
const EDITS = Number(process.env.EDITS ?? 40)
const towns = [
  { parcels: 500, seed: 11 },
  { parcels: 700, seed: 12 },
]

describe.each(towns)('a town of $parcels, seed $seed', ({ parcels, seed }) => {
  test(
    `${EDITS} random edits: what a change leads to is what building everything leads to`,
    { timeout: 3_600_000 },
    async () => {
      const draw = dice(seed)
      let records: readonly LandRecord[] = demoRecords(parcels, seed)
      let newId = 1_000_000
      let before = await makeCity(CITY_AS_OF, records)
      let [parts, whole] = [0, 0]
      for (let n = 0; n < EDITS; n++) {
        // several at once now and then, as a delivery brings them
        const made: Edit[] = Array.from({ length: 1 + (draw(4) === 0 ? draw(5) : 0) }, () =>
          someEdit(records, draw, ++newId),
        )
        const edits = [...new Map(made.map((edit) => [(edit.before ?? edit.after)!.recordId, edit])).values()]
        const gone = new Set(edits.flatMap(({ before }) => before ?? []))
        const next = [
          ...records.filter((record) => !gone.has(record)),
          ...edits.flatMap(({ after }) => after ?? []),
        ]
        const after = await makeCity(CITY_AS_OF, next)
        const change = { before: [...gone], after: edits.flatMap(({ after }) => after ?? []) }
        const changed = await makeChange(
          CITY_AS_OF,
          change,
          listSource(next),
          knownOf(next),
          0.9 * next.length,
        )
        if (changed) {
          parts++
          expectSame(
            before,
            changed,
            after,
            edits
              .map(
                ({ what, before, after }) =>
                  `${what} ${(before ?? after)!.kind} ${(before ?? after)!.recordId}`,
              )
              .join(),
          )
        } else whole++
        records = next
        before = after
      }
      console.log(`${parcels}/${seed}: ${parts} parts, ${whole} built whole`)
      expect(parts).toBeGreaterThan(0.8 * EDITS)
    },
  )
})

function expectSame(
  before: City,
  { city, owned }: { city: City; owned: readonly number[] },
  after: City,
  what: string,
): void {
  const ids = new Set(owned)
  expect(
    rowsOf(city, () => true),
    what,
  ).toEqual(rowsOf(after, (id) => ids.has(id)))
  // and of all others nothing has changed
  expect(
    rowsOf(before, (id) => !ids.has(id)),
    what,
  ).toEqual(rowsOf(after, (id) => !ids.has(id)))
}
