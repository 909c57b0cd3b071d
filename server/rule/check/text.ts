import { parse as parseYaml, stringify } from 'yaml'
import { Refusal } from '../../refusal.ts'
import { reviewPack } from '../check.ts'
import type { Facts } from '../fact.ts'
import { loadPack, type RulePack } from '../pack.ts'
import type { PackComplaint } from './complaint.ts'

/** A complaint with its place in the text: the row where the rule or number begins, from 1; null where it is nowhere. */
export interface PlacedComplaint extends PackComplaint {
  readonly row: number | null
}
export interface TextCheck {
  /** The pack, when it could be read. */
  readonly pack: RulePack | null
  readonly complaints: readonly PlacedComplaint[]
  readonly witnesses: ReadonlyMap<string, Facts>
}

/** Conditions read one after the other at most, so that one answer shows all that loading refuses. */
const MAX_REFUSALS = 50

/**
 * Everything wrong with the text of a pack: what loading refuses, condition by condition, and when it can be read what
 * `reviewPack` says of it. Never throws for what the text says.
 */
export function checkText(yamlText: string): TextCheck {
  const [pack, refusals] = readAsFarAsPossible(yamlText)
  const place = (complaint: PackComplaint): PlacedComplaint => ({
    ...complaint,
    row: rowOf(yamlText, complaint),
  })
  if (refusals.length > 0) {
    const complaints = refusals.map((refusal) => ({
      ...place(asComplaint(refusal)),
      ...(refusal.place.row === undefined ? {} : { row: refusal.place.row }),
    }))
    return { pack: null, complaints, witnesses: new Map() }
  }
  const { complaints, witnesses } = reviewPack(pack!)
  return { pack, complaints: complaints.map(place), witnesses }
}

/** Reads; where one condition is refused, notes it and reads on as if that condition were false. */
function readAsFarAsPossible(yamlText: string): [RulePack | null, Refusal[]] {
  const refusals: Refusal[] = []
  let text = yamlText
  for (;;) {
    try {
      return [loadPack(text), refusals]
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusals.push(error)
      const next = refusals.length < MAX_REFUSALS ? withoutCondition(text, error.place.field) : null
      if (next === null) return [null, refusals]
      text = next
    }
  }
}

/** The pack with the refused condition made harmless; null when the refusal is about something else. */
function withoutCondition(text: string, field: string | undefined): string | null {
  const [, part, code] = /^(strategies|grades\.\w+)\.(\S+)\.when$/.exec(field ?? '') ?? []
  if (part === undefined) return null
  const document = parseYaml(text, { maxAliasCount: 0 }) as Record<string, unknown>
  const rules = (part === 'strategies' ? document.strategies : rulesOfGrade(document, part.slice(7))) as
    { code: string; when: string }[] | undefined
  const rule = rules?.find((each) => each.code === code)
  if (!rule || rule.when === 'FALSE') return null
  rule.when = 'FALSE'
  return stringify(document, { aliasDuplicateObjects: false })
}

const rulesOfGrade = (document: Record<string, unknown>, name: string): unknown =>
  (document.grades as Record<string, { classes?: unknown }> | undefined)?.[name]?.classes

function asComplaint({ code, text, hint, place }: Refusal): PackComplaint {
  const [, strategy] = /^(?:strategies|grades)\.(\S+)\.when$/.exec(place.field ?? '') ?? []
  return {
    code: 'NOT_READ',
    severity: 'error',
    strategy: strategy ?? null,
    about: `${code}${place.field === undefined ? '' : ` ${place.field}`}`,
    text: { zh: `${text.zh} ${hint.zh}`, en: `${text.en} ${hint.en}` },
    example: null,
  }
}

/** Where the rule, or else the number, a complaint is about begins. */
function rowOf(yamlText: string, { strategy, about }: PackComplaint): number | null {
  const lines = yamlText.split('\n')
  const code = strategy?.split('.').at(-1)
  const starts =
    code !== undefined
      ? `^\\s*-?\\s*code:\\s*['"]?${escape(code)}['"]?\\s*$`
      : `^\\s+${escape(about?.split('.')[0] ?? '\0')}:`
  const at = lines.findIndex((line) => new RegExp(starts).test(line))
  return at < 0 ? null : at + 1
}
const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
