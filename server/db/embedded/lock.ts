import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { Refusal } from '../../refusal.ts'

/** Who holds a data folder. A pid alone is not enough: after a restart of the machine another program may have it. */
interface Holder {
  readonly pid: number
  /** When that process began, as the system tells it; null where it does not. */
  readonly startedAt: string | null
  readonly host: string
  /** Tells our own lock from one another process has put there since. */
  readonly token: string
}

/**
 * Takes the lock file, so that one process alone opens the folder: the engine does not notice a second one, and one
 * side's commits are gone (3 of 3 trials). Never taken from a live process; left by a dead one, it is taken over.
 * @returns gives the lock back
 * @throws Refusal `DATA_DIR_IN_USE` naming the process
 */
export function lockFolder(path: string): () => void {
  makeFolder(dirname(path))
  const mine: Holder = {
    pid: process.pid,
    startedAt: startOf(process.pid),
    host: hostname(),
    token: randomUUID(),
  }
  const draft = `${path}.${mine.token}`
  writeFileSync(draft, JSON.stringify(mine))
  try {
    // A link appears with its content or not at all, and fails if the name is taken.
    while (!appears(() => linkSync(draft, path))) {
      const holder = readHolder(path)
      if (holder === null) continue // given back just now
      if (isAlive(holder)) throw inUse(path, holder)
      takeAway(path, holder)
    }
  } finally {
    unlinkSync(draft)
  }
  const giveBack = (): void => {
    process.off('exit', giveBack)
    if (readHolder(path)?.token === mine.token) unlinkSync(path)
  }
  process.on('exit', giveBack)
  return giveBack
}

/** As `mkdir -p`. Node's own, told to make a folder where none can be (/proc/x), tries for ever. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  appears(() => mkdirSync(path))
  if (!statSync(path).isDirectory())
    throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' })
}

/** Removes the lock of a dead process, unless another one has meanwhile done so and put its own there. */
function takeAway(path: string, dead: Holder): void {
  const aside = `${path}.${randomUUID()}`
  if (!exists(() => renameSync(path, aside))) return
  const taken = readHolder(aside)
  if (taken !== null && taken.token !== dead.token) appears(() => linkSync(aside, path))
  unlinkSync(aside)
}

function readHolder(path: string): Holder | null {
  let text = ''
  if (!exists(() => (text = readFileSync(path, 'utf8')))) return null
  try {
    return JSON.parse(text) as Holder
  } catch (cause) {
    throw new Refusal(
      'DATA_DIR_LOCK_UNREADABLE',
      { zh: `锁文件“${path}”无法读取。`, en: `The lock file "${path}" cannot be read.` },
      {
        zh: '请确认没有其他程序在使用该数据目录，然后删除此文件。',
        en: 'Make sure no other program uses the data folder, then delete the file.',
      },
      { file: path },
      { cause },
    )
  }
}

/** On another machine's word we cannot tell, and a shared folder is no place to guess. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
    if (codeOf(error) !== 'EPERM') throw error // EPERM: somebody else's, and alive
  }
  const startedAt = startOf(holder.pid)
  return holder.startedAt === null || startedAt === null || holder.startedAt === startedAt
}

/** When a process began: clock ticks since boot with the boot's own id on Linux, else what ps says; null if unknown. */
function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // Field 22, counted after the command name, which may itself hold blanks and brackets. proc_pid_stat(5)
      const ticks = fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
    }
    if (process.platform === 'win32') return null
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
    }).trim()
  } catch {
    return null // gone in the meantime, or a system without either: the pid alone decides
  }
}

function inUse(path: string, { pid, host }: Holder): Refusal {
  const elsewhere = host !== hostname()
  return new Refusal(
    'DATA_DIR_IN_USE',
    {
      zh: `数据目录正被另一个程序使用(pid=${pid}${elsewhere ? `，主机 ${host}` : ''})。`,
      en: `The data folder is in use by another program (pid=${pid}${elsewhere ? ` on ${host}` : ''}).`,
    },
    {
      zh: `请先停止该程序，或用 TERRIER_DATA 指定另一个目录。${elsewhere ? `如确认它已停止，请删除 ${path}。` : ''}`,
      en: `Stop it first, or choose another folder with TERRIER_DATA.${elsewhere ? ` If it is certain that it has stopped, delete ${path}.` : ''}`,
    },
    { file: path },
  )
}

const exists = (act: () => unknown): boolean => unless('ENOENT', act)
const appears = (act: () => unknown): boolean => unless('EEXIST', act)

function unless(code: string, act: () => unknown): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (codeOf(error) === code) return false
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
