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

  /** A value worked out here; `how` is a key of `computations` in sources.ts or a sentence. */
  computed(name: LandFactName, value: FactValue | null | undefined, how: string): void {
    if (value !== undefined && value !== null) this.put(name, value, computedSource(how))
  }

  private put(name: LandFactName, value: FactValue, source: FactSource): void {
    this.facts[name] = value
    this.sources[name] = source
  }
}

// The same few ways over and over, for every fact of every parcel: one object each.
const computedSources = new Map<string, FactSource>()
function computedSource(how: string): FactSource {
  if (how.length > 30) return { computed: how } // a sentence about this parcel alone
  let source = computedSources.get(how)
  if (!source) computedSources.set(how, (source = { computed: how }))
  return source
}

const fieldSource = (link: Link, field: string | undefined): FactSource => ({
  recordId: link.recordId,
  kind: link.kind,
  doc: link.doc,
  ...(link.layer === '' ? {} : { layer: link.layer }),
  ...(field === undefined ? {} : { field }),
})
