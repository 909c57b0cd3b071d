import type { Issue } from '../record/draft.ts'
import { Refusal } from '../refusal.ts'
import type { Delivery } from './drafts.ts'
import { mayFixLater, note } from './issue.ts'
import type { Mapping } from './mapping.ts'
import type { Reader } from './understand.ts'

const tableFormats: ReadonlySet<string> = new Set(['csv', 'xlsx', 'json-table', 'dbf'])

/**
 * A table of which no column means anything, or without shapes one alone, is a table of something else.
 * @throws Refusal FIELDS_UNKNOWN
 */
export function refuseUnknownTable(
  { source, target, fileName }: Delivery,
  reader: Reader,
  hasShapes: boolean,
): void {
  const only = reader.onlyColumn
  if (!tableFormats.has(source.format) || reader.saysEnough || (hasShapes && only !== null)) return
  throw new Refusal(
    'FIELDS_UNKNOWN',
    only === null
      ? {
          zh: `“${fileName}”中没有一列是“${target.kind}”的字段:${source.columns?.join('、') ?? ''}。`,
          en: `No column of "${fileName}" is a field of "${target.kind}": ${source.columns?.join(', ') ?? ''}.`,
        }
      : {
          zh: `“${fileName}”只有“${only.column}”一列可读作“${target.kind}”的字段（${only.field}）,没有编号、面积、日期等,不成记录:${source.columns?.join('、') ?? ''}。`,
          en: `Only "${only.column}" of "${fileName}" could be a field of "${target.kind}" (${only.field}); without a number, an area or a date that is no record: ${source.columns?.join(', ') ?? ''}.`,
        },
    {
      zh: '请核对导入类别（--as）,或用 --mapping 指明各列含义。',
      en: 'Check what it is imported as (--as), or say with --mapping what the columns mean.',
    },
    { file: fileName },
  )
}

/** What is to be said once of the rows of a file taken together. */
export function fileIssues(
  { shapeless, withoutDoc }: { shapeless: number; withoutDoc: number },
  mapping: Mapping,
): Issue[] {
  const issues: Issue[] = []
  if (mapping.shapes === 'leave_out') {
    issues.push(
      note('SHAPES_LEFT_OUT', {
        field: 'geometry',
        zh: `按映射文件 shapes: leave_out,图形未采用,${shapeless} 行作为无图记录保存;原图形随来件保存。`,
        en: `As shapes: leave_out in the mapping asks, shapes were not used and ${shapeless} rows are kept as records without one; the delivered file keeps them.`,
        value: shapeless,
      }),
    )
  } else if (shapeless > 0) {
    issues.push(
      mayFixLater('P601', {
        field: 'geometry',
        zh: `${shapeless} 行没有图形,已作为无图记录保存。`,
        en: `${shapeless} rows have no shape and are kept as records without one.`,
        value: shapeless,
      }),
    )
  }
  if (withoutDoc > 0) {
    issues.push(
      mayFixLater('FIELD_MISSING', {
        field: 'doc_no',
        zh: `${withoutDoc} 行报批没有批文号;如整个文件属同一批文,请在映射文件 constants 中给出 doc_no。`,
        en: `${withoutDoc} approvals have no 批文号; if the whole file belongs to one, give doc_no under constants in a mapping file.`,
        value: withoutDoc,
      }),
    )
  }
  return issues
}
