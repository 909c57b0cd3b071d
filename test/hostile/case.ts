import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect } from 'vitest'
import type { ImportSummary, Job, Problem } from '../../server/contract.ts'
import type { FreshBase } from '../helpers/database.ts'
import type { Client } from '../server/client.ts'
import { words } from './words.ts'

/** Where a case is tried: the whole server over one base. */
export interface Stage {
  readonly base: FreshBase
  readonly client: Client
}

/** What the reader of a refusal must be told: its code, a part of its words in both languages, and the place. */
export interface Told {
  readonly code: string
  /** Besides what words.ts has for the code. */
  readonly zh?: string
  readonly en?: string
  readonly file?: string
  /** Counted from 1; absent: the file, or the request, as a whole. */
  readonly row?: number
  readonly field?: string
}

export interface Case {
  readonly what: string
  /** Absent where the product has no such function; `why` says so and `run` shows it. */
  readonly why?: string
  run(stage: Stage): Promise<void>
}

type Bytes = Uint8Array | (() => Promise<Uint8Array>)

/** Sends a file as the page does, as a dry run unless it is to stay, and waits for its job. */
export async function bring(
  { client }: Stage,
  name: string,
  made: Bytes,
  as: string,
  { stays = false } = {},
): Promise<Job> {
  const bytes = typeof made === 'function' ? await made() : made
  const form = new FormData()
  const [kind, crs] = as.split(' ')
  form.set('as', kind!)
  if (crs !== undefined) form.set('crs', crs)
  form.set('dryRun', String(!stays))
  form.set('file', new Blob([new Uint8Array(bytes)]), name)
  const response = await fetch(`${client.url}/api/deliveries`, { method: 'POST', body: form })
  expect(response.status).toBe(202)
  return (await client.app.jobs.finished(((await response.json()) as Job).jobId))!
}

/** A file that is refused whole. `as` may name a CRS behind a blank. */
export const refusedFile = (what: string, name: string, bytes: Bytes, told: Told, as = 'approval'): Case => ({
  what,
  async run(stage) {
    const job = await bring(stage, name, bytes, as)
    expect(job.state, JSON.stringify(job.result)).toBe('failed')
    expect(job.problem, JSON.stringify(job)).not.toBeNull()
    const { en, ...zh } = job.problem as Problem & { en: Problem }
    expect({ ...placed(zh), zh: zh.detail, en: en.detail }).toEqual({
      code: told.code,
      file: name,
      ...(told.row !== undefined && { row: told.row }),
      ...(told.field !== undefined && { field: told.field }),
      ...said(told),
    })
    expect(zh.hint).not.toBe('')
    expect(en.hint).not.toBe('')
  },
})

/** The words of the code and those of the case, in both languages. */
function said({ code, zh = '', en = '' }: Told): { zh: string; en: string } {
  const both = words[code]
  expect(both, `words.ts says nothing for ${code}`).toBeDefined()
  const holding = (...parts: readonly string[]): string =>
    expect.stringMatching(
      new RegExp(
        parts.map((part) => `(?=[\\s\\S]*${part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')})`).join(''),
      ),
    ) as string
  return { zh: holding(both![0], zh), en: holding(both![1], en) }
}

const placed = ({ code, file, row, field }: Problem) => ({
  code,
  ...(file !== undefined && { file }),
  ...(row !== undefined && { row }),
  ...(field !== undefined && { field }),
})

export interface RowsTold {
  readonly counts: Partial<Pick<ImportSummary, 'read' | 'used' | 'repaired' | 'refused'>>
  /** Issues that must be there, whatever else is said. */
  readonly told: readonly (Told & { readonly severity: 'must_fix' | 'may_fix_later' | 'note' })[]
}

/** A file whose bad rows are named and whose good ones are used. */
export const judgedRows = (
  what: string,
  name: string,
  bytes: Bytes,
  { counts, told }: RowsTold,
  as = 'registration',
): Case => ({
  what,
  async run(stage) {
    const job = await bring(stage, name, bytes, as)
    expect(job.state, JSON.stringify(job.problem)).toBe('done')
    const { issues, ...summary } = job.result as ImportSummary
    expect(summary).toMatchObject(counts)
    expect(summary.used + summary.repaired + summary.unchanged + summary.refused).toBe(summary.read)
    for (const { severity, ...each } of told) {
      const { code, row, field } = each
      const alike = issues.filter((issue) => issue.code === code && issue.row === (row ?? null))
      expect(alike, `${code} in ${JSON.stringify(issues)}`).not.toEqual([])
      expect(alike).toContainEqual(
        expect.objectContaining({
          severity,
          ...(field !== undefined && { field }),
          message: said(each),
        }),
      )
    }
  },
})

/** One good row and a bad one, which is refused. */
export const refusedRow = (what: string, name: string, bytes: Bytes, told: Told, as?: string): Case =>
  judgedRows(
    what,
    name,
    bytes,
    {
      counts: { read: 2, used: 1, repaired: 0, refused: 1 },
      told: [{ row: 2, severity: 'must_fix', ...told }],
    },
    as,
  )

export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A request with a JSON body. */
export const json = (
  path: string,
  body: unknown,
  more: Record<string, string> = {},
): Required<Omit<Asked, 'body'>> & { readonly body: string } => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...more },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** Sends the request, which is refused in the language of its reader. */
export async function refuses(
  { client }: Stage,
  { method = 'GET', path, headers = {}, body }: Asked,
  status: number,
  told: Told,
): Promise<void> {
  const problems: Problem[] = []
  for (const language of ['zh', 'en']) {
    const response = await fetch(client.url + path, {
      method,
      headers: { 'accept-language': language, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    })
    expect(response.headers.get('content-type'), `${response.status}`).toMatch(/^application\/problem\+json/)
    expect(response.status).toBe(status)
    problems.push((await response.json()) as Problem)
  }
  const [zh, en] = problems as [Problem, Problem]
  expect({ ...placed(zh), zh: zh.detail, en: en.detail }).toEqual({
    code: told.code,
    ...(told.file !== undefined && { file: told.file }),
    ...(told.row !== undefined && { row: told.row }),
    ...(told.field !== undefined && { field: told.field }),
    ...said(told),
  })
}

export const refusedRequest = (
  what: string,
  asked: Asked | (() => Asked),
  status: number,
  told: Told,
): Case => ({
  what,
  run: (stage) => refuses(stage, typeof asked === 'function' ? asked() : asked, status, told),
})

/** Whatever else must hold. */
export const holds = (what: string, run: (stage: Stage) => Promise<void>): Case => ({ what, run })

/** No such function in the product: why, and the request that finds nothing. */
export const absent = (what: string, why: string, run: (stage: Stage) => Promise<void>): Case => ({
  what,
  why,
  run,
})

/** Bytes sent as they are; what comes back until the server hangs up or has answered. */
export async function raw({ client }: Stage, request: string): Promise<string> {
  const { hostname, port } = new URL(client.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(request))
    socket.on('data', (bytes) => {
      answer += bytes.toString('utf8')
      if (answer.includes('\r\n\r\n')) socket.end()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
  })
}

/** Held by a test that stands beside what it tests. */
export const elsewhere = (file: string, title: string): Case => ({
  what: `${title} (${file})`,
  run() {
    expect(readFileSync(file, 'utf8')).toContain(`'${title}'`)
    return Promise.resolve()
  },
})
