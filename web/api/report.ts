/** Documents for people, as downloads. */
import type { ReportRequest } from '../../server/contract.ts'
import { type Ask, send, withQuery } from './http.ts'

/** A report, as bytes and the name the server gave it. */
export async function makeReport(request: ReportRequest, ask: Ask): Promise<{ blob: Blob; name: string }> {
  const response = await send(withQuery('/api/reports', { asOf: ask.asOf ?? undefined }), ask.lang, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: '*/*' },
    body: JSON.stringify({ ...request, lang: ask.lang }),
  })
  return fileOf(response, `${request.kind}.${request.format}`)
}

async function fileOf(response: Response, otherwise: string): Promise<{ blob: Blob; name: string }> {
  const disposition = response.headers.get('content-disposition') ?? ''
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  const quoted = /filename="([^"]+)"/i.exec(disposition)?.[1]
  return { blob: await response.blob(), name: encoded ? decodeURIComponent(encoded) : (quoted ?? otherwise) }
}

/** Hands bytes to the reader as a download. */
export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
