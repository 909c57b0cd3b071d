import { momentSchema, reportRequestSchema } from '../contract.ts'
import { areaBrief } from '../area/store.ts'
import type { Base } from '../db/open.ts'
import { attachmentHeader } from '../http/attachment.ts'
import { readDrawn } from '../http/drawn.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { CatalogReader, standingAt, type Moment } from '../parcel/store.ts'
import { areaBriefXlsx } from './area-brief-xlsx.ts'
import { printDocx } from './docx.ts'
import { printPdf } from './pdf.ts'
import { readParcelReport, reportName } from './store.ts'

export const reportTypes = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** Reports are small and made on request; a batch of them is work for a job. */
export function reportRoutes(base: Base): Endpoint[] {
  const catalog = new CatalogReader(base)
  return [
    endpoint({
      method: 'post',
      path: '/api/reports',
      tag: 'reports',
      summary: {
        zh: '生成宗地报告(Word、PDF)或片区简报(Excel)',
        en: 'A parcel report (Word, PDF) or an area brief (Excel)',
      },
      query: momentSchema,
      body: reportRequestSchema,
      answer: { mediaTypes: Object.values(reportTypes) },
      handle: async ({ body, query, language, response }) => {
        const standing = await standingAt(base.db, query)
        const lang = body.lang ?? language
        const bytes =
          body.kind === 'area'
            ? await areaBriefXlsx(
                await areaBrief(base.db, readDrawn(body.geometry), standing),
                await catalog.read(),
                lang,
              )
            : await printParcel(base, catalog, String(body.parcelIds[0]), body.format, lang, standing)
        const subject =
          body.kind === 'area'
            ? lang === 'zh'
              ? '片区简报'
              : 'area-brief'
            : `${lang === 'zh' ? '一地一策' : 'parcel'}-${body.parcelIds[0]}`
        const name = reportName(standing, subject, body.format)
        response.setHeader('Content-Type', reportTypes[body.format])
        response.setHeader('Content-Disposition', attachmentHeader(name))
        response.end(Buffer.from(bytes))
      },
    }),
  ]
}

/** One parcel's report in the format asked for. */
export async function printParcel(
  base: Base,
  catalog: CatalogReader,
  idOrCode: string,
  format: 'docx' | 'pdf',
  lang: 'zh' | 'en',
  moment: Moment = {},
): Promise<Uint8Array> {
  const report = await readParcelReport(base, catalog, idOrCode, lang, moment)
  return format === 'docx' ? printDocx(report) : printPdf(report)
}
