import { expect, test } from 'vitest'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { openSource } from '../../server/import/open-source.ts'
import { Refusal } from '../../server/refusal.ts'
import { collection, example, feature, fixture, shapefileParts, zip } from './given.ts'

/** Park and Miller's generator: the same damage on every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647
    yield state / 2_147_483_647
  }
}

async function readAll(bytes: Uint8Array): Promise<number> {
  const file = DeliveredFile.of(bytes, 'damaged')
  try {
    const source = await openSource(file)
    try {
      let count = 0
      for await (const { rowNo } of source.rows()) count = rowNo
      return count
    } finally {
      await source.close?.()
    }
  } finally {
    await file.close()
  }
}

const shapefile = zip(
  [...(await shapefileParts(example('parcels-gbk.zip')))].map(([part, bytes]) => ({
    name: `plots${part}`,
    bytes,
  })),
)

test.each([
  ['界址点 TXT', example('boundary-points.txt')],
  ['Shapefile', shapefile],
  ['GeoPackage', fixture('plots.gpkg')],
  ['KML', fixture('plots.kml')],
  ['DXF', fixture('plots.dxf')],
  ['XLSX', fixture('plots.xlsx')],
  ['CSV', example('landchina-supply-2018.csv').slice(0, 12_000)],
  [
    'GeoJSON',
    collection(
      Array.from({ length: 40 }, (_, i) => feature({ properties: { 批文号: `第${i}号`, 面积: i } })),
    ),
  ],
])('a damaged %s is read or refused with a code, and never anything else', async (_, good) => {
  const random = numbers(20_240_501)
  const next = (below: number): number => Math.floor(random.next().value * below)
  for (let round = 0; round < 200; round++) {
    const damaged = Uint8Array.from(next(4) === 0 ? good.subarray(0, next(good.length)) : good)
    for (let flips = next(6) + 1; flips > 0 && damaged.length > 0; flips--)
      damaged[next(damaged.length)] = next(256)
    const outcome: unknown = await readAll(damaged).catch((error: unknown) => error)
    if (typeof outcome !== 'number') expect(outcome, `round ${round}`).toBeInstanceOf(Refusal)
  }
})
