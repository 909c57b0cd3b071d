import { readFileSync } from 'node:fs'
import { sql, type RawBuilder } from 'kysely'
import { z } from 'zod'
import type { Message } from '../refusal.ts'
import type { Cql2Node } from './cql2.ts'
import { conditionReader, headShape, invalidFile, message, readRuleFile, type RuleFile } from './rule-file.ts'
import { conditionToSql, packNames } from './to-sql.ts'

/** Who gives a tag or raises a flag: conditions over facts, the build, an import; nobody, because nobody's data can state it. */
export const tagSources = ['fact', 'build', 'import', 'none'] as const

/** Something a parcel is, or that is wrong with it; it may be any number of them. */
export interface Tag {
  readonly code: string
  readonly group: string
  readonly severity: 'block' | 'high' | 'mid' | 'low' | null
  readonly title: Message
  readonly source: (typeof tagSources)[number]
  /** Null where facts cannot say it; `missing` names the facts it would take, `why` says why there are none. */
  readonly when: string | null
  readonly condition: Cql2Node | null
  readonly missing: readonly string[]
  readonly why: Message | null
}

/** Tags or flags with conditions in the language of the rule packs. */
export interface TagSet extends RuleFile {
  readonly tags: readonly Tag[]
}

const schema = z.strictObject({
  ...headShape,
  tags: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[A-Z][A-Z0-9_]{1,29}$/),
        group: z.string().min(1),
        severity: z.enum(['block', 'high', 'mid', 'low']).optional(),
        title: message,
        source: z.enum(tagSources),
        when: z.string().min(1).optional(),
        missing: z.array(z.string().min(1)).min(1).optional(),
        why: message.optional(),
      }),
    )
    .min(1)
    .max(500),
})

/**
 * Reads tags or flags: every condition parsed and held against the facts, as those of a rule pack.
 * @throws Refusal as `loadPack`; `RULE_PACK_INVALID` too for a code that occurs twice, and for a tag of facts without a
 *   condition or one that nobody can give and that does not say what is missing and why.
 */
export function loadTagSet(yamlText: string): TagSet {
  const { file, body } = readRuleFile(yamlText, schema)
  const read = conditionReader(file)
  const seen = new Set<string>()
  const tags = body.tags.map(({ when, missing = [], severity = null, why = null, ...tag }): Tag => {
    const { code, source } = tag
    if (seen.has(code)) throw invalidFile({ zh: `标识 ${code} 出现两次。`, en: `Tag ${code} occurs twice.` })
    seen.add(code)
    const isSaid =
      source === 'fact' ? when !== undefined : source !== 'none' || (missing.length > 0 && why !== null)
    if (!isSaid) {
      throw invalidFile({
        zh: `标识 ${code} 没有条件,也没有说明缺少什么事实。`,
        en: `Tag ${code} has no condition and does not say which fact is missing.`,
      })
    }
    const condition = when === undefined ? null : read(when, `tags.${code}`)
    return { ...tag, severity, missing, why, when: when?.trim() ?? null, condition }
  })
  return { ...file, tags }
}

const shipped = new Map<string, TagSet>()
/** The sets that ship with the product. */
export function deliveredTags(name: 'identity-tags' | 'problem-flags'): TagSet {
  let set = shipped.get(name)
  if (!set) {
    set = loadTagSet(readFileSync(new URL(`../../data/rules/${name}.yaml`, import.meta.url), 'utf8'))
    shipped.set(name, set)
  }
  return set
}

/** What a classification gives tags and raises flags by. */
export const tagsInForce = (): { tags: TagSet; flags: TagSet } => ({
  tags: deliveredTags('identity-tags'),
  flags: deliveredTags('problem-flags'),
})

/** Tags facts give, in the order of their codes. A condition beside another source says what it means, and gives nothing. */
export const givenByFacts = ({ tags }: TagSet): (Tag & { readonly condition: Cql2Node })[] =>
  tags
    .flatMap((tag) =>
      tag.source === 'fact' && tag.condition !== null ? [{ ...tag, condition: tag.condition }] : [],
    )
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))

/** The codes of the tags facts give, in their order, as an SQL array over a row of facts. */
export function tagsToSql(set: TagSet, alias: string): RawBuilder<string[]> {
  const names = packNames(set, alias)
  const cases = givenByFacts(set).map(
    ({ code, condition }) => sql`case when ${conditionToSql(condition, names)} then ${code}::text end`,
  )
  return sql<string[]>`array_remove(array[${sql.join(cases)}]::text[], null)`
}
