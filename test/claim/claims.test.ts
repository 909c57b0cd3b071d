import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimsOf } from '../../server/claim/claims.ts'
import { decide, seenClaims, seenHash, standingChoices, type Choice } from '../../server/claim/choice.ts'
import { moon, moonOld, paper, probable, said, shown, speakersOf, star } from './given.ts'

describe('the holder', () => {
  test('of a titled parcel is the one in the register, and the contract that names another contradicts it', () => {
    const field = said(
      'holder',
      speakersOf('titled', [paper(1, 'registration', moon), paper(2, 'supply', star)]),
    )
    expect(shown(field)).toEqual(['1 明月置业有限公司* 0', '2 星火装备有限公司 1'])
    expect(field.pairs).toEqual(['registration|supply'])
    expect(field.rule.rule).toBe('CP01')
  })

  test('of a supplied parcel is the one in its contract', () => {
    const field = said('holder', speakersOf('supplied', [paper(1, 'supply', star), paper(2, 'completion', { holder: moon.holder })])) // prettier-ignore
    expect(shown(field)).toEqual(['1 星火装备有限公司* 0', '2 明月置业有限公司 1'])
    expect(field.pairs).toEqual(['supply|completion'])
  })

  test.each([
    ['the same code under another name', { holder: '改名有限公司', holder_code: moon.holder_code }],
    ['the organisation code it had before', { holder: '更名前企业', holder_code: moonOld }],
    ['full width and blanks, no code', { holder: ' 明月置业　有限公司 ' }],
    ['one name of two in common, no code', { holder: '张三、明月置业有限公司' }],
  ])('is one by %s', (_, other) => {
    const field = said(
      'holder',
      speakersOf('titled', [paper(1, 'registration', moon), paper(2, 'supply', other)]),
    )
    expect([field.pairs, field.sides]).toEqual([[], [0, 0]])
  })

  test('left blank in the register contradicts nobody, and is not filled from the contract', () => {
    const field = said(
      'holder',
      speakersOf('titled', [paper(1, 'registration', {}), paper(2, 'supply', star)]),
    )
    expect(shown(field)).toEqual(['2 星火装备有限公司 0'])
    expect([field.ruled, field.pairs]).toEqual([undefined, []])
  })

  test('in a title of other land, or a contract that merely touches, is not heard', () => {
    const field = said('holder', speakersOf('titled', [
      paper(1, 'registration', moon),
      paper(2, 'registration', star, probable),
      paper(3, 'supply', star, { ...probable, shareOfParcel: 0.4, shareOfRecord: 0.4 }),
    ])) // prettier-ignore
    expect(shown(field)).toEqual(['1 明月置业有限公司* 0'])
  })
})

describe('the area by document', () => {
  // P608: up to max(2 m², 0.1 % of the larger). Of 10,000 m² that is 10; of 1,000 it is 2.
  test.each([
    [10_000, 1.0009, []], // 9 m²
    [10_000, 1.0011, ['registration|supply']], // 11 m² against 10.011
    [1_000, 0.1002, []], // 2 m²
    [1_000, 0.1003, ['registration|supply']], // 3 m²
  ])('%s m² registered, %s ha supplied', (areaM2, areaHa, pairs) => {
    const links = [paper(1, 'registration', { area_m2: areaM2 }), paper(2, 'supply', { area_ha: areaHa })]
    const field = said('area', speakersOf('titled', links))
    expect(field.pairs).toEqual(pairs)
    expect(field.claims[1]!.value).toBe(Math.round(areaHa * 1e10) / 1e6)
    expect(field.ruled?.link.recordId).toBe(1)
  })

  test('is stated only by documents of exactly this land', () => {
    const over = { shareOfRecord: 0.5 } // a contract of two plots
    const unplaced = { shareOfParcel: null, shareOfRecord: null, areaM2: null }
    const links = [
      paper(1, 'registration', { area_m2: 5000 }, { shareOfRecord: 0.9 }), // its own title is whole all the same
      paper(2, 'supply', { area_ha: 1 }, over),
      paper(3, 'approval', { area_ha: 7 }, unplaced),
    ]
    expect(shown(said('area', speakersOf('titled', links)))).toEqual(['1 5000* 0'])
    expect(claimsOf(speakersOf('supplied', [paper(1, 'supply', { area_ha: 1 }, over)]))).toEqual([])
  })
})

describe('the use', () => {
  test('is compared by group: one use in two schemes is one, two codes alike are not', () => {
    const of = (use: string, use_scheme?: string) =>
      paper(2, 'supply', { use, ...(use_scheme && { use_scheme }) })
    const title = paper(1, 'registration', { use: '0701', use_scheme: 'GBT21010-2017' }) // 城镇住宅用地
    expect(said('use', speakersOf('titled', [title, of('城镇住宅用地')])).pairs).toEqual([])
    expect(said('use', speakersOf('titled', [title, of('工业用地')])).pairs).toEqual(['registration|supply'])
    // 1001 is industry in YDYH-2023 and a railway in GB/T 21010-2017
    const pair = [
      paper(1, 'registration', { use: '1001', use_scheme: 'YDYH-2023' }),
      of('1001', 'GBT21010-2017'),
    ]
    expect(said('use', speakersOf('titled', pair)).pairs).toEqual(['registration|supply'])
  })

  test('nobody can tell is another side, and no contradiction', () => {
    const links = [paper(1, 'registration', { use: '工业用地' }), paper(2, 'supply', { use: '见附件' })]
    const field = said('use', speakersOf('titled', links))
    expect([field.sides, field.pairs]).toEqual([[0, 1], []])
  })

  test('of a title that names none is that of its contract', () => {
    const field = said(
      'use',
      speakersOf('titled', [paper(1, 'registration', {}), paper(2, 'supply', { use: '工业用地' })]),
    )
    expect(shown(field)).toEqual(['2 工业用地* 0'])
  })
})

describe('numbers of documents', () => {
  test('are each their own: two approvals over one plot do not contradict, a contract naming neither does', () => {
    const links = [
      paper(1, 'supply', { supervision_no: '4302112021B00001', approval_doc_no: '湘政地〔2020〕9号' }),
      paper(2, 'approval', { doc_no: '湘政地〔2020〕1号' }),
      paper(3, 'approval', { doc_no: '湘政地〔2021〕5号' }),
    ]
    const field = said('approval_no', speakersOf('supplied', links))
    expect(field.pairs).toEqual(['supply|approval'])
    expect(field.ruled?.link.recordId).toBe(2)
    const copy = paper(1, 'supply', { approval_doc_no: '湘政地 [2021] 5号' })
    expect(said('approval_no', speakersOf('supplied', [copy, ...links.slice(1)])).pairs).toEqual([])
  })

  test('of a contract and its supplement are one', () => {
    const links = [
      paper(1, 'registration', { supervision_no: '4302112021B00001-1' }),
      paper(2, 'supply', { supervision_no: '4302112021B00001' }),
    ]
    expect(said('supervision_no', speakersOf('titled', links)).pairs).toEqual([])
  })

  test('the approval in force goes before one that covers more and was withdrawn', () => {
    const links = [
      paper(1, 'supply', {}),
      paper(2, 'approval', { doc_no: 'A', status: 'withdrawn' }),
      paper(3, 'approval', { doc_no: 'B' }, { shareOfParcel: 0.6 }),
    ]
    expect(said('approval_no', speakersOf('supplied', links)).ruled?.value).toBe('B')
  })
})

describe('what a contract agrees', () => {
  const no = '4302112021B00001'
  const first = paper(1, 'supply', { supervision_no: no, start_due: '2022-06-01', price_wan: 900 })

  test('is contradicted by a paper of the same contract', () => {
    const supplement = paper(2, 'supply', {
      supervision_no: `${no}-1`,
      start_due: '2023-06-01',
      price_wan: 900,
    })
    const speakers = speakersOf('supplied', [first, supplement])
    expect(shown(said('start_due', speakers))).toEqual(['1 2022-06-01* 0', '2 2023-06-01 1'])
    expect(said('start_due', speakers).pairs).toEqual(['supply|supply'])
    expect(said('price', speakers).pairs).toEqual([])
  })

  test('is not contradicted by another contract on the land: that is land supplied twice', () => {
    const other = paper(
      2,
      'supply',
      { supervision_no: '4302112023B00007', start_due: '2024-06-01', ...moon },
      probable,
    )
    expect(shown(said('start_due', speakersOf('supplied', [first, other])))).toEqual(['1 2022-06-01* 0'])
    const named = paper(1, 'supply', { supervision_no: no, ...star })
    expect(said('holder', speakersOf('supplied', [named, other])).pairs).toEqual(['supply|supply'])
  })
})

test('the expropriation office is believed before the register of approvals, and the other way where it is silent', () => {
  const approval = paper(1, 'approval', { expropriation: 'done', compensated: true })
  const office = paper(2, 'expropriation', { state: 'part' })
  const speakers = speakersOf('remainder', [approval, office])
  expect(shown(said('expropriation', speakers))).toEqual(['2 part* 0', '1 done 1'])
  expect(shown(said('compensated', speakers))).toEqual(['1 true* 0'])
})

test('the plan in force caps the floor area ratio before the contract; zones of other parts of the land are not heard', () => {
  const zone = (recordId: number, far_max: number, share: number, more = {}) =>
    paper(recordId, 'layer', { far_max, ...more }, { layer: 'control_plan', ...probable, shareOfParcel: share, shareOfRecord: 0.1 }) // prettier-ignore
  const links = [
    paper(1, 'supply', { far_max: 2 }),
    zone(2, 9, 0.9, { status: 'pending' }),
    zone(3, 2.5, 0.6),
    zone(4, 3, 0.3),
    zone(5, 8, 0.04),
  ]
  const field = said('far_max', speakersOf('supplied', links))
  expect(shown(field)).toEqual(['3 2.5* 0', '1 2 1'])
  expect(field.pairs).toEqual(['supply|control_plan'])
})

test('the name of the plot stands in for a project nobody names, and contradicts none', () => {
  const title = paper(1, 'registration', { plot_name: '三号地' })
  expect(shown(said('project', speakersOf('titled', [title])))).toEqual(['1 三号地* 0'])
  const named = said('project', speakersOf('titled', [title, paper(2, 'completion', { project: '星火厂' })]))
  expect([named.pairs, named.ruled?.value]).toEqual([[], '三号地'])
})

test('papers in any order give the same statements, sides and pairs', () => {
  const links = [
    paper(1, 'registration', { ...moon, area_m2: 9000, project: '甲', supervision_no: '4302112021B00001' }),
    paper(2, 'supply', { ...star, area_ha: 1, project: '乙', supervision_no: '4302112021B00002' }),
    paper(
      3,
      'supply',
      { ...moon, area_ha: 0.9, project: '甲', supervision_no: '4302112021B00001' },
      probable,
    ),
    paper(4, 'completion', { holder: star.holder, project: '丙' }),
    paper(5, 'completion', { holder: star.holder, accepted_on: '2024-01-01' }),
    paper(6, 'approval', { area_ha: 0.9, doc_no: 'A' }),
  ]
  const told = (order: typeof links) =>
    claimsOf(speakersOf('titled', order)).map((field) => [field.rule.field, shown(field), field.pairs])
  const once = told(links)
  fc.assert(
    fc.property(fc.shuffledSubarray(links, { minLength: links.length }), (order) => {
      expect(told(order)).toEqual(once)
    }),
    { numRuns: 60 },
  )
})

describe('a choice', () => {
  const title = paper(1, 'registration', moon)
  const contract = paper(2, 'supply', star)
  const field = said('holder', speakersOf('titled', [title, contract]))
  const choice: Choice = { choiceNo: 1, field: 'holder', recordId: 2, seenHash: seenHash(seenClaims(field)) }

  test('is used instead of what the rule says, while the statements are those it was made on', () => {
    const decided = decide(field, choice)
    expect([decided.state, decided.used?.value]).toEqual(['chosen', star.holder])
    expect([...standingChoices([choice], speakersOf('titled', [contract, title])).keys()]).toEqual(['holder'])
  })

  test.each([
    ['says something else', [title, paper(2, 'supply', { ...star, holder: '星火集团' })]],
    [
      'has another code',
      [title, paper(2, 'supply', { ...star, holder_code: moon.holder_code, holder: '丙公司' })],
    ],
    ['joined them', [title, contract, paper(3, 'completion', { holder: '丙公司' })]],
    ['changed on the side not chosen', [paper(1, 'registration', { ...moon, holder: '丁公司' }), contract]],
  ])('is opened again when a statement %s', (_, links) => {
    const now = said('holder', speakersOf('titled', links))
    const { state, used, choice: standing } = decide(now, choice)
    expect(standing).toBeNull()
    expect(used).toBe(now.ruled)
    expect(state).toBe(now.pairs.length > 0 ? 'reopened' : 'agreed')
  })

  test('is moot when the record it believed says nothing any more', () => {
    expect(decide(said('holder', speakersOf('titled', [title])), choice).state).toBe('agreed')
  })

  test('can be to go back to the rule', () => {
    expect(decide(field, { ...choice, recordId: null })).toEqual({
      state: 'open',
      used: field.ruled,
      choice: null,
    })
  })
})
