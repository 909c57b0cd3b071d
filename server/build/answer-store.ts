import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import type { City } from './city.ts'
import type { ParcelKey } from './succession.ts'
import { writeDifferences, type Span } from './write-differences.ts'
import { writeEntries } from './write-entries.ts'
import { findingTable } from './write-findings.ts'
import { linkTable, linksOf } from './write-links.ts'
import { pieceTable } from './write-pieces.ts'

/** Rows of each table a build opened and closed. */
export interface AnswerCounts {
  readonly opened: number
  readonly closed: number
}

/**
 * Writes what a build says of its parcels: links, findings, ledger. Only what is otherwise than in the build before, by
 * what rows say, not by their numbers; new rows are numbered in the canonical order of the city.
 * @param keys by parcel of the city; its own parcels come first, what follows is only named by findings
 */
export async function writeAnswers(
  tx: Transaction<Database>,
  span: Span,
  city: City,
  keys: readonly ParcelKey[],
): Promise<AnswerCounts> {
  const links = await writeDifferences(tx, span, linkTable, linksOf(city, keys))
  const findings = await writeDifferences(tx, span, findingTable(keys), city.findings)
  const pieces = await writeDifferences(tx, span, pieceTable(keys), city.ledger.pieces)
  await writeEntries(tx, span, city, pieces)
  const all = [links, findings, pieces]
  return {
    opened: all.reduce((sum, { opened }) => sum + opened.length, 0),
    closed: all.reduce((sum, { closed }) => sum + closed.length, 0),
  }
}
