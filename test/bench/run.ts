// `npm run bench -- tiles | job`: figures of one run on one machine, as JSON lines and then a table. Ratios are against a
// named peer measured in the same run. Needs DATABASE_URL: a server base that holds a built city (`terrier demo --parcels N`).
import { readConfig } from '../../server/config.ts'
import { openBase, type Base } from '../../server/db/open.ts'
import { benchJob } from './job.ts'
import { benchTiles } from './tiles.ts'

/** One measured row; every row of a bench has the same names. */
export type Figures = Readonly<Record<string, string | number | null>>

const benches: Record<string, (base: Base) => AsyncIterable<Figures>> = { tiles: benchTiles, job: benchJob }

const wanted = process.argv[2] ?? ''
const bench = benches[wanted]
if (!bench) {
  process.stderr.write(`npm run bench -- ${Object.keys(benches).join(' | ')}\n`)
  process.exit(2)
}
const base = await openBase(readConfig(process.env))
try {
  const rows: Figures[] = []
  for await (const row of bench(base)) {
    process.stdout.write(`${JSON.stringify({ bench: wanted, ...row })}\n`)
    rows.push(row)
  }
  console.table(rows)
} finally {
  await base.close()
}
