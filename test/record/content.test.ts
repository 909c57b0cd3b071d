import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { contentOf, hashOf, keepContent, readContent } from '../../server/record/content-store.ts'
import { eachBase } from '../helpers/database.ts'

eachBase('the bytes of a delivery', (open) => {
  test.each([
    ['an empty file', 0],
    ['one of one piece', 4 << 20],
    ['one of three pieces', (8 << 20) + 1],
  ])('%s comes back as it was kept, and is kept once', async (_, size) => {
    const bytes = new Uint8Array(size).map((_, i) => (i * 31) % 251)
    const sha256 = await hashOf(contentOf(bytes))
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    for (let times = 0; times < 2; times++)
      await open().transaction((tx) => keepContent(tx, sha256, contentOf(bytes)))
    const pieces: Uint8Array[] = []
    for await (const piece of readContent(open().db, sha256)) pieces.push(piece)
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
    expect(pieces).toHaveLength(size > 4 << 20 ? 3 : 1)
  })
})
