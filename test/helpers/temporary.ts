import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** Gives each test of the block a temporary folder of its own, where the program then makes its own; returns where it is. */
export function ownTemporaryFolder(): () => string {
  const usual = process.env['TMPDIR']
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'terrier-test-'))
    process.env['TMPDIR'] = folder
  })
  afterEach(() => {
    if (usual === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = usual
    rmSync(folder, { recursive: true })
  })
  return () => folder
}
