import type { Claim } from '../claim/claims.ts'
import type { Fields, RecordKind } from '../record/record.ts'
import type { FactSource, FactSources, FactValue, LandFactName, LandFacts } from '../rule/fact.ts'
import type { Link } from './fact-input.ts'

/** Facts being collected, each with its source. What nobody said is not put down at all. */
export class FactSheet {
  readonly facts: LandFacts = {}
  readonly sources: FactSources = {}

  /** A value as it stands in a record. */
  field<K extends RecordKind>(
    name: LandFactName,
    link: Link<K> | undefined,
    field: keyof Fields<K> & string,
  ): void {
    if (!link) return
    this.from(name, link.fields[field] as FactValue | undefined, link, field)
  }

  /** A value taken from a record in some other form than it has there. */
  from<K extends RecordKind>(
    name: LandFactName,
    value: FactValue | null | undefined,
    link: Link<K>,
    field?: keyof Fields<K> & string,
  ): void {
    if (value !== undefined && value !== null) this.put(name, value, fieldSource(link, field))
  }

  /** What is used of the statements about one thing, as the record it is from has it. */
  claim(name: LandFactName, claim: Claim | undefined): void {
    if (claim) this.put(name, claim.value, fieldSource(claim.link, claim.from))
  }

  /** A value in the terms facts are compared in, of what is used of the statements about one thing. */
  group(name: LandFactName, value: FactValue | null, { link, from }: Claim): void {
    if (value !== null) this.put(name, value, fieldSource(link, from))
  }

  /** A value worked out here, from which records; `how` is a key of `computations` in sources.ts. */
  computed(
    name: LandFactName,
    value: FactValue | null | undefined,
    how: string,
    from: readonly (Link | undefined)[] = [],
  ): void {
    if (value !== undefined && value !== null) this.put(name, value, computedSource(how, from))
  }

  private put(name: LandFactName, value: FactValue, source: FactSource): void {
    this.facts[name] = value
    this.sources[name] = source
  }
}

// The same few ways over and over, for every fact of every parcel: one object each.
const computedSources = new Map<string, FactSource>()
function computedSource(how: string, from: readonly (Link | undefined)[]): FactSource {
  const records = from.filter((link) => link !== undefined)
  if (records.length > 0) return { computed: how, from: records.map((link) => fieldSource(link, undefined)) }
  let source = computedSources.get(how)
  if (!source) computedSources.set(how, (source = { computed: how }))
  return source
}

function fieldSource(link: Link, field: string | undefined): FactSource {
  const on = dayOf(link)
  return {
    recordId: link.recordId,
    kind: link.kind,
    doc: link.doc,
    ...(link.layer === '' ? {} : { layer: link.layer }),
    ...(field === undefined ? {} : { field }),
    ...(on === undefined ? {} : { on }),
  }
}

/** The day a document stands for, or the year of a list; undefined where it does not say. */
export function dayOf({ kind, fields }: Pick<Link, 'kind' | 'fields'>): string | undefined {
  const value = (fields as Readonly<Record<string, unknown>>)[dayFields[kind]]
  return value === undefined ? undefined : String(value)
}

const dayFields: Readonly<Record<RecordKind, string>> = {
  approval: 'approved_on',
  supply: 'signed_on',
  registration: 'registered_on',
  completion: 'accepted_on',
  layer: 'in_force_on',
  preliminary: 'issued_on',
  expropriation: 'announced_on',
  reserve: 'in_on',
  permit: 'issued_on',
  violation: 'found_on',
  performance: 'year',
  firm: 'year',
  firm_land_use: 'year',
}
