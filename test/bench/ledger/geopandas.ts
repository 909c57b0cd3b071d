import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LandRecord } from '../../../server/record/record.ts'
import type { Figures } from '../run.ts'
import { questions, sides } from './pairs.ts'

/** Debian's, or another that has a newer geopandas: the peer to beat is the fastest one at hand. */
const python = process.env.BENCH_PYTHON ?? '/usr/bin/python3'

/** The same questions through `geopandas.overlay` (Debian's python3-geopandas, or that of `BENCH_PYTHON`); nothing where it is not installed. */
export async function* geopandasOverlay(
  records: ReadonlyMap<string, readonly LandRecord[]>,
): AsyncGenerator<Figures> {
  if (spawnSync(python, ['-c', 'import geopandas']).status !== 0) {
    yield { what: 'geopandas overlay', note: 'not here: apt install python3-geopandas' }
    return
  }
  const script = fileURLToPath(new URL('geopandas_overlay.py', import.meta.url))
  const child = spawn(python, ['-W', 'ignore', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  let answer = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const head = {
    sides: Object.fromEntries(sides.map(({ name }) => [name, records.get(name)!.length])),
    questions: questions.map(([a, b]) => [a.name, b?.name ?? null]),
  }
  child.stdin.write(`${JSON.stringify(head)}\n`)
  for (const { name } of sides) {
    for (const { wkb } of records.get(name)!) {
      const size = Buffer.alloc(4)
      size.writeUInt32LE(wkb!.length)
      child.stdin.write(size)
      if (!child.stdin.write(wkb)) await new Promise((resolve) => child.stdin.once('drain', resolve))
    }
  }
  child.stdin.end()
  const status = await ended
  if (status !== 0) {
    yield { what: 'geopandas overlay', note: `failed: exit ${status}` }
    return
  }
  const { seconds, pairs, m2, rssMB, version } = JSON.parse(answer) as Record<string, number | string>
  yield {
    what: `geopandas ${version} overlay`,
    seconds: seconds as number,
    pairs: pairs as number,
    rssMB: Math.round(rssMB as number),
    note: `${Math.round(m2 as number)} m2; its input was in memory already`,
  }
}
