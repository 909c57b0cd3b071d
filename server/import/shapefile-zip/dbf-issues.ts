import type { Issue, Json } from '../../record/draft.ts'
import { mayFixLater, note } from '../issue.ts'
import type { Dbf } from './dbf.ts'

/** The encoding a .cpg names; null, with a note, where it makes no sense. */
export function readCpg(bytes: Uint8Array, issues: Issue[]): string | null {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trim()
  if (text.length > 0 && text.length <= 40 && !text.startsWith('<')) return text
  issues.push(
    note('CPG_UNREADABLE', {
      zh: '.cpg 内容无法识别,编码按内容判断。',
      en: 'The .cpg makes no sense; the encoding was told from the content.',
    }),
  )
  return null
}

/** What is to be said of how the text of a table was read. */
export function encodingIssues(dbf: Dbf): Issue[] {
  const issues: Issue[] = []
  if (dbf.encodingDenied !== null)
    issues.push(
      note('P614', {
        zh: `.cpg 称编码为 ${dbf.encodingDenied},与内容不符,已按 ${dbf.encoding} 读取。`,
        en: `The .cpg claims ${dbf.encodingDenied}, which the bytes are not; they were read as ${dbf.encoding}.`,
      }),
    )
  if (dbf.encodingAssumed)
    issues.push(
      note('ENCODING_ASSUMED', {
        zh: `文件没有说明文字编码,按用字判断为 ${dbf.encoding};如有乱码,请补 .cpg。`,
        en: `Nothing names the encoding; by its characters it is ${dbf.encoding}. If text looks broken, add a .cpg.`,
        value: dbf.encoding,
      }),
    )
  if (dbf.unread.length > 0)
    issues.push(
      mayFixLater('MEMO_NOT_READ', {
        zh: `${dbf.unread.length} 个备注型字段的内容存于另一文件,未读取:${dbf.unread.join('、')}。`,
        en: `Memo fields keep their text in another file and were not read: ${dbf.unread.join(', ')}.`,
        value: dbf.unread.join(', '),
      }),
    )
  return issues
}

export const rowsDeleted = ({ deleted }: Dbf): Issue[] =>
  deleted.map((row) =>
    note('ROW_DELETED', {
      row,
      zh: '该行在 .dbf 中已标为删除,未计入。',
      en: 'This row is marked as deleted in the .dbf and was not counted.',
    }),
  )

/** Replacement characters mean that the encoding was lost before the file reached us. */
export function brokenText(values: ReadonlyMap<string, Json>, row: number): Issue[] {
  const issues: Issue[] = []
  for (const [field, value] of values) {
    if (typeof value === 'string' && value.includes('\ufffd'))
      issues.push(
        mayFixLater('P614', {
          row,
          field,
          zh: '文字中有乱码。',
          en: 'The text holds broken characters.',
          value,
        }),
      )
  }
  return issues
}
