import type { Message } from '../refusal.ts'

/** The ways a shape may be mended; there are no others. */
export const repairMethods = [
  'unclosed_ring', // closed with its first point
  'duplicate_point', // a point written twice in a row
  'winding', // a hole that turns like its outer ring
  'axes', // east and north, or lon and lat, exchanged
  'thin_hole', // a hole narrower than the 0.1 mm grid
  'self_touch', // a ring that touches itself, parted
  'bow_tie', // a ring that crosses itself, by ST_MakeValid
  'make_valid', // anything else ST_MakeValid mends: holes outside, parts inside each other
] as const
export type RepairMethod = (typeof repairMethods)[number]

export const repairTitles: Readonly<Record<RepairMethod, Message>> = {
  unclosed_ring: { zh: '闭合未闭合的环', en: 'open ring closed' },
  duplicate_point: { zh: '去除重复点', en: 'repeated point left out' },
  winding: { zh: '改正内环走向', en: 'turn of a hole corrected' },
  axes: { zh: '换回两轴', en: 'axes turned back' },
  thin_hole: { zh: '去除过窄内环', en: 'hole narrower than the grid left out' },
  self_touch: { zh: '拆开自接触', en: 'self-touch parted' },
  bow_tie: { zh: '拆开自相交(ST_MakeValid)', en: 'self-crossing parted (ST_MakeValid)' },
  make_valid: { zh: 'ST_MakeValid', en: 'ST_MakeValid' },
}

/** What was done to the shape of one row, or what would be done if a person agreed. */
export interface RowRepair {
  readonly row: number
  readonly state: 'made' | 'proposed'
  readonly methods: readonly RepairMethod[]
  readonly reason: Message
  /** Planar, m². Of a ring that crosses itself: what it encloses by sign, which may be nothing. */
  readonly areaBeforeM2: number
  readonly areaAfterM2: number
  /** Only of a proposal: WKB in the working CRS, and the hash by which the same shape is known again. */
  readonly shapes?: { readonly hash: string; readonly before: Uint8Array; readonly after: Uint8Array }
}
