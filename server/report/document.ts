/** What a report says, before it is known on what it will be printed. One description; docx.ts and pdf.ts print it. */
export interface ReportDocument {
  readonly lang: Lang
  readonly title: string
  readonly subtitle: string
  /** Shown under the title, in red: fictional data, trial base. */
  readonly notices: readonly string[]
  readonly sections: readonly Section[]
  /** Lines to sign: 编制, 审核, 批准. */
  readonly signatures: readonly string[]
  /** What makes it reproducible: day asked about, build, rule pack and its hash. */
  readonly footer: string
}

export type Lang = 'zh' | 'en'

export interface Section {
  readonly heading: string
  readonly blocks: readonly Block[]
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  /** Two columns: name and value. */
  | { readonly kind: 'pairs'; readonly rows: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** Of each column, in per cent of the text's width; together 100. */
      readonly widths: readonly number[]
    }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'tree'; readonly lines: readonly TreeLine[] }
  | {
      readonly kind: 'picture'
      readonly png: Uint8Array
      readonly widthPx: number
      readonly heightPx: number
      readonly caption: string
    }

export interface TreeLine {
  readonly depth: number
  readonly mark: '✓' | '✗' | '?'
  readonly text: string
}
