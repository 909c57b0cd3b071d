const recordKinds = [
  'approval',
  'supply',
  'registration',
  'completion',
  'layer',
  'preliminary',
  'expropriation',
  'reserve',
  'permit',
  'violation',
  'performance',
  'firm',
  'firm_land_use',
] as const

/** Kinds of documents the page has a word for; a new one is called "other" until it has. */
export const knownKind = (kind: string): (typeof recordKinds)[number] | 'other' =>
  recordKinds.find((known) => known === kind) ?? 'other'
