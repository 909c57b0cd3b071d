import type { Issue, Json } from '../../record/draft.ts'
import { Refusal } from '../../refusal.ts'
import { GROUP_SIGN } from '../field-name.ts'
import { note } from '../issue.ts'
import { MAX_FIELDS } from '../limits.ts'

type Line = readonly Json[]

/** The heading of a table: which of its lines it takes, what stands above it, the name of each column. */
export interface Heading {
  readonly columns: readonly string[]
  /** Lines above it: a title, a unit, a date. */
  readonly title: readonly string[]
  /** The first line below it. */
  readonly below: number
  readonly issues: readonly Issue[]
}

/**
 * Finds the heading under a title. Where it has two lines, groups above and their columns below (约定时间 over 开工 and
 * 竣工), a column is called by both: `约定时间·开工`.
 * @param lines without the empty ones
 * @param lineNo of a line, as a person counts them in the file
 * @throws Refusal FIELD_DUPLICATE, TOO_MANY_FIELDS; null for a table without a heading
 */
export function findHeading(
  lines: readonly Line[],
  lineNo: (line: Line) => number,
  fileName: string,
): Heading | null {
  const at = headingAt(lines)
  const line = lines[at]
  if (line === undefined) return null
  const below = lines[at + 1]
  if (below !== undefined && isGroups(line, below, lines[at + 2])) return joined(lines, at, lineNo, fileName)
  const above = lines[at - 1]
  if (above !== undefined && repeatsName(line) && isGroupsOver(above, line))
    return joined(lines, at - 1, lineNo, fileName)
  return {
    columns: checkedNames(line.map(nameOf), fileName),
    title: titleOf(lines.slice(0, at)),
    below: at + 1,
    issues: [],
  }
}

function joined(
  lines: readonly Line[],
  at: number,
  lineNo: (line: Line) => number,
  fileName: string,
): Heading {
  const [groups, names] = [lines[at]!, lines[at + 1]!]
  let group = ''
  const columns = Array.from({ length: Math.max(widthOf(groups), widthOf(names)) }, (_, i) => {
    const own = nameOf(groups[i])
    const name = nameOf(names[i])
    if (own !== '') group = own
    return name === '' ? own : group === '' ? name : `${group}${GROUP_SIGN}${name}`
  })
  const [first, second] = [lineNo(groups), lineNo(names)]
  const example = columns.find((name) => name.includes(GROUP_SIGN))!
  return {
    columns: checkedNames(columns, fileName),
    title: titleOf(lines.slice(0, at)),
    below: at + 2,
    issues: [
      note('HEADING_JOINED', {
        zh: `表头为两行(第 ${first}、${second} 行),已上下合并,如“${example}”。`,
        en: `The heading takes two lines (${first} and ${second}), read as one, such as "${example}".`,
        value: `${first}, ${second}`,
      }),
    ],
  }
}

/**
 * Groups with blanks behind them, which the line below fills with names. Below a column that is none of a group it has
 * nothing; where it has, a line that is no names must follow, or it could be the first row of a table of texts.
 */
function isGroups(line: Line, below: Line, next: Line | undefined): boolean {
  if (!isFilled(line[0]) || !isNames(below)) return false
  const width = Math.max(widthOf(line), widthOf(below))
  let [groups, alone, both] = [0, 0, 0]
  for (let i = 0; i < width; i++) {
    const isGroup = isFilled(line[i]) && i + 1 < width && !isFilled(line[i + 1])
    const isNamed = isFilled(below[i])
    if (isGroup || !isFilled(line[i])) {
      if (!isNamed) return false
      if (isGroup) groups++
    } else if (isNamed) both++
    else alone++
  }
  return groups > 0 && (both === 0 || (alone > 0 && next !== undefined && !isNames(next)))
}

/** Groups over a heading that is whole by itself. */
const isGroupsOver = (line: Line, heading: Line): boolean =>
  isNames(line) && isFilled(line[0]) && line.filter(isFilled).length >= 2 && widthOf(line) <= widthOf(heading)

/** Texts that could be names of columns. */
const isNames = (line: Line): boolean =>
  line
    .filter(isFilled)
    .every((cell) => typeof cell === 'string' && /\p{L}/u.test(cell) && !/\d{4}/.test(cell))

const repeatsName = (line: Line): boolean => {
  const names = line.filter(isFilled).map((cell) => nameOf(cell).toLowerCase())
  return new Set(names).size < names.length
}

const titleOf = (lines: readonly Line[]): string[] =>
  lines.map((line) => line.filter(isFilled).map(String).join(' ')).filter(Boolean)

export const isFilled = (cell: Json | undefined): boolean =>
  cell !== undefined && cell !== null && !(typeof cell === 'string' && cell.trim() === '')

/** Lines with a cell or two above a wide table are its title, its unit, its date; the heading comes below them. */
function headingAt(lines: readonly Line[]): number {
  const filled = lines.slice(0, 40).map((line) => line.filter(isFilled).length)
  const widest = Math.max(0, ...filled)
  const isTitle = (count: number): boolean => (count <= 2 && widest >= 4) || count * 3 < widest
  const at = filled.findIndex((count) => !isTitle(count))
  const start = at < 0 || at > 15 ? 0 : at
  const below = lines[start + 1]
  // over a table of two or three columns a title is no wider than a heading, but it is one cell over all of them
  return filled[start] === 1 && below !== undefined && filled[start + 1]! > 1 && isNames(below)
    ? start + 1
    : start
}

function widthOf(line: Line): number {
  let width = line.length
  while (width > 0 && !isFilled(line[width - 1])) width--
  return width
}

function nameOf(cell: Json | undefined): string {
  const written =
    typeof cell === 'string' ? cell : cell === null || cell === undefined ? '' : JSON.stringify(cell)
  return written.replaceAll(/\s*[\r\n]+\s*/g, '').trim()
}

function checkedNames(given: readonly string[], fileName: string): string[] {
  let width = given.length
  while (width > 0 && given[width - 1] === '') width--
  if (width > MAX_FIELDS) {
    throw new Refusal(
      'TOO_MANY_FIELDS',
      {
        zh: `“${fileName}”有 ${width} 列,超过 ${MAX_FIELDS} 列。`,
        en: `"${fileName}" has ${width} columns, more than ${MAX_FIELDS}.`,
      },
      { zh: '请只保留需要的列。', en: 'Keep only the columns that are needed.' },
      { file: fileName },
    )
  }
  const seen = new Set<string>()
  return given.slice(0, width).map((written, i) => {
    const name = written || `第 ${i + 1} 列`
    const key = name.toLowerCase()
    if (seen.has(key)) {
      throw new Refusal(
        'FIELD_DUPLICATE',
        {
          zh: `“${fileName}”有两列都叫“${name}”。`,
          en: `Two columns of "${fileName}" are called "${name}".`,
        },
        { zh: '请改名或删去其中一列。', en: 'Rename or remove one of them.' },
        { file: fileName, field: name },
      )
    }
    seen.add(key)
    return name
  })
}
