import { expect, test } from 'vitest'
import { TileCache } from '../../server/tile/cache.ts'

const tile = (bytes: number) => new Uint8Array(bytes)

test('the tile used longest ago makes room', () => {
  const cache = new TileCache(3 * (1_000 + 200))
  for (const key of ['a', 'b', 'c']) cache.set(key, tile(1_000))
  cache.get('a') // used again
  cache.set('d', tile(1_000))
  expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key) !== undefined)).toEqual(['a', 'c', 'd'])
  expect(cache.bytes).toBeLessThanOrEqual(3_600)
})

test('an empty tile is remembered as empty', () => {
  const cache = new TileCache(1_000)
  cache.set('a', null)
  expect(cache.get('a')).toBeNull()
  expect(cache.get('b')).toBeUndefined()
})

test('a tile set twice counts once', () => {
  const cache = new TileCache(10_000)
  cache.set('a', tile(5_000))
  cache.set('a', tile(100))
  expect(cache.bytes).toBe(300)
})
