import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import { Refusal } from '../refusal.ts'

/** What the form around a file may take, bytes. */
const MAX_FORM = 2 ** 20
const LIMITS = {
  files: 1,
  fields: 20,
  parts: 32,
  fieldSize: 256 * 1024,
  headerPairs: 64,
}

/** One file as it arrived, under a name of ours in a folder of ours; `discard` removes both. */
export interface Upload {
  readonly path: string
  /** The name it had at the sender, for people; never used as a path. */
  readonly fileName: string
  readonly fields: Readonly<Record<string, string>>
  discard(): Promise<void>
}

/**
 * Takes one file and a few fields from a multipart request, streamed to disk.
 * @param maxBytes of the file
 * @throws Refusal `UPLOAD_INVALID`, `UPLOAD_TOO_LARGE`; nothing is left behind.
 */
export async function receiveUpload(request: IncomingMessage, maxBytes: number): Promise<Upload> {
  // told at once; what is still on its way is read past and kept nowhere
  if (Number(request.headers['content-length']) > maxBytes + MAX_FORM) throw tooLarge(maxBytes)
  const folder = await mkdtemp(join(tmpdir(), 'terrier-upload-'))
  const discard = () => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'delivery')
    const { fileName, fields } = await receiveInto(path, request, maxBytes)
    return { path, fileName, fields, discard }
  } catch (error) {
    await discard()
    throw error
  }
}

async function receiveInto(
  path: string,
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ fileName: string; fields: Record<string, string> }> {
  const parser = openParser(request, maxBytes)
  const fields = new Map<string, string>()
  let fileName: string | null = null
  let writing: Promise<void> = Promise.resolve()
  let refusal: Refusal | null = null
  parser.on('field', (name, value, info) => {
    if (!name) refusal ??= invalid('有一个字段没有名字', 'a field has no name')
    else if (info.valueTruncated || info.nameTruncated)
      refusal ??= invalid(`字段“${name}”过长`, `the field "${name}" is too long`)
    else fields.set(name, value)
  })
  parser.on('file', (name, stream, info) => {
    if (!name || fileName !== null) {
      refusal ??= invalid('只接受一个名为 file 的文件', 'exactly one file is taken, in a field named file')
      stream.resume()
      return
    }
    fileName = shownName(info.filename)
    stream.on('limit', () => {
      refusal ??= tooLarge(maxBytes)
    })
    writing = pipeline(stream, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    writing.catch(() => undefined) // awaited below; this only keeps an early failure from ending the process
  })
  for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
    parser.on(event, () => {
      refusal ??= tooLarge(maxBytes)
    })
  }
  try {
    await pump(request, parser)
    await writing
  } catch (cause) {
    throw refusal ?? invalid('内容不完整或不是表单', 'it is incomplete or no form', cause)
  }
  if (refusal) throw refusal
  if (fileName === null) throw invalid('没有文件', 'there is no file')
  return { fileName, fields: Object.fromEntries(fields) }
}

/**
 * Feeds the parser. Where it gives up, the rest of the request is read past instead of cut off, so that its sender gets
 * to see the answer; where the sender gives up, the parser does too.
 */
async function pump(request: IncomingMessage, parser: busboy.Busboy): Promise<void> {
  request.pipe(parser)
  const sent = finished(request, { writable: false }).catch((error: unknown) => {
    parser.destroy(error instanceof Error ? error : undefined)
    throw error
  })
  sent.catch(() => undefined) // told through the parser
  try {
    await finished(parser)
  } finally {
    request.unpipe(parser)
    request.resume()
  }
}

function openParser(request: IncomingMessage, maxBytes: number): busboy.Busboy {
  try {
    // file names are UTF-8 in every browser of this century; the default would garble Chinese ones
    return busboy({
      headers: request.headers,
      limits: { ...LIMITS, fileSize: maxBytes },
      defParamCharset: 'utf8',
    })
  } catch (cause) {
    request.resume()
    throw invalid('不是 multipart/form-data 表单', 'it is no multipart/form-data form', cause)
  }
}

/** The last part of the name, without what could be taken for a path or a header line, at most 200 characters. */
function shownName(name: string | undefined): string {
  const last = (name ?? '').split(/[\\/]/).at(-1) ?? ''
  // oxlint-disable-next-line no-control-regex
  const clean = last.replace(/[\u0000-\u001f\u007f]/g, '').trim()
  return [...(clean || 'delivery')].slice(-200).join('')
}

const invalid = (zh: string, en: string, cause?: unknown): Refusal =>
  new Refusal(
    'UPLOAD_INVALID',
    { zh: `上传的内容不可用:${zh}。`, en: `The upload cannot be used: ${en}.` },
    {
      zh: '请以 multipart/form-data 提交一个 file 字段。',
      en: 'Send multipart/form-data with one field named file.',
    },
    {},
    { cause },
  )

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal(
    'UPLOAD_TOO_LARGE',
    {
      zh: `文件超过 ${maxBytes / 1e6} MB 或部分过多。`,
      en: `The file is over ${maxBytes / 1e6} MB, or there are too many parts.`,
    },
    { zh: '请拆分后分次提交。', en: 'Split it into several deliveries.' },
  )
