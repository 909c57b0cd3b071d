import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Draft } from '../../server/record/draft.ts'
import { contentHash } from '../../server/record/entry.ts'

const fields = {
  use: '工业',
  b: 'a "b" \\ \u0001',
  half: '\ud800',
  area_ha: 1.5,
  zero: -0,
  site_clean: false,
  none: null,
}
const draft = (more: object): Draft =>
  ({
    rowNo: 1,
    key: 'K',
    doc: null,
    fields,
    raw: {},
    geometry: null,
    areaDocumentM2: null,
    repaired: false,
    ...more,
  }) as Draft

describe('what a row says', () => {
  test.each<[string, object, string]>([
    ['nothing', { fields: {} }, '[[],null,null,null,null,null]'],
    [
      'fields in any order, with what they mean',
      {},
      '[[["area_ha",1.5],["b","a \\"b\\" \\\\ \\u0001"],["half","\\ud800"],["none",null],["site_clean",false],["use","工业"],["zero",0]],null,null,null,null,null]',
    ],
    [
      'its document, area, days and system',
      {
        fields: {},
        doc: 'X',
        areaDocumentM2: 2,
        validFrom: '2020-01-01',
        validTo: '2021-01-01',
        delivered: { srid: 4490, wkb: Buffer.from('shape') },
      },
      '[[],"X",2,"2020-01-01","2021-01-01",4490]', // how the shape was written there does not count
    ],
  ])('is hashed from %s', (_, more, hashed) => {
    const hash = createHash('sha256').update(hashed).digest('hex') // the very text: bases hold such hashes
    expect(contentHash(draft(more), null)).toBe(hash)
    const turned = Object.fromEntries(Object.entries(draft(more).fields).toReversed())
    expect(contentHash(draft({ ...more, fields: turned }), null)).toBe(hash)
  })
})
