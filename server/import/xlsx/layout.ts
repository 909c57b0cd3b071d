import type { MergedCells } from '../table/read.ts'

/** How a sheet is laid out, beside its cells. */
export interface SheetLayout {
  readonly isHidden: boolean
  readonly merged: readonly MergedCells[]
}

/**
 * The sheets of a workbook by name.
 * @param parts XML by path in the archive: the workbook, its relations
 * @param merged by the path of its sheet
 */
export function sheetLayouts(
  { workbook, relations }: { readonly workbook: string; readonly relations: string },
  merged: ReadonlyMap<string, readonly MergedCells[]>,
): Map<string, SheetLayout> {
  const paths = new Map(
    [...relations.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target').replace(/^(?:\/?xl\/|\.\/)?/, 'xl/'),
    ]),
  )
  return new Map(
    [...workbook.matchAll(/<(?:\w+:)?sheet\b[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'name'),
      {
        isHidden: /hidden$/i.test(attribute(tag, 'state')),
        merged: merged.get(paths.get(attribute(tag, '(?:\\w+:)?id')) ?? '') ?? [],
      },
    ]),
  )
}

/** Cells of one column that are one cell over several lines. */
export function mergedCells(sheet: string): MergedCells[] {
  return [...sheet.matchAll(/<mergeCell\b[^>]*\sref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"/g)].flatMap(
    ([, letters, first, last]) =>
      first === last
        ? []
        : [{ column: columnNumber(letters!) - 1, first: Number(first), last: Number(last) }],
  )
}

/** `A` is 1, `AA` 27. */
export const columnNumber = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)

function attribute(tag: string, name: string): string {
  const written = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag)
  return (written?.[1] ?? written?.[2] ?? '')
    .replaceAll(/&#(?:x([0-9a-f]+)|(\d+));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}
