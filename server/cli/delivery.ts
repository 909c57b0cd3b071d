import { stat } from 'node:fs/promises'
import type { DeliveryPreview } from '../contract.ts'
import { exportFormats, formatOfFile, type ExportWriter } from '../export/format.ts'
import { exportIssues } from '../export/issue-store.ts'
import { checkWritable, writeWhole } from '../export/out-file.ts'
import { decideRepairs } from '../import/decide.ts'
import { listDeliveries, readDeliveredFile, readDelivery } from '../import/delivery-store.ts'
import { readIssueGroups } from '../import/issue-group-store.ts'
import { previewFile } from '../import/preview.ts'
import { listRepairs } from '../import/repair-list-store.ts'
import { WrongUsage, type Command, type Context, numbered } from './command.ts'

/** Enough of a list for a terminal; --json has all of it. */
const SHOWN = 200

export const command: Command = {
  name: 'delivery',
  summary: {
    zh: '来件:预览、清单、问题、原件、修复决定。',
    en: 'Deliveries: preview, list, issues, the file, decisions on repairs.',
  },
  usage:
    'delivery preview FILE [--as KIND] [--crs EPSG:n] [--mapping FILE] | list | show N | issues N --out FILE.(csv|xlsx) | file N --out FILE | repairs N | accept N --row R… --by NAME --reason TEXT | reject N --row R… --by NAME --reason TEXT',
  options: {
    as: { type: 'string' },
    crs: { type: 'string' },
    from: { type: 'string' },
    mapping: { type: 'string' },
    out: { type: 'string' },
    row: { type: 'string', multiple: true },
    by: { type: 'string' },
    reason: { type: 'string' },
  },
  async run(context) {
    const [action = '', named, ...more] = context.args
    const act = actions[action]
    if (!act || more.length > 0)
      throw new WrongUsage({
        zh: `delivery 后面须是 ${Object.keys(actions).join('、')} 之一。`,
        en: `delivery takes one of ${Object.keys(actions).join(', ')}.`,
      })
    await act(context, named)
  },
}

const actions: Readonly<Record<string, (context: Context, named: string | undefined) => Promise<void>>> = {
  preview,
  list,
  show,
  issues,
  file,
  repairs,
  accept: (context, named) => decide(context, named, true),
  reject: (context, named) => decide(context, named, false),
}

async function preview({ options, base, answer }: Context, path: string | undefined): Promise<void> {
  if (path === undefined) throw new WrongUsage({ zh: '请给出文件。', en: 'Name the file.' })
  const seen = await previewFile(await base(), {
    path,
    as: text(options['as']),
    crs: text(options['crs']),
    from: text(options['from']),
    mapping: text(options['mapping']),
  })
  answer(seen, () => describe(seen))
}

function describe(seen: DeliveryPreview): string {
  const problem = seen.crsProblem
    ? `\n  ${seen.crsProblem.message.zh}${seen.crsProblem.hint.zh}\n  ${seen.crsProblem.message.en} ${seen.crsProblem.hint.en}`
    : ''
  return [
    `${seen.fileName} · ${seen.format} · ${seen.encoding ?? '—'} · ${seen.rows} 行 rows`,
    `导入为 as ${seen.as}（${seen.asKnownBy}）${seen.profile ? ` · 来源对照 profile ${seen.profile.name} v${seen.profile.version}` : ''}`,
    `坐标系 CRS ${seen.crs ?? '无 none'}${seen.crsKnownBy ? `（${seen.crsKnownBy}）` : ''}${problem}`,
    seen.extent
      ? `范围 extent ${seen.extent.map((degrees) => degrees.toFixed(6)).join(' ')} · ${seen.withShape} / ${seen.looked} 行有图形 with a shape`
      : `没有图形 no shapes`,
    ...seen.columns.map(
      ({ column, field, role, unit, confidence, samples, unreadable }) =>
        `  ${column} → ${field ?? role}${unit ? ` (${unit})` : ''} [${confidence}]${unreadable > 0 ? ` ✗${unreadable}` : ''}  ${samples.join(' | ')}`,
    ),
  ].join('\n')
}

async function list({ base, answer }: Context): Promise<void> {
  const deliveries = await listDeliveries((await base()).db, SHOWN)
  answer(deliveries, () =>
    deliveries
      .map(
        (each) =>
          `${String(each.deliveryId).padStart(5)} ${each.receivedAt.slice(0, 16)} ${each.layer ? `layer:${each.layer}` : each.kind} ${each.fileName}  读 ${each.read} 采用 ${each.used} 修复 ${each.repaired} 未变 ${each.unchanged} 退回 ${each.refused}${each.proposals > 0 ? ` 待定 ${each.proposals}` : ''}${each.undoneAt ? ' 已撤回 undone' : ''}`,
      )
      .join('\n'),
  )
}

async function show({ base, answer }: Context, named: string | undefined): Promise<void> {
  const { db } = await base()
  const delivery = await readDelivery(db, numbered(named))
  const groups = await readIssueGroups(db, delivery.deliveryId)
  answer({ ...delivery, issues: groups }, () =>
    [
      `${delivery.deliveryId} ${delivery.fileName} sha256 ${delivery.sha256}`,
      ...groups.map(
        ({ code, severity, title, count, advice }) =>
          `  ${code} ${severity} ${title.zh} ${title.en}: ${count}\n    ${advice.zh}\n    ${advice.en}`,
      ),
    ].join('\n'),
  )
}

async function issues({ base, options, answer }: Context, named: string | undefined): Promise<void> {
  const out = text(options['out'])
  if (out === undefined) throw new WrongUsage({ zh: '请用 --out 指明文件。', en: 'Say with --out where to.' })
  const { write }: ExportWriter = exportFormats[formatOfFile(out)]
  await checkWritable(out)
  const table = await exportIssues((await base()).db, numbered(named))
  await writeWhole(out, write(table, null))
  answer({ delivery: numbered(named), out }, () => out)
}

async function file({ base, options, answer }: Context, named: string | undefined): Promise<void> {
  const out = text(options['out'])
  if (out === undefined) throw new WrongUsage({ zh: '请用 --out 指明文件。', en: 'Say with --out where to.' })
  await checkWritable(out)
  const { pieces, fileName, sha256 } = await readDeliveredFile((await base()).db, numbered(named))
  await writeWhole(out, pieces)
  const { size } = await stat(out)
  answer({ fileName, sha256, bytes: size, out }, () => `${out} · ${fileName} · sha256 ${sha256}`)
}

async function repairs({ base, answer }: Context, named: string | undefined): Promise<void> {
  const { repairs: found } = await listRepairs((await base()).db, numbered(named), { after: 0, limit: 5_000 })
  answer(found, () =>
    found
      .map(
        ({ row, state, methods, reason, areaBeforeM2, areaAfterM2 }) =>
          `第 ${row} 行 row ${row} ${state} ${methods.join('+')} ${areaBeforeM2.toFixed(2)} → ${areaAfterM2.toFixed(2)} m²  ${reason.zh} ${reason.en}`,
      )
      .join('\n'),
  )
}

async function decide(
  { base, options, answer }: Context,
  named: string | undefined,
  accept: boolean,
): Promise<void> {
  const rows = [options['row'] ?? []].flat().map((row) => numbered(String(row)))
  const [by, reason] = [text(options['by']), text(options['reason'])]
  if (rows.length === 0 || !by || !reason)
    throw new WrongUsage({
      zh: '请用 --row、--by、--reason 说明行、何人、何故。',
      en: 'Say which rows, who and why: --row, --by, --reason.',
    })
  const deliveryId = numbered(named)
  const at = new Date().toISOString() // the entry point is where the clock is read
  const summary = await decideRepairs(await base(), { deliveryId, rows, accept, by, reason, at })
  answer({ delivery: deliveryId, rows, accepted: accept, summary }, () =>
    summary
      ? `已采用 ${summary.repaired} 行,成为来件 ${summary.delivery}。请重新 build。\n${summary.repaired} rows accepted as delivery ${summary.delivery}. Run build again.`
      : `已记下不采用 ${rows.length} 行。\n${rows.length} rows rejected; noted.`,
  )
}

const text = (option: unknown): string | undefined => (typeof option === 'string' ? option : undefined)
