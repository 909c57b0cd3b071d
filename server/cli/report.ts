import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { areaBrief } from '../area/store.ts'
import { polygonSchema } from '../contract.ts'
import { checkWritable, writeWhole } from '../export/out-file.ts'
import { readDrawn } from '../http/drawn.ts'
import { CatalogReader } from '../parcel/store.ts'
import { Refusal } from '../refusal.ts'
import { areaBriefXlsx } from '../report/area-brief-xlsx.ts'
import { printParcel } from '../report/routes.ts'
import { momentAsked, momentOptions, takesNoMore, WrongUsage, type Command, type Context } from './command.ts'

export const command: Command = {
  name: 'report',
  summary: { zh: '打印宗地报告或片区简报。', en: 'Prints a parcel report or an area brief.' },
  usage:
    'report parcel CODE --out FILE.(docx|pdf) | report area FILE.geojson --out FILE.xlsx [--lang zh|en] [--as-of DATE] [--known-at TIME]',
  options: { out: { type: 'string' }, lang: { type: 'string' }, ...momentOptions },
  async run(context) {
    const [what, subject] = context.args
    const out = context.options.out
    const lang = context.options.lang ?? 'zh'
    if (typeof out !== 'string' || subject === undefined) {
      throw new WrongUsage({ zh: '报告需要对象和 --out。', en: 'A report needs a subject and --out.' })
    }
    takesNoMore(context.args, 2)
    await checkWritable(out)
    if (lang !== 'zh' && lang !== 'en') {
      throw new WrongUsage({ zh: '--lang 只能是 zh 或 en。', en: '--lang is zh or en.' })
    }
    const format = extname(out).slice(1)
    const bytes = await print(context, what, subject, format, lang)
    await writeWhole(out, [bytes])
    context.answer(
      { out, bytes: bytes.length },
      () => `已写入 ${out}(${bytes.length} 字节)。Written to ${out}.`,
    )
  },
}

async function print(
  context: Context,
  what: string | undefined,
  subject: string,
  format: string,
  lang: 'zh' | 'en',
): Promise<Uint8Array> {
  if (what === 'parcel') {
    if (format !== 'docx' && format !== 'pdf') throw wrongFormat(format, 'docx, pdf')
    const base = await context.base()
    return printParcel(base, new CatalogReader(base), subject, format, lang, momentAsked(context))
  }
  if (what === 'area') {
    if (format !== 'xlsx') throw wrongFormat(format, 'xlsx')
    const base = await context.base()
    const brief = await areaBrief(base.db, readDrawn(readShape(subject)), momentAsked(context))
    return areaBriefXlsx(brief, await new CatalogReader(base).read(), lang)
  }
  throw new WrongUsage({ zh: '报告只有 parcel 和 area 两种。', en: 'Reports are: parcel, area.' })
}

/** The shape in a GeoJSON file: a geometry, a feature, or a collection with one feature. Lon/lat. */
function readShape(file: string) {
  let document: unknown
  try {
    document = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw notAShape(file, cause)
  }
  const { features, geometry } = document as { features?: { geometry?: unknown }[]; geometry?: unknown }
  const shape = polygonSchema.safeParse(
    features?.length === 1 ? features[0]!.geometry : (geometry ?? document),
  )
  if (!shape.success) throw notAShape(file, shape.error)
  return shape.data
}

const notAShape = (file: string, cause: unknown) =>
  new Refusal(
    'AREA_FILE',
    { zh: `${file} 里没有可用的面。`, en: `${file} holds no area.` },
    {
      zh: '需要一个经纬度(EPSG:4490)的 GeoJSON 面或多面。',
      en: 'Give one GeoJSON polygon or multipolygon in lon/lat (EPSG:4490).',
    },
    { file },
    { cause },
  )

const wrongFormat = (format: string, known: string) =>
  new Refusal(
    'FORMAT_UNKNOWN',
    { zh: `不能输出为“${format}”。`, en: `This report cannot be written as "${format}".` },
    { zh: `可用格式:${known}。`, en: `Formats: ${known}.` },
  )
