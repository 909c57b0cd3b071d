import { createHash } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'

/** The bytes of a delivery, taken piece by piece as often as asked. */
export interface Content {
  /** @param bytes of one piece; a piece stays as it is when the next is taken */
  chunks(bytes: number): AsyncIterable<Uint8Array>
}

/** Bytes of one piece in the base. */
const PIECE_BYTES = 4 << 20

/** Bytes that are at hand already, as content. */
export function contentOf(bytes: Uint8Array): Content {
  return {
    async *chunks(size) {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    },
  }
}

/** SHA-256 in hex: what a file is known by. */
export async function hashOf(content: Content): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of content.chunks(PIECE_BYTES)) hash.update(piece)
  return hash.digest('hex')
}

/** Keeps the bytes once, whoever delivers them; one piece in the row itself, more in rows of their own. */
export async function keepContent(
  tx: Transaction<Database>,
  sha256: string,
  content: Content,
): Promise<void> {
  const known = await tx
    .selectFrom('delivered_file')
    .select('sha256')
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  if (known) return
  let first: Uint8Array | null = null
  let pieceNo = 0
  for await (const piece of content.chunks(PIECE_BYTES)) {
    pieceNo++
    if (pieceNo === 1) {
      first = piece
      continue
    }
    if (pieceNo === 2) {
      await insertFile(tx, sha256, null)
      await insertPiece(tx, sha256, 1, first!)
      first = null
    }
    await insertPiece(tx, sha256, pieceNo, piece)
  }
  if (pieceNo < 2) await insertFile(tx, sha256, first ?? new Uint8Array())
}

async function insertFile(
  tx: Transaction<Database>,
  sha256: string,
  bytes: Uint8Array | null,
): Promise<void> {
  // another import may have brought the same file since we looked
  await tx
    .insertInto('delivered_file')
    .values({ sha256, bytes })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute()
}

async function insertPiece(
  tx: Transaction<Database>,
  sha256: string,
  pieceNo: number,
  bytes: Uint8Array,
): Promise<void> {
  await tx
    .insertInto('delivered_piece')
    .values({ sha256, piece_no: pieceNo, bytes })
    .onConflict((conflict) => conflict.columns(['sha256', 'piece_no']).doNothing())
    .execute()
}

/** The kept bytes in their order, one piece in memory at a time. */
export async function* readContent(db: Kysely<Database>, sha256: string): AsyncGenerator<Uint8Array> {
  const file = await db
    .selectFrom('delivered_file')
    .select('bytes')
    .where('sha256', '=', sha256)
    .executeTakeFirstOrThrow()
  if (file.bytes !== null) {
    yield file.bytes
    return
  }
  for (let pieceNo = 1; ; pieceNo++) {
    const { rows } = await sql<{ bytes: Uint8Array }>`
      select bytes from delivered_piece where sha256 = ${sha256} and piece_no = ${pieceNo}
    `.execute(db)
    if (!rows[0]) return
    yield rows[0].bytes
  }
}
