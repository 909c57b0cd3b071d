// `npm run bench -- ledger | tiles | job | preview | classify | import`: figures of one run on one machine, as JSON lines and then a
// table. Ratios are against a named peer measured in the same run. Needs DATABASE_URL: for ledger and import any server, on which it makes
// databases of its own; for the others a server base that holds a built city
// (`terrier demo --parcels N`).
import { readConfig } from '../../server/config.ts'
import { openBase, type Base } from '../../server/db/open.ts'
import { benchClassify } from './classify.ts'
import { benchImport } from './import/import.ts'
import { benchJob } from './job.ts'
import { benchLedger } from './ledger/ledger.ts'
import { benchPreview } from './preview.ts'
import { benchTiles } from './tiles.ts'

/** One measured row; every row of a bench has the same names. */
export type Figures = Readonly<Record<string, string | number | null>>

const onBase = (bench: (base: Base) => AsyncIterable<Figures>) =>
  async function* (): AsyncGenerator<Figures> {
    const base = await openBase(readConfig(process.env))
    try {
      yield* bench(base)
    } finally {
      await base.close()
    }
  }

const benches: Record<string, () => AsyncIterable<Figures>> = {
  ledger: () => benchLedger(databaseUrl()),
  import: () => benchImport(databaseUrl()),
  tiles: onBase(benchTiles),
  job: onBase(benchJob),
  preview: onBase(benchPreview),
  classify: onBase(benchClassify),
}

function databaseUrl(): string {
  const { databaseUrl: url } = readConfig(process.env)
  if (url !== null) return url
  process.stderr.write('DATABASE_URL names no server.\n')
  process.exit(2)
}

const wanted = process.argv[2] ?? ''
const bench = benches[wanted]
if (!bench) {
  process.stderr.write(`npm run bench -- ${Object.keys(benches).join(' | ')}\n`)
  process.exit(2)
}
const rows: Figures[] = []
for await (const row of bench()) {
  process.stdout.write(`${JSON.stringify({ bench: wanted, ...row })}\n`)
  rows.push(row)
}
console.table(rows)
