import type { ParseArgsConfig } from 'node:util'
import type { Config } from '../config.ts'
import type { Base } from '../db/open.ts'
import type { Message } from '../refusal.ts'
import type { IsoDate } from '../units.ts'

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

export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}
