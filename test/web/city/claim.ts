/** What the records of the invented city say, and what people choose among it. */
import type {
  ChooseClaim,
  ClaimChoice,
  ConflictPage,
  FieldStatements,
  ParcelClaims,
  ParcelRow,
  Statement,
} from '../../../server/contract.ts'
import { asOf, districts, knownAt, parcelM2 } from './base.ts'

const registers = {
  registration: { zh: '登记', en: 'registration' },
  supply: { zh: '供应', en: 'supply' },
} as const

const statement = (
  recordId: number,
  register: keyof typeof registers,
  from: string,
  value: string | number,
  side: number,
): Statement => ({
  recordId,
  register,
  registerTitle: registers[register],
  from,
  value,
  text: String(value),
  side,
  used: side === 0,
  doc: register === 'supply' ? '4302112021B00123' : '430211001002GB00007',
  on: register === 'supply' ? '2021-06-01' : '2022-01-10',
  recordedAt: knownAt,
  delivery: { deliveryId: 1, fileName: register === 'supply' ? '供应.xlsx' : '登记.zip', row: recordId },
})

const rules = {
  holder: {
    title: { zh: '土地使用权人', en: 'holder' },
    rule: {
      rule: 'CP01',
      title: { zh: '土地使用权人', en: 'holder' },
      text: { zh: '已登记宗地以登记簿为准。', en: 'The land register for titled land.' },
      basis: '民法典 216',
    },
  },
  area: {
    title: { zh: '文件面积', en: 'area by document' },
    rule: {
      rule: 'CP03',
      title: { zh: '文件面积', en: 'area by document' },
      text: { zh: '已登记宗地以登记面积为准。', en: 'The registered area.' },
      basis: 'P608',
    },
  },
} as const

const choices = new WeakMap<ParcelRow, ClaimChoice[]>()

/** Every third parcel has two holders; all say one area. */
const isContradicted = ({ parcelId }: ParcelRow): boolean => parcelId % 3 === 1

function holderOf(row: ParcelRow): FieldStatements {
  const made = choices.get(row) ?? []
  const chosen = made[0]?.recordId ?? null
  const others = isContradicted(row) ? [statement(2, 'supply', 'holder', '星火装备有限公司', 1)] : []
  const statements = [
    statement(1, 'registration', 'holder', row.holder ?? '明月置业有限公司', 0),
    ...others,
  ].map((each) => ({ ...each, used: each.recordId === (chosen ?? 1) }))
  return {
    field: 'holder',
    ...rules.holder,
    unit: null,
    areaKind: null,
    state: others.length === 0 ? 'agreed' : chosen === null ? 'open' : 'chosen',
    pairs: others.length === 0 ? [] : ['registration|supply'],
    usedBy: chosen === null ? 'rule' : 'person',
    used: chosen ?? 1,
    statements,
    seen: '0123456789abcdef0123456789abcdef',
    choices: made.map((choice, i) => ({ ...choice, state: i === 0 ? 'standing' : 'replaced' })),
  }
}

/** What a person sends is what everybody sees from then on. */
export function claims(row: ParcelRow, method: string, body: unknown): ParcelClaims {
  if (method === 'POST') {
    const { recordId, by, reason, document, decidedOn } = body as ChooseClaim
    const said = holderOf(row).statements.find((each) => each.recordId === (recordId ?? 1))!
    const made = choices.get(row) ?? []
    const choice: ClaimChoice = {
      choiceNo: made.length + 1,
      recordId,
      value: said.value,
      text: said.text,
      by: `${by[0]}**`,
      reason,
      document,
      decidedOn,
      chosenAt: knownAt,
      state: 'standing',
    }
    choices.set(row, [choice, ...made])
  }
  const holder = holderOf(row)
  const area: FieldStatements = {
    field: 'area',
    ...rules.area,
    unit: 'm2',
    areaKind: 'document',
    state: 'agreed',
    pairs: [],
    usedBy: 'rule',
    used: 1,
    statements: [
      statement(1, 'registration', 'area_m2', parcelM2 + 3, 0),
      statement(2, 'supply', 'area_ha', parcelM2, 0),
    ],
    seen: 'f'.repeat(32),
    choices: [],
  }
  return {
    parcelId: row.parcelId,
    asOf,
    knownAt,
    precedence: { version: '1', hash: 'a'.repeat(64) },
    conflicts: holder.pairs.length,
    fields: [holder, area],
  }
}

export function conflictPage(all: readonly ParcelRow[], query: URLSearchParams): ConflictPage {
  const open = all.filter(isContradicted)
  const isState = (row: ParcelRow, state: string | null) => state === null || holderOf(row).state === state
  const isIn = (row: ParcelRow, district: string | null) => district === null || row.district === district
  const asked = open.filter((row) => isState(row, query.get('state')) && isIn(row, query.get('district')))
  const found = ['holder', null].includes(query.get('field')) ? asked : []
  const count = (key: string, rows: readonly ParcelRow[]) => ({ key, conflicts: rows.length, parcels: rows.length, planarM2: rows.length * parcelM2 }) // prettier-ignore
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit') ?? 100)
  return {
    asOf,
    total: found.length,
    parcels: found.length,
    totalPlanarM2: found.length * parcelM2,
    counts: {
      field: [count('holder', asked)],
      pair: [count('registration|supply', found)],
      district: districts.map(({ code }) =>
        count(
          code,
          open.filter((row) => row.district === code),
        ),
      ),
      state: ['open', 'chosen'].map((state) =>
        count(
          state,
          open.filter((row) => isState(row, state)),
        ),
      ),
    },
    titles: { holder: rules.holder.title, ...registers },
    rows: found.slice(from, to).map((row) => {
      const { statements, pairs, usedBy, state, title, unit, rule, field } = holderOf(row)
      const { parcelId, parcelCode, district } = row
      return {
        parcelId,
        parcelCode,
        name: row.project ?? row.location,
        district,
        planarM2: parcelM2,
        field,
        title,
        unit,
        rule: rule.rule,
        state: state as 'open' | 'chosen',
        pairs,
        usedBy,
        statements,
      }
    }),
    nextCursor: to < found.length ? String(to) : null,
  }
}
