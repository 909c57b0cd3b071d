import { once } from 'node:events'
import { serve } from '../serve.ts'
import { takesNoMore, type Command } from './command.ts'

export const command: Command = {
  name: 'serve',
  summary: { zh: '启动网页与接口。', en: 'Starts the page and its server.' },
  usage: 'serve [--demo] [--open]',
  options: { demo: { type: 'boolean' }, open: { type: 'boolean' } },
  async run({ args, config, options, progress }) {
    takesNoMore(args)
    const serving = await serve({
      config,
      demo: options.demo === true,
      open: options.open === true,
      say: progress,
    })
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined) // a second one must not cut the end short
    await serving.stop()
  },
}
