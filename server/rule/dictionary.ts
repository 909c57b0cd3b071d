import { factDefinitions, useGroups, type FactDefinition } from './fact.ts'
import type { Meaning } from './vocabulary.ts'

/** The facts the conditions of a pack may speak of, and what its tables may be asked with. */
export interface Dictionary {
  /** `land`: ours; otherwise the code of the pack that brought it. */
  readonly code: string
  /** By name. `as_of`, the day asked about, is in every one. */
  readonly facts: ReadonlyMap<string, FactDefinition>
  /** The same as a condition is checked with. */
  readonly meanings: ReadonlyMap<string, Meaning>
  /** What a table of a pack may be looked up by: a name, and its closed list. */
  readonly tableKeys: ReadonlyMap<string, readonly string[]>
}

export function dictionaryOf(
  code: string,
  facts: ReadonlyMap<string, FactDefinition>,
  tableKeys: ReadonlyMap<string, readonly string[]>,
): Dictionary {
  const meanings = new Map(
    [...facts].map(([name, { type, unit, values }]): [string, Meaning] => [name, { type, unit, values }]),
  )
  return { code, facts, meanings, tableKeys }
}

/** The facts about land, which a pack speaks of unless it brings its own. */
export const landDictionary: Dictionary = dictionaryOf(
  'land',
  new Map<string, FactDefinition>(Object.entries(factDefinitions)),
  new Map([['use_group', useGroups]]),
)

/** A fact of a checked pack. @throws TypeError for a name that is not in the dictionary: a fault of ours. */
export function definitionOf({ facts, code }: Dictionary, name: string): FactDefinition {
  const definition = facts.get(name)
  if (!definition) throw new TypeError(`"${name}" is no fact of the dictionary ${code}.`)
  return definition
}
