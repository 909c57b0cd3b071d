/** Reading what the build made: everything the rest of the server asks about parcels. */
export { CatalogReader, packOf } from './catalog-store.ts'
export { conflicts } from './conflict-store.ts'
export { dossier } from './dossier-store.ts'
export { findParcels, stats } from './find-store.ts'
export { lineage, ParcelRetired, parcelCard, places, resolveParcel } from './card-store.ts'
export { parcelsWhere, type ParcelConditions } from './query-store.ts'
export { readStanding, standingOrRefuse, versionOf, type Standing } from './standing-store.ts'
