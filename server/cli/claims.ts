import type { ConflictFilter, ConflictRow, FieldStatements, ParcelClaims, Statement } from '../contract.ts'
import { conflictStates } from '../contract/conflict-state.ts'
import { allConflicts } from '../strategy/claim-list-store.ts'
import { chooseClaim, parcelClaims } from '../strategy/claims.ts'
import { exportClaims } from '../export/claim-store.ts'
import { exportFormats, type ExportWriter } from '../export/format.ts'
import { checkWritable, writeWhole } from '../export/out-file.ts'
import {
  momentAsked,
  momentOptions,
  takesNoMore,
  WrongUsage,
  type Command,
  type Context,
  needed,
} from './command.ts'

export const command: Command = {
  name: 'claims',
  summary: {
    zh: '列出各方说法的矛盾,查看一宗地的各方说法,或由人择定采信哪一个。',
    en: 'Lists contradicting statements, shows all about one parcel, or chooses which is right.',
  },
  usage: [
    'claims list [--field FIELD] [--pair registration,supply] [--district CODE] [--state open|chosen|reopened] [--as-of DATE] [--known-at TIME] [--out FILE.(csv|xlsx)]',
    '         claims show PARCEL [--as-of DATE] [--known-at TIME]',
    '         claims choose PARCEL --field FIELD (--record RECORD | --rule) --by PERSON --reason TEXT --document TEXT --on DATE',
  ].join('\n'),
  options: {
    ...momentOptions,
    field: { type: 'string' },
    pair: { type: 'string' },
    district: { type: 'string' },
    state: { type: 'string' },
    out: { type: 'string' },
    record: { type: 'string' },
    rule: { type: 'boolean' },
    by: { type: 'string' },
    reason: { type: 'string' },
    document: { type: 'string' },
    on: { type: 'string' },
  },
  async run(context) {
    const [action, parcel] = context.args
    if (action === 'list') return list(context)
    if (action === 'show' && parcel !== undefined) return show(context, parcel)
    if (action === 'choose' && parcel !== undefined) return choose(context, parcel)
    throw new WrongUsage({
      zh: '请写明 list、show 或 choose;show 与 choose 须给出地块。',
      en: 'Say list, show or choose; show and choose name a parcel.',
    })
  },
}

async function list(context: Context): Promise<void> {
  takesNoMore(context.args, 1)
  const text = (name: string): string | undefined =>
    typeof context.options[name] === 'string' ? context.options[name] : undefined
  const state = conflictStates.find((known) => known === text('state'))
  if (text('state') !== undefined && !state)
    throw new WrongUsage({
      zh: `--state 须为 ${conflictStates.join('、')}。`,
      en: `--state is one of ${conflictStates.join(', ')}.`,
    })
  const filter: ConflictFilter = {
    field: text('field'),
    pair: text('pair'),
    district: text('district'),
    state,
    ...momentAsked(context),
  }
  const { db } = await context.base()
  const out = text('out')
  if (out !== undefined) {
    const format = out.endsWith('.xlsx') ? 'xlsx' : out.endsWith('.csv') ? 'csv' : null
    if (format === null)
      throw new WrongUsage({ zh: '--out 须为 .csv 或 .xlsx。', en: '--out ends in .csv or .xlsx.' })
    await checkWritable(out)
    const { write }: ExportWriter = exportFormats[format]
    await writeWhole(out, write(await exportClaims(db, filter, 'zh'), null))
    context.answer({ out }, () => out)
    return
  }
  const rows: ConflictRow[] = []
  for await (const row of (await allConflicts(db, filter, 'zh')).rows) rows.push(row)
  context.answer({ rows }, () =>
    rows.length === 0
      ? '没有相互矛盾的说法。 Nobody contradicts.'
      : [...rows.map(asText), `共 ${rows.length} 处 in all`].join('\n'),
  )
}

async function show(context: Context, parcel: string): Promise<void> {
  takesNoMore(context.args, 2)
  const claims = await parcelClaims(await context.base(), parcel, 'zh', momentAsked(context))
  context.answer(claims, () => parcelText(claims))
}

async function choose(context: Context, parcel: string): Promise<void> {
  takesNoMore(context.args, 2)
  const record = context.options['record']
  const isRule = context.options['rule'] === true
  if (
    (typeof record === 'string') === isRule ||
    (typeof record === 'string' && !/^[1-9]\d{0,14}$/.test(record))
  )
    throw new WrongUsage({
      zh: '请用 --record 写明采信的记录编号,或用 --rule 回到规则。',
      en: 'Give the number of the record believed with --record, or go back to the rule with --rule.',
    })
  const chosen = {
    field: needed(context, 'field'),
    recordId: typeof record === 'string' ? Number(record) : null,
    by: needed(context, 'by'),
    reason: needed(context, 'reason'),
    document: needed(context, 'document'),
    decidedOn: needed(context, 'on'),
  }
  const now = { at: new Date().toISOString(), today: context.today }
  const claims = await chooseClaim(await context.base(), parcel, chosen, now)
  context.answer(claims, () =>
    parcelText({ ...claims, fields: claims.fields.filter(({ field }) => field === chosen.field) }),
  )
}

const stateWords = {
  agreed: '一致 agreed',
  open: '未择定 open',
  chosen: '已择定 chosen',
  reopened: '已重新打开 reopened',
} as const

function asText(row: ConflictRow): string {
  return [
    `${row.parcelCode ?? row.parcelId} ${row.title.zh} ${row.title.en} · ${row.rule} · ${stateWords[row.state]}`,
    ...row.statements.map(statementText),
  ].join('\n')
}

function parcelText({ parcelId, asOf, fields }: ParcelClaims): string {
  return [
    `${parcelId} · ${asOf}`,
    ...fields.map((field) =>
      [fieldText(field), ...field.statements.map(statementText), ...field.choices.map(choiceText)].join('\n'),
    ),
  ].join('\n')
}

const fieldText = ({ title, rule, state }: FieldStatements): string =>
  `${title.zh} ${title.en} · ${rule.rule} ${rule.text.zh} · ${stateWords[state]}`

function statementText({
  used,
  registerTitle: { zh, en },
  doc,
  on,
  text,
  recordId,
  delivery,
}: Statement): string {
  const source = [doc ?? '', on ?? '', `${delivery.fileName}:${delivery.row}`, `#${recordId}`]
  return `  ${used ? '✓' : ' '} ${text}  ${zh} ${en} ${source.filter((part) => part !== '').join(' · ')}`
}

const choiceText = ({
  state,
  by,
  decidedOn,
  document,
  reason,
  text,
}: FieldStatements['choices'][number]): string =>
  `    ${{ standing: '生效 standing', reopened: '已重新打开 reopened', replaced: '已取代 replaced' }[state]} ${text ?? ''} ${by} · ${decidedOn} · ${document} · ${reason}`
