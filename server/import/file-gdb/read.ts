import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Worker } from 'node:worker_threads'
import { ZipFile } from 'yazl'
import { Refusal } from '../../refusal.ts'
import { DeliveredFile, fileTooLarge } from '../delivered-file.ts'
import { readGeoPackage } from '../geopackage/read.ts'
import { chooseLayer } from '../layer-choice.ts'
import { MAX_GDB_BYTES } from '../limits.ts'
import type { Source } from '../source.ts'
import type { ZipEntry } from '../zip/unzip.ts'

/** A conversion that takes longer than this hangs; ten minutes for what takes ten seconds per 100,000 polygons. */
const PATIENCE_MS = 600_000

interface GdbLayer {
  readonly name: string
  readonly geometry: string | null
}

type Said =
  | { readonly kind: 'layers'; readonly layers: readonly GdbLayer[] }
  | { readonly kind: 'made' }
  | { readonly kind: 'unreadable'; readonly why: string }

/**
 * One layer of an ESRI file geodatabase in a ZIP. GDAL reads it and writes a GeoPackage of exactly the same numbers, which
 * is read from there; so both formats mean the same. Coded values stay codes.
 * @throws Refusal GDB_UNREADABLE, SEVERAL_LAYERS, LAYER_UNKNOWN and those of `readGeoPackage`
 */
export async function readFileGdb(
  entries: readonly ZipEntry[],
  fileName: string,
  layer?: string,
): Promise<Source> {
  const folder = await mkdtemp(join(tmpdir(), 'terrier-gdb-'))
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true })
  let name = ''
  try {
    const from = join(folder, 'delivery.gdb.zip')
    const to = join(folder, 'layer.gpkg')
    await repack(entries, from, fileName)
    await convert({ from, to }, fileName, (layers) => {
      const shaped = layers.filter(({ geometry }) => geometry !== null && geometry !== 'None')
      const open = layer === undefined && shaped.length > 0 ? shaped : layers
      name = chooseLayer(
        open.map((each) => each.name),
        layer,
        fileName,
      )
      return name
    })
    const file = await DeliveredFile.open(to, fileName)
    const source = await readGeoPackage(file, { timesAreLocal: true })
    return {
      ...source,
      format: 'file-gdb',
      about: { layer: name },
      rows: () => source.rows(),
      async close() {
        await source.close?.()
        await file.close()
        await discard()
      },
    }
  } catch (error) {
    await discard()
    throw error
  }
}

/**
 * The files of the geodatabase alone, in the one folder GDAL looks for.
 * @throws Refusal those of `ZipEntry.unpacked`, FILE_TOO_LARGE; what a failed read of a part throws
 */
async function repack(entries: readonly ZipEntry[], path: string, fileName: string): Promise<void> {
  const parts: { readonly name: string; readonly part: DeliveredFile }[] = []
  try {
    let size = 0
    for (const entry of entries) {
      const name = /\.gdb\/([^/]+)$/i.exec(entry.name)?.[1]
      if (name === undefined) continue
      const part = await entry.unpacked()
      parts.push({ name, part })
      size += part.size
      if (size > MAX_GDB_BYTES) throw fileTooLarge(fileName, size, MAX_GDB_BYTES)
    }
    const zip = new ZipFile()
    const output = zip.outputStream as Readable
    const fail = (error: Error): void => void output.destroy(error)
    zip.on('error', fail)
    // Parts are read from here on: whoever hears of a failed read must be there in the same turn.
    for (const { name, part } of parts) {
      const pieces = Readable.from(part.chunks(), { objectMode: false }).on('error', fail)
      zip.addReadStream(pieces, `delivery.gdb/${name}`, { compress: false, size: part.size })
    }
    zip.end()
    await pipeline(output, createWriteStream(path, { mode: 0o600 }))
  } finally {
    for (const { part } of parts) await part.close()
  }
}

/** GDAL lists the layers, is told which one, writes it to `to`, and is gone. */
function convert(
  paths: { readonly from: string; readonly to: string },
  fileName: string,
  choose: (layers: readonly GdbLayer[]) => string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./gdal-worker.mjs', import.meta.url), {
      workerData: paths,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 1_500 },
    })
    const end = (error?: unknown): void => {
      clearTimeout(timer)
      void worker.terminate()
      if (error === undefined) resolve()
      else reject(error instanceof Error ? error : unreadable(fileName, JSON.stringify(error)))
    }
    const timer = setTimeout(() => end(unreadable(fileName, 'timeout')), PATIENCE_MS)
    worker.on('message', (said: Said) => {
      if (said.kind === 'made') end()
      else if (said.kind === 'unreadable') end(unreadable(fileName, said.why))
      else {
        try {
          worker.postMessage({ layer: choose(said.layers) })
        } catch (error) {
          end(error)
        }
      }
    })
    worker.once('error', (error: unknown) =>
      end(unreadable(fileName, error instanceof Error ? error.message : '')),
    )
    worker.once('exit', (code) => end(unreadable(fileName, `exit ${code}`)))
  })
}

const unreadable = (fileName: string, why: string): Refusal =>
  new Refusal(
    'GDB_UNREADABLE',
    {
      zh: `“${fileName}”中的地理数据库无法读取。${why.slice(0, 160)}`,
      en: `The geodatabase in "${fileName}" cannot be read. ${why.slice(0, 160)}`,
    },
    {
      zh: '请整夹压缩 .gdb 文件夹（未加密、未压缩存储）;或导出为 GeoPackage 或 Shapefile（ZIP）。',
      en: 'Zip the whole .gdb folder (not encrypted, not compressed by ArcGIS), or export it as GeoPackage or zipped Shapefile.',
    },
    { file: fileName },
  )
