import { sql, type Transaction } from 'kysely'
import { bulkInsert } from '../db/bulk.ts'
import type { Database } from '../db/schema.ts'
import { accounts, type Account } from './account.ts'
import type { City } from './city.ts'
import { NO_DISTRICT } from './faces.ts'
import type { Span, Written } from './write-differences.ts'

/** Whole billionths of a square metre per m². */
const NANO = 1e9
/** What a piece adds to its figure. The same for a piece read back: a double keeps its bits in the base. */
const nanoM2 = (areaM2: number): bigint => BigInt(Math.round(areaM2 * NANO))

/** Figures of every district, exact. */
type Books = Map<string, Map<Account, bigint>>

/**
 * Writes the figures of a build: each the exact sum of its pieces, whether all pieces are summed or yesterday's figure
 * and what was opened and closed since, so that both give the same digits.
 *
 * A district of the district layer has figures though all be zero; land outside every district only where there is some.
 * @param city of the whole city, or with `owned` of the part that is asked again
 * @param pieces what `city.ledger.pieces` opened and closed
 */
export async function writeEntries(
  tx: Transaction<Database>,
  span: Span,
  city: City,
  pieces: Written,
): Promise<void> {
  const isWhole = span.owned === null || span.previous === null
  const books: Books = isWhole ? new Map() : await previousBooks(tx, span.previous!)
  const book = (district: string, account: Account, nano: bigint): void => {
    const figures = books.get(district) ?? new Map<Account, bigint>()
    figures.set(account, (figures.get(account) ?? 0n) + nano)
    books.set(district, figures)
  }
  if (isWhole) {
    for (const { districtCode, account, areaM2 } of city.ledger.pieces)
      book(districtCode, account, nanoM2(areaM2))
  } else {
    for (const at of pieces.opened) {
      const { districtCode, account, areaM2 } = city.ledger.pieces[at]!
      book(districtCode, account, nanoM2(areaM2))
    }
    for (const { district, account, areaM2 } of await closedPieces(tx, span.buildId))
      book(district, account, -nanoM2(areaM2))
  }
  const named = isWhole
    ? city.ledger.districts.map(({ code }) => code)
    : await namedDistricts(tx, span.buildId)
  await bulkInsert(
    tx,
    'ledger_entry',
    districtsWithFigures(books, named).flatMap((district) =>
      accounts.map((account) => {
        const nano = books.get(district)?.get(account) ?? 0n
        return {
          build_id: span.buildId,
          district_code: district,
          account,
          area_m2: Number(nano) / NANO,
          area_nano_m2: String(nano),
        }
      }),
    ),
    { build_id: 'int8', district_code: 'text', account: 'text', area_m2: 'float8', area_nano_m2: 'numeric' },
  )
}

/** Districts of the layer, and whatever else has land. */
function districtsWithFigures(books: Books, named: readonly string[]): string[] {
  const withLand = [...books].filter(([, figures]) => [...figures.values()].some((nano) => nano !== 0n))
  const codes = new Set([...named.filter((code) => code !== NO_DISTRICT), ...withLand.map(([code]) => code)])
  return [...codes].toSorted()
}

async function previousBooks(tx: Transaction<Database>, previous: number): Promise<Books> {
  const rows = await tx
    .selectFrom('ledger_entry')
    // as text: a figure has more digits than a double
    .select(['district_code', 'account', sql<string>`area_nano_m2::text`.as('nano')])
    .where('build_id', '=', previous)
    .execute()
  const books: Books = new Map()
  for (const { district_code, account, nano } of rows) {
    const figures = books.get(district_code) ?? new Map<Account, bigint>()
    figures.set(account as Account, BigInt(nano))
    books.set(district_code, figures)
  }
  return books
}

async function closedPieces(
  tx: Transaction<Database>,
  buildId: number,
): Promise<{ district: string; account: Account; areaM2: number }[]> {
  const rows = await tx
    .selectFrom('ledger_piece')
    .select(['district_code as district', 'account', 'area_m2 as areaM2'])
    .where('to_build', '=', buildId)
    .execute()
  return rows.map((row) => ({ ...row, account: row.account as Account }))
}

/** Codes of the districts a build knows, as the overlay reads them (faces.ts). */
async function namedDistricts(tx: Transaction<Database>, buildId: number): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    select distinct substring(r.fields ->> 'code' from '^\\d{6}') as code
    from record as r join build on build.build_id = ${buildId}::bigint
    where r.kind = 'layer' and r.layer = 'district' and r.geom is not null
      and r.fields ->> 'code' ~ '^\\d{6}'
      and r.valid_during @> build.as_of and r.recorded_at <= build.known_at
      and (r.replaced_at is null or r.replaced_at > build.known_at)`.execute(tx)
  return rows.map(({ code }) => code)
}
