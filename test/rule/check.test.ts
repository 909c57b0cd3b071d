import { describe, expect, test } from 'vitest'
import { checkPack } from '../../server/rule/check.ts'
import { winnerOf } from '../../server/rule/evaluate.ts'
import { defaultPack, loadPack } from '../../server/rule/pack.ts'
import { goldenCases } from './golden.ts'

const pack = defaultPack()
const errors = (yaml: string) =>
  checkPack(loadPack(yaml)).complaints.filter(({ severity }) => severity === 'error')

describe('every strategy can be reached', () => {
  test('by the worked examples', () => {
    const { witnesses } = checkPack(
      pack,
      goldenCases().map(({ facts }) => facts),
    )
    expect([...witnesses.keys()].toSorted()).toEqual(pack.strategies.map(({ code }) => code).toSorted())
  })

  test('by facts the checker finds on its own, and which do give that strategy', () => {
    const { witnesses, complaints } = checkPack(pack)
    expect(complaints.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(witnesses.size).toBe(39)
    for (const [code, facts] of witnesses) expect(winnerOf(pack, facts).code).toBe(code)
  })
})

describe('what cannot be reached is complained about', () => {
  test('a fee clock as long as the recovery clock leaves no time for a fee', () => {
    expect(
      errors(pack.yaml.replace('idle_fee_after: { value: 12,', 'idle_fee_after: { value: 24,')),
    ).toMatchObject([{ code: 'DEAD', strategy: 'C5' }])
  })

  test('a strategy behind one that takes all its parcels, with such a parcel', () => {
    // Talk about expiry, but only of land on the low-efficiency list: E7 has taken all of it.
    const yaml = pack.yaml.replace(
      'AND days_to(term.end) <= :expiry_notice',
      'AND days_to(term.end) <= :expiry_notice AND low_eff.hit = TRUE',
    )
    const [complaint, ...rest] = errors(yaml)
    expect(rest).toEqual([])
    expect(complaint).toMatchObject({ code: 'SHADOWED', strategy: 'E8' })
    expect(complaint!.text.en).toContain('for example E7')
    expect(winnerOf(pack, complaint!.example!).code).toBe('E7')
  })

  test('a condition that is false whatever is true', () => {
    expect(errors(pack.yaml.replace('flags.block > 0', '1 > 2'))).toMatchObject([
      { code: 'CONSTANT', strategy: 'X1' },
      { code: 'DEAD', strategy: 'X1' },
    ])
  })
})

test('values and parameters no rule names are noted', () => {
  const { complaints } = checkPack(loadPack(pack.yaml.replace(':compact_from', '0.15')))
  const texts = complaints.map(({ text }) => text.en)
  expect(texts).toContain('No rule uses the parameter compact_from.')
  expect(texts).toContain('No rule names these values of "stage" (chain.stage): exited.')
})
