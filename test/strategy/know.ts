import { lawfulMonths } from '../../server/analysis/idle-clock.ts'
import type { RecordKind } from '../../server/record/record.ts'
import { defaultPack } from '../../server/rule/pack.ts'
import { deliveredTags } from '../../server/rule/tag-set.ts'
import { winnerOf } from '../../server/rule/evaluate.ts'
import type {
  AnyLink,
  FactInput,
  Link,
  ParcelFinding,
  ParcelInput,
} from '../../server/strategy/fact-input.ts'
import { factsOf } from '../../server/strategy/facts.ts'
import { tagsByFacts } from '../rule/tags-by-facts.ts'

/** A square of one hectare, side 100 m. */
export const hectare: ParcelInput = {
  parcelId: 43021100000001,
  countyCode: '430211',
  kind: 'supplied',
  stage: 'supplied',
  sourceRecordId: 1,
  parcelCode: null,
  holder: null,
  holderCode: null,
  project: null,
  useGroup: 'IND',
  areaM2: 10_000,
  perimeterM: 400,
}
let nextId = 1
export const link = <K extends RecordKind>(
  kind: K,
  fields: Link<K>['fields'],
  more: Partial<Link<K>> = {},
): AnyLink =>
  ({
    recordId: nextId++,
    kind,
    layer: '',
    doc: null,
    fields,
    areaM2: 10_000,
    shareOfParcel: 1,
    shareOfRecord: 1,
    certainty: 'certain',
    ...more,
  }) as unknown as AnyLink
export const zone = (layer: string, share: number, fields: Link<'layer'>['fields'] = {}): AnyLink =>
  link('layer', fields, { layer, shareOfParcel: share, areaM2: share * 10_000, certainty: 'probable' })
export const finding = (
  code: string,
  areaM2: number | null = null,
  severity: ParcelFinding['severity'] = 'high',
): ParcelFinding => ({
  code,
  severity,
  areaM2,
  recordIds: [],
})

export function know({
  parcel = {},
  links = [],
  findings = [],
  layers = [],
  registers = ['approval', 'supply', 'registration', 'completion'],
  asOf = '2025-01-31',
  firms = [],
  users = [],
}: {
  parcel?: Partial<ParcelInput>
  links?: AnyLink[]
  findings?: ParcelFinding[]
  layers?: string[]
  registers?: RecordKind[]
  asOf?: string
  firms?: FactInput['firms']
  users?: FactInput['users']
}) {
  const input: FactInput = {
    asOf,
    parcel: { ...hectare, sourceRecordId: links[0]?.recordId ?? 0, ...parcel },
    links,
    findings,
    checked: { layers: new Set(layers), registers: new Set(registers) },
    firms,
    users,
    numbers: { idleMonths: lawfulMonths, minSupplyM2: { values: {}, otherwise: 3333 } },
  }
  const { facts, sources } = factsOf(input)
  return {
    facts,
    sources,
    tags: tagsByFacts(deliveredTags('identity-tags'), facts),
    strategy: winnerOf(defaultPack(), facts).code,
  }
}
