/** Names of classes, looked up in the catalog the server sent. */
import type { Message } from '../server/refusal.ts'
import type { Catalog } from './api.ts'
import { inLanguage } from './format.ts'
import type { FilterList } from './filter.ts'
import type { Colouring, Language } from './view.ts'

interface Class {
  readonly code: string
  readonly title: Message
}

export function classesOf(catalog: Catalog, list: FilterList): readonly Class[] {
  switch (list) {
    case 'strategy':
      return catalog.strategies
    case 'stage':
      return catalog.stages
    case 'kind':
      return catalog.kinds
    case 'use':
      return catalog.useGroups
    case 'district':
      return catalog.districts
    case 'flag':
      return catalog.flags
  }
}

/** The name of a class; its bare code when the catalog does not know it. */
export function titleOf(catalog: Catalog, list: FilterList, code: string | null, lang: Language): string {
  if (code === null) return ''
  const found = classesOf(catalog, list).find((entry) => entry.code === code)
  return found ? inLanguage(found.title, lang) : code
}

/** The part of the statistics a colouring is counted by. */
export const statsKey = {
  strategy: 'byStrategy',
  stage: 'byStage',
  kind: 'byKind',
  use: 'byUse',
} as const satisfies Record<Colouring, string>

/** The name of a theme; as delivered when nobody has named it. */
export function layerName(catalog: Catalog, layer: string, lang: Language): string {
  const known = catalog.layers.find(({ name }) => name === layer)
  return known ? inLanguage(known.title, lang) : layer
}
