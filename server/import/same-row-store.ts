import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { bboxOf, boxesMeet } from '../geo/area.ts'
import { realPart } from '../geo/noise.ts'
import { overlapShape } from '../geo/overlap-shape.ts'
import { WORKING_SRID } from '../geo/polygon.ts'
import { decodeMultiPolygon } from '../geo/wkb.ts'
import type { Draft, Issue } from '../record/draft.ts'
import { docOf, keyWithoutPlotNumber, mayBeSameRow } from '../record/record-key.ts'
import { note } from './issue.ts'
import type { Target } from './target.ts'

/** A draft with the number its row has in its own file. */
export interface NumberedDraft {
  readonly draft: Draft
  readonly rowId: string | undefined
}

/** A record of an earlier delivery that stands. */
interface Standing {
  readonly record_key: string
  readonly delivery_id: number
  readonly row_no: number
  readonly file_name: string
  readonly doc: string | null
  readonly fields: Readonly<Record<string, unknown>>
  readonly wkb: Uint8Array | null
}

/**
 * Finds which standing record a row is a new state of, where it is known by the number of a plot in its own file, or by
 * its shape alone. Plot 1 of one file and plot 1 of another are one plot if they have land in common; else both are kept,
 * and told. A shape that stands already under another such number is the same row: the programs that write a file number
 * its rows anew.
 */
export class SameRows {
  readonly #tx: Transaction<Database>
  readonly #target: Target
  /** Keys met in this file, and whether the first row that carries one goes by its number. Repeats follow it. */
  readonly #byNumber = new Map<string, boolean>()
  /** The delivery these rows come in; null where no other brought rows of this register. Unknown before it is asked. */
  #own: number | null | undefined

  constructor(tx: Transaction<Database>, target: Target) {
    this.#tx = tx
    this.#target = target
  }

  /** The drafts with the keys by which they stand or will stand. */
  async settle(given: readonly NumberedDraft[]): Promise<{ drafts: Draft[]; issues: Issue[] }> {
    const drafts = given.map(({ draft }) => draft)
    const issues: Issue[] = []
    const { kind } = this.#target
    const open = given.flatMap(({ draft, rowId }, at) => {
      const { key, wkb = null } = draft
      const without = keyWithoutPlotNumber({ kind, fields: draft.fields, rowId, wkb })
      return without === null && !isByShape(key) ? [] : [{ at, draft, without }]
    })
    if (open.length === 0) return { drafts, issues }
    this.#own = this.#own === undefined ? await this.#ownDelivery() : this.#own
    if (this.#own === null) return { drafts, issues }
    const known = await this.#byKeys(open.flatMap(({ draft, without }) => [draft.key, without ?? draft.key]))
    const byShape = await this.#byShapes(
      open.filter(({ draft, without }) => {
        const own = known.get(draft.key)
        return !(without !== null && known.has(without)) && (own === undefined || isApart(draft, own))
      }),
    )
    for (const { at, draft, without } of open) {
      const own = known.get(draft.key)
      const isFirst = !this.#byNumber.has(draft.key)
      const numbered = this.#byNumber.get(draft.key) ?? (own === undefined || !this.#isOther(draft, own))
      if (without !== null && isFirst) this.#byNumber.set(draft.key, numbered)
      if (numbered && (own !== undefined || !isFirst)) continue
      const standing =
        (without === null ? undefined : known.get(without)) ??
        byShape.find(({ wkb, fields }) => isSame(draft, wkb) && this.#mayBe(draft, fields))
      if (standing !== undefined) {
        // the number in its file is no news of the row
        const doc = docOf(kind, draft.fields) ?? standing.doc
        drafts[at] = { ...draft, key: standing.record_key, doc }
      } else if (!numbered && without !== null) {
        drafts[at] = { ...draft, key: without }
        if (own !== undefined) issues.push(keptBoth(draft, own))
      }
    }
    return { drafts, issues }
  }

  #mayBe(draft: Draft, fields: Standing['fields']): boolean {
    return mayBeSameRow(this.#target.kind, draft.fields, fields)
  }

  #isOther(draft: Draft, standing: Standing): boolean {
    if (draft.geometry === null || standing.wkb === null) return !this.#mayBe(draft, standing.fields)
    return isApart(draft, standing)
  }

  /** Numbers of deliveries are given one transaction after the other, so the last one is that of this transaction. */
  async #ownDelivery(): Promise<number | null> {
    const { kind, layer } = this.#target
    const { rows } = await sql<{ own: number | null }>`
      select case when exists (
        select 1 from record where kind = ${kind} and layer = ${layer ?? ''} and replaced_at is null
      ) then (select max(delivery_id) from delivery) end as own
    `.execute(this.#tx)
    return rows[0]!.own
  }

  async #byKeys(keys: readonly string[]): Promise<Map<string, Standing>> {
    const { rows } = await this.#standing(
      sql`record as r join (select 1) as one on r.record_key = any(${[...new Set(keys)]}::text[])`,
    )
    return new Map(rows.map((row) => [row.record_key, row]))
  }

  async #byShapes(open: readonly { readonly draft: Draft }[]): Promise<readonly Standing[]> {
    const shapes = open.flatMap(({ draft: { wkb } }) =>
      wkb === undefined ? [] : [Buffer.from(wkb).toString('hex')],
    )
    if (shapes.length === 0) return []
    // `offset 0`: by the index of shapes, whatever the base believes of a register that has just grown
    const { rows } = await this.#standing(sql`
      (select distinct decode(hex, 'hex') as wkb from unnest(${shapes}::text[]) as hex) as given
      join lateral (
        select * from record where geom ~= st_geomfromwkb(given.wkb, ${sql.lit(WORKING_SRID)}) offset 0
      ) as r on st_asbinary(r.geom) = given.wkb
    `)
    return rows
  }

  async #standing(records: ReturnType<typeof sql>) {
    const { kind, layer } = this.#target
    return sql<Standing>`
      select r.record_key, r.delivery_id, r.row_no, d.file_name, r.doc, r.fields, st_asbinary(r.geom) as wkb
      from ${records} join delivery as d on d.delivery_id = r.delivery_id
      where r.kind = ${kind} and r.layer = ${layer ?? ''} and r.replaced_at is null and r.delivery_id <> ${this.#own!}
      order by r.delivery_id, r.row_no, r.record_key
    `.execute(this.#tx)
  }
}

const isByShape = (key: string): boolean => /(?:^|\|)shape:[0-9a-f]{16}$/.test(key)

const isSame = ({ wkb }: Draft, other: Uint8Array | null): boolean =>
  wkb !== undefined && other !== null && Buffer.compare(wkb, other) === 0

/** Whether both have shapes, with no land in common but noise. */
function isApart(draft: Draft, standing: Standing): boolean {
  if (draft.geometry === null || standing.wkb === null || isSame(draft, standing.wkb)) return false
  const other = decodeMultiPolygon(standing.wkb)
  return (
    !boxesMeet(bboxOf(draft.geometry), bboxOf(other)) ||
    realPart(overlapShape(draft.geometry, other)).length === 0
  )
}

const keptBoth = ({ rowNo, key }: Draft, { delivery_id, file_name, row_no }: Standing): Issue =>
  note('PLOT_NUMBER_REUSED', {
    row: rowNo,
    zh: `编号与来件 ${delivery_id}“${file_name}”第 ${row_no} 行相同,但两者没有共同的土地,按两块地都已保留。如本行是对那一行的更正,请撤回来件 ${delivery_id}。`,
    en: `Row ${row_no} of "${file_name}", delivery ${delivery_id}, has the same number, but no land in common with this one; both are kept. If this row corrects that one, take delivery ${delivery_id} back.`,
    value: key,
  })
