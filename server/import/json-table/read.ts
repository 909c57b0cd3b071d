import type { Json } from '../../record/draft.ts'
import { emptyFile } from '../sniff.ts'
import type { Source } from '../source.ts'
import { tableSource } from '../table/read.ts'
import { decodeText } from '../text.ts'
import { asOneByteText, parseJson, scanJson } from '../geojson/scan.ts'

type JsonObject = { readonly [name: string]: Json }

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Rows as JSON objects, as 中国土地市场网 and its crawlers give them: an array of flat objects, or an answer that holds
 * one under `rows`, `list`, `data`, `records` or `items`. Null for JSON that is none of these.
 *
 * Text may be GB18030, which crawlers write; the columns are the names in the order they first appear.
 * @throws Refusal those of `scanJson`, ENCODING_INVALID, FILE_EMPTY
 */
export function readJsonTable(bytes: Uint8Array, fileName: string): Source | null {
  const { text: decoded, encoding } = decodeText(bytes, fileName)
  const text = asOneByteText(Buffer.from(decoded))
  const { roots } = scanJson(text, fileName)
  const [root] = roots
  if (root === undefined) throw emptyFile(fileName)
  if (roots.length > 1) return null
  const rows = rowsOf(parseJson<Json>(text, root, fileName, { file: fileName }), 0)
  if (rows === null) return null
  if (rows.length === 0) throw emptyFile(fileName)
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))]
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
