/** Asking the server: same-origin addresses only, and every answer that is not one told apart. */
import type { Problem } from '../../server/contract.ts'
import type { Language } from '../view.ts'

/** The server understood us and said no; `problem` is in the reader's language. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.problem = problem
  }
}

/** No answer, or one that is not ours: server stopped, network cut, proxy page. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable'
  readonly path: string
  constructor(path: string, options?: ErrorOptions) {
    super(`No answer from ${path}.`, options)
    this.path = path
  }
}

export type Query = Readonly<Record<string, string | undefined>>

export interface Ask {
  readonly lang: Language
  /** The day to answer for; absent or null: as readers see it now. */
  readonly asOf?: string | null
  readonly signal?: AbortSignal | undefined
}

export function withQuery(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}

export async function send(path: string, lang: Language, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: {
        'accept-language': lang === 'zh' ? 'zh-CN' : 'en',
        accept: 'application/json',
        ...init.headers,
      },
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiUnreachable(path, { cause })
  }
  if (!response.ok) throw await refusalOf(response, path)
  return response
}

async function refusalOf(response: Response, path: string): Promise<Error> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return new ApiUnreachable(path, { cause: `${response.status} ${type}` })
  const body = (await response.json()) as Partial<Problem>
  return new ApiProblem({
    type: body.type ?? 'about:blank',
    status: body.status ?? response.status,
    title: body.title ?? String(response.status),
    detail: body.detail ?? '',
    code: body.code ?? `HTTP_${response.status}`,
    ...(body.hint === undefined ? {} : { hint: body.hint }),
    ...(body.file === undefined ? {} : { file: body.file }),
    ...(body.row === undefined ? {} : { row: body.row }),
    ...(body.field === undefined ? {} : { field: body.field }),
    ...(body.choices === undefined ? {} : { choices: body.choices }),
  })
}

export async function get<T>(path: string, { lang, asOf, signal }: Ask, query: Query = {}): Promise<T> {
  const address = withQuery(path, { asOf: asOf ?? undefined, ...query })
  const response = await send(address, lang, signal ? { signal } : {})
  return jsonOf<T>(response, path)
}

export async function post<T>(
  path: string,
  body: unknown,
  { lang, asOf, signal }: Ask,
  method: 'POST' | 'DELETE' = 'POST',
): Promise<T> {
  const response = await send(withQuery(path, { asOf: asOf ?? undefined }), lang, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  return jsonOf<T>(response, path)
}

/** A page of HTML where JSON was asked for means something else is answering. */
export async function jsonOf<T>(response: Response, path: string): Promise<T> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) throw new ApiUnreachable(path)
  return (await response.json()) as T
}
