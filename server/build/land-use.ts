import { useGroupOf, type UseGroup } from '../identifier/land-use.ts'
import type { LandRecord } from '../record/record.ts'

/** The use a document names, and the group it is compared in; null where it names none or an unclear one. */
export function landUseGroupOf(record: LandRecord): UseGroup | null {
  const { use, use_scheme } = record.fields as { use?: string; use_scheme?: string }
  if (use === undefined) return null
  const name = `${use_scheme ?? ''} ${use}`
  let group = groups.get(name)
  if (group === undefined) {
    group = useGroupOf({ use, scheme: use_scheme })
    groups.set(name, group)
  }
  return group
}

/** A city names a few dozen uses a hundred thousand times. */
const groups = new Map<string, UseGroup | null>()
