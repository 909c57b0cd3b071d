import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from '../../server/db/embedded/lock.ts'
import { Refusal } from '../../server/refusal.ts'
import { temporaryFolder, type TemporaryFolder } from '../helpers/database.ts'

// Two processes could open one folder of the embedded base without a word; on the next start the commits of one of
// them were gone (3 of 3). A test run beside the server is enough.

describe('the lock of a data folder', () => {
  let folder: TemporaryFolder
  let path: string
  beforeEach(() => {
    folder = temporaryFolder()
    path = join(folder.path, 'base.lock')
  })
  afterEach(() => folder.remove())

  const refusal = (): unknown => {
    try {
      lockFolder(path)()
      return null
    } catch (error) {
      return error
    }
  }

  test('a second process is refused and told the pid of the first', async () => {
    const lock = new URL('../../server/db/embedded/lock.ts', import.meta.url).href
    const script = `import { lockFolder } from '${lock}'; lockFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000)`
    const first = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, path])
    await new Promise((resolve) => first.stdout.once('data', resolve))
    const refused = refusal()
    expect(refused).toBeInstanceOf(Refusal)
    expect(refused).toMatchObject({ code: 'DATA_DIR_IN_USE' })
    expect((refused as Refusal).text.en).toContain(`pid=${first.pid}`)
    expect((refused as Refusal).text.zh).toContain(`pid=${first.pid}`)

    const gone = new Promise((resolve) => first.once('exit', resolve))
    first.kill('SIGKILL')
    await gone
    expect(existsSync(path)).toBe(true) // a killed process leaves its lock behind
    expect(refusal()).toBeNull()
  })

  test('a second opening in the same process is refused too', () => {
    const unlock = lockFolder(path)
    expect(refusal()).toMatchObject({ code: 'DATA_DIR_IN_USE' })
    unlock()
    expect(existsSync(path)).toBe(false)
  })

  test('a pid that now belongs to another program does not keep the folder locked', () => {
    writeFileSync(
      path,
      JSON.stringify({ pid: process.pid, startedAt: 'an earlier life', host: hostname(), token: 'x' }),
    )
    const unlock = lockFolder(path)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
    unlock()
  })

  test('a lock from another machine is never taken over, and says which file to delete', () => {
    const { pid } = spawnSync('true')
    writeFileSync(path, JSON.stringify({ pid, startedAt: null, host: 'another-machine', token: 'x' }))
    const refused = refusal()
    expect(refused).toMatchObject({ code: 'DATA_DIR_IN_USE' })
    expect((refused as Refusal).hint.en).toContain(path)
  })

  test('a lock given back late does not remove that of the next holder', () => {
    const unlock = lockFolder(path)
    writeFileSync(path, JSON.stringify({ pid: 1, startedAt: null, host: hostname(), token: 'next' }))
    unlock()
    expect(existsSync(path)).toBe(true)
  })
})
