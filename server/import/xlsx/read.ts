import readWorkbook from 'read-excel-file/node'
import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import type { DeliveredFile } from '../delivered-file.ts'
import { mayFixLater, note } from '../issue.ts'
import { chooseLayer } from '../layer-choice.ts'
import type { Source } from '../source.ts'
import { isFilled } from '../table/heading.ts'
import { tableSource } from '../table/read.ts'
import type { ZipEntry } from '../zip/unzip.ts'
import { checkWorkbook } from './check.ts'

/**
 * One sheet of a workbook as a table. Only values are read: formulas count with the result last saved, links and macros
 * not at all. Cells that are numbers stay numbers, so that a code typed as a number can be refused.
 * @param sheet which one, where several hold something; hidden ones are only read by name, or where there are no others
 * @throws Refusal XLSX_TOO_LARGE, XML_DTD_FORBIDDEN, XLSX_CORRUPT, SEVERAL_LAYERS, LAYER_UNKNOWN and those of `tableSource`
 */
export async function readXlsx(
  file: DeliveredFile,
  entries: readonly ZipEntry[],
  sheet?: string,
): Promise<Source> {
  const fileName = file.name
  const { formulasWithoutValue, layouts } = await checkWorkbook(entries, fileName)
  const sheets = await sheetsOf(await file.whole(), fileName)
  const filled = sheets.filter(({ data }) => data.some((line) => line.some((cell) => isFilled(jsonOf(cell)))))
  const open = filled.filter((each) => layouts.get(each.sheet)?.isHidden !== true)
  const name = chooseLayer(
    (sheet !== undefined ? sheets : open.length > 0 ? open : filled).map((each) => each.sheet),
    sheet ?? (filled.length === 0 ? sheets[0]?.sheet : undefined),
    fileName,
  )
  const issues: Issue[] = []
  if (formulasWithoutValue > 0)
    issues.push(
      mayFixLater('XLSX_FORMULA', {
        zh: `${formulasWithoutValue} 个公式单元格没有保存计算结果,按空白处理;请在 Excel 中打开、重算并保存。`,
        en: `${formulasWithoutValue} formula cells carry no saved result and count as blank; open, recalculate and save it in Excel.`,
        value: formulasWithoutValue,
      }),
    )
  const hidden = sheet === undefined && open.length > 0 ? filled.filter((each) => !open.includes(each)) : []
  if (hidden.length > 0) issues.push(hiddenSheets(hidden.map((each) => each.sheet)))
  const lines = sheets.find((each) => each.sheet === name)!.data.map((line) => line.map(jsonOf))
  return tableSource(
    {
      format: 'xlsx',
      encoding: 'UTF-8',
      lines: () => lines,
      merged: layouts.get(name)?.merged ?? [],
      issues,
      about: { sheet: name },
    },
    fileName,
  )
}

const hiddenSheets = (names: readonly string[]): Issue =>
  note('SHEET_HIDDEN', {
    zh: `隐藏的工作表未读取:${names.join('、')}。如需导入,请指定工作表（命令行用 --from）。`,
    en: `Hidden sheets were not read: ${names.join(', ')}. To import one, name it (--from on the command line).`,
    value: names.join(', '),
  })

type Cell = string | number | boolean | Date | null | undefined
interface Sheet {
  readonly sheet: string
  readonly data: readonly (readonly Cell[])[]
}

async function sheetsOf(bytes: Uint8Array, fileName: string): Promise<readonly Sheet[]> {
  try {
    return (await readWorkbook(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      trim: false,
    })) as unknown as readonly Sheet[]
  } catch (cause) {
    throw new Refusal(
      'XLSX_CORRUPT',
      { zh: `“${fileName}”不是完整的 XLSX 工作簿。`, en: `"${fileName}" is no complete XLSX workbook.` },
      {
        zh: '请在 Excel 或 WPS 中打开并另存为 XLSX 或“CSV UTF-8”。',
        en: 'Open it in Excel or WPS and save it as XLSX or "CSV UTF-8".',
      },
      { file: fileName },
      { cause },
    )
  }
}

/** A cell of date format is a day; its time of day, where there is one, is kept. */
function jsonOf(cell: Cell): Json {
  if (cell === undefined || cell === null) return null
  if (!(cell instanceof Date)) return cell
  if (Number.isNaN(cell.getTime())) return null
  const text = cell.toISOString()
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
}
