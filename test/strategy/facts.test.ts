import { describe, expect, test } from 'vitest'
import type { Link } from '../../server/strategy/fact-input.ts'
import { describeSource } from '../../server/strategy/sources.ts'
import { finding, know, link, zone } from './know.ts'

describe('blank is unknown', () => {
  test('an empty contract says nothing of handover, start or finish, and the site is to be looked at', () => {
    const { facts, sources, strategy } = know({ links: [link('supply', { supervision_no: 'S1' })] })
    expect(facts).toMatchObject({
      'supply.status': 'supplied',
      'deliver.state': 'unknown',
      'start.state': 'unknown',
      'finish.state': 'unknown',
    })
    for (const name of [
      'site.built',
      'site.used',
      'idle.kind',
      'idle.cause',
      'start.due',
      'production.started',
      'viol.open',
    ] as const) {
      expect(facts[name], name).toBeUndefined()
    }
    expect(describeSource(sources['start.state'])).toEqual({
      zh: '台账未填',
      en: 'left blank in the register',
    })
    expect(strategy).toBe('C0')
  })

  test('a layer that is not in the base was not checked', () => {
    const { facts } = know({ links: [link('supply', {})] })
    for (const name of [
      'ctl.pbf_m2',
      'ctl.eco_m2',
      'ctl.exempt',
      'ctl.in_udb_ratio',
      'plan.conflict',
      'soil.risk',
      'unit.in_renewal_unit',
    ] as const) {
      expect(facts[name], name).toBeUndefined()
    }
  })

  test('a layer that is in the base and does not reach the parcel is checked and clean', () => {
    const { facts } = know({
      links: [link('supply', {})],
      layers: ['farmland', 'eco_redline', 'growth_boundary', 'soil', 'renewal', 'control_plan'],
    })
    expect(facts).toMatchObject({
      'ctl.pbf_m2': 0,
      'ctl.eco_m2': 0,
      'ctl.exempt': false,
      'ctl.in_udb_ratio': 0,
      'soil.risk': false,
      'unit.in_renewal_unit': false,
    })
    expect(facts['plan.conflict']).toBeUndefined() // no zone over it: there is no plan to agree with
  })

  test('a footprint without a yard leaves the unused part unknown; a stated 0 does not', () => {
    const supply = link('supply', {})
    const half = { footprint_m2: 4000, floor_area_m2: 12_000 }
    const parcel = { stage: 'completed' }
    expect(know({ parcel, links: [supply, link('completion', half)] }).facts).toMatchObject({
      'far.actual': 1.2,
    })
    expect(
      know({ parcel, links: [supply, link('completion', half)] }).facts['partial.unused_m2'],
    ).toBeUndefined()
    const { facts } = know({ parcel, links: [supply, link('completion', { ...half, yard_m2: 0 })] })
    expect(facts).toMatchObject({ 'partial.unused_m2': 6000, 'partial.unused_ratio': 0.6 })
  })
})

describe('approved', () => {
  test.each([
    ['half of it inside a valid approval', [0.5], [], true],
    ['two approvals side by side', [0.3, 0.3], [], true],
    ['the same third approved twice', [0.3, 0.3], ['P101'], undefined],
    ['a third inside, and the build says the supply lies outside', [0.3], ['P204'], false],
    ['no approval in the base speaks of it', [], [], undefined],
  ] as const)('%s', (_what, shares, codes, expected) => {
    const approvals = shares.map((share) =>
      link('approval', {}, { shareOfParcel: share, certainty: 'probable' }),
    )
    const { facts } = know({
      links: [link('supply', {}), ...approvals],
      findings: codes.map((code) => finding(code)),
    })
    expect(facts['chain.approved']).toBe(expected)
  })

  test('a withdrawn approval approves nothing, and says so', () => {
    const { facts } = know({ links: [link('supply', {}), link('approval', { status: 'withdrawn' })] })
    expect(facts['chain.approved']).toBeUndefined()
    expect(facts['approval.valid']).toBe('withdrawn')
  })
})

describe('the remainder of an approval', () => {
  const parcel = { kind: 'remainder', stage: 'approved', useGroup: null } as const
  const approval = (fields: Link<'approval'>['fields']) =>
    link('approval', fields, { doc: '湘政地[2022]1号' })

  test('two years on, unused and not compensated: the approval lapsed', () => {
    const fields = {
      doc_no: '湘政地[2022]1号',
      approved_on: '2022-06-30',
      compensated: false,
      site_used: false,
    }
    const on = (asOf: string) => know({ parcel, links: [approval(fields)], asOf })
    expect(on('2024-06-30').strategy).toBe('Z0') // the anniversary still belongs to the second year
    expect(on('2024-07-01').strategy).toBe('B1')
    const { facts, sources } = on('2024-07-01')
    expect(facts).toMatchObject({
      'approval.valid': 'valid',
      'supply.status': 'none',
      'site.built': false,
      'production.started': false,
      'chain.approved': true,
    })
    expect(describeSource(sources['approval.date'])).toEqual({
      zh: '报批 · 湘政地[2022]1号 · 批准日期 · 2022-06-30',
      en: 'approval · 湘政地[2022]1号 · approved on · 2022-06-30',
    })
    expect(describeSource(sources['approval.valid'])).toEqual({
      zh: '批文未注明失效或撤回',
      en: 'the approval is not marked lapsed or withdrawn',
    })
  })

  test('clean and ready land under a plan without conflict is to be supplied', () => {
    const { facts, sources, strategy, tags } = know({
      parcel,
      links: [
        approval({
          approval_kind: 'batch',
          approved_on: '2023-09-01',
          compensated: true,
          expropriation: 'done',
          site_clean: true,
          infra_ready: true,
          site_used: false,
        }),
        zone('control_plan', 1, { use: '1001', use_scheme: 'YDYH-2023', far_max: 2 }),
      ],
      layers: ['control_plan'],
    })
    expect(strategy).toBe('B8')
    expect(facts).toMatchObject({
      'plan.use_group': 'IND',
      'plan.conflict': false,
      'plan.use_sensitive': false,
      'far.plan_max': 2,
    })
    // plan 20 + approved 20 + expropriated 10 + clean 10 + infrastructure 15 + size 5 + shape 5; the rest is not known
    expect(facts['maturity.score']).toBe(85)
    expect(describeSource(sources['maturity.score'])?.zh).toContain('成熟度')
    expect(tags).toEqual(['APV_BATCH', 'HOR_NEAR', 'REG_NO'])
  })
})

describe('the clocks of a supply', () => {
  const contract = {
    signed_on: '2022-03-15',
    start_due: '2023-03-15',
    start_state: 'none',
    handover_on: '2022-04-01',
    idle_cause: 'own',
  } as const

  test.each([
    ['2023-03-15', 'none', 'C9'],
    ['2023-03-16', 'none', 'C8'],
    ['2024-03-15', 'none', 'C8'], // last day of the first year
    ['2024-03-16', 'not_started', 'C5'],
    ['2025-03-15', 'not_started', 'C5'], // last day of the second
    ['2025-03-16', 'not_started', 'C4'],
  ])('on %s a start due 2023-03-15 is %s: %s', (asOf, kind, strategy) => {
    const known = know({ links: [link('supply', contract)], asOf })
    expect(known.facts['idle.kind']).toBe(kind)
    expect(known.strategy).toBe(strategy)
  })

  test('no start agreed: a year after handover, and the source says so', () => {
    const { facts, sources } = know({
      links: [link('supply', { start_state: 'none', handover_on: '2022-04-01' })],
    })
    expect(facts['start.due']).toBe('2023-04-01')
    expect(sources['start.due']).toMatchObject({ computed: 'handover_plus_year', from: [{ kind: 'supply' }] })
    expect(facts['idle.cause']).toBe('unknown') // idle, and nobody has looked into why
  })

  test('a fifth developed and stopped over a year ago', () => {
    const { facts } = know({
      parcel: { stage: 'building' },
      links: [
        link('supply', {
          start_on: '2022-01-01',
          halted_since: '2023-10-01',
          developed_m2: 2000,
          should_develop_m2: 10_000,
        }),
      ],
    })
    expect(facts).toMatchObject({
      'start.state': 'started',
      'idle.kind': 'stopped',
      'site.built': true,
      'right.legacy_built': false,
    })
  })
})

describe('control lines', () => {
  const supply = () => link('supply', { start_state: 'none' })
  test('count by the findings, which know a border from an overlap', () => {
    const links = [supply(), zone('farmland', 0.002)]
    expect(know({ links, layers: ['farmland'] }).facts['ctl.pbf_m2']).toBe(0) // 20 m² of border noise
    const { facts, strategy, tags } = know({ links, layers: ['farmland'], findings: [finding('P302', 350)] })
    expect(facts).toMatchObject({ 'ctl.pbf_m2': 350, 'ctl.exempt': false, 'site.built': false })
    expect(strategy).toBe('X2')
    expect(tags).toContain('ZON_PBF')
  })

  test('an exempt zone is an overlap without a finding', () => {
    const { facts, strategy } = know({
      links: [supply(), zone('eco_redline', 0.04, { exempt: true })],
      layers: ['eco_redline'],
    })
    expect(facts).toMatchObject({ 'ctl.eco_m2': 400, 'ctl.exempt': true })
    expect(strategy).not.toBe('X2')
  })

  test('polluted land planned for housing comes before its supply, once the register says it is not cleared', () => {
    const housing = zone('control_plan', 1, { use: '0701', use_scheme: 'YDYH-2023' })
    const on = (fields: Link<'layer'>['fields']) =>
      know({ links: [supply(), housing, zone('soil', 0.3, fields)], layers: ['soil', 'control_plan'] })
        .strategy
    expect(on({ cleared: false })).toBe('X6')
    expect(on({})).not.toBe('X6')
  })
})

test('a title overlapping its neighbour is an ownership question; one whose neighbours were not loaded is not known', () => {
  const titled = { kind: 'titled', stage: 'built', parcelCode: '430211001001GB00001' } as const
  const { facts, strategy, tags } = know({
    parcel: titled,
    links: [link('registration', { right_nature: '102' })],
    findings: [finding('P401', 12.5)],
  })
  expect(facts).toMatchObject({ 'overlap.other_right_m2': 12.5, 'right.feature2': 'B', 'reg.state': 'done' })
  expect(strategy).toBe('X4')
  expect(tags).toEqual(['OWN_G', 'REG_YES', 'USE_IND'])
})

test('a sealed plot known not to have started is for the court', () => {
  const registration = link('registration', { sealed: true })
  const { facts, strategy } = know({
    parcel: { kind: 'titled', sourceRecordId: registration.recordId },
    links: [registration, link('supply', { start_state: 'none', start_due: '2025-06-30' })],
  })
  expect(facts['production.started']).toBe(false)
  expect(strategy).toBe('X5')
})

test('the yearly list of the parcel itself beats that of its holder, and next year is not yet', () => {
  const parcel = { kind: 'titled', stage: 'built', parcelCode: '430211001001GB00001' } as const
  const { facts, strategy, tags } = know({
    parcel,
    links: [
      link('registration', { use: '1001', use_scheme: 'YDYH-2023', legacy_built: true }),
      link('performance', { holder_code: '91', year: 2024, eco_class: 'A', low_efficiency: false }),
      link('performance', {
        parcel_code: parcel.parcelCode,
        year: 2023,
        eco_class: 'D',
        low_efficiency: true,
      }),
      link('performance', {
        parcel_code: parcel.parcelCode,
        year: 2026,
        eco_class: 'B',
        low_efficiency: false,
      }),
    ],
  })
  expect(facts).toMatchObject({
    'eco.class': 'D',
    'eco.year': 2023,
    'low_eff.hit': true,
    'actual.use_group': 'IND',
  })
  expect(strategy).toBe('E7')
  expect(tags).toContain('ECO_D')
})

test('blocking findings are counted', () => {
  const { facts, strategy } = know({
    links: [link('supply', {})],
    findings: [finding('P601', null, 'block'), finding('P604')],
  })
  expect(facts['flags.block']).toBe(1)
  expect(strategy).toBe('X1')
})
