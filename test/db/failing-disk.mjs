// The engine's worker on a disk that starts to fail: the second insert into `counter` finds it broken, once.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { parentPort } from 'node:worker_threads'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workerData } from 'node:worker_threads'

const failedOnce = join(workerData.folder, '..', 'disk-failed')
const fsyncSync = fs.fsyncSync
let failing = false
fs.fsyncSync = (descriptor) => {
  if (!failing) return fsyncSync(descriptor)
  throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO', errno: -5, syscall: 'fsync' })
}
syncBuiltinESMExports()
parentPort.on('message', ({ bytes }) => {
  if (!bytes || existsSync(failedOnce) || !Buffer.from(bytes).includes('the disk fails here')) return
  writeFileSync(failedOnce, '')
  failing = true
})
await import('../../server/db/embedded/worker.mjs')
