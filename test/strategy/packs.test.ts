import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { packDetailSchema, packLibrarySchema } from '../../server/contract.ts'
import { defaultPack, deliveredPacks, loadPack } from '../../server/rule/pack.ts'
import { runClassify } from '../../server/strategy/classify.ts'
import { putInForce, packInForce } from '../../server/strategy/pack-store.ts'
import { listPacks, onePack } from '../../server/strategy/packs.ts'
import { previewPack } from '../../server/strategy/preview.ts'
import { eachBase } from '../helpers/database.ts'
import { refusalOf } from '../helpers/refusal.ts'
import { givenBuild } from './given.ts'

const pack = defaultPack()
const delivered = (file: string) => deliveredPacks().find((each) => each.file === file)!.pack
const strict = delivered('zhuzhou-strict.yaml')
const tolerant = loadPack(pack.yaml.replace('tol: { value: 1,', 'tol: { value: 2,'))

eachBase('which pack holds', (open) => {
  const on = async (asOf: string, knownAt?: string) => {
    const { pack: held, from, early } = await packInForce(open().db, asOf, knownAt)
    return { hash: held.hash, from, early }
  }
  const adopt = (order: { pack: typeof pack; validFrom: string; adoptedAt: string; reason?: string }) =>
    open().transaction((tx) => putInForce(tx, { by: '政策科', reason: '市政府会议纪要', ...order }))

  beforeAll(() =>
    givenBuild(open(), {
      asOf: '2025-01-31',
      parcels: [
        {
          parcelId: 43021100000001,
          kind: 'remainder',
          stage: 'approved',
          records: [{ recordId: 1, kind: 'approval', doc: '湘政地[2022]1号', fields: {} }],
        },
      ],
    }),
  )

  test('the one that ships, from its own day, while nobody has said anything', async () => {
    expect(await on('2025-01-31')).toEqual({ hash: pack.hash, from: '2024-11-11', early: false })
    expect(await on('2024-11-10')).toEqual({ hash: pack.hash, from: '2024-11-11', early: true })
  })

  test('is written down by the first classification, once, so that a later version does not change it', async () => {
    const run = () => runClassify(open(), { startedAt: '2025-02-01T08:00:00Z' })
    expect((await run()).inForce).toEqual({
      from: '2024-11-11',
      adoption: {
        from: '2024-11-11',
        adoptedBy: 'terrier',
        reason: '随产品交付 ships with the product',
        adoptedAt: '2025-02-01T08:00:00.000Z',
      },
      early: false,
    })
    await run()
    expect(await open().db.selectFrom('pack_adoption').selectAll().execute()).toHaveLength(1)
  })

  test('a day before any pack held is answered by the earliest, and said to be', async () => {
    const summary = await runClassify(open(), { startedAt: '2025-02-01T08:00:00Z', asOf: '2020-01-01' })
    expect(summary).toMatchObject({ rulePack: { code: 'zhuzhou-2024' }, inForce: { early: true } })
  })

  test('an adopted one from its day on; the day before keeps what held', async () => {
    await adopt({ pack: strict, validFrom: '2025-07-01', adoptedAt: '2025-06-20T09:00:00Z' })
    expect(await on('2025-06-30')).toMatchObject({ hash: pack.hash })
    expect(await on('2025-07-01')).toEqual({ hash: strict.hash, from: '2025-07-01', early: false })
    const { rulePack } = await runClassify(open(), { startedAt: '2025-07-02T08:00:00Z', asOf: '2025-07-02' })
    expect(rulePack.code).toBe('zhuzhou-strict')
    const before = await runClassify(open(), { startedAt: '2025-07-02T08:00:00Z', asOf: '2025-06-30' })
    expect(before.rulePack.code).toBe('zhuzhou-2024')
  })

  test('of two with the same first day the one said last, and what was known before stays askable', async () => {
    await adopt({ pack: tolerant, validFrom: '2025-07-01', adoptedAt: '2025-09-01T09:00:00Z' })
    expect(await on('2025-08-01')).toMatchObject({ hash: tolerant.hash })
    expect(await on('2025-08-01', '2025-08-31T00:00:00Z')).toMatchObject({ hash: strict.hash })
    expect(await on('2025-08-01', '2025-06-01T00:00:00Z')).toMatchObject({ hash: pack.hash })
  })

  test('one adopted later for an earlier day leaves the later days alone', async () => {
    await adopt({ pack: strict, validFrom: '2025-03-01', adoptedAt: '2025-10-01T09:00:00Z' })
    expect(await on('2025-03-01')).toMatchObject({ hash: strict.hash })
    expect(await on('2025-07-01')).toMatchObject({ hash: tolerant.hash })
  })

  test('what was said is never changed', async () => {
    for (const statement of [
      sql`update pack_adoption set reason = '另一个'`,
      sql`delete from pack_adoption`,
      sql`update rule_pack set yaml = ''`,
      sql`delete from rule_pack`,
    ]) {
      await expect(statement.execute(open().db)).rejects.toThrow('never changed')
    }
  })

  test('an unsound pack, one about something else and one nobody answers for are refused', async () => {
    const unsound = loadPack(pack.yaml.replace('flags.block > 0', 'flags.block > 0 AND flags.block < 0'))
    const at = { validFrom: '2026-01-01', adoptedAt: '2025-12-01T00:00:00Z' }
    const trees = delivered('philadelphia-vacant-land.yaml')
    expect((await refusalOf(adopt({ pack: unsound, ...at }))).code).toBe('RULE_PACK_UNSOUND')
    expect((await refusalOf(adopt({ pack: trees, ...at }))).code).toBe('RULE_PACK_OTHER_FACTS')
    expect((await refusalOf(adopt({ pack: strict, ...at, reason: ' ' }))).code).toBe('ADOPTION_UNSIGNED')
    expect((await refusalOf(previewPack(open(), trees.yaml))).code).toBe('RULE_PACK_OTHER_FACTS')
    const classify = runClassify(open(), { startedAt: at.adoptedAt, packText: trees.yaml })
    expect((await refusalOf(classify)).code).toBe('RULE_PACK_OTHER_FACTS')
  })

  test('all can be chosen from: those kept, and those delivered but never used', async () => {
    const list = await listPacks(open().db, '2025-08-01')
    expect(() => packLibrarySchema.parse(list)).not.toThrow()
    expect(list.current).toBe(tolerant.hash)
    expect(list.packs.map(({ hash }) => hash).toSorted()).toEqual(
      [...deliveredPacks().map((each) => each.pack.hash), tolerant.hash].toSorted(),
    )
    const entry = list.packs.find(({ hash }) => hash === strict.hash)!
    expect(entry).toMatchObject({ file: 'zhuzhou-strict.yaml', keptSince: '2025-06-20T09:00:00.000Z' })
    expect(entry.inForce.map(({ from }) => from)).toEqual(['2025-07-01', '2025-03-01'])
    expect(list.packs.find(({ hash }) => hash === tolerant.hash)!.file).toBeNull()
  })

  test('one is shown whole, by its hash, the beginning of it, or its code', async () => {
    const detail = await onePack(open().db, tolerant.hash.slice(0, 12))
    expect(() => packDetailSchema.parse(detail)).not.toThrow()
    expect(detail.yaml).toBe(tolerant.yaml)
    expect(detail.parameters.find(({ name }) => name === 'tol')).toMatchObject({ value: 2, unit: 'm2' })
    expect((await onePack(open().db, 'zhuzhou-strict')).hash).toBe(strict.hash)
    expect((await refusalOf(onePack(open().db, 'zhuzhou-1999'))).code).toBe('RULE_PACK_UNKNOWN')
  })
})
