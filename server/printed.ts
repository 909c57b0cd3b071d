import type { Refusal } from './refusal.ts'

/** A refusal as the command line and the log of a start print it: code and place, then both languages. */
export function printedRefusal({ code, text, hint, place: { file, row, field } }: Refusal): string {
  const place = [file, row === undefined ? undefined : `第 ${row} 行 row ${row}`, field].filter(
    (part) => part !== undefined,
  )
  const head = ['✗', code, place.join(' · ')].filter((part) => part !== '').join(' ')
  return [head, text.zh, hint.zh, text.en, hint.en].join('\n  ') + '\n'
}

/** What is no refusal is a fault of ours: a sentence for people; where it happened, only for who asked to debug. */
export function printedFault(error: unknown, env: NodeJS.ProcessEnv): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const isDebugging = env.LOG_LEVEL === 'debug' || env.LOG_LEVEL === 'trace'
  const where = isDebugging && error instanceof Error && error.stack ? `${error.stack}\n` : ''
  return `${[
    '✗ INTERNAL',
    `程序内部错误:${said}`,
    '请把这一行连同所用命令告诉维护者;设 LOG_LEVEL=debug 再运行可得出错位置。',
    `An internal error: ${said}`,
    'Send this line and the command to the maintainers; with LOG_LEVEL=debug it also says where.',
  ].join('\n  ')}\n${where}`
}
