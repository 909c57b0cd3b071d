import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Database, IsoTime } from '../db/schema.ts'
import { inBuild } from '../db/in-build.ts'
import { Refusal } from '../refusal.ts'
import { isIsoDate, type IsoDate } from '../units.ts'

/** The build an answer is given from and the classification made of it. */
export interface Standing {
  /** Negative for a look-back: a build made later for an earlier day. */
  readonly buildId: number
  /** The last classification made of it; null where there is none: readers never get to see such a build. */
  readonly runId: number | null
  readonly packHash: string | null
  readonly asOf: IsoDate
  /** Records known by then went into the build. Microseconds are kept. */
  readonly knownAt: IsoTime
  /** Zones seen per layer; a layer missing here was not checked. */
  readonly layers: Readonly<Record<string, number>>
  readonly summary: BuildNotes
  /** Deliveries that stood when its records were read. */
  readonly seen: readonly number[]
  /**
   * The last build of the main line that belongs to this day: its events and edges are the past, later ones are not.
   * The build itself unless it is a look-back; 0 where no build came before.
   */
  readonly historyTo: number
}

/** What a build keeps about itself beside its rows. */
export interface BuildNotes {
  readonly parcels?: Readonly<Record<string, number>>
  readonly findings?: Readonly<Record<string, number>>
  readonly closureM2?: number
  readonly conservationErrorM2?: number
  /** Records read, by kind: a register missing here could not be checked against. */
  readonly records?: Readonly<Record<string, number>>
  /** Of those, with a shape. */
  readonly shaped?: Readonly<Record<string, number>>
  /** `BUILD_RULES` of the program that made it. */
  readonly rules?: number
  /** Names of districts as their layer gives them, by code. */
  readonly districts?: Readonly<Record<string, string>>
}

/** The day asked about, and the moment by which we must have known. Nothing given: what readers see now. */
export interface Question {
  readonly asOf?: IsoDate | undefined
  /** An instant with its zone, `2024-06-30T08:00:00Z`, or a day: its end, Beijing time. */
  readonly knownAt?: string | undefined
}

/** What a reading function answers for: a question, or the standing that question was found to mean. */
export type Moment = Standing | Question

/** What readers see now; null: nothing has been published yet. */
export const readStanding = (db: Kysely<Database>): Promise<Standing | null> =>
  buildNamedBy(db, 'base.current_build')

/** The last build, which the next one goes on from, whether its parcels have strategies or not; null: there is none. */
export const readLatest = (db: Kysely<Database>): Promise<Standing | null> =>
  buildNamedBy(db, 'base.latest_build')

async function buildNamedBy(
  db: Kysely<Database>,
  column: 'base.current_build' | 'base.latest_build',
): Promise<Standing | null> {
  const row = await builds(db).innerJoin('base', column, 'build.build_id').executeTakeFirst()
  return row ? toStanding(row) : null
}

/** As `readLatest`. @throws Refusal `NOT_BUILT` */
export async function requireLatest(db: Kysely<Database>): Promise<Standing> {
  const latest = await readLatest(db)
  if (!latest) throw notBuilt()
  return latest
}

/** A build by its number, whatever was built since; null: there is none, or its rows are gone. */
export async function standingOf(db: Kysely<Database>, buildId: number): Promise<Standing | null> {
  const row = await builds(db).where('build.build_id', '=', buildId).executeTakeFirst()
  return row ? toStanding(row) : null
}

/**
 * The build that answers a question: of those known by then the one with the latest day up to the day asked, then the
 * one that knew most, then the last one made; only builds whose parcels have strategies. Without a day the day readers see
 * now is meant.
 * @throws Refusal `NOT_BUILT`, `NOT_CLASSIFIED`, `NOT_BUILT_FOR_DAY`, `BAD_DATE`
 */
export async function standingAt(db: Kysely<Database>, moment: Moment = {}): Promise<Standing> {
  if ('buildId' in moment) return moment
  const now = await readStanding(db)
  if (!now) throw (await readLatest(db)) ? notPublished() : notBuilt()
  return answering(db, moment, now, true)
}

/**
 * As `standingAt`, of all builds, those whose parcels have no strategies yet with them: for who is to give them some.
 * @throws Refusal `NOT_BUILT`, `NOT_BUILT_FOR_DAY`, `BAD_DATE`
 */
export async function standingToClassify(db: Kysely<Database>, moment: Moment): Promise<Standing> {
  if ('buildId' in moment) return moment
  return answering(db, moment, await requireLatest(db), false)
}

async function answering(
  db: Kysely<Database>,
  question: Question,
  now: Standing,
  onlyPublished: boolean,
): Promise<Standing> {
  const knownAt = instantOf(question.knownAt)
  const day = dayOf(question.asOf)
  if (day === undefined && knownAt === undefined) return now
  const asOf = day ?? now.asOf
  const query = builds(db, knownAt)
    .where('build.as_of', '<=', asOf)
    .$if(knownAt !== undefined, (all) => all.where(sql<boolean>`build.known_at <= ${knownAt!}::timestamptz`))
    .orderBy('build.as_of', 'desc')
    .orderBy('build.known_at', 'desc')
    .orderBy(sql`abs(build.build_id)`, 'desc')
    .limit(1)
  const row = await (onlyPublished ? query.where('run.run_id', 'is not', null) : query).executeTakeFirst()
  if (row) return toStanding(row)
  if (onlyPublished && (await query.executeTakeFirst())) throw notPublished(asOf)
  throw await notBuiltForDay(db, asOf, knownAt, onlyPublished)
}

/**
 * Builds whose rows are all there, each with the last classification made of it: of those readers had by a moment, or the
 * first they had after it; where they had none, one made beside for that day (its number is negative).
 */
function builds(db: Kysely<Database>, knownAt: IsoTime = 'infinity') {
  return db
    .selectFrom('build')
    .leftJoin('classify_run as run', (join) =>
      join.on('run.run_id', '=', (eb) =>
        eb
          .selectFrom('classify_run as of_build')
          .select(
            sql<number>`coalesce(
              max(of_build.run_id) filter (where of_build.run_id > 0 and of_build.started_at <= ${knownAt}::timestamptz),
              min(of_build.run_id) filter (where of_build.run_id > 0),
              max(of_build.run_id))`.as('run_id'),
          )
          .whereRef('of_build.build_id', '=', 'build.build_id')
          .where('of_build.state', '=', 'complete'),
      ),
    )
    .select([
      'build.build_id',
      'build.as_of',
      'build.known_at',
      'build.layers',
      'build.summary',
      'build.seen',
      'run.run_id',
      'run.pack_hash',
      sql<number>`case when build.build_id > 0 then build.build_id
        else coalesce(${mainLineBuild(sql`build.as_of`, sql`build.known_at`)}, 0) end`.as('history_to'),
    ])
    .where('build.state', '=', 'complete')
    .where('build.kept', '=', true)
}

/** Whether strategies were chosen for the parcels of a build. */
const classified = sql<boolean>`exists (
  select from classify_run where classify_run.build_id = build.build_id and classify_run.state = 'complete')`

/** The build of the main line that answers for a day as known by a moment; SQL, null where there is none. */
export function mainLineBuild(asOf: RawBuilder<unknown>, knownAt: RawBuilder<unknown>) {
  return sql<number | null>`(
    select main.build_id from build as main
    where main.build_id > 0 and main.state = 'complete' and main.as_of <= ${asOf} and main.known_at <= ${knownAt}
    order by main.as_of desc, main.known_at desc, main.build_id desc limit 1)`
}

function toStanding(
  row: NonNullable<Awaited<ReturnType<ReturnType<typeof builds>['executeTakeFirst']>>>,
): Standing {
  return {
    buildId: row.build_id,
    runId: row.run_id,
    packHash: row.pack_hash,
    asOf: row.as_of,
    knownAt: row.known_at,
    layers: row.layers,
    summary: row.summary as BuildNotes,
    seen: row.seen,
    historyTo: row.history_to,
  }
}

/** Changes whenever what readers see changes; part of tile addresses. */
export const versionOf = (standing: Standing | null): string =>
  standing === null ? '0' : `${standing.buildId}-${standing.runId ?? 0}`

/** Parcel versions (`v`) as they stand in a build. */
export const standsIn = (buildId: number) => inBuild('v', buildId)

/** Whether the build named by a column of ours is part of the past of a standing; look-backs never are. */
export const inHistory = (column: string, { historyTo }: Pick<Standing, 'historyTo'>) =>
  sql<boolean>`${sql.ref(column)} between 1 and ${historyTo}::bigint`

/** Record versions (`r`) that went into a build: true on its day, known by its time. */
export function knownIn({ asOf, knownAt }: Pick<Standing, 'asOf' | 'knownAt'>) {
  return sql<boolean>`r.valid_during @> ${asOf}::date and r.recorded_at <= ${knownAt}::timestamptz
    and (r.replaced_at is null or r.replaced_at > ${knownAt}::timestamptz)`
}

function dayOf(text: string | undefined): IsoDate | undefined {
  if (text === undefined || isIsoDate(text)) return text
  throw new Refusal(
    'BAD_DATE',
    { zh: `“${text.slice(0, 40)}”不是日历上的一天。`, en: `"${text.slice(0, 40)}" is not a calendar day.` },
    { zh: '日期写作 2025-06-30。', en: 'Write a day as 2025-06-30.' },
    { field: 'asOf' },
  )
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/

/** A moment as readers write it, for the base to read. @throws Refusal `BAD_DATE` */
export function instantOf(text: string | undefined): IsoTime | undefined {
  if (text === undefined) return undefined
  if (isIsoDate(text)) return `${text}T23:59:59.999999+08:00`
  const [, day] = INSTANT.exec(text) ?? []
  if (day !== undefined && isIsoDate(day) && !Number.isNaN(Date.parse(text))) return text
  throw new Refusal(
    'BAD_DATE',
    { zh: `“${text.slice(0, 40)}”不是一个时刻。`, en: `"${text.slice(0, 40)}" is not a moment in time.` },
    {
      zh: '时刻写作 2025-06-30T08:00:00Z(须带时区);只写日期指北京时间当日终了。',
      en: 'Write a moment with its zone, 2025-06-30T08:00:00Z; a day alone means its end, Beijing time.',
    },
    { field: 'knownAt' },
  )
}

const notBuilt = (): Refusal =>
  new Refusal(
    'NOT_BUILT',
    {
      zh: '还没有成果:数据已入库但尚未构建。',
      en: 'There is nothing to answer from yet: no build has been made.',
    },
    { zh: '请先运行 terrier build。', en: 'Run terrier build first.' },
  )

const notPublished = (asOf?: IsoDate): Refusal =>
  new Refusal(
    'NOT_CLASSIFIED',
    {
      zh: '已经构建,但地块尚未判定策略,成果未发布。',
      en: 'A build has been made, but its parcels have no strategies yet; it is not published.',
    },
    asOf === undefined
      ? { zh: '请运行 terrier classify。', en: 'Run terrier classify.' }
      : {
          zh: `请运行 terrier classify --as-of ${asOf}。`,
          en: `Run terrier classify --as-of ${asOf}.`,
        },
  )

async function notBuiltForDay(
  db: Kysely<Database>,
  asOf: IsoDate,
  knownAt: IsoTime | undefined,
  onlyPublished: boolean,
): Promise<Refusal> {
  const { earliest, known } = await db
    .selectFrom('build')
    .where('state', '=', 'complete')
    .where('kept', '=', true)
    .$if(onlyPublished, (all) => all.where(classified))
    .select([sql<string>`min(as_of)::text`.as('earliest'), sql<IsoTime>`min(known_at)`.as('known')])
    .executeTakeFirstOrThrow()
  const command = `terrier build --as-of ${asOf}`
  if (asOf >= earliest)
    return new Refusal(
      'NOT_BUILT_FOR_DAY',
      {
        zh: `按 ${knownAt ?? known} 之前所知,还没有 ${asOf} 的成果;最早的一次构建在 ${known}。`,
        en: `No build for ${asOf} was made of what was known by ${knownAt ?? known}; the first one knew by ${known}.`,
      },
      {
        zh: '请问较晚的时刻,或不指定 knownAt。',
        en: 'Ask for a later moment, or leave out knownAt.',
      },
      { field: 'knownAt' },
    )
  return new Refusal(
    'NOT_BUILT_FOR_DAY',
    {
      zh: `没有 ${asOf} 的成果;最早的一天是 ${earliest}。`,
      en: `There is no build for ${asOf}; the earliest day there is is ${earliest}.`,
    },
    { zh: `请运行 ${command}。`, en: `Run ${command}.` },
    { field: 'asOf' },
  )
}
