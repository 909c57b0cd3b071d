import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { encodeMultiPolygon } from '../../server/geo/wkb.ts'
import type { MultiPolygon } from '../../server/geo/polygon.ts'
import { exportFormats, type ExportFormat, type ExportWriter } from '../../server/export/format.ts'
import type { Column, ExportRow, ExportTable } from '../../server/export/row.ts'

/** All that a writer gives, as one. */
export async function written(
  table: ExportTable,
  format: ExportFormat,
  crs: number | null = null,
): Promise<Buffer> {
  const { write }: ExportWriter = exportFormats[format]
  const pieces: Buffer[] = []
  for await (const piece of write(table, crs)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

export const table = (
  columns: readonly Column[],
  rows: readonly ExportRow[],
  more: Partial<ExportTable> = {},
): ExportTable => ({
  name: 'plots',
  columns,
  srid: 4547,
  day: '2025-02-01',
  rows: (async function* () {
    yield* rows
  })(),
  ...more,
})

export const wkb = (shape: MultiPolygon): Uint8Array => encodeMultiPolygon(shape)

/** A folder for one test; `remove` takes it away. */
export function folder(): { path: (name: string) => string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'terrier-test-export-'))
  return { path: (name) => join(root, name), remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** What GDAL says of a file; anything on stderr fails the test, because GDAL warns of what it only tolerates. */
export function gdal(program: 'ogrinfo' | 'ogr2ogr', ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** Every feature of a layer as GDAL reads it: attributes as text, the shape as WKT with all its digits. */
export function asGdalReads(path: string, layer: string, ...options: readonly string[]): string[] {
  const dir = folder()
  try {
    const out = dir.path('out.csv')
    gdal(
      'ogr2ogr',
      '-f',
      'CSV',
      out,
      path,
      layer,
      '-lco',
      'GEOMETRY=AS_WKT',
      '--config',
      'OGR_WKT_PRECISION',
      '17',
      ...options,
    )
    return readFileSync(out, 'utf8').trimEnd().split('\n').map(shortest)
  } finally {
    dir.remove()
  }
}

/** Seventeen digits are the shortest text of the same number again. */
const shortest = (line: string): string => line.replaceAll(/-?\d+\.\d+/g, (digits) => String(Number(digits)))
