import { problemFlags } from '../identifier/code-list.ts'
import type { Message } from '../refusal.ts'

/** What a type of issue is called, and what whoever sent the file should do about it. */
export interface IssueType {
  readonly title: Message
  readonly advice: Message
}

/** Title and advice of a code; one we have no words for is called by its code. */
export function issueType(code: string): IssueType {
  const [title, advice] = words[code] ?? [null, null]
  const flag = problemFlags().find((each) => each.code === code)
  return {
    title: title ?? flag?.title ?? { zh: code, en: code },
    advice: advice ?? {
      zh: '请按每条说明处理。',
      en: 'See what each of them says.',
    },
  }
}

const say = (zh: string, en: string): Message => ({ zh, en })

/** By code: title (null: as in data/codes/problem-flags.csv) and advice. */
const words: Readonly<Record<string, readonly [Message | null, Message]>> = {
  P601: [
    null,
    say(
      '补交图形,或在映射中指明与哪类记录挂接。',
      'Deliver the shapes, or say in the mapping which records to join.',
    ),
  ],
  P602: [
    null,
    say('由测量单位改正图形后重新提供。', 'Have the surveyor correct the shape and deliver it again.'),
  ],
  P603: [
    null,
    say(
      '核对坐标系、带号与坐标顺序;必要时用“坐标系”一栏说明。',
      'Check CRS, zone and axis order; say the CRS where the file does not.',
    ),
  ],
  P604: [
    null,
    say(
      '补填日期;整个文件同一日期的,可在映射 constants 中给出。',
      'Fill in the date; one for the whole file can stand under constants in the mapping.',
    ),
  ],
  P605: [
    null,
    say('核对原件,改正颠倒的日期或说明原因。', 'Check the papers: correct the dates or explain them.'),
  ],
  P606: [
    null,
    say(
      '核对编号位数与校验位;在 Excel 中请把该列设为文本。',
      'Check length and check digit; make the column text in the spreadsheet.',
    ),
  ],
  P607: [
    null,
    say(
      '核对是否重复录入,或为同号两宗地重新编号。',
      'Check for a row entered twice, or give one of them another number.',
    ),
  ],
  PLOT_NUMBER_REUSED: [
    say('地块编号与其他来件相同', 'Plot number of another delivery'),
    say(
      '多为各文件各自从 1 编号,无需处理;如是对原地块的更正,请撤回原来件。',
      'Mostly each file numbers its plots from 1: nothing to do. If it corrects the earlier plot, take that delivery back.',
    ),
  ],
  P608: [
    null,
    say(
      '核对文件面积与图形:单位、扣除部分或图形版本。',
      'Compare the stated area with the shape: unit, deductions, version of the drawing.',
    ),
  ],
  P609: [
    null,
    say(
      '并入相邻地块,或确认确为独立小图斑。',
      'Merge it with its neighbour, or confirm that it is a plot of its own.',
    ),
  ],
  P610: [
    null,
    say(
      '已按列明的方法修复;如不同意请撤回并改正原件。',
      'Mended by the method named; if you disagree, take the delivery back and correct the file.',
    ),
  ],
  P611: [
    null,
    say(
      '在映射 constants 中给出 use_scheme,或在表中增加“用途分类标准”列。',
      'Give use_scheme under constants in the mapping, or add a column for it.',
    ),
  ],
  P612: [
    null,
    say(
      '代码属已撤销的行政区,已保留原样;可按现行区划换号。',
      'The code belongs to an abolished district and is kept; it may be renumbered.',
    ),
  ],
  P613: [
    null,
    say(
      '在映射 units 中说明该列单位后重新导入。',
      'Say the unit of the column under units in the mapping and import again.',
    ),
  ],
  P614: [
    null,
    say(
      '以 UTF-8 或 GBK 重新导出;Shapefile 请附正确的 .cpg。',
      'Export again as UTF-8 or GBK; a Shapefile needs the right .cpg.',
    ),
  ],
  P615: [
    null,
    say(
      '核对合计行与明细,找出漏报或重报的地块。',
      'Compare the total with the rows: one is missing or there twice.',
    ),
  ],
  NEEDS_DECISION: [
    say('修复须由人决定', 'A repair waits for a person'),
    say(
      '比较修复前后图形与面积,采用或退回测量单位。',
      'Compare the shape before and after, then accept it or send it back to the surveyor.',
    ),
  ],
  REPAIR_ACCEPTED: [say('按决定采用修复', 'Repair accepted'), say('无需处理。', 'Nothing to do.')],
  HEADING_JOINED: [
    say('两行表头', 'Heading of two lines'),
    say('请抽查各列含义。', 'Check what the columns are taken for.'),
  ],
  ROW_NOT_DATA: [
    say('不是数据的行', 'Not a row of data'),
    say('合计、说明等行不是记录,无需处理。', 'Totals and remarks are no records; nothing to do.'),
  ],
  ROWS_MISSING: [
    say('缺少原有行', 'Rows no longer there'),
    say('如已终止,请提供注明状态的记录。', 'If they have ended, deliver them with their state.'),
  ],
  ROW_MISSING: [
    say('本文件未含的原有行', 'Row no longer there'),
    say('如已终止,请提供注明状态的记录。', 'If it has ended, deliver it with its state.'),
  ],
  ROW_EMPTY: [say('空行', 'Empty row'), say('删去空行。', 'Leave empty rows out.')],
  ROW_DELETED: [say('已删除的行', 'Deleted row'), say('无需处理。', 'Nothing to do.')],
  CODE_NUMERIC: [
    say('编号成了数字', 'Code turned into a number'),
    say('在来源表中把该列设为文本后重新导出。', 'Make the column text in its source and export again.'),
  ],
  DATE_INVALID: [
    say('日期无法识别', 'Date not understood'),
    say('写成 2024-03-15;不存在的日期请核对原件。', 'Write 2024-03-15; check dates that do not exist.'),
  ],
  DATE_IN_FUTURE: [say('日期在收件之后', 'Date in the future'), say('核对年份。', 'Check the year.')],
  DATE_SERIAL: [
    say('日期由序列号换算', 'Date from a serial number'),
    say('请抽查几行。', 'Check a few rows.'),
  ],
  NUMBER_INVALID: [
    say('数字无法识别', 'Number not understood'),
    say('单元格内只写数字。', 'Write the number alone in the cell.'),
  ],
  AREA_INVALID: [
    say('面积无法识别', 'Area not understood'),
    say('单元格内只写数字,单位写在列名中。', 'Write the number alone; the unit belongs in the heading.'),
  ],
  VALUE_UNKNOWN: [
    say('取值不在代码表中', 'Value not in the list'),
    say('改用代码表中的写法。', 'Use a value of the code list.'),
  ],
  VALUE_TOO_LONG: [
    say('内容过长', 'Value too long'),
    say('核对是否串列。', 'Check whether columns ran together.'),
  ],
  FIELD_UNMAPPED: [
    say('有列未识别', 'Columns not recognised'),
    say('在对照表中指定含义,或标为不用。', 'Say what they mean in the mapping, or that they are not used.'),
  ],
  FIELD_MISSING: [
    say('缺少字段', 'Field missing'),
    say('在映射 constants 中给出,或补一列。', 'Give it under constants in the mapping, or add a column.'),
  ],
  DOCUMENT_UNNAMED: [
    say('没有文件编号', 'No document is named'),
    say(
      '核对导入类别;或在映射 constants 中给出。',
      'Check what it is imported as, or give the number under constants.',
    ),
  ],
  JOIN_NOT_FOUND: [
    say('挂接不到图形', 'No shape to join'),
    say('先导入带图形的记录,或核对挂接字段。', 'Import the records with shapes first, or check the field.'),
  ],
  JOIN_SEVERAL: [say('由多块合并', 'Union of several plots'), say('无需处理。', 'Nothing to do.')],
  CRS_ASSUMED: [
    say('坐标系由数值推断', 'CRS told from the numbers'),
    say('请核对;不符时在“坐标系”一栏说明。', 'Check it; say the CRS if it is another.'),
  ],
  GCJ02_APPROXIMATE: [
    say('位置为近似值', 'Position is approximate'),
    say('取得官方图层后替换。', 'Replace it when the official layer is at hand.'),
  ],
  PROFILE_USED: [
    say('按已保存的对照读取', 'Read as remembered'),
    say('如不符,请改对照后重新导入。', 'If that is wrong, correct the mapping and import again.'),
  ],
  GEOM_TOO_MANY_VERTICES: [say('点数过多', 'Too many points'), say('请拆分图形。', 'Split the shape.')],
  COORD_NOT_FINITE: [
    say('坐标不是数', 'Coordinate is no number'),
    say('核对坐标列。', 'Check the coordinates.'),
  ],
}
