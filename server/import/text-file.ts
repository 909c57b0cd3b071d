import { EncodingTally } from './chinese-encoding.ts'
import type { DeliveredFile } from './delivered-file.ts'
import { MAX_FEATURE_BYTES } from './limits.ts'
import {
  encodingOfContent,
  encodingOfStart,
  isUtf8,
  strictDecoder,
  type DecodedText,
  type TextEncoding,
} from './text.ts'

/** Read at once, bytes. */
const PIECE_BYTES = 1 << 20

/** A file of text, never all of it in memory. */
export interface TextFile {
  readonly encoding: DecodedText['encoding']
  /** The text from its beginning, piece by piece. */
  pieces(): AsyncGenerator<string>
}

/**
 * As `decodeText`, of a file of any size: walked through to see whether it is UTF-8; where it is not, twice more, to tell
 * its encoding and to see that it is kept to the end.
 * @throws Refusal ENCODING_INVALID, ENCODING_UNKNOWN
 */
export async function openText(file: DeliveredFile, pieceBytes: number = PIECE_BYTES): Promise<TextFile> {
  const { encoding, label, mark } = encodingOfStart(await file.read(0, 4)) ?? (await settle(file, pieceBytes))
  async function* pieces(): AsyncGenerator<string> {
    const decode = strictDecoder(label, file.name)
    for (let at = mark; at < file.size; at += pieceBytes)
      yield decode(await file.read(at, pieceBytes), at + pieceBytes >= file.size)
  }
  if (encoding !== 'UTF-8') for await (const _ of pieces()) continue // what is no text of that encoding is refused now
  return { encoding, pieces }
}

async function settle(file: DeliveredFile, pieceBytes: number): Promise<TextEncoding> {
  const isAllUtf8 = await isUtf8File(file, pieceBytes)
  const tally = new EncodingTally()
  if (!isAllUtf8) for await (const piece of wholeTexts(file, pieceBytes)) tally.add(piece)
  return encodingOfContent(isAllUtf8, () => tally.score(), file.name)
}

async function isUtf8File(file: DeliveredFile, pieceBytes: number): Promise<boolean> {
  for await (const piece of wholeTexts(file, pieceBytes)) if (!isUtf8(piece)) return false
  return true
}

/** The file, cut where a character ends in every encoding that may have no mark. */
async function* wholeTexts(file: DeliveredFile, pieceBytes: number): AsyncGenerator<Uint8Array> {
  let wanted = pieceBytes
  for (let at = 0; at < file.size;) {
    const piece = await file.read(at, wanted)
    const isLast = at + piece.length >= file.size || piece.length < wanted
    const end = isLast ? piece.length : endOfAscii(piece)
    if (end === 0 && wanted < MAX_FEATURE_BYTES) {
      wanted *= 2
      continue
    }
    const whole = piece.subarray(0, end || piece.length)
    if (whole.length === 0) return // cut while it is read
    yield whole
    at += whole.length
    wanted = pieceBytes
  }
}

/** Behind the last byte of ASCII, where a character ends in every encoding that may have no mark; 0 where there is none. */
function endOfAscii(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && bytes[end - 1]! >= 0x80) end--
  return end
}
