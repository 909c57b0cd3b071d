import type { DeliveredFile } from '../delivered-file.ts'
import type { Source, SourceRow } from '../source.ts'
import { openDbf, type Dbf } from './dbf.ts'
import { brokenText, encodingIssues, rowsDeleted } from './dbf-issues.ts'

/**
 * A .dbf on its own: a table without shapes, as old registers export them. Rows marked as deleted are named, not counted.
 * @param cpg text of the .cpg beside it, if any
 * @throws Refusal those of `openDbf`
 */
export async function readDbfTable(
  file: DeliveredFile,
  cpg: string | null = null,
  windowBytes?: number,
): Promise<Source> {
  const dbf = await openDbf(file, cpg, windowBytes)
  return {
    format: 'dbf',
    encoding: dbf.encoding,
    crs: null,
    issues: [...encodingIssues(dbf), ...rowsDeleted(dbf)],
    cutNames: dbf.cutNames,
    columns: dbf.fields.map(({ name }) => name),
    about: {},
    rowCount: dbf.rowCount - dbf.deleted.length,
    rows: () => readRows(dbf),
  }
}

async function* readRows(dbf: Dbf): AsyncGenerator<SourceRow> {
  let rowNo = 0
  for await (const values of dbf.rows()) {
    rowNo++
    if (values !== null)
      yield { rowNo, values, shape: { kind: 'none' }, issues: brokenText(values, rowNo), repaired: false }
  }
}
