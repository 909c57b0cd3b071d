import type { Position } from '../geo/polygon.ts'
import { settleCrs } from './crs.ts'
import type { Mapping } from './mapping.ts'
import type { Source, SourceRow } from './source.ts'
import type { Target } from './target.ts'

/** Rows whose coordinates are asked about the CRS. */
const SAMPLE_ROWS = 50
/** Rows whose columns are looked at in formats that name none beforehand. */
const COLUMN_ROWS = 200

/** The CRS of a file, by what it says of itself, what its sender says and where its first shapes lie. Throws as `settleCrs`. */
export async function crsOf(
  source: Source,
  asked: {
    readonly fileName: string
    readonly target: Target
    readonly mapping: Mapping
    readonly declared: string | undefined
  },
): Promise<ReturnType<typeof settleCrs>> {
  const { fileName, target, mapping, declared } = asked
  return settleCrs({
    fileName,
    declared,
    hint: source.crs,
    sample: mapping.shapes === 'leave_out' ? [] : await sampleOf(source),
    ...target,
    towgs84: mapping.towgs84,
    localPlane: mapping.localPlane,
  })
}

/** The first position of the first rows that have a shape. */
async function sampleOf(source: Source): Promise<Position[]> {
  const sample: Position[] = []
  for await (const { shape } of source.rows()) {
    const first = shape.kind === 'polygons' ? shape.polygons[0]?.[0]?.[0] : undefined
    if (first) sample.push(first)
    if (sample.length === SAMPLE_ROWS) break
  }
  return sample
}

/** The columns of a file; where only its rows tell, those of the first rows. */
export async function columnsOf(source: Source): Promise<readonly string[]> {
  if (source.columns !== null) return source.columns
  const columns = new Set<string>()
  for (const row of await firstRows(source, COLUMN_ROWS))
    for (const column of row.values.keys()) columns.add(column)
  return [...columns]
}

export async function firstRows(source: Source, count: number): Promise<SourceRow[]> {
  const rows: SourceRow[] = []
  for await (const row of source.rows()) {
    rows.push(row)
    if (rows.length === count) break
  }
  return rows
}
