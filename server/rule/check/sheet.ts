import type { RuleCheck } from '../../contract.ts'

const mark = { error: '✗', warning: '!', note: '·' } as const

/** The checker's answer as lines to read, errors first, each with the facts of a parcel that shows it. */
export function checkSheet({ pack, complaints, witnesses }: RuleCheck): string {
  const order = { error: 0, warning: 1, note: 2 }
  const lines = complaints
    .toSorted((a, b) => order[a.severity] - order[b.severity])
    .flatMap(({ code, severity, strategy, about, row, text, example }) => [
      `  ${mark[severity]} ${[strategy, code, about, row === null ? null : `第 ${row} 行 row ${row}`].filter((part) => part !== null).join(' · ')}`,
      `    ${text.zh}`,
      `    ${text.en}`,
      ...(example ? [`    例 example: ${factsLine(example)}`] : []),
    ])
  const count = (severity: keyof typeof mark): number =>
    complaints.filter((complaint) => complaint.severity === severity).length
  const name = pack
    ? `${pack.code} v${pack.version}:${Object.keys(witnesses).length} 条可达 reached`
    : '未能读取 not read'
  return [
    `${name},${count('error')} 错误 errors,${count('warning')} 警告 warnings,${count('note')} 提示 notes`,
    ...lines,
  ].join('\n')
}

const factsLine = (facts: Readonly<Record<string, unknown>>): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ')
