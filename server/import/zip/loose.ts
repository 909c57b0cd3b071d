import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { DeliveredFile } from '../delivered-file.ts'

const shapefileParts = new Set(['.shp', '.shx', '.dbf', '.prj', '.cpg', '.qpj', '.cst'])
/** One moment for all parts, so that the same files make the same bytes and are known again. */
const NO_TIME = new Date('1980-01-01T00:00:00Z')

/**
 * A delivery that is several files side by side: the parts of a shapefile beside the one that was named, or a .gdb
 * folder. They are put into one ZIP, which is then the delivered file. Null for anything else.
 */
export async function packLoose(path: string): Promise<DeliveredFile | null> {
  const extension = extname(path).toLowerCase()
  if (extension === '.gdb') {
    const info = await stat(path).catch(() => null)
    if (!info?.isDirectory()) return null
    const folder = basename(path)
    const names = (await readdir(path)).filter((name) => !/\.lock$/i.test(name))
    return packed(
      `${folder}.zip`,
      names.map((name) => [join(path, name), `${folder}/${name}`]),
    )
  }
  if (!['.shp', '.dbf', '.shx', '.prj'].includes(extension)) return null
  const stem = basename(path).slice(0, -extension.length)
  const siblings = await readdir(dirname(path)).catch((): string[] => [])
  const parts = siblings.filter((name) => {
    const own = extname(name)
    return (
      shapefileParts.has(own.toLowerCase()) && name.slice(0, -own.length).toLowerCase() === stem.toLowerCase()
    )
  })
  const has = (part: string): boolean => parts.some((name) => name.toLowerCase().endsWith(part))
  // A .dbf without shapes is a table of its own; its .cpg says how to read it.
  if (parts.length < 2 || !(has('.shp') || (parts.length === 2 && has('.dbf') && has('.cpg')))) return null
  return packed(
    `${stem}.zip`,
    parts.map((name) => [join(dirname(path), name), name]),
  )
}

async function packed(name: string, files: readonly [path: string, name: string][]): Promise<DeliveredFile> {
  const zip = new ZipFile()
  const output = zip.outputStream as Readable
  zip.on('error', (error: Error) => output.destroy(error))
  for (const [path, inside] of files.toSorted(([, a], [, b]) => (a < b ? -1 : 1)))
    zip.addFile(path, inside, { mtime: NO_TIME, mode: 0o100664 })
  zip.end()
  return DeliveredFile.received(output, name)
}
