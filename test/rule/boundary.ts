import type { FactName, Facts, FactValue } from '../../server/rule/fact.ts'

/** Facts that change from a case to the next; null: nobody knows it. */
type Change = { readonly [K in FactName]?: FactValue | null }

export interface BoundaryCase {
  readonly facts: Facts
  /** The strategy, then the others that hold as well, in the order of the pack. */
  readonly expected: string
  readonly about: string
}

/**
 * Worked cases at each limit of the shipped pack, just past it, and with the fact missing, read off the law and
 * `data/codes/strategies.csv` by hand. Dates: a period of years or months ends on the corresponding day, or on the
 * last day of the month where there is none (民法典 §§200-204); a rule "after" it holds from the next day.
 *
 * A family is the facts under which a strategy holds, what is expected of them, and what else is expected when some of
 * them change. The day asked about is 2025-01-31 unless a case says otherwise.
 */
const families: readonly (readonly [string, Change, readonly (readonly [Change, string])[]])[] = [
  // --- before anything else
  [
    'X1',
    { 'flags.block': 1 },
    [
      [{ 'flags.block': 0 }, 'Z0'],
      [{ 'flags.block': null }, 'Z0'],
    ],
  ],
  [
    'X2',
    { 'ctl.pbf_m2': 1, 'ctl.exempt': false, 'site.built': false },
    [
      [{ 'ctl.pbf_m2': 0.99 }, 'Z0'],
      [{ 'ctl.pbf_m2': null }, 'Z0'],
      [{ 'ctl.eco_m2': 0 }, 'X2'],
      [{ 'ctl.pbf_m2': 0, 'ctl.eco_m2': 1 }, 'X2'],
      [{ 'ctl.pbf_m2': null, 'ctl.eco_m2': 1 }, 'X2'],
      [{ 'ctl.pbf_m2': 0, 'ctl.eco_m2': 0.99 }, 'Z0'],
      [{ 'ctl.exempt': true }, 'Z0'],
      [{ 'ctl.exempt': null }, 'Z0'],
      [{ 'site.built': true }, 'Z0'],
      [{ 'site.built': null }, 'Z0'],
      [{ 'flags.block': 1 }, 'X1 X2'],
      [{ 'viol.open': true }, 'X2 X3'],
    ],
  ],
  [
    'X3',
    { 'site.built': true, 'chain.approved': false, 'right.legacy_built': false },
    [
      [{ 'site.built': false }, 'Z0'],
      [{ 'site.built': null }, 'Z0'],
      [{ 'chain.approved': true }, 'Z0'],
      [{ 'chain.approved': null }, 'Z0'],
      [{ 'right.legacy_built': true }, 'Z0'],
      [{ 'right.legacy_built': null }, 'Z0'],
      [{ 'viol.open': false }, 'X3'],
      [{ 'viol.open': true, 'site.built': null }, 'X3'],
      [{ 'viol.open': false, 'site.built': null }, 'Z0'],
      [{ 'right.dispute': true }, 'X3 X4'],
    ],
  ],
  [
    'X4',
    { 'right.dispute': true, 'right.feature2': 'B', 'overlap.other_right_m2': 0.99 },
    [
      [{ 'right.dispute': false }, 'Z0'],
      [{ 'right.dispute': null }, 'Z0'],
      [{ 'right.dispute': false, 'right.feature2': 'W' }, 'X4'],
      [{ 'right.dispute': false, 'right.feature2': null }, 'Z0'],
      [{ 'right.dispute': false, 'overlap.other_right_m2': 1 }, 'X4'],
      [{ 'right.dispute': false, 'overlap.other_right_m2': null }, 'Z0'],
      [{ 'seal.active': true, 'production.started': false }, 'X4 X5'],
    ],
  ],
  [
    'X5',
    { 'seal.active': true, 'holder.bankrupt': false, 'production.started': false },
    [
      [{ 'seal.active': false }, 'Z0'],
      [{ 'seal.active': null }, 'Z0'],
      [{ 'seal.active': false, 'holder.bankrupt': true }, 'X5'],
      [{ 'seal.active': null, 'holder.bankrupt': true }, 'X5'],
      [{ 'production.started': true }, 'Z0'],
      [{ 'production.started': null }, 'Z0'],
      [{ 'soil.risk': true, 'plan.use_sensitive': true, 'soil.cleared': false }, 'X5 X6'],
    ],
  ],
  [
    'X6',
    { 'soil.risk': true, 'plan.use_sensitive': true, 'soil.cleared': false },
    [
      [{ 'soil.risk': false }, 'Z0'],
      [{ 'soil.risk': null }, 'Z0'],
      [{ 'plan.use_sensitive': false }, 'Z0'],
      [{ 'plan.use_sensitive': null }, 'Z0'],
      [{ 'soil.cleared': true }, 'Z0'],
      [{ 'soil.cleared': null }, 'Z0'],
      [{ 'chain.stage': 'planned', 'plan.conflict': true }, 'X6 A1'],
    ],
  ],

  // --- planned
  [
    'A1',
    { 'chain.stage': 'planned', 'plan.conflict': true },
    [
      [{ 'ctl.in_udb_ratio': 1, 'maturity.score': 100 }, 'A1'],
      [{ 'plan.conflict': false }, 'Z0'],
      [{ 'plan.conflict': null }, 'Z0'],
      [{ 'plan.conflict': null, 'ctl.in_udb_ratio': 0.998 }, 'A1'],
      [{ 'plan.conflict': null, 'ctl.in_udb_ratio': 0.999 }, 'Z0'],
      [{ 'plan.conflict': null, 'maturity.score': 39 }, 'A1'],
      [{ 'plan.conflict': null, 'maturity.score': 40 }, 'Z0'],
      [{ 'plan.conflict': false, 'ctl.in_udb_ratio': 0.998, 'maturity.score': 40 }, 'A1 A2'],
      [{ 'chain.stage': 'approved' }, 'Z0'],
      [{ 'chain.stage': null }, 'Z0'],
    ],
  ],
  [
    'A2',
    { 'chain.stage': 'planned', 'plan.conflict': false, 'maturity.score': 40, 'ctl.in_udb_ratio': 0.999 },
    [
      [{ 'maturity.score': 39 }, 'A1'],
      [{ 'maturity.score': null }, 'Z0'],
      [{ 'plan.conflict': true }, 'A1'],
      [{ 'plan.conflict': null }, 'Z0'],
      [{ 'chain.stage': 'approved' }, 'Z0'],
    ],
  ],

  // --- approved; 自然资规[2018]1号: two years without use and without compensation
  [
    'B1',
    {
      as_of: '2024-07-01', // approved 2022-06-30: the two years end on 2024-06-30
      'chain.stage': 'approved',
      'approval.valid': 'valid',
      'approval.date': '2022-06-30',
      'comp.implemented': false,
      'site.used': false,
    },
    [
      [{ as_of: '2024-06-30' }, 'Z0'],
      [{ as_of: '2026-02-28', 'approval.date': '2024-02-29' }, 'Z0'], // no 29th in 2026: the last of February
      [{ as_of: '2026-03-01', 'approval.date': '2024-02-29' }, 'B1'],
      [{ 'approval.date': null }, 'Z0'],
      [{ 'approval.valid': 'lapsed' }, 'Z0'],
      [{ 'approval.valid': null }, 'Z0'],
      [{ 'comp.implemented': true }, 'Z0'],
      [{ 'comp.implemented': null }, 'Z0'],
      [{ 'site.used': true }, 'Z0'],
      [{ 'site.used': null }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
    ],
  ],
  [
    'B2',
    {
      'chain.stage': 'approved',
      'approval.valid': 'valid',
      'comp.implemented': true,
      'site.used': false,
      'site.class_unchanged': true,
      'plan.supply_possible': false,
    },
    [
      [{ 'plan.conflict': false }, 'B2'],
      [{ 'plan.supply_possible': true }, 'Z0'],
      [{ 'plan.supply_possible': null }, 'Z0'],
      [{ 'plan.supply_possible': true, 'plan.conflict': true }, 'B2'],
      [{ 'plan.supply_possible': null, 'plan.conflict': true }, 'B2'],
      [{ 'plan.supply_possible': true, 'plan.conflict': false }, 'Z0'],
      [{ 'approval.valid': 'reduced' }, 'Z0'],
      [{ 'comp.implemented': false }, 'Z0'],
      [{ 'comp.implemented': null }, 'Z0'],
      [{ 'site.used': true }, 'Z0'],
      [{ 'site.used': null }, 'Z0'],
      [{ 'site.class_unchanged': null }, 'Z0'],
      [{ 'site.class_unchanged': false }, 'B3'],
      [{ 'chain.stage': 'planned' }, 'Z0'],
    ],
  ],
  [
    'B3',
    {
      'chain.stage': 'approved',
      'approval.valid': 'valid',
      'comp.implemented': true,
      'site.used': false,
      'site.class_unchanged': false,
      'plan.supply_possible': false,
    },
    [
      [{ 'plan.conflict': false }, 'B3'],
      [{ 'plan.supply_possible': true }, 'Z0'],
      [{ 'plan.supply_possible': null, 'plan.conflict': true }, 'B3'],
      [{ 'plan.supply_possible': true, 'plan.conflict': true }, 'B3'],
      [{ 'plan.supply_possible': true, 'plan.conflict': false }, 'Z0'],
      [{ 'approval.valid': 'withdrawn' }, 'Z0'],
      [{ 'comp.implemented': false }, 'Z0'],
      [{ 'comp.implemented': null }, 'Z0'],
      [{ 'site.used': true }, 'Z0'],
      [{ 'site.used': null }, 'Z0'],
      [{ 'chain.stage': 'planned' }, 'Z0'],
    ],
  ],
  [
    'B4',
    { 'chain.stage': 'approved', 'approval.valid': 'valid', 'site.used': true, 'supply.status': 'none' },
    [
      [{ 'site.used': false }, 'Z0'],
      [{ 'site.used': null }, 'Z0'],
      [{ 'supply.status': 'supplied' }, 'Z0'],
      [{ 'supply.status': null }, 'Z0'],
      [{ 'approval.valid': 'lapsed' }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
      [{ 'expropriation.status': 'part' }, 'B4 B5'],
    ],
  ],
  [
    'B5',
    { 'chain.stage': 'approved', 'approval.valid': 'valid', 'expropriation.status': 'none' },
    [
      [{ 'expropriation.status': 'part' }, 'B5'],
      [{ 'expropriation.status': 'done' }, 'Z0'],
      [{ 'expropriation.status': null }, 'Z0'],
      [{ 'approval.valid': 'lapsed' }, 'Z0'],
      [{ 'chain.stage': 'planned' }, 'Z0'],
    ],
  ],
  [
    'B6',
    {
      'chain.stage': 'approved',
      'expropriation.status': 'done',
      'supply.status': 'none',
      'unit.compactness': 0.149,
    },
    [
      [{ 'unit.compactness': 0.15 }, 'Z0'],
      [{ 'unit.compactness': null }, 'Z0'],
      [{ 'unit.compactness': 0.5, 'unit.area_m2': 499.99, 'plan.use_group': 'PUB' }, 'B6'],
      [{ 'unit.compactness': null, 'unit.area_m2': 499.99, 'plan.use_group': 'PUB' }, 'B6'],
      [{ 'unit.area_m2': 9999, 'plan.use_group': 'PUB' }, 'B6'],
      [{ 'unit.compactness': 0.5, 'unit.area_m2': 1, 'plan.use_group': null }, 'Z0'],
      [{ 'unit.compactness': 0.5, 'unit.area_m2': null, 'plan.use_group': 'IND' }, 'Z0'],
      [{ 'expropriation.status': 'part' }, 'Z0'],
      [{ 'expropriation.status': null }, 'Z0'],
      [{ 'supply.status': 'supplied' }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
      [{ 'site.clean': false }, 'B6 B7'],
    ],
  ],
  [
    'B7',
    {
      'chain.stage': 'approved',
      'expropriation.status': 'done',
      'supply.status': 'none',
      'site.clean': false,
      'site.infra_ready': true,
    },
    [
      [{ 'site.clean': true }, 'Z0'],
      [{ 'site.clean': true, 'site.infra_ready': false }, 'B7'],
      [{ 'site.clean': null, 'site.infra_ready': false }, 'B7'],
      [{ 'site.clean': null }, 'Z0'],
      [{ 'site.infra_ready': null }, 'B7'],
      [{ 'expropriation.status': 'part' }, 'Z0'],
      [{ 'supply.status': 'supplied' }, 'Z0'],
      [{ 'supply.status': null }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
    ],
  ],
  [
    'B8',
    {
      'chain.stage': 'approved',
      'expropriation.status': 'done',
      'supply.status': 'none',
      'site.clean': true,
      'site.infra_ready': true,
      'plan.conflict': false,
    },
    [
      [{ 'plan.conflict': true }, 'Z0'],
      [{ 'plan.conflict': null }, 'Z0'],
      [{ 'site.infra_ready': false }, 'B7'],
      [{ 'site.infra_ready': null }, 'Z0'],
      [{ 'site.clean': null }, 'Z0'],
      [{ 'expropriation.status': 'part' }, 'Z0'],
      [{ 'supply.status': 'supplied' }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
    ],
  ],

  // --- supplied; 闲置办法 8, 12-15: one year late and not started is idle, two years are recovered
  [
    'C0',
    { 'chain.stage': 'supplied', 'start.state': 'unknown' },
    [
      [{ 'start.state': 'none' }, 'Z0'],
      [{ 'start.state': null }, 'Z0'], // nobody said anything is not "nobody knows": P604
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],
  [
    'C1',
    {
      'chain.stage': 'supplied',
      'start.state': 'none',
      'deliver.state': 'none',
      'deliver.due': '2025-01-30',
    },
    [
      [{ 'deliver.due': '2025-01-31' }, 'Z0'],
      [{ 'deliver.due': null }, 'Z0'],
      [{ 'deliver.state': 'done' }, 'Z0'],
      [{ 'deliver.state': 'unknown' }, 'Z0'],
      [{ 'start.state': 'started' }, 'Z0'],
      [{ 'start.state': 'unknown' }, 'C0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [
        {
          'supply.date': '2024-11-07',
          'holder.unwilling_or_unable': true,
          'supply.use_group': 'COM',
          'buyback.listed': true,
        },
        'C1 C2',
      ],
    ],
  ],
  [
    'C2', // 自然资发[2025]45号: what is supplied after 2024-11-07 is no stock
    {
      'chain.stage': 'supplied',
      'supply.date': '2024-11-07',
      'start.state': 'none',
      'holder.unwilling_or_unable': true,
      'supply.use_group': 'RES',
      'buyback.listed': true,
    },
    [
      [{ 'supply.date': '2024-11-08' }, 'Z0'],
      [{ 'supply.date': null }, 'Z0'],
      [{ 'supply.use_group': 'COM' }, 'C2'],
      [{ 'supply.use_group': 'MIX' }, 'C2'],
      [{ 'supply.use_group': 'IND' }, 'Z0'],
      [{ 'supply.use_group': null }, 'Z0'],
      [{ 'start.state': 'started' }, 'Z0'],
      [{ 'holder.unwilling_or_unable': false }, 'Z0'],
      [{ 'holder.unwilling_or_unable': null }, 'Z0'],
      [{ 'buyback.listed': false }, 'Z0'],
      [{ 'buyback.listed': null }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'idle.kind': 'not_started', 'idle.cause': 'gov' }, 'C2 C3'],
    ],
  ],
  [
    'C3',
    { 'chain.stage': 'supplied', 'idle.kind': 'not_started', 'idle.cause': 'gov' },
    [
      [{ 'idle.cause': 'force_majeure' }, 'C3'],
      [{ 'idle.cause': 'own' }, 'Z0'],
      [{ 'idle.cause': null }, 'Z0'],
      [{ 'idle.kind': 'stopped' }, 'Z0'],
      [{ 'idle.kind': null }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],
  [
    'C4',
    {
      as_of: '2025-03-16', // due 2023-03-15: two years end on 2025-03-15
      'chain.stage': 'supplied',
      'idle.kind': 'not_started',
      'idle.cause': 'own',
      'start.due': '2023-03-15',
    },
    [
      [{ as_of: '2025-03-15' }, 'C5'],
      [{ as_of: '2026-02-28', 'start.due': '2024-02-29' }, 'C5'],
      [{ as_of: '2026-03-01', 'start.due': '2024-02-29' }, 'C4'],
      [{ 'start.due': null }, 'Z0'],
      [{ 'idle.cause': 'gov' }, 'C3'],
      [{ 'idle.cause': null }, 'Z0'],
      [{ 'idle.kind': 'none' }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],
  [
    'C5',
    {
      as_of: '2024-03-16', // due 2023-03-15: one year ends on 2024-03-15
      'chain.stage': 'supplied',
      'idle.kind': 'not_started',
      'idle.cause': 'own',
      'start.due': '2023-03-15',
    },
    [
      [{ as_of: '2024-03-15' }, 'Z0'],
      [{ as_of: '2025-02-28', 'start.due': '2024-02-29' }, 'Z0'],
      [{ as_of: '2025-03-01', 'start.due': '2024-02-29' }, 'C5'],
      [{ as_of: '2024-08-01', 'start.due': '2023-08-01' }, 'Z0'], // handed over 2022-08-01, no day agreed
      [{ as_of: '2024-08-02', 'start.due': '2023-08-01' }, 'C5'],
      [{ 'start.due': null }, 'Z0'],
      [{ 'idle.cause': 'unknown' }, 'C6'],
      [{ 'idle.cause': null }, 'Z0'],
      [{ 'idle.kind': 'none' }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],
  [
    'C6',
    { 'chain.stage': 'supplied', 'idle.kind': 'not_started', 'idle.cause': 'unknown' },
    [
      [{ 'idle.cause': 'mixed' }, 'C6'],
      [{ 'idle.cause': 'gov' }, 'C3'],
      [{ 'idle.cause': 'own' }, 'Z0'],
      [{ 'idle.kind': 'stopped' }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],
  [
    'C7',
    { 'chain.stage': 'building', 'idle.kind': 'stopped' },
    [
      [{ 'idle.kind': 'not_started' }, 'Z0'],
      [{ 'idle.kind': null }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
      [{ 'finish.due': '2025-01-30' }, 'C7 D1'],
    ],
  ],
  [
    'C8',
    { as_of: '2023-03-16', 'chain.stage': 'supplied', 'start.state': 'none', 'start.due': '2023-03-15' },
    [
      [{ as_of: '2023-03-15' }, 'C9'],
      [{ as_of: '2024-03-15' }, 'C8'],
      [{ as_of: '2024-03-16' }, 'Z0'],
      [{ 'start.due': null }, 'Z0'],
      [{ 'start.state': 'started' }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],
  [
    'C9',
    { as_of: '2023-03-15', 'chain.stage': 'supplied', 'start.state': 'none', 'start.due': '2023-03-15' },
    [
      [{ as_of: '2023-03-14' }, 'C9'],
      [{ as_of: '2023-03-16' }, 'C8'],
      [{ 'start.state': 'started' }, 'Z0'],
      [{ 'start.state': null }, 'Z0'],
      [{ 'chain.stage': 'building' }, 'Z0'],
    ],
  ],

  // --- building
  [
    'D1',
    { 'chain.stage': 'building', 'finish.due': '2025-01-30' },
    [
      [{ 'finish.due': '2025-01-31' }, 'D2'],
      [{ 'finish.due': null }, 'Z0'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
    ],
  ],
  [
    'D2',
    { 'chain.stage': 'building', 'finish.due': '2025-01-31' },
    [
      [{ 'finish.due': '2025-02-01' }, 'D2'],
      [{ 'chain.stage': 'supplied' }, 'Z0'],
    ],
  ],

  // --- completed or built
  [
    'D3 E9',
    { 'chain.stage': 'built', 'verify.state': 'none' },
    [
      [{ 'chain.stage': 'completed' }, 'D3 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'verify.state': 'not_required' }, 'E9'],
      [{ 'verify.state': 'unknown' }, 'E9'],
      [{ 'verify.state': null }, 'E9'],
      [{ 'verify.state': 'done', 'reg.state': 'none', 'finish.state': 'done' }, 'D3 E9'],
      [{ 'verify.state': 'done', 'reg.state': 'done', 'finish.state': 'done' }, 'E9'],
      [{ 'verify.state': 'done', 'reg.state': 'unknown', 'finish.state': 'done' }, 'E9'],
      [{ 'verify.state': 'done', 'reg.state': null, 'finish.state': 'done' }, 'E9'],
      [{ 'verify.state': 'done', 'reg.state': 'none', 'finish.state': 'none' }, 'E9'],
      [{ 'verify.state': 'done', 'reg.state': 'none', 'finish.state': null }, 'E9'],
      [{ 'verify.state': 'not_required', 'reg.state': 'none', 'finish.state': 'done' }, 'E9'],
      [{ 'verify.state': null, 'reg.state': 'none', 'finish.state': 'done' }, 'E9'],
      [{ 'unit.in_renewal_unit': true }, 'D3 E1 E9'],
    ],
  ],
  [
    'E1 E9',
    { 'chain.stage': 'built', 'unit.in_renewal_unit': true },
    [
      [{ 'chain.stage': 'completed' }, 'E1 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'unit.in_renewal_unit': false }, 'E9'],
      [{ 'unit.in_renewal_unit': null }, 'E9'],
      [{ 'low_eff.hit': true, 'holder.unwilling_or_unable': true }, 'E1 E2 E7 E9'],
    ],
  ],
  [
    'E2 E7 E9',
    { 'chain.stage': 'built', 'low_eff.hit': true, 'plan.use_group': 'RES', 'actual.use_group': 'IND' },
    [
      [{ 'chain.stage': 'completed' }, 'E2 E7 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'holder.unwilling_or_unable': false }, 'E2 E7 E9'],
      [{ 'plan.use_group': 'IND' }, 'E7 E9'],
      [{ 'plan.use_group': null }, 'E7 E9'],
      [{ 'actual.use_group': null }, 'E7 E9'],
      [{ 'plan.use_group': 'IND', 'holder.unwilling_or_unable': true }, 'E2 E7 E9'],
      [{ 'plan.use_group': null, 'holder.unwilling_or_unable': true }, 'E2 E7 E9'],
      [{ 'plan.use_group': 'IND', 'holder.unwilling_or_unable': false }, 'E7 E9'],
      [{ 'low_eff.hit': false }, 'E9'],
      [{ 'low_eff.hit': null }, 'E9'],
    ],
  ],
  [
    'E3 E7 E9',
    {
      'chain.stage': 'built',
      'low_eff.hit': true,
      'plan.use_group': 'IND',
      'actual.use_group': 'IND',
      'far.actual': 1.599, // eight tenths of 2 are 1.6
      'far.plan_max': 2,
    },
    [
      [{ 'chain.stage': 'completed' }, 'E3 E7 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'far.norm_min': 1 }, 'E3 E7 E9'],
      [{ 'far.actual': 1.6 }, 'E7 E9'],
      [{ 'far.actual': null }, 'E7 E9'],
      [{ 'far.plan_max': null }, 'E7 E9'],
      [{ 'far.actual': 1.6, 'far.norm_min': 1.6 }, 'E7 E9'],
      [{ 'far.actual': 1.6, 'far.norm_min': 1.601 }, 'E3 E7 E9'],
      [{ 'far.plan_max': null, 'far.norm_min': 1.6 }, 'E3 E7 E9'],
      [{ 'plan.use_group': 'RES' }, 'E2 E7 E9'],
      [{ 'plan.use_group': null }, 'E7 E9'],
      [{ 'low_eff.hit': false }, 'E9'],
      [{ 'low_eff.hit': null }, 'E9'],
      [{ 'holder.unwilling_or_unable': true }, 'E2 E3 E7 E9'],
      [{ 'partial.unused_ratio': 0.2, 'partial.unused_m2': 3333 }, 'E3 E4 E7 E9'],
    ],
  ],
  [
    'E4 E9',
    {
      'chain.stage': 'built',
      'partial.unused_ratio': 0.2,
      'partial.unused_m2': 3333,
      'actual.use_group': 'IND',
    },
    [
      [{ 'chain.stage': 'completed' }, 'E4 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'partial.unused_ratio': 0.199 }, 'E9'],
      [{ 'partial.unused_ratio': null }, 'E9'],
      [{ 'partial.unused_m2': 3332.99 }, 'E9'],
      [{ 'partial.unused_m2': null }, 'E9'],
      [{ 'actual.use_group': null }, 'E9'],
      [{ 'actual.use_group': 'GRN', 'partial.unused_m2': 500 }, 'E4 E9'],
      [{ 'production.started': false, 'production.due': '2025-01-30' }, 'E4 E5 E9'],
    ],
  ],
  [
    'E5 E9',
    { 'chain.stage': 'built', 'production.started': false, 'production.due': '2025-01-30' },
    [
      [{ 'chain.stage': 'completed' }, 'E5 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'production.due': '2025-01-31' }, 'E9'],
      [{ 'production.due': null }, 'E9'],
      [{ 'production.started': true }, 'E9'],
      [{ 'production.started': null }, 'E9'],
    ],
  ],
  [
    'E6 E9',
    {
      'chain.stage': 'built',
      'production.started': true,
      'agree.assess_date': '2025-01-30',
      'eco.tax_per_mu': 9.99,
      'agree.tax_per_mu': 10,
    },
    [
      [{ 'chain.stage': 'completed' }, 'E6 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'eco.invest_per_mu': 100, 'agree.invest_per_mu': 100 }, 'E6 E9'],
      [{ 'eco.tax_per_mu': 10 }, 'E9'],
      [{ 'eco.tax_per_mu': null }, 'E9'],
      [{ 'agree.tax_per_mu': null }, 'E9'],
      [{ 'eco.tax_per_mu': 10, 'eco.invest_per_mu': 99.99, 'agree.invest_per_mu': 100 }, 'E6 E9'],
      [{ 'eco.tax_per_mu': null, 'eco.invest_per_mu': 99.99, 'agree.invest_per_mu': 100 }, 'E6 E9'],
      [{ 'eco.tax_per_mu': 10, 'eco.invest_per_mu': 100, 'agree.invest_per_mu': 100 }, 'E9'],
      [{ 'agree.assess_date': '2025-01-31' }, 'E9'],
      [{ 'agree.assess_date': null }, 'E9'],
      [{ 'production.started': false }, 'E9'],
      [{ 'production.started': null }, 'E9'],
      [{ 'low_eff.hit': true }, 'E6 E7 E9'],
    ],
  ],
  [
    'E7 E9',
    { 'chain.stage': 'built', 'low_eff.hit': true },
    [
      [{ 'chain.stage': 'completed' }, 'E7 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'low_eff.hit': false }, 'E9'],
      [{ 'low_eff.hit': null }, 'E9'],
      [{ 'term.end': '2026-01-31' }, 'E7 E8 E9'],
    ],
  ],
  [
    'E8 E9', // 房地产管理法 22: at least one year before the end; 365 days from 2025-01-31 is 2026-01-31
    { 'chain.stage': 'built', 'term.end': '2026-01-31' },
    [
      [{ 'chain.stage': 'completed' }, 'E8 E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'term.end': '2026-02-01' }, 'E9'],
      [{ 'term.end': '2024-06-30' }, 'E8 E9'], // long over
      [{ 'term.end': null }, 'E9'],
    ],
  ],
  [
    'E9',
    { 'chain.stage': 'built' },
    [
      [{ 'chain.stage': 'completed' }, 'E9'],
      [{ 'chain.stage': 'building' }, 'Z0'],
      [{ 'chain.stage': 'exited' }, 'Z0'],
      [{ 'chain.stage': null }, 'Z0'],
    ],
  ],
]

/** The smallest plots worth supplying, as the pack has them: the limit itself is enough, a hundredth of a m² less is not. */
const smallest = {
  IND: 3333,
  STO: 3333,
  RES: 2000,
  COM: 1000,
  MIX: 1000,
  PUB: 500,
  INF: 500,
  OTH: 500,
} as const

export function boundaryCases(): BoundaryCase[] {
  const fromFamilies = families.flatMap(([expected, base, others]) => [
    boundaryCase(base, expected),
    ...others.map(([change, then]) => boundaryCase({ ...base, ...change }, then)),
  ])
  const plots = Object.entries(smallest).flatMap(([group, m2]) => {
    const remainder: Change = {
      'chain.stage': 'approved',
      'expropriation.status': 'done',
      'supply.status': 'none',
      'plan.use_group': group,
    }
    const half: Change = { 'chain.stage': 'built', 'partial.unused_ratio': 0.5, 'actual.use_group': group }
    return [
      boundaryCase({ ...remainder, 'unit.area_m2': m2 }, 'Z0'),
      boundaryCase({ ...remainder, 'unit.area_m2': m2 - 0.01 }, 'B6'),
      boundaryCase({ ...half, 'partial.unused_m2': m2 }, 'E4 E9'),
      boundaryCase({ ...half, 'partial.unused_m2': m2 - 0.01 }, 'E9'),
    ]
  })
  return [...fromFamilies, ...plots]
}

function boundaryCase(change: Change, expected: string): BoundaryCase {
  const facts: Facts = { as_of: '2025-01-31' }
  for (const [name, value] of Object.entries(change)) {
    if (value !== null) facts[name as FactName] = value
  }
  const about = Object.entries(change)
    .map(([name, value]) => `${name} ${value === null ? '?' : String(value)}`)
    .join(', ')
  return { facts, expected, about }
}
