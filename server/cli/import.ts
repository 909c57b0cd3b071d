import { importFile } from '../import/run.ts'
import { parseTarget } from '../import/target.ts'
import type { ImportSummary } from '../contract.ts'
import { Refusal } from '../refusal.ts'
import { WrongUsage, type Command } from './command.ts'

const severityZh = { must_fix: '必改', may_fix_later: '待改', note: '提示' } as const
/** Enough to see what is wrong; the whole list is in --json and on the page. */
const SHOWN_ISSUES = 20

export const command: Command = {
  name: 'import',
  summary: {
    zh: '导入一件或几件来件。',
    en: 'Brings deliveries in: rows used, repaired, unchanged, refused.',
  },
  usage:
    'import FILE… --as approval|supply|registration|completion|…|layer:NAME [--crs EPSG:n] [--from LAYER] [--mapping FILE] [--dry-run] [--all-or-nothing]',
  options: {
    as: { type: 'string' },
    crs: { type: 'string' },
    from: { type: 'string' },
    mapping: { type: 'string' },
    'dry-run': { type: 'boolean' },
    'all-or-nothing': { type: 'boolean' },
  },
  async run({ args, options, base, progress, answer }) {
    if (args.length === 0) {
      throw new WrongUsage({ zh: '请给出要导入的文件。', en: 'Name the file to import.' })
    }
    const as = options['as']
    if (typeof as !== 'string') {
      throw new WrongUsage({ zh: '请用 --as 说明导入为何种数据。', en: 'Say with --as what the file is.' })
    }
    parseTarget(as)
    const open = await base()
    const results: (ImportSummary & { file: string })[] = []
    // Each file is a delivery of its own: what came in before one is refused stays, and is answered all the same.
    const tell = (): void => {
      const [only] = results
      if (args.length === 1 && only) {
        const { file, ...summary } = only
        answer(summary, () => describe(file, summary))
      } else if (results.length > 0)
        answer(results, () => results.map(({ file, ...summary }) => describe(file, summary)).join('\n\n'))
    }
    for (const path of args) {
      const summary = await importFile(open, {
        path,
        as,
        crs: text(options['crs']),
        from: text(options['from']),
        mapping: text(options['mapping']),
        dryRun: options['dry-run'] === true,
        allOrNothing: options['all-or-nothing'] === true,
        receivedAt: new Date().toISOString(), // the entry point is where the clock is read
      }).catch((error: unknown) => {
        tell()
        throw error
      })
      results.push({ file: path, ...summary })
      if (args.length > 1)
        progress({ zh: `${path}:${counts(summary).zh}`, en: `${path}: ${counts(summary).en}` })
    }
    tell()
    const useless = results.find(({ read, refused }) => read > 0 && refused === read)
    if (useless) throw allRefused(useless.file, useless.refused)
  },
}

/** The answer has been given; this only makes the exit code say that nothing could be used. */
const allRefused = (file: string, rows: number): Refusal =>
  new Refusal(
    'NOTHING_USED',
    { zh: `“${file}”的 ${rows} 行全部退回。`, en: `All ${rows} rows of "${file}" were refused.` },
    {
      zh: '原因见上面的逐行问题;多为坐标系或导入类别不对。',
      en: 'See the issues above; often the CRS or the kind is wrong.',
    },
    { file },
  )

const text = (option: unknown): string | undefined => (typeof option === 'string' ? option : undefined)

const counts = (summary: ImportSummary) => ({
  zh: `读 ${summary.read} 采用 ${summary.used} 修复 ${summary.repaired} 未变 ${summary.unchanged} 退回 ${summary.refused}`,
  en: `read ${summary.read}, used ${summary.used}, repaired ${summary.repaired}, unchanged ${summary.unchanged}, refused ${summary.refused}`,
})

function describe(file: string, summary: ImportSummary): string {
  const { zh, en } = counts(summary)
  const head =
    summary.delivery === null
      ? '未写入（试导入,或内容与已有完全相同） nothing written (dry run, or nothing new)'
      : `来件 ${summary.delivery} delivery ${summary.delivery}`
  const lines = summary.issues
    .slice(0, SHOWN_ISSUES)
    .map(
      (issue) =>
        `  ${severityZh[issue.severity]} ${issue.code}${issue.row === null ? '' : ` 第 ${issue.row} 行 row ${issue.row}`}${issue.field === null ? '' : ` ${issue.field}`}\n    ${issue.message.zh}\n    ${issue.message.en}`,
    )
  const more = summary.issueCounts.reduce((sum, { count }) => sum + count, 0) - lines.length
  return [
    `${file}`,
    `${head}`,
    zh,
    en,
    `坐标系 CRS ${summary.crs ?? '无 none'}${summary.crsKnownBy === null ? '' : `（${summary.crsKnownBy}）`}`,
    ...lines,
    ...(more > 0 ? [`  …还有 ${more} 条,见 --json。 ${more} more in --json.`] : []),
  ].join('\n')
}
