import { constants, createWriteStream } from 'node:fs'
import { access, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Refusal, type Message } from '../refusal.ts'

/**
 * Whether a file can be written there, asked before the work whose result it is to hold.
 * @throws Refusal `OUT_UNWRITABLE`
 */
export async function checkWritable(out: string): Promise<void> {
  try {
    await access(dirname(out), constants.W_OK)
    const there = await stat(out).catch(() => null) // none yet: nothing in the way
    if (there?.isDirectory()) throw Object.assign(new Error(`${out} is a folder`), { code: 'EISDIR' })
  } catch (error) {
    throw outRefusal(error, out)
  }
}

type Content = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/**
 * Writes a file whole, to a place a person named.
 * @throws Refusal `OUT_UNWRITABLE`; whatever `content` throws comes through, and nothing is left behind
 */
export async function writeWhole(out: string, content: Content): Promise<void> {
  try {
    await placeWhole(out, content)
  } catch (error) {
    throw outRefusal(error, out)
  }
}

/** What a file that is still being written is called. */
export const draftOf = (out: string): string => `${out}.part`

/**
 * The file grows under another name and is on the disk before it gets its own, so that the name people look for never
 * holds half of it, whatever stops in between. What goes wrong comes through, and nothing is left behind.
 */
export async function placeWhole(out: string, content: Content, signal?: AbortSignal): Promise<void> {
  const draft = draftOf(out)
  try {
    await pipeline(Readable.from(content), createWriteStream(draft, { flush: true }), { signal })
    await rename(draft, out)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

const reasons: Readonly<Record<string, Message>> = {
  ENOENT: { zh: '文件夹不存在', en: 'its folder does not exist' },
  ENOTDIR: { zh: '路径中有一段不是文件夹', en: 'a part of its path is no folder' },
  EISDIR: { zh: '那是一个文件夹', en: 'it is a folder' },
  EACCES: { zh: '没有写权限', en: 'there is no permission to write' },
  EPERM: { zh: '没有写权限', en: 'there is no permission to write' },
  EROFS: { zh: '磁盘只读', en: 'the disk is read-only' },
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
}

/** What the file system says, in words; null: it is something else that went wrong. */
export function diskReason(error: unknown): Message | null {
  if (error instanceof Refusal || !(error instanceof Error) || !('code' in error)) return null
  return reasons[String(error.code)] ?? null
}

/** What the file system says about the file, to the person who named it; other errors come back as they are. */
function outRefusal(error: unknown, out: string): unknown {
  const reason = diskReason(error)
  if (reason === null) return error
  return new Refusal(
    'OUT_UNWRITABLE',
    { zh: `不能写入“${out}”:${reason.zh}。`, en: `"${out}" cannot be written: ${reason.en}.` },
    {
      zh: '请用 --out 换一个位置,或先建好文件夹。',
      en: 'Choose another place with --out, or make the folder first.',
    },
    { file: out },
    { cause: error },
  )
}
