/**
 * In which state what remains of an approval can be, and how far its clock is. What each means is told where it is decided,
 * `server/ledger/remainder-state.ts`. Apart from the shapes, so that the page needs no checker of shapes to know them.
 */
export const remainderStates = [
  'used',
  'notSuppliable',
  'notExpropriated',
  'partlyExpropriated',
  'inReserve',
  'clean',
  'notClean',
  'siteUnknown',
  'unknown',
] as const
export type RemainderState = (typeof remainderStates)[number]

export const clockStates = ['running', 'lapseCandidate', 'compensated', 'used', 'unknown'] as const
export type ClockState = (typeof clockStates)[number]
