import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import { problemSchema } from './contract.ts'
import type { Endpoint } from './http/endpoint.ts'

/** The description of the HTTP interface, made from the routes that are mounted: OpenAPI 3.1. */
export function describeApi(endpoints: readonly Endpoint[], version: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const endpoint of endpoints) {
    const operations = (paths[endpoint.path] ??= {})
    operations[endpoint.method] = operationOf(endpoint)
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Terrier 一地一策',
      version,
      description:
        '坐标为经纬度(EPSG:4490);面积单位平方米,名称标明种类。错误为 RFC 9457 问题文档,语言取自 lang 或 Accept-Language。\n\n' +
        'Coordinates are lon/lat (EPSG:4490); areas are m² and say their kind. Errors are RFC 9457 problem documents, ' +
        'in the language of `lang` or Accept-Language.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths: paths as ZodOpenApiPathsObject,
  }
  return createDocument(document)
}

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { answer } = endpoint
  const content =
    'json' in answer
      ? { 'application/json': { schema: answer.json } }
      : Object.fromEntries(answer.mediaTypes.map((type) => [type.split(';')[0]!, {}]))
  const status = 'json' in answer ? (answer.status ?? 200) : 200
  return {
    operationId: operationId(endpoint),
    tags: [endpoint.tag],
    summary: `${endpoint.summary.zh} · ${endpoint.summary.en}`,
    requestParams: { path: endpoint.params, query: endpoint.query },
    ...(endpoint.body === 'raw' && {
      requestBody: { content: { 'multipart/form-data': {} } },
    }),
    ...(endpoint.body !== null &&
      endpoint.body !== 'raw' && {
        requestBody: { required: true, content: { 'application/json': { schema: endpoint.body } } },
      }),
    responses: {
      [String(status) as '200']: { description: 'OK', content },
      default: {
        description: '问题文档 · problem document (RFC 9457)',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  }
}

/** `get /api/parcels/{id}/dossier` is `getParcelsIdDossier`. */
function operationId({ method, path }: Endpoint): string {
  const words = path
    .replace(/^\/api\//, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}
