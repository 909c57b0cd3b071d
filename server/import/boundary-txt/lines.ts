import { Refusal } from '../../refusal.ts'

/** A plot as its lines stand in the file. */
export interface PlotLines {
  /** Cells before the `@`; empty for a bare list of points. */
  readonly header: readonly string[]
  readonly points: string[]
}

export interface SurveyLines {
  /** Keys of [项目信息] and [属性描述], in normal spelling. */
  readonly head: ReadonlyMap<string, string>
  readonly plots: readonly PlotLines[]
}

/** Spellings of the keys that decide how coordinates are read. */
const keyNames: Readonly<Record<string, string>> = {
  坐标系统: '坐标系',
  坐标系名称: '坐标系',
  坐标系类型: '坐标系',
  大地坐标系: '坐标系',
  平面坐标系: '坐标系',
  分带: '几度分带',
  度带: '几度分带',
  分度带: '几度分带',
  分带方式: '几度分带',
  投影分带: '几度分带',
  投影带号: '带号',
  分带号: '带号',
  投影带: '带号',
  高斯带号: '带号',
  中央经线: '中央子午线',
  中央子午线经度: '中央子午线',
  单位: '计量单位',
  坐标单位: '计量单位',
  投影方式: '投影类型',
  坐标转换参数: '转换参数',
}

/** What a second head may not say differently. */
const decisive = ['坐标系', '几度分带', '带号', '中央子午线', '计量单位']

/**
 * Cuts a boundary-point file into its head and its plots (domain 8.1). A plot begins with a line that ends in `@`, or
 * that names its kind 面, 线 or 点 where a writer forgot the sign; everything below it is its points, until the next.
 * @throws Refusal TXT_SEVERAL_HEADS where files of different systems were put together
 */
export function cutLines(text: string, fileName: string): SurveyLines {
  const head = new Map<string, string>()
  const plots: PlotLines[] = []
  let inHead = true
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trim()
    if (line === '' || isComment(line)) continue
    if (/^[[【［\s]*[^,，=＝]*[\]】］]$/.test(line)) {
      inHead = !/坐标/.test(line)
      continue
    }
    const header = headerCells(line)
    if (header !== null) {
      plots.push({ header, points: [] })
      inHead = false
    } else if ((inHead || plots.length === 0) && /^[^,，\d]+[=＝:：]/.test(line)) setKey(head, line, fileName)
    else if (plots.length > 0) plots.at(-1)!.points.push(line)
    else if (looksLikePoint(line)) plots.push({ header: [], points: [line] })
  }
  return { head, plots }
}

const isComment = (line: string): boolean => /^(?:\/\/|#|--|;;)/.test(line)

function setKey(head: Map<string, string>, line: string, fileName: string): void {
  const at = line.search(/[=＝:：]/)
  const written = line.slice(0, at).normalize('NFKC').replaceAll(/\s/g, '')
  const key = keyNames[written] ?? written
  const value = line
    .slice(at + 1)
    .trim()
    .replace(/[;；]$/, '')
  const before = head.get(key)
  if (before === undefined || before === '') head.set(key, value)
  else if (decisive.includes(key) && value !== '' && value !== before) {
    throw new Refusal(
      'TXT_SEVERAL_HEADS',
      {
        zh: `“${fileName}”中“${key}”先后写为“${before}”与“${value}”,疑为几个文件拼接。`,
        en: `"${fileName}" gives ${key} as "${before}" and then as "${value}"; it seems to be several files put together.`,
      },
      {
        zh: '请按坐标系拆开,分次导入。',
        en: 'Cut it apart by coordinate system and import the parts one by one.',
      },
      { file: fileName, field: key },
    )
  }
}

function headerCells(line: string): readonly string[] | null {
  const plain = line.replace(/[\s,，;；]*$/, '')
  if (/[@＠]$/.test(plain)) return cells(plain.replace(/[\s,，;；]*[@＠]+$/, ''))
  const parts = cells(line)
  const kind = parts.findIndex((part) => /^(?:面|线|点)$/.test(part))
  return kind >= 2 && parts.length >= 4 ? parts : null
}

/** Cells of a line: between commas of any width; without a comma, between tabs, semicolons or blanks. */
export function cells(line: string): string[] {
  const sign = /[,，]/.test(line)
    ? /[,，]/
    : /\t/.test(line)
      ? /\t/
      : /[;；、]/.test(line)
        ? /[;；、]/
        : /\s+/
  return line.split(sign).map((part) => part.trim())
}

/** `J1,1,3353189.181,40520986.477`, with or without the ring, the label, or both. */
const looksLikePoint = (line: string): boolean =>
  cells(line.normalize('NFKC')).filter((cell) => /^\d{2,9}(?:\.\d+)?$/.test(cell)).length >= 2
