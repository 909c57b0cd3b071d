import type { Express, NextFunction, Request, Response } from 'express'
import { z } from 'zod'
import { Refusal, type Message } from '../refusal.ts'
import { readLanguage, type Language } from './language.ts'

/** What a handler is given: everything already checked against the endpoint's own description. */
export interface Call<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly language: Language
  readonly request: Request
  readonly response: Response
}

/** What an endpoint sends: JSON of a known shape, or a stream it writes itself. */
export type Answer =
  { readonly json: z.ZodType; readonly status?: 200 | 201 | 202 } | { readonly mediaTypes: readonly string[] }

/**
 * One route, described once: Express checks requests with it, `/openapi.json` is made from it.
 * `path` is written as OpenAPI writes it, `/api/parcels/{id}`.
 */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'delete'
  readonly path: string
  readonly tag: string
  readonly summary: Message
  readonly params: z.ZodObject
  readonly query: z.ZodObject
  /** JSON body; null: none. 'raw': the handler reads the request itself, as uploads do. */
  readonly body: z.ZodType | 'raw' | null
  readonly answer: Answer
  run(call: Call<unknown, unknown, unknown>): Promise<unknown>
}

interface Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly method: Endpoint['method']
  readonly path: string
  readonly tag: string
  readonly summary: Message
  readonly params?: P
  readonly query?: Q
  readonly body?: B | 'raw'
  readonly answer: Answer
  /** Returns the JSON document; with `mediaTypes` writes to the response and returns nothing. */
  readonly handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<unknown>
}

type NoFields = z.ZodObject<Record<never, never>>

/** Declares a route; types of params, query and body follow from their shapes. */
export function endpoint<
  P extends z.ZodObject = NoFields,
  Q extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUndefined,
>(definition: Definition<P, Q, B>): Endpoint {
  const { handle, params, query, body, ...rest } = definition
  return {
    ...rest,
    params: params ?? z.object({}),
    query: (query ?? z.object({})).extend({ lang: z.enum(['zh', 'en']).optional() }).strict(),
    body: body instanceof z.ZodType ? strictly(body) : (body ?? null),
    run: (call) => handle(call as Call<z.output<P>, z.output<Q>, z.output<B>>),
  }
}

/** A body says nothing we do not read: a field we would pass over is a wish we would not fulfil. */
function strictly(body: z.ZodType): z.ZodType {
  if (body instanceof z.ZodObject) return body.strict()
  if (!(body instanceof z.ZodDiscriminatedUnion)) return body
  const { discriminator, options } = body.def
  return z.discriminatedUnion(discriminator, options.map((option) => strictly(option as z.ZodType)) as never)
}

export interface MountOptions {
  /** Also checks what we send against its shape; a departure is our fault. For tests: it costs time. */
  readonly checkAnswers?: boolean
}

/** Mounts routes on an app. A known path asked with another method answers 405. */
export function mount(app: Express, endpoints: readonly Endpoint[], options: MountOptions = {}): void {
  const methods = new Map<string, Set<string>>()
  for (const each of endpoints) {
    const path = each.path.replace(/\{(\w+)\}/g, ':$1')
    app[each.method](path, (request: Request, response: Response, next: NextFunction) => {
      answerWith(each, request, response, options).catch(next)
    })
    const known = methods.get(path)
    if (known) known.add(each.method)
    else methods.set(path, new Set([each.method]))
  }
  for (const [path, known] of methods) {
    app.all(path, (request, response) => {
      response.setHeader('Allow', [...known].map((method) => method.toUpperCase()).join(', '))
      throw new Refusal(
        'METHOD_NOT_ALLOWED',
        { zh: `该地址不支持 ${request.method}。`, en: `${request.method} is not possible here.` },
        { zh: '可用的方法见 Allow 头和 /openapi.json。', en: 'See the Allow header and /openapi.json.' },
      )
    })
  }
}

async function answerWith(
  each: Endpoint,
  request: Request,
  response: Response,
  options: MountOptions,
): Promise<void> {
  const call: Call<unknown, unknown, unknown> = {
    params: check(each.params, plainNumbers(each.params, request.params), 'PARAM_INVALID'),
    query: withoutLanguage(
      check(each.query, plainNumbers(each.query, singleValues(request.query)), 'PARAM_INVALID'),
    ),
    body:
      each.body === null || each.body === 'raw'
        ? undefined
        : check(each.body, jsonBody(request), 'BODY_INVALID'),
    language: languageOf(request),
    request,
    response,
  }
  const document = await each.run(call)
  if (!('json' in each.answer)) return
  if (options.checkAnswers) {
    const checked = each.answer.json.safeParse(document)
    if (!checked.success) {
      throw new Error(
        `${each.method} ${each.path} does not answer as described: ${z.prettifyError(checked.error)}`,
      )
    }
  }
  response.status(each.answer.status ?? 200)
  response.json(document)
}

/** Every route takes `lang`; none needs it among its own parameters. */
function withoutLanguage(query: unknown): unknown {
  const { lang: _, ...rest } = query as Record<string, unknown>
  return rest
}

/** The language of the reader, from `?lang=` or Accept-Language. */
export function languageOf(request: Request): Language {
  return readLanguage(request.query.lang, request.headers['accept-language'])
}

/** @throws Refusal `PARAM_DUPLICATE`: which of two values was meant is not for us to guess. */
function singleValues(query: Request['query']): Record<string, unknown> {
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      throw new Refusal(
        'PARAM_DUPLICATE',
        {
          zh: `参数“${shorten(name)}”出现了多次。`,
          en: `The parameter "${shorten(name)}" is given more than once.`,
        },
        { zh: '请只保留一个。', en: 'Give it once.' },
        { field: shorten(name) },
      )
    }
  }
  return { ...query }
}

/**
 * Numbers are written in digits: what is blank is no number, though JavaScript takes it for 0, and 0x10 is a slip.
 * @throws Refusal `PARAM_INVALID`
 */
function plainNumbers(schema: z.ZodObject, values: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(values)) {
    const asked = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : null
    const inner = asked instanceof z.ZodOptional ? asked.unwrap() : asked
    if (!(inner instanceof z.ZodNumber) || typeof value !== 'string') continue
    if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)) continue
    throw new Refusal(
      'PARAM_INVALID',
      {
        zh: `“${name}”的值“${shorten(value)}”不是数字。`,
        en: `"${name}" takes a number; "${shorten(value)}" is none.`,
      },
      {
        zh: '请用数字书写,如 100;不需要时请去掉该参数。',
        en: 'Write it in digits, such as 100; leave the parameter out where it is not needed.',
      },
      { field: name },
    )
  }
  return values
}

function jsonBody(request: Request): unknown {
  if (!request.is('application/json')) {
    throw new Refusal(
      'BODY_TYPE',
      { zh: '此请求需要 JSON 内容。', en: 'This request needs a JSON body.' },
      { zh: '请设 Content-Type: application/json。', en: 'Send Content-Type: application/json.' },
    )
  }
  return request.body
}

function check(schema: z.ZodType, value: unknown, code: 'PARAM_INVALID' | 'BODY_INVALID'): unknown {
  const checked = schema.safeParse(value)
  if (checked.success) return withoutNul(checked.data, code)
  const issue = checked.error.issues[0]!
  if (issue.code === 'unrecognized_keys') {
    const name = shorten([...issue.path, issue.keys[0] ?? ''].join('.'))
    const inBody = code === 'BODY_INVALID'
    throw new Refusal(
      inBody ? 'BODY_UNKNOWN' : 'PARAM_UNKNOWN',
      inBody
        ? { zh: `内容中的“${name}”不在可填之列。`, en: `"${name}" is nothing that can be set here.` }
        : { zh: `没有名为“${name}”的参数。`, en: `There is no parameter "${name}".` },
      { zh: '可用的参数见 /openapi.json。', en: 'See /openapi.json for the parameters.' },
      { field: name },
    )
  }
  const field = shorten(issue.path.join('.') || '?')
  throw new Refusal(
    code,
    {
      zh: `“${field}”的值不合要求:${localised(schema, value, 'zh')}。`,
      en: `"${field}" is not acceptable: ${localised(schema, value, 'en')}.`,
    },
    { zh: '取值要求见 /openapi.json。', en: 'See /openapi.json for what is accepted.' },
    { field },
  )
}

/** What no text of ours holds and no base takes. @throws Refusal naming where it stands */
function withoutNul<T>(value: T, code: 'PARAM_INVALID' | 'BODY_INVALID'): T {
  const place = placeOfNul(value, [])
  if (place === null) return value
  const field = shorten(place.join('.') || '?')
  throw new Refusal(
    code,
    { zh: `“${field}”含有空字符(U+0000)。`, en: `"${field}" holds the character U+0000.` },
    { zh: '请删去该字符后重试。', en: 'Take it out and try again.' },
    { field },
  )
}

function placeOfNul(value: unknown, path: readonly string[]): readonly string[] | null {
  if (typeof value === 'string') return value.includes('\u0000') ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [name, part] of Object.entries(value)) {
    const found = typeof part === 'number' ? null : placeOfNul(part, [...path, name])
    if (found) return found
  }
  return null
}

const locales = { zh: z.locales.zhCN().localeError, en: z.locales.en().localeError }

function localised(schema: z.ZodType, value: unknown, language: Language): string {
  const result = schema.safeParse(value, { error: locales[language] })
  return shorten(result.error?.issues[0]?.message ?? '')
}

const shorten = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text)
