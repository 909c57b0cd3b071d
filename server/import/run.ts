import type { ImportSummary } from '../contract.ts'
import type { Base } from '../db/open.ts'
import type { Issue, Reading } from '../record/draft.ts'
import { recordDrafts } from '../record/store.ts'
import type { Message } from '../refusal.ts'
import { decidedDrafts, type FollowUp } from './follow-up.ts'
import { DeliveredFile } from './delivered-file.ts'
import { drafts } from './drafts.ts'
import { columnsOf, crsOf } from './look.ts'
import { note } from './issue.ts'
import { readMapping, storable } from './mapping.ts'
import { checkColumns, openDelivered, openSource } from './open-source.ts'
import { profileFor, type KnownProfile } from './profile-store.ts'
import type { Source } from './source.ts'
import { parseTarget, type Target } from './target.ts'

export { undoDelivery, type UndoSummary } from '../record/store.ts'

/** One file to bring in. */
export interface ImportRequest {
  /** Where the file lies, or one part of a loose shapefile, or a .gdb folder; or `bytes` and `name`. */
  readonly path?: string
  readonly bytes?: Uint8Array
  readonly name?: string
  /** Open already; closed when it has been read. */
  readonly file?: DeliveredFile | undefined
  /** A record kind, or `layer:NAME`. */
  readonly as: string
  /** Which layer, sheet or packed file, where the file holds several. */
  readonly from?: string | undefined
  /** `EPSG:4526`, `4526` or `GCJ-02`. */
  readonly crs?: string | undefined
  /** Path of a mapping file (YAML or JSON), or its name and text. */
  readonly mapping?: string | { readonly name: string; readonly text: string } | undefined
  readonly dryRun?: boolean | undefined
  readonly allOrNothing?: boolean | undefined
  /** ISO timestamp. */
  readonly receivedAt: string
  /** Throws to stop: nothing of the delivery is kept then. */
  readonly onProgress?: ((fraction: number, step: Message) => void) | undefined
  /** The job this is done by. */
  readonly jobId?: number | undefined
  /** Only the rows a person has decided on, as a delivery that follows the one they came in. */
  readonly decision?: FollowUp | undefined
}

/** Fewer changed rows do not change any plan of the database. */
const ANALYZE_FROM = 200

/**
 * Brings one delivery into the base: tell what the file is, read its rows, settle the CRS, understand each row, check
 * its shape, record. Every row ends as used, repaired, unchanged or refused, and those four add up to the rows read.
 *
 * A row that cannot be believed is an issue, never an exception; a file that cannot be read at all is a Refusal, and
 * nothing of it is kept.
 * @throws Refusal, with a code of the step that refused, naming the file and what to do
 */
export async function importFile(base: Base, request: ImportRequest): Promise<ImportSummary> {
  const target = parseTarget(request.as)
  const file = request.file ?? (await openDelivered(request))
  try {
    const source = await openSource(file, { layer: request.from })
    try {
      return await importSource(base, request, target, file, source)
    } finally {
      await source.close?.()
    }
  } finally {
    await file.close()
  }
}

async function importSource(
  base: Base,
  request: ImportRequest,
  target: Target,
  file: DeliveredFile,
  source: Source,
): Promise<ImportSummary> {
  const fileName = file.name
  // a mapping that is given counts; without one, what is remembered for files with these columns
  const profile =
    request.mapping === undefined ? await profileFor(base.db, target, await columnsOf(source)) : null
  const mapping =
    request.mapping === undefined ? (profile?.mapping ?? {}) : readMapping(request.mapping, target.kind)
  checkColumns(mapping, source, fileName)
  const declared = request.crs ?? profile?.crs ?? undefined
  const { crs, issues } = await crsOf(source, { fileName, target, mapping, declared })
  // A suspicion the sender has already confirmed is none.
  const ofFile = source.issues.filter((issue) => issue.code !== 'GCJ02_SUSPECTED' || crs?.srid !== null)
  const { decision } = request
  const reading: Reading = {
    issues: decision ? [] : [...ofFile, ...issues, ...profileUsed(profile)], // said the first time
    refused: 0,
    repairs: [],
  }
  const delivery = {
    target,
    source,
    mapping,
    crs,
    reading,
    fileName,
    receivedOn: request.receivedAt.slice(0, 10),
    onProgress: request.onProgress,
  }

  const summary = await recordDrafts(
    base,
    {
      ...target,
      fileName,
      bytes: file,
      options: {
        as: request.as,
        declared_crs: declared ?? null,
        from: request.from ?? null,
        mapping: storable(mapping),
        all_or_nothing: request.allOrNothing ?? false,
        about: source.about,
        columns: (source.columns ?? []).map((name) => ({ name, ...source.columnTypes?.get(name) })),
      },
      crs: crs?.name ?? null,
      crsKnownBy: crs?.knownBy ?? 'none',
      encoding: source.encoding,
      receivedAt: request.receivedAt,
      reading,
      dryRun: request.dryRun ?? false,
      allOrNothing: request.allOrNothing ?? false,
      profile: profile ?? undefined,
      jobId: request.jobId,
      follows: decision?.follows,
      onlyRows: decision?.rows,
    },
    (tx) => (decision ? decidedDrafts(tx, delivery, decision) : drafts(tx, delivery)),
  )
  if (summary.delivery !== null && summary.used + summary.repaired >= ANALYZE_FROM)
    await base.analyze(['delivery', 'delivery_issue', 'row_repair', 'record'])
  return summary
}

const profileUsed = (profile: KnownProfile | null): Issue[] =>
  profile === null
    ? []
    : [
        note('PROFILE_USED', {
          zh: `按已保存的来源对照“${profile.name}”第 ${profile.version} 版读取(${profile.savedBy} 保存)。`,
          en: `Read as remembered for the source "${profile.name}", version ${profile.version} (saved by ${profile.savedBy}).`,
          value: `${profile.profileId}.${profile.version}`,
        }),
      ]
