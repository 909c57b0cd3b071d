import { readFindings } from '../build/finding-store.ts'
import { muFromM2 } from '../units.ts'
import { momentAsked, momentOptions, takesNoMore, WrongUsage, type Command } from './command.ts'

export const command: Command = {
  name: 'findings',
  summary: { zh: '列出问题:涉及的地块、档案和面积。', en: 'Lists findings: parcels, documents and areas.' },
  usage: 'findings [--code P101] [--noise] [--as-of DATE] [--known-at TIME]',
  options: { code: { type: 'string' }, noise: { type: 'boolean' }, ...momentOptions },
  async run({ args, options, base, answer }) {
    takesNoMore(args)
    const code = options.code === undefined ? undefined : String(options.code)
    if (code !== undefined && !/^P\d{3}$/.test(code))
      throw new WrongUsage({
        zh: `--code 须为问题代码,如 P101;“${code}”不是。`,
        en: `--code takes a code like P101, not "${code}".`,
      })
    const findings = await readFindings(
      (await base()).db,
      { code, noise: options.noise === true ? 'true' : undefined },
      momentAsked({ options }),
    )
    const document = findings.map((finding) => ({
      code: finding.code,
      severity: finding.severity,
      parcels: finding.parcels,
      records: finding.records.map(({ kind, doc }) => ({ kind, doc })),
      planarM2: finding.planarM2,
      ellipsoidM2: finding.ellipsoidM2,
      noise: finding.noise,
      geometry: finding.geometry as unknown,
    }))
    answer(document, () =>
      findings
        .map((finding) => {
          const area =
            finding.planarM2 === null
              ? ''
              : ` ${finding.planarM2.toFixed(2)} m² (${muFromM2(finding.planarM2).toFixed(2)} 亩)`
          const documents = finding.records.map((record) => record.doc ?? `#${record.recordId}`).join(' × ')
          return `${finding.code} ${finding.title.zh} ${finding.title.en}${finding.noise ? ' [noise]' : ''}${area}  ${documents}`
        })
        .join('\n'),
    )
  },
}
