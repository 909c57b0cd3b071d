import { expect, test } from 'vitest'
import { publishedBuild } from '../helpers/published.ts'
import { readLedger } from '../../server/build/store.ts'
import { undoDelivery } from '../../server/record/store.ts'
import { eachBase } from '../helpers/database.ts'
import { approval, deliver, rect } from './given.ts'

const at = (minute: number): string => `2024-07-01T08:${String(minute).padStart(2, '0')}:00Z`

eachBase('a build notes the deliveries it reads', (open) => {
  const approvedM2 = async (minute: number): Promise<number> => {
    await publishedBuild(open(), { asOf: '2024-06-30', startedAt: at(minute) })
    return (await readLedger(open().db)).total.accounts.approved
  }

  test('one that is dated a little later than the build began is found by the next build', async () => {
    await deliver(open(), [approval('甲', rect(0, 0, 100, 100))], at(0))
    await deliver(open(), [approval('乙', rect(200, 0, 100, 100))], at(5))
    expect(await approvedM2(3)).toBe(10_000)
    expect(await approvedM2(6)).toBe(20_000)
  })

  test('one that is taken back a little later than the build began is gone in the next', async () => {
    const [delivery] = await deliver(open(), [approval('丙', rect(400, 0, 100, 100))], at(7))
    await undoDelivery(open(), delivery!, at(12))
    expect(await approvedM2(10)).toBe(30_000)
    expect(await approvedM2(13)).toBe(20_000)
  })
})
