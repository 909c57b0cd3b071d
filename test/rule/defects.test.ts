import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkText, type TextCheck } from '../../server/rule/check/text.ts'
import { chooseStrategy } from '../../server/rule/evaluate.ts'
import { defaultPack, type RulePack } from '../../server/rule/pack.ts'
import { seededDefects, type Defect } from './defects.ts'

const folder = new URL('../../data/rules/', import.meta.url)
const good = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

test.each(good.filter((file) => /^strategies:/m.test(read(file))))(
  '%s is good: no error, no warning',
  (file) => {
    const { complaints, witnesses, pack } = checkText(read(file))
    expect(complaints.filter(({ severity }) => severity !== 'note')).toEqual([])
    for (const { code } of pack!.strategies) expect(witnesses.has(code), code).toBe(true)
  },
)

describe('two hundred packs with one thing wrong', () => {
  const { yaml } = defaultPack()
  const defects = seededDefects(yaml, 200, 20241111)
  const usual = new Set(checkText(yaml).complaints.map(keyOf))

  test('are of every kind, none twice', () => {
    expect(new Set(defects.map(({ yaml: text }) => text)).size).toBe(200)
    expect(new Set(defects.map(({ kind }) => kind)).size).toBe(27)
  })

  test('are all found, at their place, with facts that show it', () => {
    const missed: string[] = []
    for (const defect of defects) {
      const check = checkText(defect.yaml)
      const fresh = check.complaints.filter((complaint) => !usual.has(keyOf(complaint)))
      if (!fresh.some((complaint) => names(complaint, defect))) {
        missed.push(`${defect.kind} ${defect.what}: ${fresh.map(keyOf).join(' | ') || 'nothing said'}`)
      }
      if (check.pack)
        missed.push(...liesIn(check, check.pack).map((lie) => `${defect.kind} ${defect.what}: ${lie}`))
    }
    expect(missed).toEqual([])
  })
})

type Complaint = TextCheck['complaints'][number]

function keyOf({
  code,
  strategy,
  about,
  text,
}: Pick<Complaint, 'code' | 'strategy' | 'about' | 'text'>): string {
  return `${code} ${strategy} ${about} ${text.en}`
}

function names({ strategy, about, text }: Complaint, { places }: Defect): boolean {
  const said = [strategy ?? '', ...words(about ?? ''), ...words(text.en)]
  return places.some((place) => said.some((word) => word === place || word.startsWith(`${place}.`)))
}
const words = (text: string): string[] => text.split(/[^\w.]+/).map((word) => word.replace(/\.$/, ''))

/** Examples that do not show what they are given for. */
function liesIn({ complaints }: TextCheck, pack: RulePack): string[] {
  return complaints.flatMap((complaint) => {
    const { code, strategy, example } = complaint
    if (example === null || code === 'CONSTANT') return []
    const { strategy: winner, runnersUp } = chooseStrategy(pack, example)
    const last = pack.strategies.at(-1)!
    const loses =
      strategy === last.code ? winner !== last : runnersUp.some((other) => other.code === strategy)
    const shows = code === 'SHADOWED' || code === 'BOUNDARY_OVERLAP' ? loses : winner === last
    return shows ? [] : [`${keyOf(complaint)} shows ${winner.code}`]
  })
}
