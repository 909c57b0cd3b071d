import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { BUILD_RULES, type City } from './city.ts'
import type { Change } from './change.ts'
import { knownOf, type KnownRegisters } from './registers.ts'
import type { BuildNotes, Standing } from './standing-store.ts'

/** What a build says of itself. */
export interface Notes extends BuildNotes {
  readonly parcels: { readonly titled: number; readonly supplied: number; readonly remainder: number }
  readonly findings: Readonly<Record<string, number>>
  readonly closureM2: number
}

/** Of a city built whole. */
export function notesOf({ registers, faces, parcels, findings, ledger }: City): Notes {
  const count = (kind: string): number => parcels.filter((parcel) => parcel.kind === kind).length
  const byCode: Record<string, number> = {}
  for (const { code, noise } of findings) if (!noise) byCode[code] = (byCode[code] ?? 0) + 1
  const gaps = [...ledger.districts, ledger.total].map(({ closureM2 }) => Math.abs(closureM2))
  const { districtCodes, districtNames } = faces
  return {
    parcels: { titled: count('titled'), supplied: count('supplied'), remainder: count('remainder') },
    findings: byCode,
    closureM2: gaps.reduce((a, b) => Math.max(a, b), 0),
    conservationErrorM2: faces.leastConserved?.errorM2 ?? 0,
    records: registers.known.records,
    shaped: registers.known.shaped,
    districts: Object.fromEntries(districtCodes.slice(1).map((code, i) => [code, districtNames[i + 1]!])),
    rules: BUILD_RULES,
  }
}

/**
 * What the base holds after a change, from what it held before. Null where a register or layer begins or ends: whether
 * something was checked at all is then another answer for every parcel.
 */
export function knownAfter({ summary, layers }: Standing, { stood, after }: Change): KnownRegisters | null {
  const { records, shaped } = summary
  if (!records || !shaped) return null
  const [gone, come] = [knownOf(stood), knownOf(after)]
  const known = {
    records: plus(records, come.records, gone.records),
    shaped: plus(shaped, come.shaped, gone.shaped),
    layers: plus(layers, come.layers, gone.layers),
  }
  const same = (a: object, b: object): boolean =>
    Object.keys(a).toSorted().join() === Object.keys(b).toSorted().join()
  const isSame = same(known.records, records) && same(known.shaped, shaped) && same(known.layers, layers)
  return isSame ? known : null
}

/** Of a city built on from another, of which `city` is what changed. Read from what was just written. */
export async function notesAfter(
  tx: Transaction<Database>,
  buildId: number,
  { summary }: Standing,
  { registers, faces }: City,
): Promise<Notes> {
  const { rows: parcels } = await sql<{ name: string; n: number }>`
    select kind as name, (count(*) filter (where from_build = ${buildId}) - count(*) filter (where to_build = ${buildId}))::int as n
    from parcel_version where from_build = ${buildId} or to_build = ${buildId} group by kind`.execute(tx)
  const { rows: findings } = await sql<{ name: string; n: number }>`
    select code as name, (count(*) filter (where from_build = ${buildId}) - count(*) filter (where to_build = ${buildId}))::int as n
    from finding where (from_build = ${buildId} or to_build = ${buildId}) and not noise group by code`.execute(
    tx,
  )
  const { rows: gaps } = await sql<{ gap: number }>`
    select coalesce(max(abs(gap)), 0)::float8 as gap
    from (
      select sum(case account when 'approved' then area_nano_m2 when 'suppliedInside' then -area_nano_m2
        when 'titledInside' then -area_nano_m2 when 'remainder' then -area_nano_m2 when 'noise' then -area_nano_m2
        else 0 end) / 1000000000 as gap
      from ledger_entry where build_id = ${buildId} group by district_code
    ) as district`.execute(tx)
  const counts = (rows: readonly { name: string; n: number }[]) =>
    Object.fromEntries(rows.map(({ name, n }) => [name, n]))
  const kinds = plus(summary.parcels ?? {}, counts(parcels), {})
  return {
    ...summary,
    parcels: { titled: kinds.titled ?? 0, supplied: kinds.supplied ?? 0, remainder: kinds.remainder ?? 0 },
    findings: plus(summary.findings ?? {}, counts(findings), {}),
    closureM2: gaps[0]!.gap,
    conservationErrorM2: Math.max(summary.conservationErrorM2 ?? 0, faces.leastConserved?.errorM2 ?? 0),
    records: registers.known.records,
    shaped: registers.known.shaped,
    rules: BUILD_RULES,
  }
}

type Counts = Readonly<Record<string, number>>

/** What comes to nothing is left out. */
function plus(before: Counts, come: Counts, gone: Counts): Record<string, number> {
  const names = new Set([...Object.keys(before), ...Object.keys(come)])
  const sums = [...names].map(
    (name) => [name, (before[name] ?? 0) + (come[name] ?? 0) - (gone[name] ?? 0)] as const,
  )
  return Object.fromEntries(sums.filter(([, n]) => n !== 0))
}
