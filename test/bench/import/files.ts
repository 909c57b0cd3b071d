import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { exportFormats, type ExportWriter } from '../../../server/export/format.ts'
import type { ExportRow, ExportTable } from '../../../server/export/row.ts'
import { makeCity } from '../../../server/demo/city.ts'
import { bboxOf } from '../../../server/geo/area.ts'
import { encodeMultiPolygon } from '../../../server/geo/wkb.ts'
import { cityWindow } from '../../../server/import/crs.ts'
import { fieldColumnTypes } from '../../../server/record/record.ts'

export const benchFormats = ['gpkg', 'shp.zip', 'geojsonl'] as const
export type BenchFormat = (typeof benchFormats)[number]

/** Registrations of a demo city as three files of the same polygons; where each lies. */
export async function makeFiles(folder: string, polygons: number): Promise<Record<BenchFormat, string>> {
  const rows = registrations(polygons)
  const types = fieldColumnTypes('registration')
  const used = new Set(rows.flatMap(({ cells }) => Object.keys(cells)))
  const columns = Object.entries(types)
    .filter(([name]) => used.has(name))
    .map(([name, type]) => ({ name, type }))
  const paths = {} as Record<BenchFormat, string>
  for (const format of benchFormats) {
    paths[format] = join(folder, `registrations.${format}`)
    const table: ExportTable = {
      name: 'registrations',
      columns,
      srid: 4547,
      day: '2025-01-01',
      rows: each(rows),
    }
    const { write }: ExportWriter = exportFormats[format]
    await pipeline(Readable.from(write(table)), createWriteStream(paths[format]))
  }
  return paths
}

async function* each(rows: readonly ExportRow[]): AsyncGenerator<ExportRow> {
  yield* rows
}

/** Of a city large enough; what lies outside the prefecture, as edges of so large a demo city do, is left out. */
function registrations(polygons: number): ExportRow[] {
  const city = makeCity({ parcels: Math.ceil(polygons * 1.6), seed: 1 })
  const register = city.deliveries.find(({ kind }) => kind === 'registration')!
  const rows: ExportRow[] = []
  for (const { geometry, fields } of register.records()) {
    if (geometry === null || rows.length === polygons) continue
    const [west, south, east, north] = bboxOf(geometry)
    const { working } = cityWindow
    if (west < working.west || east > working.east || south < working.south || north > working.north) continue
    rows.push({ id: rows.length + 1, wkb: encodeMultiPolygon(geometry), cells: fields as ExportRow['cells'] })
  }
  return rows
}
