import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Message } from '../refusal.ts'

/** How far an entry of a list has been checked against its source; see data/codes/README.md. */
export type CodeStatus = 'verified' | 'partly' | 'memory'

export interface District {
  readonly code: string
  readonly title: Message
  readonly parent: string | null
  readonly level: 'province' | 'prefecture' | 'aggregate' | 'county'
  readonly state: 'current' | 'abolished'
  readonly status: CodeStatus
  readonly note: string
}
export interface LandUse {
  readonly scheme: string
  readonly code: string
  readonly title: Message
  readonly level: number
}
export interface LandUseMapping {
  readonly fromScheme: string
  readonly fromCode: string
  readonly toScheme: string
  readonly toCode: string
  readonly relation: string
  readonly status: CodeStatus
}
/** A row of one of the dictionaries of rights and registration: QLLX, QLXZ, ZDTZM1, ZDTZM2, GYFS_SUPPLY, … */
export interface RightCode {
  readonly dict: string
  readonly code: string
  readonly title: Message
  readonly status: CodeStatus
  readonly note: string
}
export interface LayerCode {
  readonly layer: string
  readonly title: Message
  readonly geometry: string
  readonly keyFields: readonly string[]
  readonly status: CodeStatus
  readonly note: string
}
export interface ProblemFlag {
  readonly code: string
  readonly group: string
  readonly severity: 'block' | 'high' | 'mid' | 'low'
  readonly title: Message
  readonly detect: string
  readonly closeWhen: string
}
export interface StrategyCode {
  readonly order: number
  readonly code: string
  readonly stage: string
  readonly title: Message
  readonly trigger: string
  readonly legalBasis: readonly string[]
  readonly lead: string
  readonly co: readonly string[]
  readonly nextActions: readonly string[]
  readonly deadline: string
  readonly deadlineKind: 'law' | 'mgmt'
}
/** A field of the result notices of 中国土地市场网. */
export interface LandchinaField {
  readonly nameZh: string
  readonly apiKey: string
  readonly type: string
  readonly status: CodeStatus
}

type Row = Readonly<Record<string, string>>

const folder = new URL('../../data/codes/', import.meta.url)

/** A list of data/codes, read once and kept. A file that is missing or lacks a column is our fault and throws. */
function list<Entry>(
  file: string,
  columns: readonly string[],
  entry: (row: Row) => Entry,
): () => readonly Entry[] {
  let kept: readonly Entry[] | undefined
  return () => (kept ??= read(file, columns).map(entry))
}

function read(file: string, columns: readonly string[]): Row[] {
  const rows = parse(readFileSync(new URL(file, folder)), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
  }) as Row[]
  const missing = columns.filter((column) => rows[0]?.[column] === undefined)
  if (missing.length > 0) throw new Error(`data/codes/${file} lacks the column ${missing.join(', ')}.`)
  return rows
}

const title = (row: Row): Message => ({ zh: row['name_zh']!, en: row['name_en']! })
const parts = (text: string): readonly string[] => text.split(';').filter((part) => part !== '')
const status = (row: Row): CodeStatus => row['status'] as CodeStatus

export const districts = list(
  'districts.csv',
  ['code', 'name_zh', 'name_en', 'parent', 'level', 'state', 'status', 'note'],
  (row): District => ({
    code: row['code']!,
    title: title(row),
    parent: row['parent'] || null,
    level: row['level'] as District['level'],
    state: row['state'] as District['state'],
    status: status(row),
    note: row['note']!,
  }),
)

export const landUses = list(
  'land-use.csv',
  ['code', 'name_zh', 'name_en', 'level', 'scheme'],
  (row): LandUse => ({
    scheme: row['scheme']!,
    code: row['code']!,
    title: title(row),
    level: Number(row['level']),
  }),
)

export const landUseMappings = list(
  'land-use-map.csv',
  ['from_scheme', 'from_code', 'to_scheme', 'to_code', 'relation', 'status'],
  (row): LandUseMapping => ({
    fromScheme: row['from_scheme']!,
    fromCode: row['from_code']!,
    toScheme: row['to_scheme']!,
    toCode: row['to_code']!,
    relation: row['relation']!,
    status: status(row),
  }),
)

export const rights = list(
  'rights.csv',
  ['dict', 'code', 'name_zh', 'name_en', 'status', 'note'],
  (row): RightCode => ({
    dict: row['dict']!,
    code: row['code']!,
    title: title(row),
    status: status(row),
    note: row['note']!,
  }),
)

export const layerCodes = list(
  'layers.csv',
  ['layer', 'name_zh', 'name_en', 'geometry', 'key_fields', 'status', 'note'],
  (row): LayerCode => ({
    layer: row['layer']!,
    title: title(row),
    geometry: row['geometry']!,
    keyFields: parts(row['key_fields']!),
    status: status(row),
    note: row['note']!,
  }),
)

export const problemFlags = list(
  'problem-flags.csv',
  ['code', 'group', 'severity', 'name_zh', 'name_en', 'detect', 'close_when'],
  (row): ProblemFlag => ({
    code: row['code']!,
    group: row['group']!,
    severity: row['severity'] as ProblemFlag['severity'],
    title: title(row),
    detect: row['detect']!,
    closeWhen: row['close_when']!,
  }),
)

/** Worths of the parts of maturity, limits and horizons: configuration of a city, see server/strategy/maturity.ts. */
export interface MaturityWeight {
  readonly kind: 'part' | 'limit' | 'horizon'
  readonly code: string
  readonly title: Message
  readonly value: number
}

export const maturityWeights = list(
  'maturity.csv',
  ['kind', 'code', 'name_zh', 'name_en', 'value', 'note'],
  (row): MaturityWeight => ({
    kind: row['kind'] as MaturityWeight['kind'],
    code: row['code']!,
    title: title(row),
    value: Number(row['value']),
  }),
)

export const strategyCodes = list(
  'strategies.csv',
  [
    'order',
    'code',
    'stage',
    'name_zh',
    'name_en',
    'trigger',
    'legal_basis',
    'lead',
    'co',
    'next_actions',
    'deadline',
    'deadline_kind',
  ],
  (row): StrategyCode => ({
    order: Number(row['order']),
    code: row['code']!,
    stage: row['stage']!,
    title: title(row),
    trigger: row['trigger']!,
    legalBasis: parts(row['legal_basis']!),
    lead: row['lead']!,
    co: parts(row['co']!),
    nextActions: parts(row['next_actions']!),
    deadline: row['deadline']!,
    deadlineKind: row['deadline_kind'] as StrategyCode['deadlineKind'],
  }),
)

export const landchinaFields = list(
  'landchina-fields.csv',
  ['name_zh', 'api_key', 'type', 'status'],
  (row): LandchinaField => ({
    nameZh: row['name_zh']!,
    apiKey: row['api_key']!,
    type: row['type']!,
    status: status(row),
  }),
)
