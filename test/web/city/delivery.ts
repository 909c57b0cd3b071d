/** A delivery with everything a page can say of one. */
import type {
  DeliveredRow,
  Delivery,
  DeliveryPreview,
  IssueGroup,
  Job,
  Repair,
  SourceProfile,
} from '../../../server/contract.ts'

const square = (lon: number, size = 0.001) => ({
  type: 'MultiPolygon' as const,
  coordinates: [
    [
      [
        [lon, 27.83],
        [lon + size, 27.83],
        [lon + size, 27.83 + size],
        [lon, 27.83 + size],
        [lon, 27.83],
      ],
    ],
  ],
})

const column = {
  samples: ['湘政地〔2020〕1号'],
  filled: 2,
  unit: null,
  unreadable: 0,
}
/** A table of two approvals: one column known by its heading, one by nobody. */
export const deliveryPreview: DeliveryPreview = {
  fileName: '报批.csv',
  sha256: 'ab12',
  bytes: 120,
  format: 'csv',
  encoding: 'UTF-8',
  as: 'approval',
  asKnownBy: 'columns',
  kinds: [{ as: 'approval', fields: 2 }],
  crs: 'EPSG:4526',
  crsKnownBy: 'magnitude',
  crsProblem: null,
  extent: [113.13, 27.83, 113.141, 27.831],
  shapes: [
    { row: 1, geometry: square(113.13) },
    { row: 2, geometry: square(113.14) },
  ],
  rows: 2,
  looked: 2,
  withShape: 2,
  columns: [
    { ...column, column: '批文号', field: 'doc_no', role: 'field', confidence: 'synonym' },
    {
      ...column,
      column: '报批日期',
      samples: ['2021-02-30'],
      field: null,
      role: 'unknown',
      confidence: 'none',
    },
  ],
  fields: [
    {
      field: 'doc_no',
      title: { zh: '文号', en: 'document number' },
      heading: '批文号',
      type: 'text',
      unit: null,
    },
    {
      field: 'approved_on',
      title: { zh: '批准日期', en: 'approved on' },
      heading: '批准日期',
      type: 'date',
      unit: null,
    },
  ],
  firstRows: [
    { row: 1, values: { 批文号: '湘政地〔2020〕1号' }, fields: { doc_no: '湘政地〔2020〕1号' }, issues: [] },
    { row: 2, values: { 批文号: '湘政地〔2020〕2号' }, fields: { doc_no: '湘政地〔2020〕2号' }, issues: [] },
  ],
  issues: [],
  mapping: {},
  profile: null,
}

export const profile: SourceProfile = {
  profileId: 1,
  version: 1,
  as: 'approval',
  name: '高新区报批表',
  columns: ['批文号', '报批日期'],
  mapping: { fields: { approved_on: '报批日期' } },
  crs: null,
  retired: false,
  savedBy: '数据员甲',
  savedAt: '2026-06-30T08:00:00.000Z',
  titles: { approved_on: { zh: '批准日期', en: 'approved on' } },
  uses: 3,
  lastUsedAt: '2026-06-30T09:00:00.000Z',
}

export const issueGroups: IssueGroup[] = [
  {
    code: 'NEEDS_DECISION',
    severity: 'must_fix',
    field: 'geometry',
    title: { zh: '修复须由人决定', en: 'A repair waits for a person' },
    advice: { zh: '比较修复前后图形与面积。', en: 'Compare the shape before and after.' },
    count: 1,
    first: {
      row: 7,
      field: 'geometry',
      code: 'NEEDS_DECISION',
      severity: 'must_fix',
      message: { zh: '图形边界自相交。', en: 'Self-intersection.' },
      value: '0.00 → 5000.00 m²',
    },
  },
]

export const repair: Repair = {
  delivery: 1,
  row: 7,
  state: 'proposed',
  methods: ['bow_tie'],
  reason: { zh: '边界自相交', en: 'Self-intersection' },
  areaBeforeM2: 0,
  areaAfterM2: 5000,
  decision: null,
  before: square(113.13),
  after: square(113.13, 0.0008),
}

export const deliveredRow: DeliveredRow = {
  delivery: 1,
  row: 7,
  recordId: null,
  stands: false,
  values: { 批文号: '湘政地〔2020〕7号' },
  geometry: square(113.13),
  issues: [],
}

export const deliveries: Delivery[] = [
  {
    deliveryId: 1,
    kind: 'approval',
    layer: null,
    fileName: '报批2021.zip',
    sha256: 'ab12',
    crs: 'EPSG:4526',
    crsKnownBy: 'prj',
    encoding: 'GB18030',
    read: 1250,
    used: 1200,
    repaired: 38,
    unchanged: 0,
    refused: 12,
    receivedAt: '2026-06-30T08:00:00.000Z',
    undoneAt: null,
    notShown: 'brought',
    missing: 0,
    proposals: 1,
    follows: null,
    profile: null,
  },
]

export const job: Job = {
  jobId: 1,
  kind: 'import',
  state: 'done',
  progress: 1,
  step: { zh: '完成', en: 'done' },
  result: {
    delivery: null,
    read: 3,
    used: 2,
    repaired: 0,
    unchanged: 0,
    refused: 1,
    missing: 0,
    crs: 'EPSG:4526',
    crsKnownBy: 'magnitude',
    issues: [
      {
        row: 2,
        field: 'approved_on',
        code: 'DATE_INVALID',
        severity: 'must_fix',
        message: { zh: '日期不是真实的日子。', en: 'Not a real day.' },
        value: '2021-02-30',
      },
    ],
    issueCounts: [{ code: 'DATE_INVALID', severity: 'must_fix', count: 1 }],
  },
  problem: null,
}
