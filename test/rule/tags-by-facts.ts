import { verdictOf } from '../../server/rule/evaluate.ts'
import type { Facts } from '../../server/rule/fact.ts'
import { givenByFacts, type TagSet } from '../../server/rule/tag-set.ts'

/** What `tagsToSql` gives, found without SQL: the codes of the tags facts give, in their order. */
export const tagsByFacts = (set: TagSet, facts: Facts): string[] =>
  givenByFacts(set)
    .filter(({ condition }) => verdictOf(condition, { facts, pack: set }) === 'true')
    .map(({ code }) => code)
