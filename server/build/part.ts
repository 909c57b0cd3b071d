import type { LandRecord } from '../record/record.ts'
import type { City } from './city.ts'

/**
 * What a city says of some documents, out of a city that holds all around them: their parcels with attributes and links,
 * and the findings and pieces of the ledger that begin with one of them. Parcels of other documents that findings name
 * follow after the own ones. Rows belong to one document each, so the parts of a city are the city.
 * @param owned record numbers
 */
export function partOf(city: City, owned: ReadonlySet<number>): City {
  const isOwn = ({ recordId }: LandRecord): boolean => owned.has(recordId)
  const own = [...city.parcels.keys()].filter((index) => isOwn(city.parcels[index]!.source))
  const findings = city.findings.filter(({ records }) => isOwn(records[0]!))
  const named = new Set(findings.flatMap(({ parcels }) => parcels))
  for (const index of own) named.delete(index)
  const kept = [...own, ...[...named].toSorted((a, b) => a - b)]
  const placeOf = new Map(kept.map((index, place) => [index, place]))
  return {
    ...city,
    parcels: kept.map((index) => city.parcels[index]!),
    ownParcels: own.length,
    attributes: own.map((index) => city.attributes[index]!),
    links: own.map((index) => city.links[index]!),
    findings: findings.map((finding) => ({
      ...finding,
      parcels: finding.parcels.map((index) => placeOf.get(index)!),
    })),
    ledger: {
      ...city.ledger,
      pieces: city.ledger.pieces
        .filter(({ records }) => isOwn(records[0]!))
        .map((piece) => ({ ...piece, parcel: piece.parcel === null ? null : placeOf.get(piece.parcel)! })),
    },
  }
}
