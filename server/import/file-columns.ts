import { columnsOf } from './look.ts'
import { openDelivered, openSource } from './open-source.ts'

/**
 * The columns of a file, which tell what source it is of.
 * @param layer which layer, sheet or packed file, where it holds several
 * @throws Refusal as `openSource`
 */
export async function columnsOfFile(path: string, layer?: string): Promise<readonly string[]> {
  const file = await openDelivered({ path })
  try {
    const source = await openSource(file, { layer })
    try {
      return await columnsOf(source)
    } finally {
      await source.close?.()
    }
  } finally {
    await file.close()
  }
}
