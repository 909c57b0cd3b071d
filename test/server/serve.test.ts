import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Command, Context } from '../../server/cli/command.ts'
import { command as doctor } from '../../server/cli/doctor.ts'
import { command as exporting } from '../../server/cli/export.ts'
import { command as migrating } from '../../server/cli/migrate.ts'
import type { Config } from '../../server/config.ts'
import type { Base } from '../../server/db/open.ts'
import { insertJob } from '../../server/job/store.ts'
import { serve } from '../../server/serve.ts'
import { eachBase, freshBase } from '../helpers/database.ts'
import { AS_OF, givenTown, titledCode } from './town.ts'

const configOf = (given: { databaseUrl: string | null; dataDir: string }, port = 0): Config => ({
  ...given,
  port,
  host: '127.0.0.1',
  logLevel: 'silent',
})

describe('serving', () => {
  test('takes a port, says where, marks jobs a crash cut short, and lets go of everything when stopped', async () => {
    const base = await freshBase('embedded')
    await insertJob(base, 'build', {}, '2025-01-01T00:00:00.000Z')
    await base.close()
    const said: string[] = []
    const options = { demo: false, open: false, say: ({ zh }: { zh: string }) => said.push(zh) }
    const serving = await serve({ config: configOf(base.config), ...options })
    expect((await fetch(`${serving.url}readyz`)).status).toBe(200)
    expect(await (await fetch(`${serving.url}api/jobs/1`)).json()).toMatchObject({ state: 'interrupted' })
    expect(said.join()).toContain(serving.url)
    expect(said.join()).toContain('127.0.0.1')

    const port = Number(new URL(serving.url).port)
    const other = { databaseUrl: null, dataDir: join(base.config.dataDir, 'other') }
    await expect(serve({ config: configOf(other, port), ...options })).rejects.toThrow('PORT_TAKEN')
    expect(existsSync(other.dataDir)).toBe(false) // told before anything was made

    await serving.stop()
    await expect(fetch(`${serving.url}healthz`)).rejects.toThrow()
    const again = await serve({ config: configOf(base.config), ...options }) // the folder was let go
    await again.stop()
    rmSync(base.config.dataDir, { recursive: true })
  })
})

describe('serving all the same', () => {
  test('where the folder of exports cannot be read', async () => {
    const base = await freshBase('embedded')
    await base.close()
    writeFileSync(join(base.config.dataDir, 'exports'), 'no folder')
    const serving = await serve({
      config: configOf(base.config),
      demo: false,
      open: false,
      say: () => undefined,
    })
    expect((await fetch(`${serving.url}healthz`)).status).toBe(200)
    await serving.stop()
    rmSync(base.config.dataDir, { recursive: true })
  })
})

eachBase('commands', (open) => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'terrier-export-'))
    await givenTown(open())
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = async (
    command: Command,
    args: string[],
    options: Context['options'] = {},
  ): Promise<unknown> => {
    let answer: unknown
    await command.run({
      config: configOf(open().config),
      today: AS_OF,
      args,
      options,
      base: () => Promise.resolve<Base>(open()),
      progress: () => undefined,
      answer: (document, text) => {
        expect(text()).not.toBe('')
        answer = document
      },
    })
    return answer
  }

  test('export writes parcels as GeoJSON, filtered as asked', async () => {
    const out = join(folder, 'parcels.geojson')
    expect(await run(exporting, ['parcels'], { out, filter: "kind = 'titled'" })).toEqual({
      kind: 'parcels',
      out,
      rows: 1,
    })
    const { features } = JSON.parse(readFileSync(out, 'utf8')) as {
      features: { properties: Record<string, unknown> }[]
    }
    expect(features).toHaveLength(1)
    expect(features[0]!.properties).toMatchObject({
      parcel_code: titledCode,
      kind: 'titled',
      district: '430211',
      holder: '张*',
    })
    expect(existsSync(`${out}.part`)).toBe(false)
  })

  test('export writes the ledger as CSV that ties', async () => {
    const out = join(folder, 'ledger.csv')
    await run(exporting, ['ledger'], { out })
    const [head, district, total] = readFileSync(out, 'utf8')
      .replace(/^\ufeff/, '')
      .split('\r\n')
      .map((line) => line.split(','))
    const value = (line: string[], column: string) => Number(line[head!.indexOf(column)])
    for (const line of [district!, total!]) expect(value(line, 'approved')).toBeCloseTo(40_000, 2)
  })

  test('export refuses what it cannot write, and leaves nothing behind', async () => {
    const out = join(folder, 'parcels.dwg')
    await expect(run(exporting, ['parcels'], { out })).rejects.toThrow('FORMAT_UNKNOWN')
    await expect(run(exporting, ['nonsense'], { out })).rejects.toThrow('Say what')
    await expect(
      run(exporting, ['parcels'], { out: join(folder, 'a.csv'), filter: 'nonsense = 1' }),
    ).rejects.toThrow('FIELD_UNKNOWN')
    expect(existsSync(join(folder, 'a.csv'))).toBe(false)
  })

  test('doctor counts, checks, and never prints a password', async () => {
    const report = (await run(doctor, [])) as {
      checks: { ok: boolean; name: string }[]
      counts: Record<string, number>
      settings: unknown
    }
    expect(report.checks.filter((check) => !check.ok)).toEqual([])
    expect(report.counts.parcel).toBe(3)
    expect(JSON.stringify(report.settings)).not.toMatch(/:[^*/@]+@/)
  })

  test('migrate has nothing left to do', async () => {
    expect(await run(migrating, [])).toEqual({ base: open().kind, migrated: [] })
  })
})
