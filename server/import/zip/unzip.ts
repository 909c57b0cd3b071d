import { Readable } from 'node:stream'
import { fromRandomAccessReader, RandomAccessReader, type Entry, type ZipFile } from 'yauzl'
import { Refusal, type Message } from '../../refusal.ts'
import { DeliveredFile } from '../delivered-file.ts'
import { MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, MAX_ZIP_RATIO, ZIP_RATIO_FROM_BYTES } from '../limits.ts'
import { isUtf8 } from '../text.ts'

/** A file in an archive, listed but not unpacked. */
export interface ZipEntry {
  /** Path with forward slashes, decoded. */
  readonly name: string
  /**
   * As a file of its own, to be closed by whoever asked.
   * @param called what refusals call it; the archive unless said otherwise
   * @throws Refusal ZIP_BOMB, ZIP_CORRUPT
   */
  unpacked(called?: string): Promise<DeliveredFile>
  /** All of it, for the small parts. @throws Refusal as `unpacked`, FILE_TOO_LARGE */
  read(): Promise<Uint8Array>
}

/**
 * The files of a ZIP, which stays open as long as `archive` does. Names are UTF-8 where they are or say so, else
 * GB18030, as Windows in China writes them. Nothing is written under a name of the archive, and sizes are those counted
 * while unpacking, not those it claims.
 * @throws Refusal ZIP_CORRUPT, ZIP_PATH_ILLEGAL, ZIP_SYMLINK, ZIP_ENCRYPTED, ZIP_TOO_MANY_ENTRIES, ZIP_OVERLAP
 */
export async function listZip(archive: DeliveredFile): Promise<ZipEntry[]> {
  const fileName = archive.name
  const zip = await open(archive)
  if (zip.entryCount > MAX_ZIP_ENTRIES) {
    throw refuse('ZIP_TOO_MANY_ENTRIES', fileName, {
      zh: `含 ${zip.entryCount} 个条目,超过 ${MAX_ZIP_ENTRIES} 个`,
      en: `holds ${zip.entryCount} entries, more than ${MAX_ZIP_ENTRIES}`,
    })
  }
  const budget = { left: MAX_UNPACKED_BYTES }
  const entries: ZipEntry[] = []
  const listed = await allEntries(zip, fileName)
  refuseOverlap(listed, fileName)
  for (const entry of listed) {
    const name = checkedName(entry, fileName)
    if (name.endsWith('/')) continue
    const unpacked = async (called = fileName): Promise<DeliveredFile> => {
      const stream = await streamOf(zip, entry, fileName)
      return DeliveredFile.received(unpack(stream, entry, name, budget, fileName), called)
    }
    entries.push({
      name,
      unpacked,
      async read() {
        const file = await unpacked()
        try {
          return await file.whole()
        } finally {
          await file.close()
        }
      },
    })
  }
  return entries
}

/** Bytes read at once while unpacking. */
const PIECE_BYTES = 1 << 18

/** Gives the archive to yauzl stretch by stretch, wherever it lies. */
class ArchiveReader extends RandomAccessReader {
  readonly #archive: DeliveredFile
  constructor(archive: DeliveredFile) {
    super()
    this.#archive = archive
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#archive.chunks(PIECE_BYTES, start, end), { objectMode: false })
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#archive.read(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset)
        callback(null, bytes.length)
      },
      (error: Error) => callback(error),
    )
  }
}

function open(archive: DeliveredFile): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(
      new ArchiveReader(archive),
      archive.size,
      { lazyEntries: true, decodeStrings: false, validateEntrySizes: true, autoClose: false },
      (error, zip) => {
        if (error) reject(corrupt(archive.name, error))
        else resolve(zip)
      },
    )
  })
}
/** Entries that share their packed bytes unpack to many times the archive; no packer writes them. */
function refuseOverlap(entries: readonly Entry[], fileName: string): void {
  const LOCAL_HEADER = 30
  let end = 0
  for (const entry of entries.toSorted(
    (a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader,
  )) {
    if (entry.relativeOffsetOfLocalHeader < end)
      throw refuse('ZIP_OVERLAP', fileName, {
        zh: '条目互相重叠',
        en: 'holds entries that lie over each other',
      })
    end = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER + entry.compressedSize
  }
}

function allEntries(zip: ZipFile, fileName: string): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = []
    zip.on('entry', (entry: Entry) => {
      entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', (error: Error) => reject(corrupt(fileName, error)))
    zip.readEntry()
  })
}

const SYMLINK = 0o120000

/** yauzl does not look at names it was told not to decode, so we do. */
function checkedName(entry: Entry, fileName: string): string {
  const raw = entry.fileName as unknown as Buffer // `decodeStrings: false`
  const saysUtf8 = (entry.generalPurposeBitFlag & 0x800) !== 0
  // some packers of Windows write its own slash
  const name = new TextDecoder(saysUtf8 || isUtf8(raw) ? 'utf-8' : 'gb18030')
    .decode(raw)
    .replaceAll('\\', '/')
  const isIllegal =
    name.length > 255 ||
    name.includes('\0') ||
    name.startsWith('/') ||
    /^[A-Za-z]:/.test(name) ||
    name.split('/').includes('..')
  if (isIllegal) {
    throw refuse('ZIP_PATH_ILLEGAL', fileName, {
      zh: `含非法路径“${name.slice(0, 80)}”`,
      en: `holds the illegal path "${name.slice(0, 80)}"`,
    })
  }
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === SYMLINK)
    throw refuse('ZIP_SYMLINK', fileName, {
      zh: `含符号链接“${name}”`,
      en: `holds the symbolic link "${name}"`,
    })
  if ((entry.generalPurposeBitFlag & 1) !== 0)
    throw refuse(
      'ZIP_ENCRYPTED',
      fileName,
      { zh: '已加密', en: 'is encrypted' },
      { zh: '请去掉密码后重新压缩。', en: 'Pack it again without a password.' },
    )
  return name
}

function streamOf(zip: ZipFile, entry: Entry, fileName: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(corrupt(fileName, error))
      else resolve(stream)
    })
  })
}

/** The pieces of an entry, counted as they come. */
async function* unpack(
  stream: Readable,
  entry: Entry,
  name: string,
  budget: { left: number },
  fileName: string,
): AsyncGenerator<Uint8Array> {
  let size = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length
      budget.left -= chunk.length
      const isBomb = size > ZIP_RATIO_FROM_BYTES && size > MAX_ZIP_RATIO * Math.max(1, entry.compressedSize)
      if (budget.left < 0 || isBomb)
        throw refuse('ZIP_BOMB', fileName, {
          zh: `“${name}”解压到 ${size} 字节仍未结束,远超压缩前应有的大小`,
          en: `unpacks "${name}" to ${size} bytes and on, far more than such data packs`,
        })
      yield chunk
    }
  } catch (error) {
    throw error instanceof Refusal ? error : corrupt(fileName, error as Error)
  }
}

const corrupt = (fileName: string, cause: Error): Refusal =>
  new Refusal(
    'ZIP_CORRUPT',
    {
      zh: `压缩包“${fileName}”已损坏或不完整,无法读取。`,
      en: `The archive "${fileName}" is damaged or not complete and cannot be read (${cause.message.replace(/\.$/, '')}).`,
    },
    {
      zh: '多为下载或拷贝中断,请重新取得或重新压缩。',
      en: 'Usually a download or copy was cut short; get it again or pack it again.',
    },
    { file: fileName },
    { cause },
  )

const refuse = (code: string, fileName: string, why: Message, hint: Message = packOneLayer): Refusal =>
  new Refusal(
    code,
    { zh: `压缩包“${fileName}”${why.zh}。`, en: `The archive "${fileName}" ${why.en}.` },
    hint,
    { file: fileName },
  )

const packOneLayer: Message = {
  zh: '请只把一个图层的 .shp、.shx、.dbf、.prj（.cpg）打成 ZIP。',
  en: 'Pack just the .shp, .shx, .dbf, .prj (and .cpg) of one layer.',
}
