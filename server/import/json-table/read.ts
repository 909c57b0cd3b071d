import type { Json } from '../../record/draft.ts'
import { emptyFile } from '../sniff.ts'
import type { Source } from '../source.ts'
import { tableSource } from '../table/read.ts'
import { decodeText } from '../text.ts'
import { DeliveredFile } from '../delivered-file.ts'
import { JsonDocument, STRETCH_BYTES } from '../geojson/document.ts'
import { isObject, type JsonObject } from '../geojson/feature.ts'
import { parseJson } from '../geojson/text.ts'

/**
 * Rows as JSON objects, as 中国土地市场网 and its crawlers give them: an array of flat objects, or an answer that holds
 * one under `rows`, `list`, `data`, `records` or `items`. Null for JSON that is none of these.
 *
 * Text may be GB18030, which crawlers write; the columns are the names in the order they first appear.
 * @throws Refusal those of `JsonDocument.scan`, ENCODING_INVALID, FILE_EMPTY
 */
export async function readJsonTable(bytes: Uint8Array, fileName: string): Promise<Source | null> {
  const { text, encoding } = decodeText(bytes, fileName)
  const document = await JsonDocument.open(DeliveredFile.of(Buffer.from(text), fileName))
  const { roots } = await document.scan(STRETCH_BYTES)
  const root = roots.first
  if (root === null) throw emptyFile(fileName)
  if (roots.count > 1) return null
  const value = await document.refusing(async () =>
    parseJson<Json>(
      await document.read(root.start, root.end),
      { start: 0, end: root.end - root.start },
      root.start,
    ),
  )
  const rows = rowsOf(value, 0)
  if (rows === null) return null
  if (rows.length === 0) throw emptyFile(fileName)
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = function* (): Generator<readonly Json[]> {
    yield columns
    for (const row of rows) yield columns.map((column) => row[column] ?? null)
  }
  return tableSource({ format: 'json-table', encoding, lines }, fileName)
}

const listNames = ['rows', 'list', 'records', 'items', 'data', 'result', 'results']

function rowsOf(value: Json, depth: number): readonly JsonObject[] | null {
  if (Array.isArray(value)) {
    const members = value as readonly Json[]
    // A GeoJSON feature or an Esri one holds its attributes a level down: that is no table.
    return members.every((each) => isObject(each) && !('geometry' in each) && !('attributes' in each))
      ? (members as readonly JsonObject[])
      : null
  }
  if (!isObject(value) || depth > 2 || 'geometryType' in value || typeof value['type'] === 'string')
    return null
  for (const name of listNames) {
    const inner = value[name]
    const rows = inner === undefined || inner === null ? null : rowsOf(inner, depth + 1)
    if (rows !== null) return rows
  }
  return null
}
