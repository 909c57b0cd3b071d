import type { LandRecord } from '../record/record.ts'
import { compareBytes } from './bytes.ts'

/**
 * The canonical order of records: by what they say they are, never by when they reached us. Record ids follow the order
 * of deliveries, and the `#2` of a key that repeats within a delivery follows its rows, so neither may decide anything:
 * of rows with one key the content decides.
 */
export function compareRecords(a: LandRecord, b: LandRecord): number {
  return (
    compareText(a.kind, b.kind) ||
    compareText(a.layer, b.layer) ||
    compareText(keyWithoutRepeat(a.key), keyWithoutRepeat(b.key)) ||
    compareText(a.countyCode, b.countyCode) ||
    compareText(contentOf(a), contentOf(b)) ||
    compareBytes(a.wkb ?? noBytes, b.wkb ?? noBytes) ||
    compareText(a.key, b.key)
  )
}

const noBytes = new Uint8Array()
const keyWithoutRepeat = (key: string): string => key.replace(/#\d+$/, '')
const contentOf = (record: LandRecord): string =>
  JSON.stringify(Object.entries(record.fields).toSorted(([a], [b]) => compareText(a, b)))

/** By code unit: the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
