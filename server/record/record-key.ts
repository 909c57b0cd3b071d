import { hash } from 'node:crypto'
import { approvalNoKey } from '../identifier/approval-no.ts'
import { normalCode } from '../identifier/normal.ts'
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
 * approval 批文号 + 地块编号 · supply 电子监管号 · registration 宗地代码 + 证书号, 不动产单元号 · completion 验收文号, 项目 · layer 代码, 名称
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
      const docNo = text(fields, 'doc_no')
      if (docNo === null) return null
      const plot = text(fields, 'plot_no') ?? rowId ?? (wkb === null ? null : `shape:${digest(wkb)}`)
      return plot === null ? approvalNoKey(docNo) : `${approvalNoKey(docNo)}|${plot}`
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
