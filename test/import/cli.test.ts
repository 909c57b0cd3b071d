import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { WrongUsage, type Context } from '../../server/cli/command.ts'
import { command as importCommand } from '../../server/cli/import.ts'
import { command as undoCommand } from '../../server/cli/undo.ts'
import { eachBase } from '../helpers/database.ts'
import { collection, feature, lonLatSquare } from './given.ts'

const folder = mkdtempSync(join(tmpdir(), 'terrier-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))
const example = (name: string): string =>
  fileURLToPath(new URL(`../../data/examples/${name}`, import.meta.url))

eachBase('terrier import', (open) => {
  const answers: unknown[] = []
  const texts: string[] = []
  const context = (args: readonly string[], options: Context['options']): Context => ({
    config: { databaseUrl: null, dataDir: folder, port: 0, host: '127.0.0.1', logLevel: 'silent' },
    today: '2024-06-01',
    args,
    options,
    base: () => Promise.resolve(open()),
    progress: () => undefined,
    answer: (document, text) => {
      answers.push(document)
      texts.push(text())
    },
  })

  test('answers one document per file with the promised shape, and undo takes it back', async () => {
    await importCommand.run(
      context([example('boundary-points.txt')], {
        as: 'approval',
        mapping: example('mapping-approvals.yaml'),
      }),
    )
    expect(answers.at(-1)).toEqual({
      delivery: 1,
      read: 16,
      used: 16,
      repaired: 0,
      unchanged: 0,
      refused: 0,
      missing: 0,
      crs: 'EPSG:4526',
      crsKnownBy: 'header',
      issues: [],
      issueCounts: [],
    })
    expect(texts.at(-1)).toContain('读 16 采用 16')
    await undoCommand.run(context(['1'], {}))
    expect(answers.at(-1)).toEqual({ delivery: 1, closed: 16, restored: 0 })
  })
  test('of several files answers a list', async () => {
    await importCommand.run(
      context([example('boundary-points.txt'), example('parcels-gbk.zip')], {
        as: 'approval',
        'dry-run': true,
      }),
    )
    expect(answers.at(-1)).toMatchObject([
      { file: example('boundary-points.txt'), read: 16 },
      { file: example('parcels-gbk.zip'), read: 200 },
    ])
  })
  test('answers and then fails when every row was refused', async () => {
    const file = join(folder, 'beijing.geojson')
    writeFileSync(file, collection([feature({ coordinates: lonLatSquare(116.4, 39.9) })]))
    await expect(importCommand.run(context([file], { as: 'approval' }))).rejects.toMatchObject({
      code: 'NOTHING_USED',
      place: { file },
    })
    expect(answers.at(-1)).toMatchObject({
      read: 1,
      refused: 1,
      issues: [
        { row: null, code: 'DOCUMENT_UNNAMED' },
        { row: 1, code: 'P603' },
      ],
    })
  })
  test('says what is missing in the call', async () => {
    await expect(importCommand.run(context([], { as: 'approval' }))).rejects.toBeInstanceOf(WrongUsage)
    await expect(importCommand.run(context(['x.csv'], {}))).rejects.toBeInstanceOf(WrongUsage)
    await expect(undoCommand.run(context(['one'], {}))).rejects.toBeInstanceOf(WrongUsage)
    await expect(
      importCommand.run(context([join(folder, 'nowhere.csv')], { as: 'approval' })),
    ).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})
