import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadPrecedence, precedence } from '../../server/claim/precedence.ts'
import { Refusal } from '../../server/refusal.ts'

const shipped = readFileSync(new URL('../../data/claims/precedence.yaml', import.meta.url), 'utf8')

test('the rules that ship are read whole: every one with words in both languages, a basis and a number of its own', () => {
  const { rules, hash } = precedence()
  expect(rules.map(({ rule }) => rule)).toEqual(rules.map((_, i) => `CP${String(i + 1).padStart(2, '0')}`))
  for (const { text, title, basis } of rules)
    expect([/\p{sc=Han}/u.test(text.zh + title.zh), /[a-z]/.test(text.en), basis !== '']).toEqual([
      true,
      true,
      true,
    ])
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
})

describe('a file that cannot be meant is refused, with the place', () => {
  test.each([
    ['no YAML', ['rule: CP01', 'rule: : CP01'], 'YAML'],
    ['a register that is none', ['from: supply.holder', 'from: gossip.holder'], 'CP01'],
    ['a field records do not have', ['from: supply.holder,', 'from: supply.owner,'], 'CP01'],
    ['a fact that is none', ['facts: [holder.id]', 'facts: [holder.mood]'], 'fields.0.facts.0'],
    ['a rule twice', ['rule: CP02', 'rule: CP01'], 'CP01'],
    ['a field twice', ['field: use', 'field: holder'], 'CP02'],
    ['an area without its tolerance', ['    tolerance: P608\n', ''], 'CP03'],
    ['a tolerance nobody named', ['tolerance: P608', 'tolerance: roughly'], 'fields.2.tolerance'],
    ['a comparison that is none', ['compare: use', 'compare: feeling'], 'fields.1.compare'],
    ['a register used where it does not speak', ['supply.area_ha, used_for: [supplied]', 'supply.area_ha, used_for: [remainder]'], 'CP03'], // prettier-ignore
    [
      'words in one language',
      ['title: { zh: 土地用途, en: land use }', 'title: { zh: 土地用途 }'],
      'fields.1.title.en',
    ],
    ['a key nobody knows', ['compare: use', 'compare: use\n    weight: 3'], 'fields.1'],
    ['a register without an order', ['  firm: {', '  firms: {'], 'speaking'],
  ])('%s', (_, [from, to], where) => {
    expect(shipped).toContain(from)
    let refused: unknown
    try {
      loadPrecedence(shipped.replace(from!, to!))
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(Refusal)
    expect((refused as Refusal).code).toBe('PRECEDENCE_INVALID')
    expect((refused as Refusal).place.field).toContain(where)
  })
})
