import { docOf } from '../record/record-key.ts'
import type { Issue, Json } from '../record/draft.ts'
import { labelOf } from '../record/field-label.ts'
import type { RecordKind } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import { documentArea } from './area.ts'
import { canonicalUnit, fieldTypes, type AreaUnit, type FieldType, type Unit } from './field-type.ts'
import { areaUnitOf, meaningOf, type ColumnMeaning } from './field-name.ts'
import { checkIdentifiers, isCodeField, isNumericCode } from './identifiers.ts'
import { mayFixLater, mustFix, note } from './issue.ts'
import { MAX_VALUE_CHARS } from './limits.ts'
import type { Mapping } from './mapping.ts'
import type { Source, SourceRow } from './source.ts'
import { convert, parseField, type Quantity } from './value.ts'

/** What a row says in canonical terms, before its shape is known. */
export interface Understood {
  readonly fields: Record<string, string | number | boolean>
  readonly rowId: string | undefined
  /** The document's area as written, its unit perhaps still open. */
  readonly area: {
    readonly field: string
    readonly quantity: Quantity
    readonly unit: AreaUnit | null
  } | null
  readonly issues: Issue[]
  /** One of the issues refuses the row. */
  readonly refused: boolean
}

/** Fields holding the area of the whole plot; others such as `developed_m2` are parts of it. */
const areaFields = new Set(['area_ha', 'area_m2'])

/** The day a document began to hold, per kind; absent: it holds without a day. */
const mainDates: Partial<Readonly<Record<RecordKind, string>>> = {
  approval: 'approved_on',
  supply: 'signed_on',
  registration: 'registered_on',
  completion: 'accepted_on',
  preliminary: 'issued_on',
  expropriation: 'announced_on',
  reserve: 'in_on',
  violation: 'found_on',
  permit: 'issued_on',
}

/** What names a document of each register: without any of these a row can be joined to others by its shape alone. */
const documentFields: Partial<Record<RecordKind, readonly string[]>> = {
  approval: ['doc_no'],
  supply: ['supervision_no', 'project', 'parcel_code'],
  registration: ['parcel_code', 'unit_code', 'cert_no'],
  completion: ['doc_no', 'project', 'supervision_no', 'parcel_code'],
}

/** The value that says a field best. */
interface Chosen {
  readonly column: string
  readonly unit: Unit | null
  readonly value: Json
  readonly rank: number
}

/** What the mapping and its name make of a column. */
interface ColumnRead {
  readonly isIgnored: boolean
  readonly isRowKey: boolean
  /** Null: nothing is known of it. */
  readonly meaning: ColumnMeaning | null
}

/** Reads rows of one source as records of one kind. Remembers what it met in order to say it once for the file. */
export class Reader {
  private readonly kind: RecordKind
  private readonly source: Source
  private readonly mapping: Mapping
  private readonly types: ReadonlyMap<string, FieldType>
  private readonly byMapping: ReadonlyMap<string, string>
  private readonly reads = new Map<string, ColumnRead>()
  private readonly unread = new Set<string>()
  /** Fields that columns told us, each with the column. */
  private readonly told = new Map<string, string>()
  /** Whether any row says which document it is of. */
  private namesDocument = false

  constructor(kind: RecordKind, source: Source, mapping: Mapping) {
    this.kind = kind
    this.source = source
    this.mapping = mapping
    this.types = fieldTypes(kind)
    this.byMapping = new Map(Object.entries(mapping.fields ?? {}).map(([field, column]) => [column, field]))
  }

  /**
   * Whether the columns say enough to be records of this kind: two fields, or one that names a document, or what a
   * person pointed out. A column "name" alone is in every table there is.
   */
  get saysEnough(): boolean {
    return (
      this.told.size >= 2 ||
      (documentFields[this.kind] ?? []).some((field) => field !== 'project' && this.told.has(field)) ||
      this.byMapping.size > 0
    )
  }

  /** The only column that says anything, and what it says; null: none does, or several. */
  get onlyColumn(): { readonly column: string; readonly field: string } | null {
    const [[field, column] = [], ...more] = [...this.told]
    return field === undefined || column === undefined || more.length > 0 ? null : { column, field }
  }

  understand(row: SourceRow): Understood {
    const issues: Issue[] = []
    const bad = unstorable(row)
    if (bad !== null) return { fields: {}, rowId: undefined, area: null, issues: [bad], refused: true }
    const { chosen, rowId, areaUnit } = this.chooseColumns(row)
    const fields: Record<string, string | number | boolean> = {}
    let area: Understood['area'] = null
    let refused = false
    for (const [field, { column, unit, value }] of chosen) {
      const type = this.types.get(field)!
      if (isCodeField(field) && isNumericCode(value)) {
        refused = true
        issues.push(
          mustFix('CODE_NUMERIC', {
            row: row.rowNo,
            field: column,
            zh: `“${column}”是数字格式,编号的末位可能已丢失。请在来源表中把该列设为文本后重新导出。`,
            en: `"${column}" arrives as a number, so digits of the code may be lost. Make the column text in its source and export again.`,
            value,
          }),
        )
        continue
      }
      const parsed = parseField(value, field, type, this.mapping.dates)
      if (parsed.state === 'blank') continue
      if (parsed.state === 'wrong') {
        issues.push(
          mayFixLater(codeOf(field, type), {
            row: row.rowNo,
            field: column,
            zh: `“${column}”的值${parsed.why.zh},未采用。`,
            en: `The value of "${column}" ${parsed.why.en} and was not used.`,
            value,
          }),
        )
        continue
      }
      if (parsed.remark)
        issues.push(note('DATE_SERIAL', { row: row.rowNo, field: column, ...parsed.remark, value }))
      if (typeof parsed.value !== 'object') {
        fields[field] = parsed.value
        continue
      }
      const quantity = parsed.value
      if (quantity.amount < 0) {
        issues.push(
          mayFixLater(codeOf(field, type), {
            row: row.rowNo,
            field: column,
            zh: `“${column}”为负数,未采用。`,
            en: `"${column}" is negative and was not used.`,
            value,
          }),
        )
        continue
      }
      const given = this.mapping.units?.[field] ?? unit
      if (areaFields.has(field)) area = { field, quantity, unit: (given as AreaUnit | null) ?? areaUnit }
      else fields[field] = inCanonicalUnit(field, quantity, given)
    }
    this.addConstants(fields)
    this.namesDocument ||= (documentFields[this.kind] ?? []).some((field) => field in fields)
    termYears(fields)
    issues.push(...checkIdentifiers(fields, row.rowNo))
    return { fields, rowId, area, issues, refused }
  }

  /** Per field the column that says it best and has a value: as mapped, then by its canonical name, then by what it is called. */
  private chooseColumns(row: SourceRow) {
    const chosen = new Map<string, Chosen>()
    let rowId: { text: string; rank: number } | undefined
    let areaUnit: AreaUnit | null = null
    for (const [column, value] of row.values) {
      const read = this.reads.get(column) ?? this.readAs(column)
      if (read.isIgnored) continue
      if (read.isRowKey) rowId = { text: String(value), rank: -1 }
      const { meaning } = read
      if (meaning === null) continue
      if (meaning.kind === 'area_unit') areaUnit = areaUnitOf(String(value))
      else if (meaning.kind === 'row_id') {
        if (rowId === undefined || meaning.rank < rowId.rank)
          rowId = { text: String(value), rank: meaning.rank }
      } else {
        const before = chosen.get(meaning.field)
        if (before === undefined || meaning.rank < before.rank)
          chosen.set(meaning.field, { column, unit: meaning.unit, value, rank: meaning.rank })
      }
    }
    // A column that numbers the rows may at the same time be a field, such as 地块编号 of an approval.
    const plotNo = chosen.get('plot_no')
    return {
      chosen,
      rowId: rowId?.text ?? (plotNo === undefined ? undefined : String(plotNo.value)),
      areaUnit,
    }
  }

  /** What a column is read as, worked out where it is met first. */
  private readAs(column: string): ColumnRead {
    const { ignore, rowKey, join } = this.mapping
    const mapped = this.byMapping.get(column)
    const meaning: ColumnMeaning | null =
      mapped === undefined
        ? meaningOf(this.kind, column, this.source.cutNames.get(column))
        : { kind: 'field', field: mapped, unit: this.unitOfHeading(column, mapped), rank: -1 }
    const read = { isIgnored: ignore?.includes(column) ?? false, isRowKey: column === rowKey, meaning }
    if (meaning === null && !read.isIgnored && !read.isRowKey && column !== join?.on) this.unread.add(column)
    if (!read.isIgnored && meaning?.kind === 'field') this.told.set(meaning.field, column)
    this.reads.set(column, read)
    return read
  }

  /** A mapped column may still name its unit in its heading. */
  private unitOfHeading(column: string, field: string): Unit | null {
    const meaning = meaningOf(this.kind, column, this.source.cutNames.get(column))
    if (meaning?.kind === 'field' && meaning.unit !== null && canonicalUnit(meaning.field) !== null)
      return meaning.unit
    return areaFields.has(field) ? areaUnitOf(column) : null
  }

  private addConstants(fields: Record<string, string | number | boolean>): void {
    for (const [field, value] of Object.entries(this.mapping.constants ?? {})) {
      if (field in fields) continue
      const parsed = parseField(value, field, this.types.get(field)!)
      if (parsed.state === 'value')
        fields[field] =
          typeof parsed.value === 'object'
            ? inCanonicalUnit(field, parsed.value, this.mapping.units?.[field] ?? null)
            : parsed.value
    }
  }

  /** What is to be said once about the file, after its last row. */
  closingIssues(): Issue[] {
    return [...this.unnamedDocuments(), ...this.unreadColumns()]
  }

  /** A file of the wrong register is read without a murmur; that it names no document of this one gives it away. */
  private unnamedDocuments(): Issue[] {
    const wanted = documentFields[this.kind]
    if (wanted === undefined || this.namesDocument) return []
    return [
      mayFixLater('DOCUMENT_UNNAMED', {
        zh: `没有任何一行写明所属文件（${wanted.map((field) => `${labelOf(field).zh} ${field}`).join('、')} 均缺）。请核对 --as 是否选对;若文件另附,可在映射文件 constants 中给出。`,
        en: `No row says which document it is of (none of ${wanted.map((field) => `${labelOf(field).en} ${field}`).join(', ')}). Check that --as is right; what the file does not carry can be given under constants in a mapping file.`,
      }),
    ]
  }

  private unreadColumns(): Issue[] {
    // A survey TXT has the same eight columns every time; not all of them say something about every kind.
    if (this.unread.size === 0 || this.source.format === 'boundary-txt') return []
    const names = [...this.unread]
    return [
      note('FIELD_UNMAPPED', {
        zh: `${names.length} 列未识别,仅随原始行保存:${names.slice(0, 12).join('、')}${names.length > 12 ? '…' : ''}。可用 --mapping 指定。`,
        en: `${names.length} columns were not recognised and are kept with the delivered row only: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}. A mapping file can name them.`,
        value: names.join(', '),
      }),
    ]
  }
}

/**
 * Settles the document's area against the shape and writes it into the fields.
 * @param planarM2 of the shape, null without one
 */
export function settleArea(
  understood: Understood,
  source: Source,
  rowNo: number,
  planarM2: number | null,
): number | null {
  const { area, fields, issues } = understood
  if (area === null) return null
  // 部标 TXT gives hectares; some writers give m², and the shape tells.
  const habit = source.format === 'boundary-txt' ? 'ha' : null
  const { m2, doubt } = documentArea(area.quantity, area.unit ?? source.areaUnit ?? null, habit, planarM2)
  if (doubt) {
    const parts = { row: rowNo, field: area.field, ...doubt.message, value: String(area.quantity.amount) }
    issues.push(doubt.severity === 'note' ? note('P613', parts) : mayFixLater('P613', parts))
  }
  if (m2 !== null) fields[area.field] = area.field === 'area_ha' ? convert(m2, 'm2', 'ha') : m2
  return m2
}

/** First day the document holds: its main date, unless that lies after its receipt and so cannot be right. */
export function validFrom(
  kind: RecordKind,
  { fields, issues }: Understood,
  rowNo: number,
  receivedOn: IsoDate,
): IsoDate | undefined {
  const field = mainDates[kind]
  const day = field === undefined ? undefined : fields[field]
  if (typeof day !== 'string') return undefined
  if (day <= receivedOn) return day
  issues.push(
    mayFixLater('DATE_IN_FUTURE', {
      row: rowNo,
      field: field!,
      zh: `日期 ${day} 晚于收件日 ${receivedOn}。`,
      en: `The date ${day} lies after the day of receipt, ${receivedOn}.`,
      value: day,
    }),
  )
  return undefined
}

export const docNumber = (kind: RecordKind, understood: Understood): string | null =>
  docOf(kind, understood.fields) ?? understood.rowId ?? null

function inCanonicalUnit(field: string, { amount, unit }: Quantity, given: Unit | null): number {
  const own = canonicalUnit(field)
  const from = unit ?? given
  return own === null || from === null ? amount : convert(amount, from, own)
}

/** 70 or 70年 is a number of years; `住宅70年;商服40年` stays a text. The land market writes 0 for none. */
function termYears(fields: Record<string, string | number | boolean>): void {
  const text = fields['term_text']
  if (typeof text !== 'string' || 'term_years' in fields) return
  const years = Number(/^(\d+(?:\.\d+)?)\s*年?$/.exec(text.normalize('NFKC').trim())?.[1] ?? Number.NaN)
  if (years > 0) fields['term_years'] = years
}

function codeOf(field: string, type: FieldType): string {
  if (areaFields.has(field) || field.endsWith('_m2')) return 'AREA_INVALID'
  switch (type.type) {
    case 'date':
      return 'DATE_INVALID'
    case 'number':
      return 'NUMBER_INVALID'
    case 'choice':
    case 'flag':
      return 'VALUE_UNKNOWN'
    case 'text':
      return 'VALUE_INVALID'
  }
}

/** Nothing but printing characters outside the surrogates, and no backslash that could be an escape: what nearly all values are. */
const isPlain = /^[\u0020-\u005b\u005d-\u007e\u00a0-\ud7ff\ue000-\uffff]*$/

/** Asked of the same few names for every row. */
function isPlainName(name: string): boolean {
  let known = plainNames.get(name)
  if (known === undefined) {
    known = isPlain.test(name)
    if (plainNames.size < 10_000) plainNames.set(name, known)
  }
  return known
}
const plainNames = new Map<string, boolean>()

/** What the database could not keep as it is; refused rather than cut. */
function unstorable(row: SourceRow): Issue | null {
  for (const [field, value] of row.values) {
    const isPlainField = isPlainName(field)
    if (typeof value === 'number' && isPlainField) continue
    const written = typeof value === 'string' ? value : JSON.stringify(value)
    if (written.length <= MAX_VALUE_CHARS && isPlainField && isPlain.test(written)) continue
    const text = `${field}${written}`
    if (written.length > MAX_VALUE_CHARS) {
      return mustFix('VALUE_TOO_LONG', {
        row: row.rowNo,
        field,
        zh: `“${field}”有 ${written.length} 个字符,超过 ${MAX_VALUE_CHARS}。`,
        en: `"${field}" has ${written.length} characters, more than ${MAX_VALUE_CHARS}.`,
        value: written,
      })
    }
    // Inside nested values JSON has already written such characters as escapes.
    if (/\p{Cs}/u.test(text) || (typeof value !== 'string' && /\\u[dD][89a-fA-F]/.test(written))) {
      return mustFix('VALUE_NOT_UNICODE', {
        row: row.rowNo,
        field,
        zh: `“${field}”含残缺的字符。`,
        en: `"${field}" holds half a character.`,
        value: written,
      })
    }
    if (
      /\p{Cc}/u.test(text.replaceAll(/[\t\r\n]/g, '')) ||
      (typeof value !== 'string' && written.includes('\\u0000'))
    ) {
      return mustFix('VALUE_CONTROL_CHAR', {
        row: row.rowNo,
        field,
        zh: `“${field}”含控制字符。`,
        en: `"${field}" holds a control character.`,
        value: written,
      })
    }
  }
  return null
}
