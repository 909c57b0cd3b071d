import type { SourceProfile } from '../contract.ts'
import { columnsOfFile } from '../import/file-columns.ts'
import { listProfiles, renameProfile, retireProfile, saveProfile } from '../import/profile-store.ts'
import { readMapping } from '../import/mapping.ts'
import { parseTarget } from '../import/target.ts'
import { WrongUsage, type Command, type Context, numbered } from './command.ts'

export const command: Command = {
  name: 'profiles',
  summary: {
    zh: '来源对照:同列文件怎样读,记住、查看、改名、删除;各版都保留。',
    en: 'Remembered mappings: how files with the same columns are read; listed, shown, kept, renamed, deleted.',
  },
  usage:
    'profiles list | show N | save FILE --as KIND --name NAME --by WHO --mapping FILE [--crs EPSG:n] [--from LAYER] | rename N --name NAME --by WHO | delete N --by WHO',
  options: {
    as: { type: 'string' },
    name: { type: 'string' },
    by: { type: 'string' },
    mapping: { type: 'string' },
    crs: { type: 'string' },
    from: { type: 'string' },
  },
  async run(context) {
    const [action = '', named, ...more] = context.args
    const act = actions[action]
    if (!act || more.length > 0)
      throw new WrongUsage({
        zh: `profiles 后面须是 ${Object.keys(actions).join('、')} 之一。`,
        en: `profiles takes one of ${Object.keys(actions).join(', ')}.`,
      })
    await act(context, named)
  },
}

const actions: Readonly<Record<string, (context: Context, named: string | undefined) => Promise<void>>> = {
  list,
  show,
  save,
  rename,
  delete: remove,
}

const line = (each: SourceProfile): string =>
  [
    `${String(each.profileId).padStart(4)} v${each.version} ${each.as} ${each.name}${each.retired ? '（已删除 deleted）' : ''}`,
    `${each.columns.length} 列 columns`,
    each.lastUsedAt ? `上次使用 last used ${each.lastUsedAt.slice(0, 10)}` : '未用过 not used yet',
    `${each.savedBy} ${each.savedAt.slice(0, 10)}`,
  ].join(' · ')

async function list({ base, answer }: Context): Promise<void> {
  const found = await listProfiles((await base()).db)
  answer(found, () => found.map(line).join('\n'))
}

async function show({ base, answer }: Context, named: string | undefined): Promise<void> {
  const versions = await listProfiles((await base()).db, numbered(named))
  answer(versions, () => {
    const { columns, mapping, crs } = versions[0]!
    return [
      ...versions.map(line),
      `  列 columns: ${columns.join('、')}`,
      `  坐标系 CRS: ${crs ?? '—'}`,
      ...Object.entries(mapping.fields ?? {}).map(([field, column]) => `  ${column} → ${field}`),
      ...Object.entries(mapping)
        .filter(([part]) => part !== 'fields')
        .map(([part, value]) => `  ${part}: ${JSON.stringify(value)}`),
    ].join('\n')
  })
}

async function save({ base, options, answer }: Context, path: string | undefined): Promise<void> {
  const [as, name, by, file] = ['as', 'name', 'by', 'mapping'].map((option) => text(options[option]))
  if (path === undefined || !as || !name || !by || !file)
    throw new WrongUsage({
      zh: '请给出一个该来源的文件,并用 --as、--name、--by、--mapping 说明类别、名称、何人和对照。',
      en: 'Name a file of the source, and say what, under which name, who and how: --as, --name, --by, --mapping.',
    })
  const profile = await saveProfile(
    await base(),
    {
      as,
      name,
      by,
      columns: await columnsOfFile(path, text(options['from'])),
      mapping: readMapping(file, parseTarget(as).kind),
      crs: text(options['crs']) ?? null,
    },
    new Date().toISOString(), // the entry point is where the clock is read
  )
  answer(profile, () => line(profile))
}

async function rename({ base, options, answer }: Context, named: string | undefined): Promise<void> {
  const [name, by] = [text(options['name']), text(options['by'])]
  if (!name || !by)
    throw new WrongUsage({
      zh: '请用 --name、--by 说明新名和何人。',
      en: 'Say the name and who: --name, --by.',
    })
  const renamed = await renameProfile(await base(), numbered(named), { name, by }, new Date().toISOString())
  answer(renamed, () => line(renamed))
}

async function remove({ base, options, answer }: Context, named: string | undefined): Promise<void> {
  const by = text(options['by'])
  if (!by) throw new WrongUsage({ zh: '请用 --by 说明何人删除。', en: 'Say with --by who deletes it.' })
  const open = await base()
  await retireProfile(open, numbered(named), by, new Date().toISOString())
  const [newest] = await listProfiles(open.db, numbered(named))
  answer(
    newest,
    () => `${line(newest!)}\n不再自动使用,各版保留。 No longer used by itself; every version is kept.`,
  )
}

const text = (option: unknown): string | undefined =>
  typeof option === 'string' && option.trim() !== '' ? option.trim() : undefined
