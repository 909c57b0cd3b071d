import { sql } from 'kysely'
import { contentHash } from './content-hash.ts'
import type { LedgerPiece } from './ledger.ts'
import type { ParcelKey } from './succession.ts'
import type { KeptTable } from './write-differences.ts'

/** @param keys by parcel of the city */
export function pieceTable(keys: readonly ParcelKey[]): KeptTable<LedgerPiece> {
  const parcelOf = ({ parcel }: LedgerPiece): number | null =>
    parcel === null ? null : keys[parcel]!.parcelId
  return {
    name: 'ledger_piece',
    key: ['piece_id', 'from_build'],
    numbered: { column: 'piece_id', counter: 'ledger_piece' },
    columns: {
      district_code: ['text', ({ districtCode }) => districtCode],
      account: ['text', ({ account }) => account],
      record_ids: ['int8[]', idsOf],
      parcel_id: ['int8', parcelOf],
      area_m2: ['float8', ({ areaM2 }) => areaM2],
      geom: ['geometry', ({ wkb }) => wkb],
    },
    ownerOf: ({ records }) => records[0]!.recordId,
    belongsTo: (owned) => sql<boolean>`owner_record_id = any(${owned}::bigint[])`,
    hashOf: (piece) =>
      contentHash(
        `${piece.account} ${piece.districtCode} ${idsOf(piece).join()} ${parcelOf(piece)} ${piece.areaM2}`,
        piece.wkb,
      ),
  }
}

const idsOf = ({ records }: LedgerPiece): number[] => records.map(({ recordId }) => recordId)
