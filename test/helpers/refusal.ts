import { Refusal } from '../../server/refusal.ts'

/** What a piece of work was refused with; anything else it comes to fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof Refusal) return error
  throw new Error('nothing was refused', { cause: error })
}
