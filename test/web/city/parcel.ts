/** What the server says of one parcel. */
import { type Position } from '../../../server/geo/polygon.ts'
import type {
  Conflicts,
  Dossier,
  Explanation,
  Finding,
  Lineage,
  ParcelCard,
  ParcelRow,
} from '../../../server/contract.ts'
import { asOf, knownAt, parcelM2, strategies } from './base.ts'
import { deadlinesOf, decision, ruledOf } from './decision.ts'

const finding = (ring: readonly Position[]): Finding => ({
  findingNo: 7,
  code: 'P101',
  title: { zh: '重复报批', en: 'Approved twice' },
  severity: 'high',
  noise: false,
  parcels: [43021100000001],
  records: [
    { recordId: 1, kind: 'approval', doc: '湘政地〔2021〕123号', date: '2021-03-04' },
    { recordId: 2, kind: 'approval', doc: '湘政地〔2022〕88号', date: '2022-05-06' },
  ],
  detail: { meanWidthM: 12.5 },
  planarM2: 1200,
  ellipsoidM2: 1199.784,
  shareOfFirst: 0.25,
  shareOfSecond: 0.125,
  geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
})

export function aboutParcel(row: ParcelRow, ring: readonly Position[], what: string | undefined): unknown {
  switch (what) {
    case undefined:
      return {
        ...row,
        asOf,
        knownAt,
        unitCode: row.parcelCode && `${row.parcelCode}W00000000`,
        holderCode: row.holder && '91430200MA4L1234XY',
        useScheme: 'GBT21010-2017',
        useCode: '0601',
        geometry: { type: 'MultiPolygon', coordinates: [[[...ring]]] },
      } satisfies ParcelCard
    case 'conflicts':
      return {
        parcelId: row.parcelId,
        asOf,
        knownAt,
        checks: [
          {
            check: 'approval',
            title: { zh: '报批', en: 'Approval' },
            state: 'conflict',
            findings: [finding(ring)],
          },
          {
            check: 'farmland',
            title: { zh: '永久基本农田', en: 'Permanent basic farmland' },
            state: 'clean',
            findings: [],
          },
          {
            check: 'soil',
            title: { zh: '污染地块', en: 'Contaminated plots' },
            state: 'not_checked',
            findings: [],
          },
        ],
      } satisfies Conflicts
    case 'dossier':
      return {
        parcelId: row.parcelId,
        asOf,
        knownAt,
        entries: [
          {
            kind: 'approval',
            present: true,
            recordId: 1,
            doc: '湘政地〔2021〕123号',
            on: '2021-03-04',
            title: { zh: '报批', en: 'Approval' },
            facts: [
              { field: 'authority', label: { zh: '批准机关', en: 'Authority' }, value: '湖南省人民政府' },
            ],
            areaInCommonM2: 4800,
            shareOfParcel: 1,
            evidence: ['shape', 'doc_no'],
            certainty: 'certain',
            delivery: { deliveryId: 1, fileName: '报批2021.zip', row: 12 },
          },
          {
            kind: 'expropriation',
            present: false,
            recordId: null,
            doc: null,
            on: null,
            title: { zh: '征收', en: 'Expropriation' },
            facts: [],
            areaInCommonM2: null,
            shareOfParcel: null,
            evidence: [],
            certainty: null,
            delivery: null,
          },
        ],
      } satisfies Dossier
    case 'lineage': {
      const parent = 43021100000099
      const state = { parcelCode: null, stage: 'approved', holder: null, project: null, planarM2: parcelM2 }
      const born = { buildId: 2, on: '2021-03-04' }
      return {
        asOf,
        knownAt: `${asOf}T00:00:00Z`,
        parcelId: row.parcelId,
        parcelCode: row.parcelCode,
        state: 'current',
        successors: [],
        nodes: [
          {
            ...state,
            parcelId: row.parcelId,
            kind: row.kind,
            generation: 0,
            validFrom: born.on,
            validTo: null,
            fromBuild: 2,
            toBuild: null,
            current: true,
          },
          {
            ...state,
            parcelId: parent,
            kind: 'remainder',
            generation: -1,
            validFrom: '2020-01-01',
            validTo: born.on,
            fromBuild: 1,
            toBuild: 2,
            current: false,
          },
        ],
        events: [
          {
            ...born,
            eventNo: 1,
            kind: 'retired',
            parcelId: parent,
            beforeM2: parcelM2,
            cameM2: 0,
            wentM2: parcelM2,
            correctionM2: 0,
            afterM2: 0,
          },
          {
            ...born,
            eventNo: 2,
            kind: 'created',
            parcelId: row.parcelId,
            beforeM2: 0,
            cameM2: parcelM2,
            wentM2: 0,
            correctionM2: 0,
            afterM2: parcelM2,
          },
        ],
        edges: [{ ...born, from: parent, to: row.parcelId, planarM2: parcelM2 }],
        complete: true,
      } satisfies Lineage
    }
    case 'strategy': {
      const strategy = strategies.find(({ code }) => code === row.strategy)!
      return {
        parcel: row.parcelId,
        asOf,
        rulePack: {
          code: 'zhuzhou',
          version: '2024.1',
          hash: '3b1f0a9c5d7e8f21',
          title: { zh: '株洲一地一策', en: 'Zhuzhou' },
        },
        strategy,
        ruled: ruledOf(row),
        override: row.overrideId === null ? null : decision(row),
        deadlines: deadlinesOf(row),
        maturity: null,
        runnersUp: ['C8'],
        tried: [
          {
            code: 'X1',
            title: { zh: '数据核实补正', en: 'Repair data first' },
            verdict: 'false',
            facts: [{ name: 'flags.block', value: 0, source: null }],
            reason: {
              op: 'test',
              text: 'flags.block > 0',
              words: { zh: '阻断性问题数 大于 0 个', en: 'blocking flags is more than 0' },
              verdict: 'false',
              facts: [
                {
                  name: 'flags.block',
                  label: { zh: '阻断性问题数', en: 'blocking flags' },
                  value: 0,
                  shown: { zh: '0 个', en: '0' },
                  source: null,
                },
              ],
              children: [],
            },
          },
          {
            ...ruledOf(row),
            verdict: 'true',
            facts: [],
            reason: {
              op: 'and',
              text: '',
              words: { zh: '', en: '' },
              verdict: 'true',
              facts: [],
              children: [
                {
                  op: 'test',
                  text: "chain.stage = 'supplied'",
                  words: { zh: '阶段 是 已供', en: 'stage is supplied' },
                  verdict: 'true',
                  facts: [
                    {
                      name: 'chain.stage',
                      label: { zh: '阶段', en: 'stage' },
                      value: 'supplied',
                      shown: { zh: '已供', en: 'supplied' },
                      source: { zh: '供应 4302012021B00123', en: 'supply 4302012021B00123' },
                    },
                  ],
                  children: [],
                },
                {
                  op: 'test',
                  text: "idle.cause = 'own'",
                  words: { zh: '闲置原因 是 企业自身', en: 'cause of idleness is the holder' },
                  verdict: 'unknown',
                  facts: [
                    {
                      name: 'idle.cause',
                      label: { zh: '闲置原因', en: 'cause of idleness' },
                      value: null,
                      shown: { zh: '不详', en: 'unknown' },
                      source: null,
                    },
                  ],
                  children: [],
                },
              ],
            },
          },
        ],
        flags: row.flags.includes('P404') ? [mortgaged] : [],
        unknowns: [
          {
            name: 'idle.cause',
            label: { zh: '闲置原因', en: 'cause of idleness' },
            couldGive: ['C4', 'C6'],
            alone: true,
            planarM2: parcelM2,
          },
        ],
        nearestFlip: {
          fact: 'start.due',
          label: { zh: '约定开工日', en: 'start due' },
          from: '2025-01-01',
          to: '2024-06-29',
          strategy: 'C4',
          step: { zh: '提前 186 日', en: '186 days earlier' },
          shown: {
            from: { zh: '2025-01-01', en: '2025-01-01' },
            to: { zh: '2024-06-29', en: '2024-06-29' },
          },
          numbers: [
            {
              name: 'idle_recover_after',
              title: { zh: '无偿收回期限', en: 'recovery without compensation after' },
              value: 24,
              shown: { zh: '24 个月', en: '24 months' },
              basis: '城市房地产管理法 26',
            },
          ],
        },
      } satisfies Explanation
    }
    default:
      return null
  }
}

/** A flag no finding stands behind: a fact raises it. */
const mortgaged: Explanation['flags'][number] = {
  code: 'P404',
  title: { zh: '抵押', en: 'Mortgaged' },
  severity: 'mid',
  reason: {
    op: 'test',
    text: 'mortgage.active = TRUE',
    words: { zh: '有抵押', en: 'mortgaged' },
    verdict: 'true',
    facts: [
      {
        name: 'mortgage.active',
        label: { zh: '抵押中', en: 'mortgage in force' },
        value: true,
        shown: { zh: '是', en: 'yes' },
        source: { zh: '登记 430211001002GB00009', en: 'registration 430211001002GB00009' },
      },
    ],
    children: [],
  },
}
