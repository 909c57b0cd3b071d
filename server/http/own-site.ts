import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { Refusal } from '../refusal.ts'

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Keeps other sites' pages out while there are no accounts: a page anywhere could post to a server on the reader's own
 * machine, or reach it under a name that resolves to it (DNS rebinding).
 * @param host what the server listens on; on the loopback only its own names are answered
 */
export function ownSiteOnly(host: string): RequestHandler {
  const isLocal = loopback.has(host) || host === '::1'
  return (request: Request, _response: Response, next: NextFunction) => {
    const asked = request.headers.host ?? ''
    if (isLocal && !loopback.has(asked.replace(/:\d+$/, '').toLowerCase())) throw notOurs()
    const isRead = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
    const { origin } = request.headers
    if (!isRead && origin !== undefined && hostOf(origin) !== asked) throw notOurs()
    next()
  }
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

const notOurs = (): Refusal =>
  new Refusal(
    'OTHER_SITE',
    {
      zh: '请求来自其他网站或其他主机名。',
      en: 'The request comes from another site or under another host name.',
    },
    { zh: '请直接打开本系统的地址。', en: 'Open the address of this server itself.' },
  )
