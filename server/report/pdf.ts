import { readFileSync } from 'node:fs'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { ReportDocument } from './document.ts'
import { fontFolder } from './map-picture.ts'

const template = readFileSync(new URL('./parcel.typ', import.meta.url), 'utf8')
const boldFolder = fontFolder.replace('400Regular', '700Bold')

/** Thrown when typst refuses the page; what it said is in the message. Our fault, never the reader's. */
export class PdfFailed extends Error {
  override readonly name = 'PdfFailed'
}

/** Prints a report as PDF. The text travels as data, so a record cannot inject markup. */
export function printPdf(report: ReportDocument): Uint8Array {
  const compiler = NodeCompiler.create({
    workspace: '/',
    fontArgs: [{ fontPaths: [fontFolder, boldFolder] }],
  })
  let pictures = 0
  const sections = report.sections.map((section) => ({
    heading: section.heading,
    blocks: section.blocks.map((block) => {
      if (block.kind !== 'picture') return block
      const path = `/picture-${pictures++}.png`
      compiler.mapShadow(path, Buffer.from(block.png))
      return { kind: block.kind, caption: block.caption, path }
    }),
  }))
  const compiled = compiler.compile({
    mainFileContent: template,
    inputs: { data: JSON.stringify({ ...report, sections }) },
  })
  const document = compiled.result
  if (!document) {
    const problems = compiled.takeError()
    throw new PdfFailed(problems ? JSON.stringify(compiler.fetchDiagnostics(problems)) : 'no page was made')
  }
  return new Uint8Array(compiler.pdf(document))
}
