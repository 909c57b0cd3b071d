import type { WhatIf } from '../strategy/what-if.ts'
import { NO_VALUE, type TileLayer, type TileValue } from './layer.ts'

/** Attribute of a parcel that would move: the strategy it has now. */
export const FROM_KEY = 'from'

/**
 * The parcels with the strategies they would have under rules that are tried, and with `from` on those that would move.
 * Shapes are shared with the layer; only attributes are new, so that cutting its tiles costs what any tile costs.
 */
export function previewLayer(
  layer: TileLayer,
  { snapshot, strategies, before, after }: Pick<WhatIf, 'snapshot' | 'strategies' | 'before' | 'after'>,
): TileLayer {
  const width = layer.attributes.length
  const values: TileValue[] = [...layer.values]
  const positions = strategies.map((code) => {
    const at = values.indexOf(code)
    return at >= 0 ? at : values.push(code) - 1
  })
  const strategyAt = layer.attributes.findIndex(({ name }) => name === 'strategy')
  const valueOf = new Uint32Array(layer.count * (width + 1)).fill(NO_VALUE)
  const { parcelIds } = snapshot.parcels
  // Both are in the order of parcel numbers; a parcel without a shape is in one of them only.
  for (let i = 0, row = 0; i < layer.count; i++) {
    const to = i * (width + 1)
    for (let a = 0; a < width; a++) valueOf[to + a] = layer.valueOf[i * width + a]!
    while (row < parcelIds.length && parcelIds[row]! < layer.ids[i]!) row++
    if (parcelIds[row] !== layer.ids[i]!) continue
    valueOf[to + strategyAt] = positions[after[row]!]!
    if (after[row] !== before[row]) valueOf[to + width] = positions[before[row]!]!
  }
  return {
    ...layer,
    attributes: [...layer.attributes, { name: FROM_KEY, role: 'group' }],
    values,
    valueOf,
  }
}
