import { describe, expect, test } from 'vitest'
import { lapseClock, remainderState, type RemainderFacts } from '../../server/ledger/remainder-state.ts'

const blank: RemainderFacts = {
  siteUsed: null,
  supplyPossible: null,
  expropriation: null,
  compensated: null,
  siteClean: null,
  inReserve: false,
}

describe('the state of a piece of remainder', () => {
  test.each<[string, Partial<RemainderFacts>, string]>([
    ['nothing said', {}, 'unknown'],
    ['not expropriated', { expropriation: 'none' }, 'notExpropriated'],
    ['partly expropriated', { expropriation: 'part', siteClean: true }, 'partlyExpropriated'],
    ['expropriated, cleanness not said', { expropriation: 'done' }, 'siteUnknown'],
    ['expropriated and clean', { expropriation: 'done', siteClean: true }, 'clean'],
    ['expropriated, not clean', { expropriation: 'done', siteClean: false }, 'notClean'],
    ['in the reserve', { expropriation: 'done', siteClean: true, inReserve: true }, 'inReserve'],
    [
      'cannot be supplied, whatever else',
      { expropriation: 'done', siteClean: true, supplyPossible: false },
      'notSuppliable',
    ],
    ['used, whatever else', { siteUsed: true, supplyPossible: false, expropriation: 'none' }, 'used'],
    ['unused is no state', { siteUsed: false }, 'unknown'],
    ['can be supplied is no state', { supplyPossible: true }, 'unknown'],
    ['in the reserve, expropriation not said', { inReserve: true }, 'unknown'],
  ])('%s', (_, facts, state) => expect(remainderState({ ...blank, ...facts })).toBe(state))
})

describe('the two-year clock', () => {
  const idle = { siteUsed: false, compensated: false }
  test.each([
    ['2022-06-30', '2024-06-29', '2024-06-30', 1, 'running'],
    ['2022-06-30', '2024-06-30', '2024-06-30', 0, 'running'], // the last day still counts
    ['2022-06-30', '2024-07-01', '2024-06-30', -1, 'lapseCandidate'],
    ['2020-02-29', '2022-02-28', '2022-02-28', 0, 'running'], // no 29th that year: the last day of the month
    ['2020-02-29', '2022-03-01', '2022-02-28', -1, 'lapseCandidate'],
  ])('approved %s, asked %s: last day %s, %i days left, %s', (approvedOn, asOf, lastDay, daysLeft, state) =>
    expect(lapseClock({ approvedOn, ...idle }, asOf)).toEqual({ lastDay, daysLeft, state }),
  )

  test.each<[string, Parameters<typeof lapseClock>[0], string]>([
    [
      'compensated land does not lapse by itself',
      { approvedOn: '2015-01-01', siteUsed: false, compensated: true },
      'compensated',
    ],
    ['nor does used land', { approvedOn: '2015-01-01', siteUsed: true, compensated: false }, 'used'],
    [
      'blank compensation is not "none"',
      { approvedOn: '2015-01-01', siteUsed: false, compensated: null },
      'unknown',
    ],
    ['nor is blank use', { approvedOn: '2015-01-01', siteUsed: null, compensated: false }, 'unknown'],
    ['no day, no clock', { approvedOn: null, siteUsed: false, compensated: false }, 'unknown'],
  ])('%s', (_, approval, state) => expect(lapseClock(approval, '2024-06-30').state).toBe(state))
})
