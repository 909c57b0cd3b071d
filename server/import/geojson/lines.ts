import { isUtf8 } from 'node:buffer'
import { Refusal } from '../../refusal.ts'
import { LONLAT_BY_FORMAT } from '../crs.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { MAX_FEATURE_BYTES, MAX_WHOLE_BYTES } from '../limits.ts'
import type { Source, SourceRow } from '../source.ts'
import { bomRemoved, displacedFrame, readRow } from './read.ts'
import { asOneByteText, scanJson, type Span } from './scan.ts'

/** Bytes read at once. */
const BLOCK_BYTES = 1 << 20

/** Whole lines of the file, with the values that stand in them. */
interface Block {
  readonly start: number
  readonly length: number
  readonly linesBefore: number
  /** Start and end of each value, from the start of the block. */
  readonly spans: Uint32Array
}

/**
 * A file of one Feature per line (GeoJSON-seq), walked through twice: once to see that all of it is well written, once for
 * the rows; never more of it in memory than a block. Says of a file what `readGeoJson` says of it as a whole.
 * @returns null for a file of another layout, or one with something wrong that is better told of the whole
 * @throws Refusal those of `scanJson`, for a file too large to be read whole
 */
export async function readGeoJsonLines(
  file: DeliveredFile,
  blockBytes: number = BLOCK_BYTES,
): Promise<Source | null> {
  const blocks: Block[] = []
  let rowCount = 0
  let hasBom = false
  for await (const { bytes, ...block } of linesOf(file, blockBytes)) {
    if (bytes === null) return null
    const isFirst = blocks.length === 0
    if (isFirst) hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    if (!isUtf8(bytes)) return null
    const roots = rootsOf(bytes, block.linesBefore, file, isFirst)
    if (roots === null) return null
    const spans = new Uint32Array(2 * roots.length)
    for (const [i, { start, end }] of roots.entries()) {
      spans[2 * i] = start
      spans[2 * i + 1] = end
    }
    rowCount += roots.length
    blocks.push({ ...block, spans })
  }
  if (rowCount < 2) return null
  const first = blocks.find(({ spans }) => spans.length > 0)!
  const text = asOneByteText(await file.read(first.start, first.length))
  return {
    format: 'geojson',
    encoding: hasBom ? 'UTF-8 BOM' : 'UTF-8',
    crs: LONLAT_BY_FORMAT,
    issues: [
      ...(hasBom ? [bomRemoved()] : []),
      ...displacedFrame(text, { start: first.spans[0]!, end: first.spans[1]! }, file.name),
    ],
    cutNames: new Map(),
    columns: null,
    about: {},
    rowCount,
    rows: () => rowsOf(file, blocks),
  }
}

/** Null: not lines of values, or a fault the whole file tells better. */
function rootsOf(
  bytes: Uint8Array,
  linesBefore: number,
  file: DeliveredFile,
  isFirst: boolean,
): readonly Span[] | null {
  const text = asOneByteText(bytes).replaceAll('\x1e', ' ')
  try {
    const { roots, features } = scanJson(text, file.name)
    return isFirst && features !== null ? null : roots
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (file.size <= MAX_WHOLE_BYTES) return null
    return scanJson('\n'.repeat(linesBefore) + text, file.name).roots // refuses again, with its line in the file
  }
}

/** Blocks of whole lines; bytes are null where a line is longer than any feature may be. */
async function* linesOf(
  file: DeliveredFile,
  blockBytes: number,
): AsyncGenerator<{ start: number; length: number; linesBefore: number; bytes: Uint8Array | null }> {
  let start = 0
  let linesBefore = 0
  let wanted = blockBytes
  while (start < file.size) {
    const bytes = await file.read(start, wanted)
    const isLast = start + bytes.length >= file.size || bytes.length < wanted
    const length = isLast ? bytes.length : bytes.lastIndexOf(0x0a) + 1
    if (length === 0) {
      wanted *= 2
      if (wanted > MAX_FEATURE_BYTES + blockBytes) {
        yield { start, length, linesBefore, bytes: null }
        return
      }
      continue
    }
    const lines = bytes.subarray(0, length)
    yield { start, length, linesBefore, bytes: lines }
    for (let at = lines.indexOf(0x0a); at >= 0; at = lines.indexOf(0x0a, at + 1)) linesBefore++
    start += length
    wanted = blockBytes
  }
}

async function* rowsOf(file: DeliveredFile, blocks: readonly Block[]): AsyncGenerator<SourceRow> {
  let rowNo = 0
  for (const { start, length, linesBefore, spans } of blocks) {
    const text = asOneByteText(await file.read(start, length))
    for (let i = 0; i < spans.length; i += 2) {
      rowNo++
      const span = { start: spans[i]!, end: spans[i + 1]! }
      try {
        yield readRow(text, span, rowNo, file.name)
      } catch (error) {
        if (!(error instanceof Refusal) || linesBefore === 0) throw error
        const lines = '\n'.repeat(linesBefore) // so that it is told with its line in the file
        const moved = { start: span.start + linesBefore, end: span.end + linesBefore }
        yield readRow(lines + text, moved, rowNo, file.name)
      }
    }
  }
}
