import type { Case } from './case.ts'
import { decisions } from './decisions.ts'
import { documents } from './documents.ts'
import { exportsAndReports } from './exports.ts'
import { archives, wholeFiles } from './files.ts'
import { requests } from './requests.ts'
import { shapes } from './shapes.ts'

/** Those whose answer a base has a part in are tried on both; what is refused before, on one. */
export const ofTheBase: ReadonlySet<string> = new Set([
  ...Object.keys(shapes),
  ...'B10 B14 B15 B16 B17 B18 B41 B48 B51 B52 B53 B57'.split(' '),
  ...'B68 B71 B73 B74 B81 B82 B86 B91 B93 B94 B95'.split(' '),
])

/** Every hostile input there is a number for, and how it is answered. */
export const hostileInputs: Readonly<Record<string, readonly Case[]>> = {
  ...wholeFiles,
  ...archives,
  ...documents,
  ...shapes,
  ...requests,
  ...decisions,
  ...exportsAndReports,
}
