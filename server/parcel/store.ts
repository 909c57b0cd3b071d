/** Reading what the build made: everything the rest of the server asks about parcels. */
export { CatalogReader, packOf } from './catalog-store.ts'
export { conflicts } from './conflict-store.ts'
export { dossier } from './dossier-store.ts'
export { findParcels, stats } from './find-store.ts'
export { ParcelRetired, parcelCard, resolveParcel } from './card-store.ts'
export { lineage } from './lineage-store.ts'
export { places } from './place-store.ts'
export { parcelsWhere, type ParcelConditions } from './query-store.ts'
export {
  readStanding,
  standingAt,
  versionOf,
  type Moment,
  type Question,
  type Standing,
} from './standing-store.ts'
