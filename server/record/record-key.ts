import { hash } from 'node:crypto'
import { normalCode } from '../identifier/normal.ts'
import { approvalNoOf } from './identity.ts'
import type { RecordKind } from './record.ts'

/** What a row offers to be known by. */
export interface KeySource {
  readonly kind: RecordKind
  readonly fields: Readonly<Record<string, unknown>>
  /** Number of the plot or feature in its own file: 地块编号, BSM, GeoJSON id. */
  readonly rowId?: string | undefined
  /** WKB in the working CRS. */
  readonly wkb: Uint8Array | null
}

/**
 * What makes a row the same row in the next delivery. A number of the document where there is one, else the number of
 * the plot in its file, else its shape, else everything it says: then any change makes it another row.
 *
 * approval 批文号 (without one the name of its batch) + 地块编号 · supply 电子监管号 · registration 宗地代码 + 证书号, 不动产单元号 · completion 验收文号, 项目 · layer 代码, 名称
 */
export function recordKey(source: KeySource): string {
  const { kind, rowId, wkb, fields } = source
  const own = ownNumber(source)
  if (own !== null) return own
  if (rowId !== undefined) return `id:${rowId}`
  if (wkb !== null) return `shape:${digest(wkb)}`
  return `row:${digest(JSON.stringify([kind, ...Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))]))}`
}

function ownNumber({ kind, fields, rowId, wkb }: KeySource): string | null {
  switch (kind) {
    case 'approval': {
      const approvalNo = approvalNoOf({ fields })
      if (approvalNo === undefined) return null
      const plot = text(fields, 'plot_no') ?? rowId ?? (wkb === null ? null : `shape:${digest(wkb)}`)
      if (plot !== null) return `${approvalNo}|${plot}`
      return text(fields, 'doc_no') === null ? null : approvalNo
    }
    case 'supply':
      return code(fields, 'supervision_no')
    case 'registration': {
      const parcel = code(fields, 'parcel_code')
      const cert = text(fields, 'cert_no')
      if (parcel !== null) return cert === null ? parcel : `${parcel}|${withoutBlanks(cert)}`
      return code(fields, 'unit_code')
    }
    case 'completion':
      return text(fields, 'doc_no') ?? text(fields, 'project')
    case 'layer':
      return text(fields, 'code') ?? rowId ?? text(fields, 'name')
    case 'firm':
      return code(fields, 'holder_code') ?? text(fields, 'holder')
    case 'firm_land_use': {
      const [firm, land] = [
        code(fields, 'holder_code') ?? text(fields, 'holder'),
        code(fields, 'parcel_code'),
      ]
      if (firm === null || land === null) return null
      return `${firm}|${land}|${text(fields, 'basis') ?? ''}|${String(fields['year'] ?? '')}`
    }
    case 'performance': {
      const who = code(fields, 'parcel_code') ?? code(fields, 'holder_code') ?? text(fields, 'holder')
      return who === null ? null : `${who}|${String(fields['year'] ?? '')}`
    }
    case 'preliminary':
    case 'expropriation':
    case 'reserve':
    case 'permit':
    case 'violation':
      return text(fields, 'doc_no') ?? text(fields, 'project')
  }
}

/**
 * What a row would be known by without the number it has in its own file; null where it has none, or is known by a number
 * of its document. Every file of plots begins with plot 1, so such a number alone does not tell that two rows are one.
 */
export function keyWithoutPlotNumber(source: KeySource): string | null {
  const { kind, fields, rowId, wkb } = source
  const { plot_no, ...rest } = fields
  if (kind === 'layer') {
    if (rowId === undefined || text(fields, 'code') !== null || wkb === null) return null
    return `shape:${digest(wkb)}`
  }
  if (rowId === undefined && (kind !== 'approval' || plot_no === undefined)) return null
  if (kind !== 'approval' && ownNumber(source) !== null) return null
  return recordKey({ kind, fields: wkb === null ? fields : rest, wkb })
}

/**
 * Whether two records could be one row of one document, by all they say but the numbers of their plots: they belong to one
 * approval, neither has a number of its own, and they are called the same.
 */
export function mayBeSameRow(kind: RecordKind, a: KeySource['fields'], b: KeySource['fields']): boolean {
  if (kind === 'approval') return approvalNoOf({ fields: a }) === approvalNoOf({ fields: b })
  if (kind === 'layer') return text(a, 'code') === null && text(b, 'code') === null
  const [mine, theirs] = [a, b].map((fields) => ownNumber({ kind, fields, wkb: null }))
  return mine === null && theirs === null && docOf(kind, a) === docOf(kind, b)
}

const withoutBlanks = (text: string): string =>
  isWithoutBlanks.test(text) ? text : text.normalize('NFKC').replaceAll(/\s+/g, '')

/** As most numbers of certificates are written: nothing to change. */
const isWithoutBlanks = /^[!-~\u4e00-\u9fff]*$/

function text(fields: KeySource['fields'], name: string): string | null {
  const value = fields[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

function code(fields: KeySource['fields'], name: string): string | null {
  const value = text(fields, name)
  return value === null ? null : normalCode(value)
}

/** The number shown to people for a record of a kind. */
export function docOf(kind: RecordKind, fields: Readonly<Record<string, unknown>>): string | null {
  for (const name of docFields[kind]) {
    const value = fields[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

const docFields: Readonly<Record<RecordKind, readonly string[]>> = {
  approval: ['doc_no', 'batch_name', 'plot_no'],
  supply: ['supervision_no', 'project'],
  registration: ['parcel_code', 'unit_code', 'cert_no', 'plot_name'],
  completion: ['doc_no', 'project'],
  layer: ['code', 'name'],
  preliminary: ['doc_no', 'project'],
  expropriation: ['doc_no'],
  reserve: ['doc_no', 'project'],
  permit: ['doc_no', 'project'],
  violation: ['doc_no'],
  performance: ['parcel_code', 'holder_code', 'holder'],
  firm: ['holder_code', 'holder'],
  firm_land_use: ['holder_code', 'parcel_code'],
}

/** 16 hex digits are enough to tell the rows of one register apart. */
export const digest = (content: Uint8Array | string): string => hash('sha256', content, 'hex').slice(0, 16)
