import type { NextFunction, Request, Response } from 'express'
import { Refusal } from '../refusal.ts'

/** Header lines of a request; a browser sends under twenty, proxies a few more. */
export const MAX_HEADERS = 200
/** Deepest nesting of a JSON body. A multipolygon in a request needs seven. */
export const MAX_JSON_DEPTH = 32
/** Vertices of a drawn shape. */
export const MAX_VERTICES = 20_000

/**
 * Counts brackets outside of text before anything is parsed: a body nested thousands deep costs memory only once
 * it is a tree.
 * @throws Refusal `BODY_TOO_DEEP`.
 */
export function refuseDeepJson(bytes: Uint8Array): void {
  let depth = 0
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (inText) {
      if (byte === 0x5c)
        i++ // backslash: the next character is no quote
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) inText = true
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) {
        throw new Refusal(
          'BODY_TOO_DEEP',
          {
            zh: `JSON 嵌套超过 ${MAX_JSON_DEPTH} 层。`,
            en: `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`,
          },
          { zh: '请展开嵌套的条件或图形。', en: 'Flatten the nested conditions or shapes.' },
        )
      }
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
}

/** @throws Refusal `TOO_MANY_HEADERS`; Node itself bounds their bytes and passes over lines past 2,000. */
export function refuseManyHeaders(request: Request, _response: Response, next: NextFunction): void {
  const lines = request.rawHeaders.length / 2
  if (lines > MAX_HEADERS) {
    throw new Refusal(
      'TOO_MANY_HEADERS',
      {
        zh: `请求有 ${lines} 行请求头,超过 ${MAX_HEADERS} 行。`,
        en: `The request has ${lines} header lines, more than ${MAX_HEADERS}.`,
      },
      { zh: '请去掉多余的请求头。', en: 'Send fewer headers.' },
    )
  }
  next()
}
