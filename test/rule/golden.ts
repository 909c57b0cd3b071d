import { readFileSync } from 'node:fs'
import { isFactName, type Facts, type FactValue } from '../../server/rule/fact.ts'

export interface GoldenCase {
  readonly expect: string
  readonly runnersUp: readonly string[]
  readonly description: string
  readonly facts: Facts
}

interface Written {
  readonly expect: string
  readonly second_choices: readonly string[]
  readonly description: string
  readonly facts: Readonly<Record<string, FactValue | null | Readonly<Record<string, FactValue | null>>>>
}

/** One worked example per strategy, in the names of the fact dictionary; null in the file is unknown, so absent here. */
export function goldenCases(): GoldenCase[] {
  const file = new URL('../fixtures/rule/golden-cases.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Written[] }
  return cases.map(({ expect, second_choices, description, facts }) => ({
    expect,
    runnersUp: second_choices,
    description,
    facts: flatten(facts),
  }))
}

function flatten(written: Written['facts']): Facts {
  const facts: Facts = {}
  const put = (name: string, value: FactValue | null): void => {
    if (!isFactName(name)) throw new Error(`golden-cases.json speaks of "${name}", which is no fact`)
    if (value !== null) facts[name] = value
  }
  for (const [group, value] of Object.entries(written)) {
    const ours = group === 'lowEff' ? 'low_eff' : group === 'asOf' ? 'as_of' : group
    if (value === null || typeof value !== 'object') put(ours, value)
    else for (const [field, inner] of Object.entries(value)) put(`${ours}.${field}`, inner)
  }
  return facts
}
