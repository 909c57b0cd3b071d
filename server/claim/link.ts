import type { Fields, RecordKind } from '../record/record.ts'

/** A document that speaks of the parcel, with how much of it they have in common. */
export interface Link<K extends RecordKind = RecordKind> {
  readonly recordId: number
  readonly kind: K
  /** Name of the layer for kind `layer`, else ''. */
  readonly layer: string
  readonly doc: string | null
  readonly fields: Fields<K>
  /** Planar area in common, m²; null when linked by number alone. */
  readonly areaM2: number | null
  readonly shareOfParcel: number | null
  readonly shareOfRecord: number | null
  readonly certainty: 'certain' | 'probable'
}
export type AnyLink = { [K in RecordKind]: Link<K> }[RecordKind]

export const linksOf = <K extends RecordKind>(links: readonly AnyLink[], kind: K): Link<K>[] =>
  links.filter((link): link is AnyLink & Link<K> => link.kind === kind)

export const zonesOf = (links: readonly AnyLink[], layer: string): Link<'layer'>[] =>
  linksOf(links, 'layer').filter((zone) => zone.layer === layer)

/** The record that covers most of the parcel; numbers in common beat shapes, the older record number ends a tie. */
export function foremost<K extends RecordKind>(links: readonly Link<K>[]): Link<K> | undefined {
  return links.toSorted(
    (a, b) =>
      Number(b.certainty === 'certain') - Number(a.certainty === 'certain') ||
      (b.shareOfParcel ?? 0) - (a.shareOfParcel ?? 0) ||
      a.recordId - b.recordId,
  )[0]
}

/** Whether the record speaks of this parcel and not of a neighbour it merely touches. */
export const isMostlyAbout = (link: Link): boolean =>
  link.certainty === 'certain' || (link.shareOfParcel ?? 0) >= 0.5 || (link.shareOfRecord ?? 0) >= 0.5
