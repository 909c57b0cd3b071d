import { createHash } from 'node:crypto'
import type { ExportFile } from '../contract.ts'
import type { IsoTime } from '../db/schema.ts'
import type { JobContext } from '../job/runner.ts'
import { exportFormats, type ExportFormat, type ExportWriter } from './format.ts'
import type { ExportRow, ExportTable } from './row.ts'
import { keptUntil, type ExportShelf } from './shelf.ts'

const ROWS_PER_STEP = 1_000
/** Of the work, the reading of rows; the rest is what formats do once they have all of them. */
const READING = 0.9

/** What a file made as a job is called: what it holds, of which day. */
export const exportFileName = (
  { name, day }: Pick<ExportTable, 'name' | 'day'>,
  format: ExportFormat,
): string => `terrier-${name}-${day}.${format}`

/**
 * Writes a table to the shelf, the same bytes that a direct export sends, and tells how far it is. Stops within a few
 * rows once the job is cancelled; then, as when anything fails, nothing is left.
 * @throws as the format's writer; Refusal `EXPORT_UNWRITABLE`
 */
export async function makeExport(
  shelf: ExportShelf,
  {
    table,
    format,
    crs,
    total,
  }: {
    readonly table: ExportTable
    readonly format: ExportFormat
    readonly crs: number | null
    /** Rows there will be. */
    readonly total: number
  },
  { jobId, signal, progress, now }: JobContext & { readonly now: () => IsoTime },
): Promise<ExportFile> {
  const { mediaType, write }: ExportWriter = exportFormats[format]
  const hash = createHash('sha256')
  let [rows, size] = [0, 0]
  async function* watched(): AsyncGenerator<ExportRow> {
    for await (const row of table.rows) {
      if (rows % ROWS_PER_STEP === 0) {
        signal.throwIfAborted()
        progress((READING * rows) / Math.max(total, 1), rowsWritten(rows, total))
      }
      rows++
      yield row
    }
    progress(READING, rowsWritten(rows, total))
  }
  async function* measured(): AsyncGenerator<string | Uint8Array> {
    for await (const piece of write({ ...table, rows: watched() }, crs)) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      hash.update(bytes)
      size += bytes.length
      yield bytes
    }
  }
  await shelf.put(jobId, measured(), signal)
  return {
    fileName: exportFileName(table, format),
    mediaType,
    rows,
    size,
    sha256: hash.digest('hex'),
    day: table.day,
    keptUntil: keptUntil(now()),
  }
}

const rowsWritten = (rows: number, total: number) => ({
  zh: `已读 ${rows} / ${total} 行`,
  en: `${rows} of ${total} rows read`,
})
