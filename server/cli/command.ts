import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { Config } from '../config.ts'
import type { Base } from '../db/open.ts'
import type { Question } from '../parcel/store.ts'
import type { Message } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'

/** What a command is given. Only `today` knows the clock; everything analytical takes a date. */
export interface Context {
  readonly config: Config
  readonly today: IsoDate
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  /** Opens the base on first use (migrated); closed by the entry point. */
  base(): Promise<Base>
  /** One line on stderr. */
  progress(text: Message): void
  /** The answer: with --json the document, alone on stdout; else the text made from it. */
  answer(document: unknown, text: () => string): void
}

/** One file per command in this folder; `cli.ts` lists them. Throw Refusal for exit 1, WrongUsage for exit 2. */
export interface Command {
  readonly name: string
  readonly summary: Message
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  run(context: Context): Promise<void>
}

/** The command was written in a way we do not understand: exit 2, with the usage shown. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
  readonly text: Message
  constructor(text: Message) {
    super(`${text.zh} ${text.en}`)
    this.text = text
  }
}

/** As `parseArgs`, with its complaints in both languages. @throws WrongUsage */
export function readArgs<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const [, named = ''] = /'(?:-\w, )?(-[^' ]*)/.exec(error.message) ?? []
    switch (error.code) {
      case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
        throw new WrongUsage({ zh: `没有选项“${named}”。`, en: `There is no option "${named}".` })
      case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
        throw / does not take an argument/.test(error.message)
          ? new WrongUsage({ zh: `选项“${named}”后面不带值。`, en: `The option "${named}" takes no value.` })
          : new WrongUsage({ zh: `选项“${named}”后面缺少值。`, en: `The option "${named}" needs a value.` })
      case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
        throw new WrongUsage({
          zh: '这里不带参数,只有选项。',
          en: 'No arguments are taken here, only options.',
        })
      default:
        throw error
    }
  }
}

/** @throws WrongUsage for an argument after the last one a command takes. */
export function takesNoMore(args: readonly string[], taken = 0): void {
  const extra = args[taken]
  if (extra === undefined) return
  throw new WrongUsage({ zh: `多余的参数“${extra}”。`, en: `Unexpected argument "${extra}".` })
}

/** What a command that reads may be asked for: the day, and what was known by then. */
export const momentOptions = {
  'as-of': { type: 'string' },
  'known-at': { type: 'string' },
} as const satisfies Command['options']

/** The day and moment asked about. @throws WrongUsage for what is no day of the calendar. */
export function momentAsked(context: Pick<Context, 'options'>): Question {
  const knownAt = context.options['known-at']
  return { asOf: dayAsked(context), knownAt: typeof knownAt === 'string' ? knownAt : undefined }
}

/** The day asked about, or undefined. @throws WrongUsage for what is no day of the calendar. */
export function dayAsked({ options }: Pick<Context, 'options'>): IsoDate | undefined {
  const asked = options['as-of']
  if (asked === undefined) return undefined
  if (typeof asked === 'string' && isIsoDate(asked)) return asked
  throw new WrongUsage({
    zh: `--as-of 须为日历上的一天,如 2024-06-30;“${String(asked)}”不是。`,
    en: `--as-of takes a day like 2024-06-30, not "${String(asked)}".`,
  })
}

/** What an option says; one that is missing or blank is asked for. @throws WrongUsage */
export function needed({ options }: Pick<Context, 'options'>, name: string): string {
  const value = options[name]
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  throw new WrongUsage({ zh: `请用 --${name} 写明。`, en: `Give --${name}.` })
}

/** The number a record, a delivery or the like is known by. @throws WrongUsage */
export function numbered(named: string | undefined): number {
  if (named !== undefined && /^[1-9]\d{0,14}$/.test(named)) return Number(named)
  throw new WrongUsage({ zh: '请给出一个编号。', en: 'Give one number.' })
}

/** Numbers by code on one line, in the order of the codes: `C5 12, Z0 340`. */
export const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')
