import type { Preview } from '../contract.ts'
import type { Base } from '../db/open.ts'
import { Lab } from './lab.ts'

/** What would change under another pack: one question, for the command line. @throws as `Lab.preview` */
export const previewPack = (base: Base, packText: string): Promise<Preview> =>
  new Lab(base).preview({ pack: packText })
