import { randomUUID } from 'node:crypto'
import type { Problem } from './contract.ts'
import { say, type Language } from './http/language.ts'
import { Refusal, type Message } from './refusal.ts'

/** A problem document and the status it goes with; `isOurs` when the fault is ours and must be logged whole. */
export interface HttpError {
  readonly status: number
  readonly body: Problem & { readonly successors?: readonly number[]; readonly choices?: readonly string[] }
  readonly isOurs: boolean
}

/** What a status is called, for people. */
const statusTitles: Readonly<Record<number, Message>> = {
  400: { zh: '请求有误', en: 'The request is not understood' },
  403: { zh: '不允许', en: 'Not allowed' },
  404: { zh: '没有找到', en: 'Not found' },
  405: { zh: '不支持的请求方法', en: 'Method not allowed' },
  406: { zh: '没有这种格式', en: 'No such format' },
  409: { zh: '与现状冲突', en: 'In conflict with what is there' },
  410: { zh: '已不存在', en: 'No longer there' },
  413: { zh: '内容过大', en: 'Too large' },
  415: { zh: '不支持的内容格式', en: 'Unsupported content' },
  422: { zh: '无法按要求办理', en: 'Cannot be done as asked' },
  429: { zh: '请求过多', en: 'Too many requests' },
  431: { zh: '请求头过多', en: 'Too many headers' },
  500: { zh: '系统内部错误', en: 'Internal error' },
  503: { zh: '暂时不可用', en: 'Not available now' },
}

/**
 * Which refusal is which status, once. A refusal not named here is a wish we understood and do not fulfil: 422.
 * Anything that is no refusal is our fault: 500.
 */
const statusByCode: Readonly<Record<string, number>> = {
  PARAM_UNKNOWN: 400,
  PARAM_DUPLICATE: 400,
  PARAM_INVALID: 400,
  BODY_INVALID: 400,
  BODY_UNKNOWN: 400,
  BODY_TOO_DEEP: 400,
  UPLOAD_INVALID: 400,
  TILE_OUT_OF_RANGE: 400,
  LAYER_UNKNOWN: 400,
  FIELD_UNKNOWN: 400,
  FILTER_INVALID: 400,
  FILTER_SYNTAX: 400,
  FILTER_TOO_LARGE: 400,
  FORMAT_UNKNOWN: 400,
  GEOMETRY_INVALID: 400,
  BAD_DATE: 400,
  OVERRIDE_INVALID: 400,
  CLAIM_FIELD_UNKNOWN: 400,
  CLAIM_DAY_INVALID: 400,
  CLAIM_RECORD_UNKNOWN: 400,
  PARAMETER_UNKNOWN: 400,
  PARAMETER_INVALID: 400,
  STRATEGY_UNKNOWN: 400,
  WINDOW_INVALID: 400,
  OTHER_SITE: 403,
  ROUTE_UNKNOWN: 404,
  PARCEL_UNKNOWN: 404,
  PARCEL_NOT_FOUND: 404,
  DELIVERY_UNKNOWN: 404,
  RECORD_UNKNOWN: 404,
  PROPOSAL_UNKNOWN: 404,
  PROFILE_UNKNOWN: 404,
  PROFILE_DELETED: 409,
  PROPOSAL_MOOT: 409,
  JOB_UNKNOWN: 404,
  EXPORT_UNKNOWN: 404,
  EXPORT_NOT_READY: 409,
  EXPORT_NOT_MADE: 404,
  EXPORT_GONE: 410,
  BATCH_UNKNOWN: 404,
  FIGURE_UNKNOWN: 404,
  OVERRIDE_NONE: 404,
  OFFICE_UNKNOWN: 404,
  RULE_PACK_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  JOB_FINISHED: 409,
  OVERRIDE_SAME: 409,
  CLAIM_AGREED: 409,
  CLAIMS_NOT_KEPT: 404,
  CLAIM_CHANGED: 409,
  PARCEL_AMBIGUOUS: 409,
  DELIVERY_UNDONE: 409,
  DELIVERY_ALREADY_UNDONE: 409,
  NOT_BUILT: 409,
  NOT_BUILT_FOR_DAY: 404,
  NOT_CLASSIFIED: 409,
  BUILD_OVERTAKEN: 409,
  PACK_UNKNOWN: 404,
  SCENARIO_UNKNOWN: 404,
  SCENARIO_CLOSED: 409,
  NOTHING_TO_ADOPT: 409,
  PREVIEW_GONE: 410,
  PARCEL_RETIRED: 410,
  BUILD_GONE: 410,
  BODY_TOO_LARGE: 413,
  UPLOAD_TOO_LARGE: 413,
  GEOMETRY_TOO_LARGE: 413,
  AREA_TOO_LARGE: 413,
  FILE_TOO_LARGE: 413,
  BODY_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  TOO_MANY_HEADERS: 431,
  JOB_QUEUE_FULL: 429,
  BASE_BUSY: 503,
}

/** What the body reader of Express throws, by its `type`. */
const bodyRefusals: Readonly<Record<string, () => Refusal>> = {
  'entity.too.large': () =>
    new Refusal(
      'BODY_TOO_LARGE',
      { zh: '请求内容超过上限。', en: 'The body is larger than allowed.' },
      { zh: '请缩小图形或分次提交。', en: 'Send a smaller shape, or several requests.' },
    ),
  'entity.parse.failed': () =>
    new Refusal(
      'BODY_INVALID',
      { zh: '请求内容不是有效的 JSON。', en: 'The body is not valid JSON.' },
      { zh: '请检查引号、逗号和编码(UTF-8)。', en: 'Check quotes, commas and encoding (UTF-8).' },
    ),
  'encoding.unsupported': () => unsupportedBody(),
  'charset.unsupported': () => unsupportedBody(),
  'request.aborted': () =>
    new Refusal(
      'BODY_INVALID',
      { zh: '请求在传完之前中断。', en: 'The request ended before it was complete.' },
      { zh: '请重新提交。', en: 'Send it again.' },
    ),
}

function unsupportedBody(): Refusal {
  return new Refusal(
    'BODY_TYPE',
    { zh: '不支持这种内容编码。', en: 'This content encoding is not supported.' },
    { zh: '请以 UTF-8 的 application/json 提交。', en: 'Send application/json in UTF-8.' },
  )
}

/** The refusal an error amounts to, or null when it is our fault. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  if (typeof error !== 'object' || error === null) return null
  const type = 'type' in error && typeof error.type === 'string' ? error.type : ''
  if (type in bodyRefusals) return bodyRefusals[type]!()
  if (error instanceof URIError) {
    return new Refusal(
      'PARAM_INVALID',
      { zh: '网址编码有误。', en: 'The address is not encoded correctly.' },
      { zh: '请检查百分号编码。', en: 'Check the percent encoding.' },
    )
  }
  return null
}

/**
 * The answer to an error, in the reader's language (RFC 9457). Of a fault of ours the reader learns an id and
 * nothing else; the log holds the rest under the same id.
 */
export function httpError(error: unknown, language: Language): HttpError {
  const refusal = refusalOf(error)
  if (!refusal) {
    const id = randomUUID()
    return {
      status: 500,
      isOurs: true,
      body: {
        type: 'urn:terrier:problem:INTERNAL',
        title: say(statusTitles[500]!, language),
        status: 500,
        detail:
          language === 'zh' ? `请把编号 ${id} 告诉管理员。` : `Tell the administrator this number: ${id}.`,
        code: 'INTERNAL',
        instance: `urn:uuid:${id}`,
      },
    }
  }
  const status = statusByCode[refusal.code] ?? 422
  const successors =
    'successors' in refusal && Array.isArray(refusal.successors) ? (refusal.successors as number[]) : null
  return {
    status,
    isOurs: false,
    body: {
      type: `urn:terrier:problem:${refusal.code}`,
      title: say(statusTitles[status] ?? statusTitles[422]!, language),
      status,
      detail: say(refusal.text, language),
      code: refusal.code,
      hint: say(refusal.hint, language),
      ...refusal.place,
      ...(successors && { successors }),
      ...('choices' in refusal && { choices: refusal.choices as string[] }),
    },
  }
}
