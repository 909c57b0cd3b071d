import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { baseKinds, eachBase } from '../helpers/database.ts'
import { startApp } from '../server/client.ts'
import { givenTown } from '../server/town.ts'
import type { Stage } from './case.ts'
import { hostileInputs, ofTheBase } from './table.ts'

test('every hostile input from B01 to B96 has its place', () => {
  const ids = Array.from({ length: 96 }, (_, i) => `B${String(i + 1).padStart(2, '0')}`)
  expect(Object.keys(hostileInputs).toSorted()).toEqual(ids)
  expect(ids.filter((id) => hostileInputs[id]!.length === 0)).toEqual([])
})

eachBase('a hostile input', (open, kind) => {
  let stage: Stage
  beforeAll(async () => {
    await givenTown(open())
    stage = { base: open(), client: await startApp(open()) }
  })
  afterAll(() => stage?.client.close())

  const tried = Object.entries(hostileInputs).filter(([id]) => kind === baseKinds[0] || ofTheBase.has(id))
  describe.each(tried)('%s', (_id, cases) => {
    test.each(cases.map((each) => [each.what, each] as const))('%s', async (_what, each) => {
      await each.run(stage)
      const next = await stage.client.get('/api/parcels')
      expect(next.status).toBe(200)
      expect(await next.json()).toMatchObject({ total: 3 })
    })
  })
})
