import { describe, expect, test } from 'vitest'
import { listChecks, type Coverage } from '../../server/parcel/conflict.ts'
import { toLonLatBox } from '../../server/parcel/box.ts'
import {
  assembleDossier,
  expectedSteps,
  type DossierInput,
  type LinkedRecord,
} from '../../server/parcel/dossier.ts'
import { fieldLabels } from '../../server/record/field-label.ts'
import { recordFields } from '../../server/record/record.ts'
import type { Finding } from '../../server/contract.ts'

const record = (
  recordId: number,
  kind: LinkedRecord['kind'],
  fields: Record<string, unknown>,
  layer = '',
): LinkedRecord => ({
  recordId,
  kind,
  layer,
  doc: `doc ${recordId}`,
  fields,
  areaM2: 100,
  shareOfParcel: 1,
  evidence: ['shape'],
  certainty: 'certain',
  delivery: { deliveryId: 1, fileName: 'a.csv', row: recordId },
})
const given = (input: Partial<DossierInput>): DossierInput => ({
  kind: 'titled',
  stage: 'built',
  useGroup: 'IND',
  records: [],
  ...input,
})

describe('the papers a parcel should have', () => {
  test('grow with how far it has come', () => {
    expect(expectedSteps(given({ kind: 'remainder', stage: 'approved' }))).toEqual([
      'plan',
      'approval',
      'expropriation',
    ])
    expect(expectedSteps(given({ kind: 'supplied', stage: 'supplied' }))).toEqual([
      'plan',
      'approval',
      'expropriation',
      'supply',
    ])
    expect(expectedSteps(given({ kind: 'supplied', stage: 'building' }))).toContain('permit')
    expect(expectedSteps(given({ kind: 'supplied', stage: 'completed' }))).toEqual(
      expect.arrayContaining(['completion', 'registration', 'performance']),
    )
    expect(expectedSteps(given({ useGroup: 'RES' }))).not.toContain('performance')
  })

  test('are few where land was built before the rules', () => {
    const records = [record(1, 'registration', { legacy_built: true })]
    expect(expectedSteps(given({ records, useGroup: 'RES' }))).toEqual(['plan', 'registration'])
  })
})

describe('a dossier', () => {
  test('lists papers in the order of life and gaps between them, whatever order they came in', () => {
    const records = [
      record(5, 'registration', { registered_on: '2022-01-01' }),
      record(4, 'supply', { signed_on: '2021-01-01' }),
      record(3, 'approval', { approved_on: '2020-01-01' }),
      record(2, 'approval', { approved_on: '2019-01-01' }),
      record(1, 'layer', { name: 'K1' }, 'control_plan'),
      record(6, 'layer', { name: '天元区' }, 'district'), // no paper of the parcel
    ]
    const entries = assembleDossier(given({ kind: 'supplied', stage: 'supplied', records }), 'zh')
    expect(entries.map(({ kind, recordId }) => [kind, recordId])).toEqual([
      ['plan', 1],
      ['approval', 2],
      ['approval', 3],
      ['expropriation', null],
      ['supply', 4],
      ['registration', 5],
    ])
  })

  test('shows what is written, masks persons and says yes and no', () => {
    const records = [record(1, 'registration', { holder: '李四', mortgaged: false, term_end: '2060-01-01' })]
    const facts = (language: 'zh' | 'en') =>
      assembleDossier(given({ records }), language)
        .find((entry) => entry.kind === 'registration')!
        .facts.map(({ field, value }) => [field, value])
    expect(facts('zh')).toEqual([
      ['holder', '李*'],
      ['term_end', '2060-01-01'],
      ['mortgaged', '否'],
    ])
    expect(facts('en').at(-1)).toEqual(['mortgaged', 'no'])
  })

  test('has a name for every field of every record', () => {
    const fields = Object.values(recordFields).flatMap((shape) => Object.keys(shape.shape))
    expect(fields.filter((field) => !(field in fieldLabels))).toEqual([])
  })
})

describe('checks', () => {
  const coverage: Coverage = {
    layers: {},
    hasApprovals: false,
    hasSupplies: false,
    hasTitles: false,
    hasSupplyOfItsOwn: false,
  }
  const finding = (code: string): Finding => ({
    findingNo: 1,
    code,
    title: { zh: code, en: code },
    severity: 'high',
    noise: false,
    parcels: [],
    records: [],
    detail: {},
    planarM2: null,
    ellipsoidM2: null,
    shareOfFirst: null,
    shareOfSecond: null,
    geometry: null,
  })
  const states = (findings: Finding[], known: Partial<Coverage>) =>
    Object.fromEntries(
      listChecks(findings, { ...coverage, ...known }).map(({ check, state }) => [check, state]),
    )

  test('without data nothing was checked, except the data itself', () =>
    expect(states([], {})).toEqual({
      approval: 'not_checked',
      supply: 'not_checked',
      control_plan: 'not_checked',
      farmland: 'not_checked',
      eco_redline: 'not_checked',
      growth_boundary: 'not_checked',
      title: 'not_checked',
      clock: 'not_checked',
      quality: 'clean',
    }))

  test('with data it is clean until something is found', () => {
    const known = { layers: { farmland: 2 }, hasApprovals: true }
    expect(states([], known)).toMatchObject({ farmland: 'clean', approval: 'clean', supply: 'not_checked' })
    expect(states([finding('P302'), finding('P101')], known)).toMatchObject({
      farmland: 'conflict',
      approval: 'conflict',
    })
  })

  test('lose no finding', () => {
    const all = ['P101', 'P202', 'P301', 'P302', 'P303', 'P304', 'P401', 'P503', 'P604'].map(finding)
    expect(listChecks(all, coverage).flatMap((check) => check.findings)).toHaveLength(all.length)
  })
})

test('a box in degrees is the one around the corners of the box in metres', () => {
  // the four corners as PROJ has them: gdaltransform -s_srs EPSG:4547 -t_srs EPSG:4490
  const box = toLonLatBox({ west: 401_000, south: 3_076_000, east: 411_000, north: 3_087_000 })
  const around = [112.994532302766, 27.7938376591406, 113.096906270935, 27.8937885296815]
  box.forEach((edge, i) => expect(edge).toBeCloseTo(around[i]!, 8))
})
