import { describe, expect, test } from 'vitest'
import { factNames, type FactValue, type LandFactName } from '../../server/rule/fact.ts'
import type { Link } from '../../server/strategy/fact-input.ts'
import { FirmLand } from '../../server/strategy/firm-land.ts'
import { finding, know, link, zone } from './know.ts'

/** A factory, titled and completed, about which every register has something to say. */
const code = '430211001001GB00001'
const firm = '91430200MA4L0000XX'
const title = link('registration', {
  parcel_code: code,
  cert_no: '湘(2022)株洲市不动产权第1号',
  right_type: '3',
  right_nature: '102',
  use: '1001',
  use_scheme: 'YDYH-2023',
  term_end: '2070-01-01',
  mortgaged: true,
  sealed: false,
  dispute: false,
  legacy_built: false,
})
const contract = link('supply', {
  supervision_no: '4302112020B00001',
  method: '挂牌出让',
  signed_on: '2020-03-15',
  area_ha: 1.02,
  use: '1001',
  use_scheme: 'YDYH-2023',
  price_wan: 500,
  paid_wan: 450,
  handover_due: '2020-05-01',
  handover_on: '2020-04-01',
  start_due: '2021-04-01',
  start_on: '2021-02-01',
  finish_due: '2023-04-01',
  finish_on: '2023-03-01',
  halted_since: '2021-12-01',
  developed_m2: 9000,
  source: '新增建设用地(来自存量库)',
  should_develop_m2: 10_000,
  invested_wan: 800,
  total_invest_wan: 1000,
  idle_cause: 'own',
  idle_recognised_on: '2022-06-01',
  holder_bankrupt: false,
  holder_unwilling: true,
  buyback_listed: false,
  production_due: '2023-09-01',
  assess_on: '2024-09-01',
  agree_tax_per_mu: 20,
  agree_invest_per_mu: 300,
  far_min: 0.8,
})
const factory = know({
  asOf: '2025-01-31',
  parcel: {
    kind: 'titled',
    stage: 'completed',
    sourceRecordId: title.recordId,
    parcelCode: code,
    holderCode: firm,
    project: '机床厂',
  },
  links: [
    title,
    contract,
    link('approval', {
      doc_no: '湘政地〔2019〕1号',
      approved_on: '2019-12-01',
      authority: '湖南省人民政府',
      approval_kind: 'batch',
      batch_name: '2019年第3批次',
      compensated: true,
      expropriation: 'part',
      supply_possible: true,
    }),
    link('expropriation', { state: 'done', announced_on: '2019-06-01' }),
    link('reserve', { in_on: '2020-01-01', out_on: '2020-03-15' }),
    link('violation', { found_on: '2024-05-01', state: 'open' }),
    link('completion', {
      accepted_on: '2023-05-01',
      footprint_m2: 4000,
      floor_area_m2: 12_000,
      yard_m2: 1000,
      production_on: '2023-10-01',
      verify_state: 'done',
      verified_on: '2023-05-20',
    }),
    link('performance', {
      parcel_code: code,
      year: 2024,
      eco_class: 'C',
      tax_per_mu: 12.5,
      invest_per_mu: 250,
      low_efficiency: true,
      rule_id: 'ZZ-2024-3',
    }),
    zone('control_plan', 1, { use: '1001', use_scheme: 'YDYH-2023', far_max: 2, far_min: 1, density: 0.4 }),
    zone('growth_boundary', 0.75),
    zone('farmland', 0.035),
    zone('eco_redline', 0.01, { exempt: true }),
    zone('renewal', 0.6),
    zone('park', 0.5),
    zone('soil', 0.2, { cleared: true }),
  ],
  findings: [finding('P302', 350), finding('P401', 12.5), finding('P601', null, 'block')],
  layers: ['control_plan', 'growth_boundary', 'farmland', 'eco_redline', 'park', 'renewal', 'soil'],
  firms: [link('firm', { holder_code: firm, holder_class: 'soe_city', year: 2024 }) as Link<'firm'>],
})
/** Land left over from an approval, still in it. */
const remainder = know({
  parcel: { kind: 'remainder', stage: 'approved', useGroup: null },
  links: [
    link('approval', {
      status: 'reduced',
      site_clean: true,
      infra_ready: false,
      site_used: false,
      class_unchanged: true,
    }),
    zone('control_plan', 1, { use: '0701', use_scheme: 'YDYH-2023' }),
  ],
  layers: ['control_plan'],
})
/** A contract nobody filled in, over land no layer was loaded for. */
const blank = know({ links: [link('supply', {})], registers: ['supply'] })

const expected: Record<LandFactName, FactValue | { remainder: FactValue }> = {
  as_of: '2025-01-31',
  'flags.block': 1,
  'unit.kind': 'titled',
  'unit.area_m2': 10_000,
  'unit.zddm': code,
  'unit.project': '机床厂',
  'unit.compactness': Math.PI / 4, // a square
  'unit.use_group': 'IND',
  'unit.in_park': true,
  'unit.in_renewal_unit': true,
  'chain.approved': true,
  'chain.stage': 'completed',
  'approval.doc_no': '湘政地〔2019〕1号',
  'approval.date': '2019-12-01',
  'approval.authority': '湖南省人民政府',
  'approval.kind': 'batch',
  'approval.batch_name': '2019年第3批次',
  'approval.valid': 'valid',
  'comp.implemented': true,
  'expropriation.status': 'done', // the office that does it knows better than the approval
  'site.clean': { remainder: true },
  'site.infra_ready': { remainder: false },
  'site.used': true,
  'site.built': true,
  'site.class_unchanged': { remainder: true },
  'reserve.in': false,
  'reserve.in_date': '2020-01-01',
  'reserve.out_date': '2020-03-15',
  'supply.status': 'supplied',
  'supply.method': '挂牌出让',
  'supply.source': '新增建设用地(来自存量库)',
  'supply.date': '2020-03-15',
  'supply.area_m2': 10_200,
  'supply.use_group': 'IND',
  'supply.price_wan': 500,
  'supply.paid_wan': 450,
  'supply.supervision_no': '4302112020B00001',
  'deliver.state': 'done',
  'deliver.due': '2020-05-01',
  'deliver.actual': '2020-04-01',
  'start.state': 'started',
  'start.due': '2021-04-01',
  'start.actual': '2021-02-01',
  'halt.since': '2021-12-01',
  dev_area: 9000,
  dev_area_should: 10_000,
  invested_wan: 800,
  total_invest_wan: 1000,
  'finish.state': 'done',
  'finish.due': '2023-04-01',
  'finish.actual': '2023-03-01',
  'verify.state': 'done',
  'verify.date': '2023-05-20',
  'reg.state': 'done',
  'reg.cert_no': '湘(2022)株洲市不动产权第1号',
  'right.type': '3',
  'right.nature': '102',
  'right.feature2': 'B',
  'right.dispute': false,
  'right.legacy_built': false,
  'overlap.other_right_m2': 12.5,
  'holder.id': firm,
  'holder.class': 'soe_city', // the credit code alone says company
  'holder.bankrupt': false,
  'holder.unwilling_or_unable': true,
  'mortgage.active': true,
  'seal.active': false,
  'plan.use': '1001',
  'plan.use_group': 'IND',
  'plan.far_max': 2,
  'plan.far_min': 1,
  'plan.density': 0.4,
  'plan.supply_possible': true,
  'plan.conflict': false,
  'plan.use_sensitive': false,
  'actual.use_group': 'IND',
  'far.actual': 1.2,
  'far.norm_min': 0.8,
  'far.plan_max': 2,
  'ctl.pbf_m2': 350,
  'ctl.eco_m2': 100,
  'ctl.in_udb_ratio': 0.75,
  'ctl.exempt': false, // one of the two lines is not exempt
  'soil.risk': true,
  'soil.cleared': true,
  'viol.open': true,
  'production.due': '2023-09-01',
  'production.started': true,
  'agree.assess_date': '2024-09-01',
  'agree.tax_per_mu': 20,
  'agree.invest_per_mu': 300,
  'eco.year': 2024,
  'eco.class': 'C',
  'eco.tax_per_mu': 12.5,
  'eco.invest_per_mu': 250,
  'partial.unused_m2': 5000,
  'partial.unused_ratio': 0.5,
  'low_eff.hit': true,
  'low_eff.rule_id': 'ZZ-2024-3',
  'idle.kind': 'none',
  'idle.cause': 'own',
  'idle.recognised_on': '2022-06-01',
  'term.end': '2070-01-01',
  'buyback.listed': false,
  'maturity.score': { remainder: 60 }, // 规划 20 + 批准 20 + 净地 10 + 规模 5 + 形状 5; 配套 0, 征收、权属、项目 unknown
}

/** What even a blank contract tells: the land itself, and that the rest was left blank. */
const knownOfBlank: Partial<Record<LandFactName, FactValue>> = {
  as_of: '2025-01-31',
  'flags.block': 0,
  'unit.kind': 'supplied',
  'unit.area_m2': 10_000,
  'unit.use_group': 'IND',
  'unit.compactness': Math.PI / 4,
  'chain.stage': 'supplied',
  'supply.status': 'supplied',
  'deliver.state': 'unknown',
  'start.state': 'unknown',
  'finish.state': 'unknown',
  'reg.state': 'unknown',
}

describe('every fact of the dictionary', () => {
  test.each(factNames)('%s', (name) => {
    const value = expected[name]
    const [known, wanted] = typeof value === 'object' ? [remainder, value.remainder] : [factory, value]
    if (typeof wanted === 'number') expect(known.facts[name]).toBeCloseTo(wanted, 9)
    else expect(known.facts[name]).toBe(wanted)
    expect(known.sources[name]).toBeDefined()
    expect(blank.facts[name]).toEqual(knownOfBlank[name])
  })

  test('is taken from a record with its day, or says how and from which records it was worked out', () => {
    expect(factory.sources['start.due']).toMatchObject({
      kind: 'supply',
      field: 'start_due',
      on: '2020-03-15',
    })
    expect(factory.sources['viol.open']).toMatchObject({
      kind: 'violation',
      field: 'state',
      on: '2024-05-01',
    })
    expect(factory.sources['holder.class']).toMatchObject({ kind: 'firm', on: '2024' })
    expect(factory.sources['idle.kind']).toMatchObject({
      computed: 'idle_clock',
      from: [{ kind: 'supply', on: '2020-03-15' }],
    })
    expect(factory.sources['far.actual']!.from).toMatchObject([{ kind: 'completion', on: '2023-05-01' }])
    expect(factory.sources['ctl.pbf_m2']!.from).toMatchObject([{ kind: 'layer', layer: 'farmland' }])
  })
})

describe('registers that are loaded and silent say no; registers that are not say nothing', () => {
  const asked = (registers: ('reserve' | 'violation')[]) =>
    know({ links: [link('supply', {})], registers }).facts
  test('reserve and violation', () => {
    expect(asked(['reserve', 'violation'])).toMatchObject({ 'reserve.in': false, 'viol.open': false })
    expect(asked([])['reserve.in']).toBeUndefined()
    expect(asked([])['viol.open']).toBeUndefined()
  })
  test.each([
    [{ found_on: '2024-01-01' }, true], // no state, no end: open
    [{ found_on: '2024-01-01', state: 'closed' }, false],
    [{ found_on: '2024-01-01', state: 'open', closed_on: '2025-01-31' }, false], // the day it closes it is closed
    [{ found_on: '2024-01-01', state: 'closed', closed_on: '2025-02-01' }, true], // closed since, not on the day asked
    [{ found_on: '2025-02-01', state: 'open' }, undefined], // not found yet on the day asked
  ] as const)('a case %o', (fields, open) => {
    expect(know({ links: [link('supply', {}), link('violation', fields)] }).facts['viol.open']).toBe(open)
  })
  test('banked until the day it leaves', () => {
    const facts = (asOf: string) =>
      know({
        asOf,
        links: [link('supply', {}), link('reserve', { in_on: '2024-01-01', out_on: '2024-06-01' })],
      }).facts['reserve.in']
    expect(['2023-12-31', '2024-01-01', '2024-05-31', '2024-06-01'].map(facts)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})

describe('land used by firms', () => {
  const uses = (...rows: [firm: string, parcel: string, m2: number | undefined, year?: number][]) =>
    rows.map(
      ([holder_code, parcel_code, area_m2, year]) =>
        link('firm_land_use', {
          holder_code,
          parcel_code,
          area_m2,
          basis: 'owned',
          year,
        }) as Link<'firm_land_use'>,
    )
  const paid = (tax_wan: number | undefined, year = 2024, more: Link<'performance'>['fields'] = {}) =>
    link('performance', { year, tax_wan, ...more }) as Link<'performance'>
  // A uses three quarters of its land on P and the rest on Q; B shares P with it, and rents elsewhere.
  const rows = uses(['A', 'P', 6000], ['A', 'Q', 2000], ['B', 'P', 4000], ['B', 'R', 12_000])
  const results = new Map([
    ['A', [paid(80, 2024, { eco_class: 'B' })]],
    ['B', [paid(20, 2024, { eco_class: 'D' })]],
  ])
  const land = new FirmLand(rows, results, '2025-01-31')

  test('the shares of a firm add up to its land, and its tax to its tax', () => {
    const shares = new Map<string, number>()
    const m2 = new Map<string, number>()
    for (const [, users] of land.parcels())
      for (const { firm: name, shareOfFirm, areaM2 } of users) {
        shares.set(name, (shares.get(name) ?? 0) + shareOfFirm)
        m2.set(name, (m2.get(name) ?? 0) + areaM2)
      }
    expect(Object.fromEntries(shares)).toEqual({ A: 1, B: 1 })
    expect(Object.fromEntries(m2)).toEqual({ A: 8000, B: 16_000 })
  })

  test('tax per 亩 is that of all firms on the land, each by its land; the class is that of the firm with most', () => {
    const parcel = { kind: 'titled', stage: 'built', parcelCode: 'P' } as const
    const known = know({ parcel, links: [link('registration', {})], users: land.usersOf('P') })
    // A pays 80 × 6000/8000 = 60 here, B 20 × 4000/16000 = 5: 65 万元 on 10,000 m² = 15 亩
    expect(known.facts['eco.tax_per_mu']).toBeCloseTo(65 / 15, 12)
    expect(known.facts['eco.class']).toBe('B')
    expect(known.sources['eco.tax_per_mu']).toMatchObject({ computed: 'used_land' })
    expect(known.sources['eco.tax_per_mu']!.from).toHaveLength(4)
  })

  test('one firm that has not said leaves the tax unknown; no class is made up', () => {
    const quiet = new FirmLand(rows, new Map([['A', [paid(80)]]]), '2025-01-31')
    const parcel = { kind: 'titled', stage: 'built', parcelCode: 'P' } as const
    const { facts } = know({ parcel, links: [link('registration', {})], users: quiet.usersOf('P') })
    expect(facts['eco.tax_per_mu']).toBeUndefined()
    expect(facts['eco.class']).toBeUndefined()
  })

  test('land without an area gives no shares; the latest year up to the day counts', () => {
    const some = new FirmLand(uses(['A', 'P', 6000], ['A', 'Q', undefined]), new Map(), '2025-01-31')
    expect(some.usersOf('P')).toEqual([])
    const years = new FirmLand(
      uses(['A', 'P', 6000, 2023], ['A', 'P', 3000, 2024], ['A', 'P', 1, 2026]),
      new Map(),
      '2025-01-31',
    )
    expect(years.usersOf('P')).toMatchObject([{ areaM2: 3000, shareOfFirm: 1 }])
  })

  test('a list that names the parcel itself comes first', () => {
    const own = link('performance', { parcel_code: 'P', year: 2024, eco_class: 'A', tax_per_mu: 30 })
    const parcel = { kind: 'titled', stage: 'built', parcelCode: 'P' } as const
    const { facts } = know({ parcel, links: [link('registration', {}), own], users: land.usersOf('P') })
    expect(facts).toMatchObject({ 'eco.class': 'A', 'eco.tax_per_mu': 30 })
  })
})
