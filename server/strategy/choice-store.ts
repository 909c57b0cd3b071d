import { sql, type Kysely, type Transaction } from 'kysely'
import { seenHash, type SeenClaim } from '../claim/choice.ts'
import type { ClaimValue } from '../claim/compare.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Database, IsoTime } from '../db/schema.ts'
import type { IsoDate } from '../units.ts'
import { idList } from './input-store.ts'

/**
 * The newest choice of every parcel and field as JSON rows of `ChoiceRow`; null: there are none.
 * @param asked.knownBy made by then; absent: so far
 * @param asked.only the parcels asked about; absent: all
 */
export async function readChoices(
  db: Kysely<Database>,
  {
    knownBy,
    only,
  }: { readonly knownBy?: IsoTime | undefined; readonly only?: readonly number[] | undefined },
): Promise<string | null> {
  const { rows } = await sql<{ choices: string | null }>`
    select json_agg(json_build_array(parcel_id, choice_no, field, record_id, seen_hash) order by choice_no)::text as choices
    from (
      select distinct on (parcel_id, field) parcel_id, choice_no, field, record_id, seen_hash
      from claim_choice
      where ${knownBy === undefined ? sql`true` : sql`chosen_at <= ${knownBy}::timestamptz`}
        and ${only === undefined ? sql`true` : sql`parcel_id = any(${idList(only)})`}
      order by parcel_id, field, choice_no desc
    ) as newest`.execute(db)
  return rows[0]!.choices
}

/** Parcels about which somebody chose a statement after a moment: the run made then does not rest on it yet. */
export async function parcelsChosenSince(db: Kysely<Database>, moment: IsoTime): Promise<number[]> {
  const rows = await db
    .selectFrom('claim_choice')
    .select('parcel_id')
    .distinct()
    .where(sql<boolean>`chosen_at > ${moment}::timestamptz`)
    .execute()
  return rows.map((row) => row.parcel_id)
}

export interface NewChoice {
  readonly countyCode: string
  readonly parcelId: number
  readonly field: string
  /** Null: back to the rule. */
  readonly recordId: number | null
  /** What is used from then on; null: nothing. */
  readonly value: ClaimValue | null
  readonly rule: string
  readonly precedenceHash: string
  readonly seen: readonly SeenClaim[]
  readonly by: string
  readonly reason: string
  readonly document: string
  readonly decidedOn: IsoDate
  readonly chosenAt: IsoTime
}

/** Adds a choice; the ones before stay as they are. */
export async function insertChoice(tx: Transaction<Database>, choice: NewChoice): Promise<number> {
  const choiceNo = await nextNumbers(tx, 'claim_choice', 1) // also keeps two deciders apart
  await tx
    .insertInto('claim_choice')
    .values({
      county_code: choice.countyCode,
      choice_no: choiceNo,
      parcel_id: choice.parcelId,
      field: choice.field,
      record_id: choice.recordId,
      value: asJson(choice.value),
      rule: choice.rule,
      precedence_hash: choice.precedenceHash,
      seen: asJson(choice.seen),
      seen_hash: seenHash(choice.seen),
      reason: choice.reason,
      document: choice.document,
      by_person: choice.by,
      decided_on: choice.decidedOn,
      chosen_at: choice.chosenAt,
    })
    .execute()
  return choiceNo
}

/** Every choice about a parcel known by a moment, the newest first. */
export function choicesOf(db: Kysely<Database>, parcelId: number, knownBy: IsoTime | undefined) {
  return db
    .selectFrom('claim_choice')
    .selectAll()
    .where('parcel_id', '=', parcelId)
    .$if(knownBy !== undefined, (query) => query.where(sql<boolean>`chosen_at <= ${knownBy!}::timestamptz`))
    .orderBy('choice_no', 'desc')
    .execute()
}
export type ChoiceOfParcel = Awaited<ReturnType<typeof choicesOf>>[number]
