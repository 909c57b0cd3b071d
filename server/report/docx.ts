import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  ImageRun,
  LevelFormat,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
  type FileChild,
} from 'docx'
import type { Block, ReportDocument } from './document.ts'

/** Widths of A4 text in twentieths of a point: 210 mm less two margins of 25 mm. */
const TEXT_WIDTH = 9070
const fonts = { eastAsia: '宋体', ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman' }
const line = { style: BorderStyle.SINGLE, size: 4, color: '888888' }
const borders = { top: line, bottom: line, left: line, right: line }

/** Prints a report as a Word document that offices can edit and sign. */
export async function printDocx(report: ReportDocument): Promise<Uint8Array> {
  const document = new Document({
    title: report.title,
    description: report.footer,
    styles: {
      default: {
        document: { run: { font: fonts, size: 21 } },
        heading1: {
          run: { font: { ...fonts, eastAsia: '黑体' }, size: 28, bold: true, color: '1f2933' },
          paragraph: { spacing: { before: 280, after: 120 } },
        },
      },
    },
    numbering: {
      config: [
        {
          reference: 'steps',
          levels: [
            {
              level: 0,
              format: LevelFormat.DECIMAL,
              text: '%1.',
              alignment: AlignmentType.START,
              style: { paragraph: { indent: { left: 420, hanging: 420 } } },
            },
          ],
        },
      ],
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: 11906, height: 16838 },
            margin: { top: 1418, bottom: 1418, left: 1418, right: 1418 },
          },
        },
        footers: { default: footer(report) },
        children: [
          ...head(report),
          ...report.sections.flatMap((section) => [
            heading(section.heading),
            ...section.blocks.flatMap(printBlock),
          ]),
          ...signatures(report),
        ],
      },
    ],
  })
  return new Uint8Array(await Packer.toBuffer(document))
}

function head(report: ReportDocument): Paragraph[] {
  return [
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { after: 120 },
      children: [
        new TextRun({ text: report.title, bold: true, size: 40, font: { ...fonts, eastAsia: '黑体' } }),
      ],
    }),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { after: 120 },
      children: [new TextRun({ text: report.subtitle, size: 22 })],
    }),
    ...report.notices.map(
      (text) =>
        new Paragraph({
          alignment: AlignmentType.CENTER,
          children: [new TextRun({ text, color: 'B42318', size: 20 })],
        }),
    ),
  ]
}

const heading = (text: string): Paragraph =>
  new Paragraph({ text, heading: HeadingLevel.HEADING_1, keepNext: true })

function printBlock(block: Block): FileChild[] {
  switch (block.kind) {
    case 'text':
      return [paragraph(block.text)]
    case 'list':
      return block.items.map(
        (text) =>
          new Paragraph({ numbering: { reference: 'steps', level: 0 }, children: [new TextRun(text)] }),
      )
    case 'pairs':
      return [
        table(
          block.rows.map(([name, value]) => [name, value]),
          [28, 72],
          { headColumn: true },
        ),
      ]
    case 'table':
      return [table([block.head, ...block.rows], block.widths, { headRow: true })]
    case 'tree':
      return block.lines.map(
        ({ depth, mark, text }) =>
          new Paragraph({
            indent: { left: depth * 360 },
            children: [
              new TextRun({
                text: `${mark} `,
                bold: true,
                color: { '✓': '1A7F37', '✗': '8B949E', '?': 'B54708' }[mark],
              }),
              new TextRun({ text, size: 18 }),
            ],
          }),
      )
    case 'picture': {
      const width = 600
      const picture = new ImageRun({
        type: 'png',
        data: block.png,
        transformation: { width, height: Math.round((width * block.heightPx) / block.widthPx) },
        altText: { title: block.caption, name: block.caption, description: block.caption },
      })
      return [
        new Paragraph({
          alignment: AlignmentType.CENTER,
          spacing: { before: 160 },
          keepNext: true,
          children: [picture],
        }),
        new Paragraph({
          alignment: AlignmentType.CENTER,
          children: [new TextRun({ text: block.caption, size: 18 })],
        }),
      ]
    }
  }
}

/** A text of several lines keeps them. */
const lines = (text: string, look: { size: number; bold: boolean }): TextRun[] =>
  text.split('\n').map((line, i) => new TextRun({ text: line, ...look, ...(i > 0 && { break: 1 }) }))

const paragraph = (text: string): Paragraph =>
  new Paragraph({ spacing: { before: 80, after: 60 }, children: [new TextRun(text)] })

function table(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  look: { headRow?: boolean; headColumn?: boolean },
): Table {
  const columnWidths = widths.map((percent) => Math.round((TEXT_WIDTH * percent) / 100))
  return new Table({
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths,
    layout: TableLayoutType.FIXED, // or one long number widens its column beyond the page
    rows: rows.map(
      (cells, r) =>
        new TableRow({
          tableHeader: look.headRow === true && r === 0,
          cantSplit: true,
          children: cells.map((text, c) => {
            const isHead = (look.headRow && r === 0) || (look.headColumn && c === 0)
            return new TableCell({
              borders,
              width: { size: columnWidths[c] ?? 0, type: WidthType.DXA },
              margins: { top: 40, bottom: 40, left: 90, right: 90 },
              ...(isHead ? { shading: { fill: 'EEF2F6' } } : {}),
              children: [new Paragraph({ children: lines(text, { size: 19, bold: isHead === true }) })],
            })
          }),
        }),
    ),
  })
}

function signatures(report: ReportDocument): FileChild[] {
  const none = { style: BorderStyle.NONE, size: 0, color: 'FFFFFF' }
  const bare = {
    top: none,
    bottom: none,
    left: none,
    right: none,
    insideHorizontal: none,
    insideVertical: none,
  }
  return [
    new Paragraph({ spacing: { before: 500 }, children: [] }),
    new Table({
      width: { size: TEXT_WIDTH, type: WidthType.DXA },
      borders: bare,
      rows: [
        new TableRow({
          cantSplit: true,
          children: report.signatures.map(
            (text) =>
              new TableCell({
                borders: { top: none, bottom: none, left: none, right: none },
                children: [
                  paragraph(`${text}:____________`),
                  paragraph(report.lang === 'zh' ? '日期:____年__月__日' : 'Date: ____________'),
                ],
              }),
          ),
        }),
      ],
    }),
  ]
}

function footer(report: ReportDocument): Footer {
  return new Footer({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ text: report.footer, size: 15, color: '666666' })],
      }),
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES], size: 16 })],
      }),
    ],
  })
}
