import { readdirSync } from 'node:fs'
import { readArgs, WrongUsage, type Command, type Context } from './cli/command.ts'
import { readConfig } from './config.ts'
import { openBase, type Base } from './db/open.ts'
import { printedFault, printedRefusal } from './printed.ts'
import { Refusal, type Message } from './refusal.ts'

/**
 * `terrier <command>`: one file per command under cli/. Answers go to stdout (with --json one document and nothing
 * else), progress and complaints to stderr. Exit 0 done, 1 refused or failed, 2 wrong usage.
 */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(await overview())
    return name === undefined ? 2 : 0
  }
  const command = await findCommand(name)
  if (!command) {
    process.stderr.write(`✗ 没有命令“${name}”。\n  There is no command "${name}".\n\n${await overview()}`)
    return 2
  }
  let opened: Promise<Base> | undefined
  try {
    const { values, positionals } = readArgs({
      args: rest,
      allowPositionals: true,
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean' } },
    })
    if (values.help) {
      process.stdout.write(
        `${command.summary.zh} ${command.summary.en}\n\n  terrier ${command.usage}\n\n  --json  标准输出只有一个 JSON 文档。 One JSON document on stdout, nothing else there.\n`,
      )
      return 0
    }
    const config = readConfig(process.env)
    const context: Context = {
      config,
      today: localToday(),
      args: positionals,
      options: values,
      base: () => (opened ??= openBase(config)),
      progress: say,
      answer: (document, text) =>
        process.stdout.write(values.json ? `${JSON.stringify(document, null, 2)}\n` : `${text()}\n`),
    }
    await command.run(context)
    return 0
  } catch (error) {
    return report(error, command)
  } finally {
    await (await opened?.catch(() => undefined))?.close()
  }
}

/** Refusals of a word that a command takes from a closed list: as wrong as a misspelt option. */
const usageRefusals = new Set(['TARGET_UNKNOWN', 'FORMAT_UNKNOWN'])

function report(error: unknown, command: Command): number {
  if (error instanceof WrongUsage) {
    process.stderr.write(`✗ ${error.text.zh}\n  ${error.text.en}\n  terrier ${command.usage}\n`)
    return 2
  }
  if (error instanceof Refusal) {
    process.stderr.write(printedRefusal(error))
    return usageRefusals.has(error.code) ? 2 : 1
  }
  process.stderr.write(printedFault(error, process.env))
  return 1
}

async function findCommand(name: string): Promise<Command | undefined> {
  if (!commandNames().includes(name)) return undefined
  const module = (await import(`./cli/${name}.ts`)) as { command: Command }
  return module.command
}

/** The files of cli/ are the closed list of commands. */
function commandNames(): string[] {
  return readdirSync(new URL('./cli/', import.meta.url))
    .filter((file) => file.endsWith('.ts') && file !== 'command.ts')
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
}

async function overview(): Promise<string> {
  const commands = await Promise.all(commandNames().map(findCommand))
  const lines = commands.map(
    (command) => `  ${command!.name.padEnd(10)} ${command!.summary.zh} ${command!.summary.en}`,
  )
  return `Terrier 一地一策\n\n  terrier <command> [--json] [--help]\n\n${lines.join('\n')}\n`
}

function say(text: Message): void {
  process.stderr.write(`${text.zh} ${text.en}\n`)
}

/** Today where this machine stands; the one place of the command line that reads the clock. */
function localToday(): string {
  const now = new Date()
  const pad = (n: number) => String(n).padStart(2, '0')
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
}

process.exitCode = await main(process.argv.slice(2))
