/** Which answer an address of the invented city gets. */
import { type Position } from '../../../server/geo/polygon.ts'
import type { Catalog, OverridePage, ParcelPage, ParcelRow, Places, Stats } from '../../../server/contract.ts'
import { brief, preview } from './area.ts'
import { asOf, knownAt, parcelM2 } from './base.ts'
import { claims, conflictPage } from './claim.ts'
import { deadlinePage, deadlineRows, decide, decision, reopened, unknowns } from './decision.ts'
import { deliveredRow, deliveries, deliveryPreview, issueGroups, job, profile, repair } from './delivery.ts'
import { batches, ledger, momentOf, rates, remainders } from './ledger.ts'
import { aboutParcel } from './parcel.ts'

function matching(rows: readonly ParcelRow[], query: URLSearchParams): ParcelRow[] {
  const among = (name: string, value: (row: ParcelRow) => readonly (string | null)[]) => {
    const wanted = query.get(name)?.split(',')
    return (row: ParcelRow) => !wanted || value(row).some((v) => v !== null && wanted.includes(v))
  }
  const tests = [
    among('strategy', (row) => [row.strategy]),
    among('stage', (row) => [row.stage]),
    among('kind', (row) => [row.kind]),
    among('district', (row) => [row.district]),
    among('use', (row) => [row.useGroup]),
    among('flag', (row) => row.flags),
    (row: ParcelRow) =>
      row.areas.planarM2 >= Number(query.get('min_m2') ?? 0) &&
      row.areas.planarM2 <= Number(query.get('max_m2') ?? Infinity),
    (row: ParcelRow) =>
      !query.get('q') ||
      [row.parcelCode, row.project, row.holder].some((text) => text?.includes(query.get('q')!)),
    (row: ParcelRow) => {
      const [w, s, e, n] = query.get('bbox')?.split(',').map(Number) ?? []
      return (
        w === undefined || (row.bbox[0] <= e! && row.bbox[2] >= w && row.bbox[1] <= n! && row.bbox[3] >= s!)
      )
    },
  ]
  return rows.filter((row) => tests.every((test) => test(row)))
}

export function tally(rows: readonly ParcelRow[], key: (row: ParcelRow) => string | null): Stats['byKind'] {
  const sums = new Map<string, { parcels: number; planarM2: number }>()
  for (const row of rows) {
    const sum = sums.get(key(row) ?? '') ?? { parcels: 0, planarM2: 0 }
    sums.set(key(row) ?? '', { parcels: sum.parcels + 1, planarM2: sum.planarM2 + row.areas.planarM2 })
  }
  return [...sums].map(([name, sum]) => ({ key: name, ...sum }))
}

export function answer(
  rows: readonly ParcelRow[],
  rings: readonly Position[][],
  catalog: Catalog,
  method: string,
  url: URL,
  body: unknown,
): unknown {
  const query = url.searchParams
  const path = url.pathname
  const about = /^\/api\/parcels\/(\d+)(?:\/(\w+))?$/.exec(path)
  if (about) {
    const at = rows.findIndex((row) => row.parcelId === Number(about[1]))
    if (at >= 0 && about[2] === 'claims') return claims(rows[at]!, method, body)
    if (at >= 0 && about[2] === 'override') return decide(rows[at]!, method, body)
    return at < 0 ? null : aboutParcel(rows[at]!, rings[at]!, about[2])
  }
  switch (`${method} ${path}`) {
    case 'GET /api/catalog':
      return catalog
    case 'GET /api/stats': {
      const found = matching(rows, query)
      return {
        asOf,
        knownAt,
        parcels: found.length,
        planarM2: found.length * parcelM2,
        byStrategy: tally(found, (row) => row.strategy),
        byStage: tally(found, (row) => row.stage),
        byDistrict: tally(found, (row) => row.district),
        byUse: tally(found, (row) => row.useGroup),
        byKind: tally(found, (row) => row.kind),
      } satisfies Stats
    }
    case 'GET /api/parcels': {
      const found = matching(rows, query)
      const from = Number(query.get('cursor') ?? 0)
      const to = from + Number(query.get('limit') ?? 100)
      return {
        asOf,
        knownAt,
        total: found.length,
        totalPlanarM2: found.length * parcelM2,
        rows: found.slice(from, to),
        nextCursor: to < found.length ? String(to) : null,
      } satisfies ParcelPage
    }
    case 'GET /api/deadlines':
      return deadlinePage(deadlineRows(rows), query)
    case 'GET /api/claims':
      return conflictPage(rows, query)
    case 'GET /api/unknowns':
      return unknowns
    case 'GET /api/overrides':
      return {
        rows: query.get('state') === 'attention' ? [reopened(rows[5]!)] : [decision(rows[3]!)],
        nextCursor: null,
      } satisfies OverridePage
    case 'POST /api/areas/brief':
      return brief(rows.slice(0, 12))
    case 'POST /api/overlaps/preview':
      return preview((body as { geometry: unknown }).geometry, rings[0]!)
    case 'GET /api/ledger':
      return { ...ledger(), ...momentOf(query) }
    case 'GET /api/ledger/batches':
      return {
        ...batches(Number(query.get('offset') ?? 0), query.get('open') === 'true'),
        ...momentOf(query),
      }
    case 'GET /api/ledger/remainders':
      return { ...remainders(rows), ...momentOf(query) }
    case 'GET /api/ledger/rates':
      return { ...rates(Number(query.get('year') ?? 2026)), ...momentOf(query) }
    case 'GET /api/ledger/batches/pieces':
    case 'GET /api/ledger/pieces':
      return {
        type: 'FeatureCollection',
        total: 3,
        totalPlanarM2: 3 * parcelM2,
        features: rings.slice(0, 3).map((ring, i) => ({
          type: 'Feature',
          properties: { pieceNo: i, planarM2: parcelM2 },
          geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
        })),
      }
    case 'GET /api/places':
      return {
        lon: Number(query.get('lon')),
        lat: Number(query.get('lat')),
        asOf,
        knownAt: `${asOf}T00:00:00Z`,
        versions: [
          {
            parcelId: rows[0]!.parcelId,
            parcelCode: null,
            kind: 'remainder',
            stage: 'approved',
            holder: null,
            project: null,
            planarM2: parcelM2,
            validFrom: '2021-03-04',
            validTo: null,
            fromBuild: 1,
            toBuild: null,
            current: true,
            came: {
              buildId: 1,
              kind: 'created',
              on: '2021-03-04',
              numbers: [{ parcelId: 43021100000099, parcelCode: null, planarM2: parcelM2, here: true }],
            },
            became: null,
          },
        ],
        records: [
          {
            recordId: 1,
            kind: 'approval',
            doc: '湘政地〔2021〕123号',
            on: '2021-03-04',
            holder: null,
            project: null,
            planarM2: 12_000,
            validFrom: '2021-03-04',
            validTo: null,
            current: true,
          },
        ],
        zones: [{ recordId: 1, layer: 'park', name: '虚构产业园', fields: {} }],
      } satisfies Places
    case 'GET /api/deliveries':
      return deliveries
    case 'POST /api/deliveries/preview':
      return deliveryPreview
    case 'GET /api/deliveries/1/issue-groups':
      return issueGroups
    case 'GET /api/deliveries/1/issues':
      return { issues: issueGroups.map(({ first }) => first), next: null }
    case 'GET /api/deliveries/1/repairs':
      return { repairs: [repair], next: null }
    case 'GET /api/deliveries/1/rows/7':
      return { ...deliveredRow }
    case 'GET /api/source-profiles':
      return [profile]
    case 'GET /api/source-profiles/1':
      return [{ ...profile, version: 2, savedBy: '数据员乙' }, profile]
    case 'POST /api/source-profiles/1/rename':
    case 'DELETE /api/source-profiles/1':
    case 'POST /api/source-profiles':
      return { ...profile }
    case 'POST /api/deliveries/1/decisions':
      return job
    case 'GET /api/exports':
      return []
    case 'GET /api/jobs':
      return [
        {
          ...job,
          jobId: 9,
          state: 'interrupted',
          step: {
            zh: '服务中断,整件未写入(已回滚);可重新导入',
            en: 'the server stopped; nothing was written',
          },
          fileName: '供应.xlsx',
          createdAt: '2026-06-30T09:00:00.000Z',
          finishedAt: '2026-06-30T09:01:00.000Z',
        },
      ]
    case 'POST /api/deliveries':
    case 'POST /api/builds':
      return job
    case 'GET /api/jobs/1':
      return job
    default:
      return null
  }
}
