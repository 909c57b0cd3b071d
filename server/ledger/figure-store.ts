import type { Kysely } from 'kysely'
import { standingAt, standingOf, type Moment } from '../build/standing-store.ts'
import type { SavedFigure, SupplyRates } from '../contract.ts'
import { nextNumbers } from '../db/counter.ts'
import { asJson } from '../db/json.ts'
import type { Base } from '../db/open.ts'
import type { Database, IsoTime } from '../db/schema.ts'
import { PREFECTURE_CODE } from '../identifier/district.ts'
import { Refusal } from '../refusal.ts'
import { supplyRates, type RateQuery } from './rate-store.ts'

/**
 * Counts supply rates and keeps them with their windows, build and pack, so that the figure reported can be shown again.
 * @param madeAt ISO timestamp
 * @throws as `supplyRates`
 */
export async function saveRates(
  base: Base,
  query: RateQuery,
  madeAt: IsoTime,
  moment: Moment = {},
): Promise<SavedFigure> {
  const standing = await standingAt(base.db, moment)
  const result = await supplyRates(base.db, query, standing)
  return base.transaction(async (tx) => {
    const figureId = await nextNumbers(tx, 'figure', 1)
    const figure = { figureId, kind: 'rates' as const, params: query, madeAt, result }
    await tx
      .insertInto('saved_figure')
      .values({
        county_code: PREFECTURE_CODE,
        figure_id: figureId,
        kind: figure.kind,
        params: asJson(query),
        build_id: standing.buildId,
        pack_hash: standing.packHash,
        result: asJson(result),
        made_at: madeAt,
      })
      .execute()
    return figure
  })
}

/** Every figure kept, the last one first. */
export async function listFigures(db: Kysely<Database>): Promise<SavedFigure[]> {
  const rows = await figures(db).orderBy('figure_id', 'desc').execute()
  return rows.map(toFigure)
}

/** @throws Refusal `FIGURE_UNKNOWN` */
export async function readFigure(db: Kysely<Database>, figureId: number): Promise<SavedFigure> {
  const row = await figures(db).where('figure_id', '=', figureId).executeTakeFirst()
  if (row) return toFigure(row)
  throw new Refusal(
    'FIGURE_UNKNOWN',
    { zh: `没有编号为 ${figureId} 的指标。`, en: `There is no figure ${figureId}.` },
    { zh: '已存指标见 /api/ledger/figures。', en: 'See /api/ledger/figures for those that were kept.' },
    { field: 'id' },
  )
}

/** The same question to the same build again. @throws Refusal `FIGURE_UNKNOWN`, `BUILD_GONE`, as `supplyRates` */
export async function countAgain(db: Kysely<Database>, figureId: number): Promise<SupplyRates> {
  const { params, result } = await readFigure(db, figureId)
  const standing = await standingOf(db, result.buildId)
  if (!standing) throw buildGone(result.buildId)
  // the pack of that day: the build may have been classified again by another
  return supplyRates(db, params, { ...standing, packHash: result.packHash })
}

const buildGone = (buildId: number): Refusal =>
  new Refusal(
    'BUILD_GONE',
    {
      zh: `成果 ${buildId} 的明细已不保留,无法重算。`,
      en: `The rows of build ${buildId} are no longer kept.`,
    },
    { zh: '存档的数字本身仍可查阅。', en: 'The figure as it was kept can still be read.' },
  )

const figures = (db: Kysely<Database>) =>
  db.selectFrom('saved_figure').select(['figure_id', 'kind', 'params', 'result', 'made_at'])

interface FigureRow {
  readonly figure_id: number
  readonly kind: 'rates'
  readonly params: unknown
  readonly result: unknown
  readonly made_at: IsoTime
}

const toFigure = ({ figure_id, kind, params, result, made_at }: FigureRow): SavedFigure => ({
  figureId: figure_id,
  kind,
  params: params as RateQuery,
  madeAt: made_at,
  result: result as SupplyRates,
})
