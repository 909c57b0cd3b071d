import { readArgs, WrongUsage } from './cli/command.ts'
import { readConfig } from './config.ts'
import { printedFault, printedRefusal } from './printed.ts'
import { Refusal, type Message } from './refusal.ts'
import { serve, type Serving } from './serve.ts'

/** `npm start`: the page and its server. `--demo` fills an empty base with the demo city, `--open` shows the page. */
async function main(): Promise<void> {
  const { values } = readArgs({ options: { demo: { type: 'boolean' }, open: { type: 'boolean' } } })
  const serving = await serve({
    config: readConfig(process.env),
    demo: values.demo === true && process.env.TERRIER_DEMO !== 'off',
    open: values.open === true,
    say,
  })
  stopOnSignal(serving)
}

function stopOnSignal(serving: Serving): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // on, not once: a terminal and a parent may both send it, and the second must not cut the first short
    process.on(signal, () => {
      say({ zh: '正在停止……', en: 'Stopping …' })
      serving.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
    })
  }
}

function say(text: Message): void {
  process.stderr.write(`${text.zh} ${text.en}\n`)
}

function fail(error: unknown): never {
  if (error instanceof WrongUsage) {
    process.stderr.write(`✗ ${error.text.zh}\n  ${error.text.en}\n  npm start -- [--demo] [--open]\n`)
    process.exit(2)
  }
  process.stderr.write(error instanceof Refusal ? printedRefusal(error) : printedFault(error, process.env))
  process.exit(1)
}

main().catch(fail)
