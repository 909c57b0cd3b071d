import { normalCode } from '../identifier/normal.ts'
import { identityOf, type Named } from './identity.ts'

/**
 * By which names other records can find a record, and which names it finds others by: `>parcel 430211…` is offered,
 * `<approval 湘政地…` asked for. Kept in `record.names`, so that who speaks of whom is one look in an index.
 *
 * A number is offered by whoever carries it. A project is offered by completions and by rows without a shape, a holder by
 * the yearly lists alone: the others of one project or holder do not know each other by it.
 */
export function namesOf(record: Named): string[] {
  const { parcelCode, unitCode, supervisionNo, approvalNo, refersTo, project, holder, holderCode } =
    identityOf(record)
  const { cert_no } = record.fields as { cert_no?: string }
  const numbers = [
    ['parcel', parcelCode],
    ['unit', unitCode],
    ['supply', supervisionNo],
    ['cert', cert_no === undefined ? undefined : normalCode(cert_no) || undefined],
  ] as const
  const holders = [
    ['holder', holder],
    ['holder', holderCode],
  ] as const
  if (record.kind === 'layer') return []
  const offersProject = record.kind === 'completion' || record.wkb === null
  return [
    ...tagged('>', [
      ...numbers,
      ['approval', approvalNo],
      ...(offersProject ? ([['project', project]] as const) : []),
      ...(isOfHolder(record) ? holders : []),
    ]),
    ...tagged('<', [...numbers, ['approval', refersTo], ['project', project], ...holders]),
  ]
}

/**
 * A row of a yearly list that says whose land it is of, and not which: it speaks of all the land of a firm. Who looks
 * around reads it, and goes no further from there.
 */
export function isOfHolder(record: Named): boolean {
  return record.kind === 'performance' && record.wkb === null && identityOf(record).parcelCode === undefined
}

/** The names under which records that matter to this one are kept: what asks for what it offers, and offers what it asks. */
export function namesToFind(names: readonly string[]): string[] {
  return names.map((name) => (name.startsWith('>') ? '<' : '>') + name.slice(1))
}

/**
 * A name, offered or asked for, as a whole number of 53 bits: what the index of names is made of. Two names may have the
 * same one.
 */
export function nameKey(name: string): number {
  let [low, high] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 1; i < name.length; i++) {
    const code = name.charCodeAt(i)
    low = Math.imul(low ^ code, 2_654_435_761)
    high = Math.imul(high ^ code, 1_597_334_677)
  }
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & high) + (low >>> 0)
}

export const nameKeys = (names: readonly string[]): number[] => [...new Set(names.map(nameKey))]

function tagged(
  tag: '<' | '>',
  names: readonly (readonly [kind: string, name: string | undefined])[],
): string[] {
  return [...new Set(names.flatMap(([kind, name]) => (name === undefined ? [] : `${tag}${kind} ${name}`)))]
}
