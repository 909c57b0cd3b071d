// One figure of the ledger bench in a process of its own, so that its memory is its own: JSON lines on stdout.
import { readConfig } from '../../../server/config.ts'
import { openBase, type Base } from '../../../server/db/open.ts'
import { CITY_AS_OF } from '../../../server/demo/city.ts'
import { loadDemo } from '../../../server/demo/load.ts'
import type { Figures } from '../run.ts'
import { fullBuild, oneRecord } from './builds.ts'
import { arrangement, kernel } from './core.ts'
import { geopandasOverlay } from './geopandas.ts'
import { overlaps } from './overlaps.ts'
import { loadSides } from './pairs.ts'

const [name = '', argument = ''] = process.argv.slice(2)
const rows: Record<string, (base: Base) => AsyncIterable<Figures>> = {
  load: (base) => load(base, Number(argument)),
  overlaps: (base) => overlaps(base, CITY_AS_OF),
  geopandas: async function* (base) {
    yield* geopandasOverlay(await loadSides(base, CITY_AS_OF))
  },
  kernel: (base) => kernel(base, CITY_AS_OF),
  arrangement: (base) => arrangement(base, CITY_AS_OF),
  build: (base) => fullBuild(base, CITY_AS_OF, argument),
  record: (base) => oneRecord(base, CITY_AS_OF, Number(argument)),
}

async function* load(base: Base, parcels: number): AsyncGenerator<Figures> {
  const begun = performance.now()
  const { deliveries } = await loadDemo(base, { parcels, seed: 1, at: new Date().toISOString() })
  yield {
    what: `demo city of ${parcels} loaded`,
    seconds: (performance.now() - begun) / 1000,
    pairs: deliveries.reduce((sum, { rows }) => sum + rows, 0),
    note: 'records',
  }
}

const base = await openBase(readConfig(process.env))
try {
  for await (const row of rows[name]!(base)) process.stdout.write(`${JSON.stringify(row)}\n`)
} finally {
  await base.close()
}
