import { takesNoMore, type Command } from './command.ts'

export const command: Command = {
  name: 'migrate',
  summary: { zh: '建立或升级数据库。', en: 'Creates or upgrades the database.' },
  usage: 'migrate',
  options: {},
  async run({ args, base, answer }) {
    takesNoMore(args)
    const { kind, migrated } = await base() // opening migrates
    answer({ base: kind, migrated }, () =>
      migrated.length === 0
        ? '数据库已是最新。The database is up to date.'
        : migrated.map((name) => `✓ ${name}`).join('\n'),
    )
  },
}
