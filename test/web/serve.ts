import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { City } from './city/city.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

export interface Served {
  readonly url: string
  /** Every request of the API, `GET /api/stats?…`, in the order it came. */
  readonly asked: string[]
  close(): Promise<void>
}

/** The built page and the invented city behind it, on a free port of this machine. */
export async function serve(pageDir: string, city: City, port = 0): Promise<Served> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    respond(pageDir, city, asked, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections()
        server.close(() => closed())
      }),
  }
}

async function respond(
  pageDir: string,
  city: City,
  asked: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const method = request.method ?? 'GET'
  const tile = /^\/tiles\/(\w+)\/(\d+)\/(\d+)\/(\d+)\.mvt$/.exec(url.pathname)
  if (tile) {
    const bytes = city.tile(tile[1]!, Number(tile[2]), Number(tile[3]), Number(tile[4]))
    response
      .writeHead(bytes ? 200 : 204, { 'content-type': 'application/vnd.mapbox-vector-tile' })
      .end(bytes ?? undefined)
    return
  }
  if (url.pathname.startsWith('/api/')) {
    asked.push(`${method} ${url.pathname}${url.search}`)
    const body = await bodyOf(request)
    if (url.pathname === '/api/reports') {
      response
        .writeHead(200, {
          'content-type': 'application/pdf',
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('宗地报告.pdf')}`,
        })
        .end('%PDF-')
      return
    }
    const day = url.searchParams.get('asOf')
    if (day !== null && day < '2025-12-31') {
      const problem = {
        type: 'about:blank',
        title: '没有该日成果',
        status: 404,
        detail: `没有 ${day} 的成果;最早的一天是 2025-12-31。`,
        code: 'NOT_BUILT_FOR_DAY',
        hint: `请运行 terrier build --as-of ${day}。`,
      }
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
      return
    }
    const document = city.answer(method, url, body)
    if (document === null) {
      const problem = {
        type: 'about:blank',
        title: '没有找到',
        status: 404,
        detail: `没有编号为 ${url.pathname.split('/').at(-1)} 的宗地。`,
        code: 'PARCEL_UNKNOWN',
        hint: '请检查编号。',
      }
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
      return
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
    return
  }
  if (url.pathname.startsWith('/basemap/')) {
    response
      .writeHead(200, { 'content-type': 'application/geo+json' })
      .end('{"type":"FeatureCollection","features":[]}')
    return
  }
  const path = join(pageDir, normalize(url.pathname === '/' ? '/index.html' : url.pathname))
  try {
    const bytes = await readFile(path)
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(bytes)
  } catch {
    response.writeHead(404).end() // a file the page should not have asked for; the test sees the status
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return (request.headers['content-type'] ?? '').includes('json') && text ? JSON.parse(text) : text
}
