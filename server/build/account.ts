/**
 * The accounts of the land ledger (design section 6), m² planar.
 *
 * In every district: `approved = suppliedInside + titledInside + remainder + noise` to 0.01 m². The others stand
 * beside: land counted more than once, or used outside what was approved or supplied.
 */
export const accounts = [
  'approved', // union of approvals valid on the day
  'suppliedInside', // supplied, not titled, inside approval
  'titledInside', // titled, inside approval
  'remainder', // 批而未供
  'noise', // what surveys merely disagree on, inside approval
  'approvedTwice', // covered by two or more valid approvals, each square metre once
  'suppliedOutside', // supplied, not titled, outside every valid approval
  'suppliedTwice', // covered by two or more supplies, each square metre once
  'titledOutside', // titled outside every supply
  'titleOverlap', // covered by two or more current titles
  'withdrawn', // covered by withdrawn, lapsed or reduced approvals and by no valid one
] as const
export type Account = (typeof accounts)[number]

/** The day's figures of one district. */
export type Accounts = Record<Account, number>
