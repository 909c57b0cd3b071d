// Imports every file of a folder into a fresh embedded base, dry, and prints what became of its rows as a Markdown table:
//   npm run corpus -- FOLDER…
// Rows are counted a second time by other means (`countRows`); a table in which a row is missing ends with exit code 1.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { CsvError, parse } from 'csv-parse/sync'
import type { Base } from '../../server/db/open.ts'
import { DeliveredFile } from '../../server/import/delivered-file.ts'
import { importFile } from '../../server/import/run.ts'
import { listZip } from '../../server/import/zip/unzip.ts'
import { Refusal } from '../../server/refusal.ts'
import { freshBase } from '../helpers/database.ts'

/** What became of one file. */
export interface Outcome {
  readonly file: string
  /** By other means than the import; null where there is none. */
  readonly rows: number | null
  readonly read: number
  readonly used: number
  readonly repaired: number
  readonly unchanged: number
  readonly refused: number
  readonly crs: string
  readonly encoding: string
  /** Code of the refusal of the whole file, or the codes of its issues with their counts. */
  readonly why: string
  readonly isRefused: boolean
  /** Values in which characters were lost while reading. */
  readonly garbled: number
}

/** Files that belong to another one, or describe the folder. */
const companions =
  /\.(?:shx|prj|cpg|qpj|sbn|sbx|cst|xml|md|result|pdf)$|(?:^|\/)(?:LICENSE|expected\.csv|MANIFEST\.csv)$/i

const kept = 'shapes: leave_out\n'
/** Which columns of the foreign tables say what; the fields of 储备 and 许可 are the plainest there are. */
const recipes: readonly { readonly file: RegExp; readonly as: string; readonly mapping: string }[] = [
  {
    file: /brownfield.*(?:45e645|c7e27f|cd5ea3|de3918)/,
    as: 'permit',
    mapping:
      'fields: { doc_no: SiteReference, project: SiteNameAddress, issued_on: PermissionDate, area_m2: Hectares }\nunits: { area_m2: ha }\ndates: dmy\n',
  },
  {
    file: /brownfield.*5ed5da/,
    as: 'permit',
    mapping:
      'fields: { doc_no: LA SITE REF, project: NAME AND ADDRESS OF SITE, area_m2: AREA (HA), issued_on: DATE ENTERED ON REGISTER }\nunits: { area_m2: ha }\ndates: dmy\n',
  },
  {
    file: /brownfield.*dda695/,
    as: 'permit',
    mapping:
      'fields: { project: Site Name Address, area_m2: Hectares, issued_on: Permission Date }\nunits: { area_m2: ha }\ndates: dmy\n',
  },
  { file: /philadelphia/, as: 'reserve', mapping: `${kept}fields: { doc_no: opa_id, project: address }\n` },
  {
    file: /sf-development.*pipeline/,
    as: 'permit',
    mapping: `${kept}fields: { doc_no: bpapplno, project: nameaddr, issued_on: bestdate }\n`,
  },
  {
    file: /sf-development.*(?:zoning|supervisor)/,
    as: 'reserve',
    mapping: `${kept}fields: { project: name }\n`,
  },
  {
    file: /france-cadastre/,
    as: 'reserve',
    mapping: `${kept}fields: { doc_no: id, area_ha: contenance }\nunits: { area_ha: m2 }\n`,
  },
  { file: /shapefile-corpus.*\.dbf$/, as: 'reserve', mapping: 'fields: { project: NAME }\n' },
  { file: /landchina/, as: 'supply', mapping: '' },
]

/** Every file of the folder, once as it came and, where its shapes are of no use here, once for its attributes. */
export async function readCorpus(base: Base, folder: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const name of filesOf(folder)) {
    const path = join(folder, name)
    const label = join(basename(folder), name)
    const recipe = recipes.find(({ file }) => file.test(label))
    const as = recipe?.as ?? 'reserve'
    const mapping = recipe?.mapping ?? ''
    outcomes.push(await outcome(base, path, label, as, mapping.replace(kept, '')))
    if (mapping.startsWith(kept))
      outcomes.push(await outcome(base, path, `${label} (shapes: leave_out)`, as, mapping))
  }
  return outcomes
}

function filesOf(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted()
  const stem = (name: string): string => join(dirname(name), basename(name, extname(name))).toLowerCase()
  const shapefiles = new Set(all.filter((name) => /\.shp$/i.test(name)).map(stem))
  return all.filter(
    (name) =>
      !companions.test(name) &&
      !(/\.dbf$/i.test(name) && shapefiles.has(stem(name))) &&
      !/expected\./.test(name),
  )
}

async function outcome(
  base: Base,
  path: string,
  file: string,
  as: string,
  mapping: string,
): Promise<Outcome> {
  const isPacked = /\.gz$/i.test(path)
  const bytes = isPacked ? gunzipSync(readFileSync(path)) : readFileSync(path)
  const name = basename(path).replace(/\.gz$/i, '')
  const none = { read: 0, used: 0, repaired: 0, unchanged: 0, refused: 0, crs: '', encoding: '', garbled: 0 }
  const rows = await countRows(bytes, path.replace(/\.gz$/i, ''))
  try {
    const summary = await importFile(base, {
      ...(isPacked ? { bytes, name } : { path }),
      as,
      ...(mapping !== '' && { mapping: { name: 'corpus', text: mapping } }),
      receivedAt: '2026-01-01T00:00:00Z',
      dryRun: true,
    })
    const codes = new Map<string, number>()
    for (const { code } of summary.issues) codes.set(code, (codes.get(code) ?? 0) + 1)
    return {
      ...none,
      ...summary,
      file,
      rows,
      crs: summary.crs === null ? '' : `${summary.crs} (${summary.crsKnownBy})`,
      why: [...codes].map(([code, count]) => (count === 1 ? code : `${code}×${count}`)).join(' '),
      isRefused: false,
      garbled: codes.get('P614') ?? 0,
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ...none, file, rows, why: `${error.code}: ${error.text.en}`, isRefused: true }
  }
}

/** Rows by the simplest count of each format: lines, array members, the number in the head of a .dbf. */
async function countRows(bytes: Uint8Array, path: string): Promise<number | null> {
  const text = (): string => Buffer.from(bytes).toString('latin1')
  const extension = extname(path).toLowerCase()
  if (extension === '.txt') return [...text().matchAll(/@[ \t]*\r?$/gm)].length
  if (extension === '.csv') return countRecords(bytes)
  if (extension === '.geojsonl') return text().trim().split('\n').length
  if (extension === '.geojson' || extension === '.json') return countMembers(text())
  if (extension === '.shp') {
    const dbf = readdirSync(dirname(path)).find(
      (name) => name.toLowerCase() === `${basename(path, extname(path))}.dbf`.toLowerCase(),
    )
    return dbf === undefined ? null : countDbf(readFileSync(join(dirname(path), dbf)))
  }
  if (extension === '.dbf') return countDbf(bytes)
  if (extension === '.zip') {
    const entries = await listZip(DeliveredFile.of(bytes, 'corpus.zip')).catch(() => [])
    const dbf = entries.find(({ name }) => /\.dbf$/i.test(name))
    return dbf === undefined ? null : countDbf(await dbf.read())
  }
  return null
}

function countRecords(bytes: Uint8Array): number | null {
  try {
    const records: unknown[] = parse(Buffer.from(bytes), {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    })
    return records.length - 1
  } catch (error) {
    if (error instanceof CsvError) return null
    throw error
  }
}

/** Those marked as deleted do not count. */
function countDbf(bytes: Uint8Array): number | null {
  if (bytes.length < 32) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [rows, start, width] = [view.getUint32(4, true), view.getUint16(8, true), view.getUint16(10, true)]
  if (start + rows * width > bytes.length) return null
  let count = 0
  for (let i = 0; i < rows; i++) if (bytes[start + i * width] !== 0x2a) count++
  return count
}

function countMembers(text: string): number | null {
  try {
    const value = JSON.parse(text) as { features?: unknown } | unknown[] | null
    if (Array.isArray(value)) return value.length
    return Array.isArray(value?.features) ? value.features.length : 1
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Rows that are in no column of the books, or that the second count does not know. */
export const faults = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap(({ file, rows, read, used, repaired, unchanged, refused, isRefused }) => {
    if (isRefused) return []
    const booked = used + repaired + unchanged + refused
    return [
      ...(booked === read ? [] : [`${file}: ${read} rows read, ${booked} booked`]),
      ...(rows === null || rows === read ? [] : [`${file}: ${rows} rows in the file, ${read} read`]),
    ]
  })

export function markdown(outcomes: readonly Outcome[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '/')).join(' | ')} |`
  return [
    line(['file', 'rows', 'used', 'repaired', 'unchanged', 'refused', 'CRS (known by)', 'why']),
    line(['---', '--:', '--:', '--:', '--:', '--:', '---', '---']),
    ...outcomes.map((each) =>
      line([
        each.file,
        each.rows ?? '?',
        ...(each.isRefused
          ? ['–', '–', '–', 'file']
          : [each.used, each.repaired, each.unchanged, each.refused]),
        each.crs,
        each.why,
      ]),
    ),
  ].join('\n')
}

if (process.argv[1]?.endsWith('corpus.ts')) {
  const base = await freshBase('embedded')
  try {
    const outcomes: Outcome[] = []
    for (const folder of process.argv.slice(2)) outcomes.push(...(await readCorpus(base, folder)))
    console.log(markdown(outcomes))
    const wrong = faults(outcomes)
    const garbled = outcomes.reduce((sum, each) => sum + each.garbled, 0)
    console.log(
      `\n${outcomes.length} imports, ${wrong.length} of them with a row unaccounted for, ${garbled} values with broken characters`,
    )
    for (const each of wrong) console.error(each)
    process.exitCode = wrong.length > 0 ? 1 : 0
  } finally {
    await base.remove()
  }
}
