import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { Used } from '../../server/claim/choice.ts'
import { groupOf } from '../../server/claim/compare.ts'
import { claimsOf } from '../../server/claim/claims.ts'
import { precedence, type ClaimRule } from '../../server/claim/precedence.ts'
import { Speakers } from '../../server/claim/speakers.ts'
import { readStanding } from '../../server/parcel/standing-store.ts'
import { lawfulNumbers } from '../../server/strategy/fact-number.ts'
import type { FactInput } from '../../server/strategy/fact-input.ts'
import { factsOf } from '../../server/strategy/facts.ts'
import { parcelPages, readRun } from '../../server/strategy/input-store.ts'
import { InputReader } from '../../server/strategy/input-text.ts'
import type { FreshBase } from '../helpers/database.ts'

/** What a fact would be, were it read off the statement that is used. */
function factOf(rule: ClaimRule, used: Used): unknown {
  const claim = used.claim(rule.field)
  if (claim === undefined) return undefined
  if (rule.field === 'holder') return (claim.link.fields as { holder_code?: string }).holder_code
  return rule.field === 'use' ? (groupOf(claim) ?? undefined) : claim.value
}

/** Every parcel of the build with what its facts are taken from, no choice of a person among it. */
async function* inputsOf(db: FreshBase['db']): AsyncGenerator<FactInput> {
  const standing = (await readStanding(db))!
  const run = { ...(await readRun(db, standing)), choices: null, asOf: standing.asOf, numbers: lawfulNumbers }
  const reader = new InputReader(run)
  for await (const page of parcelPages(db, standing)) for (const { input } of reader.inputs(page)) yield input
}

/** Tests of a city that is built and classified: facts, and what is kept of contradictions, held against its records. */
export function statementsHold(open: () => FreshBase): void {
  test('every fact a rule names is the statement that rule uses, for every parcel', async () => {
    const { db } = open()
    const wrong: string[] = []
    const told = new Map<string, number>()
    for await (const input of inputsOf(db)) {
      const { facts } = factsOf(input)
      const used = new Used(new Speakers(input))
      for (const rule of precedence().rules)
        for (const name of rule.facts as (keyof typeof facts)[]) {
          const stated = factOf(rule, used)
          // where the paper is silent a start due is reckoned from the handover; a use counts once it is built upon
          if (name === 'start.due' && stated === undefined) continue
          if (name === 'actual.use_group' && facts[name] === undefined) continue
          if (facts[name] !== stated)
            wrong.push(`${input.parcel.parcelId} ${name}: ${String(facts[name])}, said ${String(stated)}`) // prettier-ignore
          else if (stated !== undefined) told.set(name, (told.get(name) ?? 0) + 1)
        }
    }
    expect(wrong).toEqual([])
    for (const name of [
      'holder.id',
      'actual.use_group',
      'unit.zddm',
      'unit.project',
      'approval.doc_no',
      'start.due',
    ])
      expect([name, (told.get(name) ?? 0) > 100]).toEqual([name, true])
  })

  test('the contradictions kept are those a reader of the registers alone would find', async () => {
    // A second reader: plain SQL over links and fields, sharing nothing with the engine but the build.
    const { rows } = await sql<{ parcel_id: number; field: string }>`
      with said as (
        select v.parcel_id, v.kind as parcel, r.kind, r.record_id, r.fields, l.certainty, l.share_of_parcel, l.share_of_record,
          r.record_id = v.source_record_id as own
        from parcel_version as v
        join parcel_record as l on l.parcel_id = v.parcel_id and l.to_build is null
        join record as r on r.record_id = l.record_id and r.replaced_at is null
        where v.to_build is null and (l.certainty = 'certain' or l.share_of_parcel >= 0.5 or l.share_of_record >= 0.5)
          and (r.kind <> 'registration' or (l.certainty = 'certain' and v.kind = 'titled'))
          and (r.kind <> 'supply' or v.kind <> 'remainder')
      ), project as (
        select *, lower(regexp_replace(normalize(fields->>'project', NFKC), '[[:space:]]', '', 'g')) as name
        from said where kind in ('registration', 'supply', 'completion') and fields->>'project' is not null
      ), area as (
        select *, coalesce((fields->>'area_m2')::float8, ((fields->>'area_ha')::numeric * 10000)::float8) as m2
        from said
        where kind in ('registration', 'supply', 'approval')
          and ((own and parcel = 'titled') or (share_of_parcel >= 0.99 and share_of_record >= 0.99))
      )
      select distinct a.parcel_id, 'project' as field from project as a join project as b using (parcel_id) where a.name <> b.name
      union
      select distinct a.parcel_id, 'area' from area as a join area as b using (parcel_id)
      where a.m2 - b.m2 > greatest(2, 0.001 * greatest(a.m2, b.m2))
      order by 2, 1`.execute(open().db)
    const kept = await open()
      .db.selectFrom('claim_conflict')
      .select(['parcel_id', 'field'])
      .where('field', 'in', ['project', 'area'])
      .orderBy('field')
      .orderBy('parcel_id')
      .execute()
    expect(kept).toEqual(rows)
    expect(new Set(rows.map(({ field }) => field)).size).toBe(2)
  })

  test('what is kept of a parcel is what the engine says of it', async () => {
    const { db } = open()
    const said: string[] = []
    for await (const input of inputsOf(db))
      for (const { rule, pairs } of claimsOf(new Speakers(input)))
        if (pairs.length > 0) said.push(`${input.parcel.parcelId} ${rule.field} ${pairs.join()}`)
    const kept = await db
      .selectFrom('claim_conflict')
      .select(['parcel_id', 'field', 'pairs', 'state'])
      .execute()
    expect(kept.map((row) => `${row.parcel_id} ${row.field} ${row.pairs.join()}`).toSorted()).toEqual(
      said.toSorted(),
    )
    expect(new Set(kept.map(({ state }) => state))).toEqual(new Set(['open']))
  })
}
