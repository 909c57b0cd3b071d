import type { Registers } from '../registers.ts'

/**
 * The only questions finders ask about the whole base; everything else is about land and papers close by. A register or
 * layer of which nothing was delivered was not checked: nothing known is not nothing granted.
 */
export const holdsApprovals = ({ known }: Registers): boolean => (known.shaped.approval ?? 0) > 0
export const holdsLayer = ({ known }: Registers, name: string): boolean => (known.layers[name] ?? 0) > 0
