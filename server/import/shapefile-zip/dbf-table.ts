import type { Issue } from '../../record/draft.ts'
import { note } from '../issue.ts'
import type { Source, SourceRow } from '../source.ts'
import { readDbf } from './dbf.ts'
import { brokenText, encodingIssues } from './read.ts'

/**
 * A .dbf on its own: a table without shapes, as old registers export them. Rows marked as deleted are named, not counted.
 * @param cpg text of the .cpg beside it, if any
 * @throws Refusal those of `readDbf`
 */
export function readDbfTable(bytes: Uint8Array, fileName: string, cpg: string | null = null): Source {
  const dbf = readDbf(bytes, cpg, fileName)
  const issues: Issue[] = encodingIssues(dbf)
  const rows: SourceRow[] = []
  for (let i = 0; i < dbf.rowCount; i++) {
    const values = dbf.row(i)
    if (values === null)
      issues.push(
        note('ROW_DELETED', {
          row: i + 1,
          zh: '该行在 .dbf 中已标为删除,未计入。',
          en: 'This row is marked as deleted in the .dbf and was not counted.',
        }),
      )
    else
      rows.push({
        rowNo: i + 1,
        values,
        shape: { kind: 'none' },
        issues: brokenText(values, i + 1),
        repaired: false,
      })
  }
  return {
    format: 'dbf',
    encoding: dbf.encoding,
    crs: null,
    issues,
    cutNames: dbf.cutNames,
    columns: dbf.fields.map(({ name }) => name),
    about: {},
    rowCount: rows.length,
    rows: () => rows,
  }
}
