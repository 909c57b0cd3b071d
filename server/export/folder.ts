import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { ZipFile } from 'yazl'

/** Works in a folder of its own, gone afterwards whatever happens. */
export async function* inFolder<T>(work: (folder: string) => AsyncIterable<T>): AsyncGenerator<T> {
  const folder = await mkdtemp(join(tmpdir(), 'terrier-export-'))
  try {
    yield* work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The bytes of a file, piece by piece. */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) yield chunk as Buffer
}

/** The bytes of an archive whose parts have been named; what goes wrong with a part ends it. */
export async function* zipped(zip: ZipFile): AsyncGenerator<Uint8Array> {
  const bytes = zip.outputStream as Readable
  zip.on('error', (error: Error) => bytes.destroy(error))
  zip.end()
  for await (const chunk of bytes) yield chunk as Buffer
}
