import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IsoTime } from '../db/schema.ts'
import { Refusal } from '../refusal.ts'
import { diskReason, draftOf, placeWhole } from './out-file.ts'

/** How long and how much is kept: three days, 4 GB; the newest file stays for its time whatever it weighs. */
export const shelfLife = { hours: 72, bytes: 4 * 2 ** 30 } as const

/** A file that was made, as the note of its job has it. */
export interface Kept {
  readonly jobId: number
  readonly keptUntil: IsoTime
  readonly size: number
}

/** Jobs to which files on the shelf belong. */
export interface Owners {
  /** Files of jobs that ended well, the newest first. */
  readonly made: readonly Kept[]
  /** Jobs that wait or run: what they have written so far is theirs. */
  readonly live: ReadonlySet<number>
}

/**
 * Files of exports that ran as jobs, each under the number of its job. Whether one may be had is for its job to say: one
 * whose job did not end well is no file, and is cleared away.
 */
export class ExportShelf {
  readonly #folder: string

  /** @param folder made when it is first written to */
  constructor(folder: string) {
    this.#folder = folder
  }

  path(jobId: number): string {
    return join(this.#folder, String(jobId))
  }

  /** Whether the whole file is here. @param size bytes it had when it was made */
  async has({ jobId, size }: Pick<Kept, 'jobId' | 'size'>): Promise<boolean> {
    const there = await stat(this.path(jobId)).catch(absent)
    return there?.isFile() === true && there.size === size
  }

  /**
   * Puts a file on the shelf, whole or not at all.
   * @throws Refusal `EXPORT_UNWRITABLE`; whatever `content` throws comes through
   */
  async put(jobId: number, content: AsyncIterable<string | Uint8Array>, signal?: AbortSignal): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      await placeWhole(this.path(jobId), content, signal)
    } catch (error) {
      const reason = diskReason(error)
      if (reason === null) throw error
      throw new Refusal(
        'EXPORT_UNWRITABLE',
        { zh: `导出文件不能写入:${reason.zh}。`, en: `The export cannot be written: ${reason.en}.` },
        {
          zh: '请管理员检查数据目录(TERRIER_DATA)的空间与权限,再重新导出。',
          en: 'Ask whoever runs the server to look at the space and rights of its data folder (TERRIER_DATA), then export again.',
        },
        {},
        { cause: error },
      )
    }
  }

  /**
   * Clears away what is not to be kept: what has had its time, the oldest beyond what there is room for, and what a crash
   * left of a job that did not end.
   * @param jobs asked once it is known what lies here, so that what a job begins to write meanwhile is not among it
   */
  async tidy(jobs: () => Promise<Owners>, now: IsoTime): Promise<void> {
    const names = await readdir(this.#folder).catch(absent)
    if (!names) return
    const { made, live } = await jobs()
    const kept = new Set(worthKeeping(made, now).map(({ jobId }) => this.path(jobId)))
    for (const jobId of live) kept.add(this.path(jobId)).add(draftOf(this.path(jobId)))
    for (const name of names) {
      const path = join(this.#folder, name)
      if (/^\d+(\.part)?$/.test(name) && !kept.has(path)) await rm(path, { force: true })
    }
  }
}

/** Until when a file made at a moment is kept at most. */
export const keptUntil = (madeAt: IsoTime): IsoTime =>
  new Date(Date.parse(madeAt) + shelfLife.hours * 3_600_000).toISOString()

/** @param made the newest first */
export function worthKeeping(made: readonly Kept[], now: IsoTime): readonly Kept[] {
  let bytes = 0
  return made.filter(({ keptUntil: until, size }, i) => {
    bytes += size
    return until > now && (i === 0 || bytes <= shelfLife.bytes)
  })
}

const absent = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
