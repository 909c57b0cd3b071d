import type { BuildRequest, BuildSummary } from '../../server/build/run.ts'
import type { Base } from '../../server/db/open.ts'
import { buildAndClassify } from '../../server/strategy/build-and-classify.ts'

/** A build readers see: with its strategies, for tests that ask about the build alone. */
export async function publishedBuild(base: Base, request: BuildRequest): Promise<BuildSummary> {
  const { build } = await buildAndClassify(base, { ...request, now: () => request.startedAt })
  return build
}
