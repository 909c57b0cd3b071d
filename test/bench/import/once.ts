// One import in a process of its own, so that its memory is its own: the base of DATABASE_URL or TERRIER_DATA, made and
// empty before the clock starts. Prints one JSON line.
import { readConfig } from '../../../server/config.ts'
import { openBase } from '../../../server/db/open.ts'
import { importFile } from '../../../server/import/run.ts'

const base = await openBase(readConfig(process.env))
try {
  const begun = performance.now()
  const summary = await importFile(base, {
    path: process.argv[2]!,
    as: 'registration',
    receivedAt: new Date().toISOString(),
  })
  const seconds = (performance.now() - begun) / 1000
  const { read, used, repaired, unchanged, refused } = summary
  process.stdout.write(
    `${JSON.stringify({ seconds, read, used, repaired, unchanged, refused, rssMB: Math.round(process.resourceUsage().maxRSS / 1000), cpuSeconds: process.cpuUsage().user / 1e6 })}\n`,
  )
} finally {
  await base.close()
}
