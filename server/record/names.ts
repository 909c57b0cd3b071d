import { normalCode } from '../identifier/normal.ts'
import { identityOf, readIdentity, type Identity, type Named } from './identity.ts'

/** How the numbers a record carries of its own are offered in `record.names`. */
export const offeredNumbers = {
  parcel_code: '>parcel ',
  unit_code: '>unit ',
  supervision_no: '>supply ',
  cert_no: '>cert ',
} as const

/**
 * By which names other records can find a record, and which names it finds others by: `>parcel 430211…` is offered,
 * `<approval 湘政地…` asked for. Kept in `record.names`, so that who speaks of whom is one look in an index.
 *
 * A number is offered by whoever carries it. A project is offered by completions and by rows without a shape, a holder by
 * the yearly lists alone: the others of one project or holder do not know each other by it.
 */
export function namesOf(record: Named): string[] {
  if (record.kind === 'layer') return []
  const identity = readIdentity(record)
  const { parcelCode, unitCode, supervisionNo, approvalNo, refersTo, project, holder, holderCode } = identity
  const { cert_no } = record.fields as { cert_no?: string }
  const certNo = cert_no === undefined ? undefined : normalCode(cert_no) || undefined
  const names: string[] = []
  add(names, offeredNumbers.parcel_code, parcelCode)
  add(names, offeredNumbers.unit_code, unitCode)
  add(names, offeredNumbers.supervision_no, supervisionNo)
  add(names, offeredNumbers.cert_no, certNo)
  add(names, '>approval ', approvalNo)
  if (record.kind === 'completion' || record.wkb === null) add(names, '>project ', project)
  if (speaksOfHolder(record, identity)) {
    add(names, '>holder ', holder)
    add(names, '>holder ', holderCode)
  }
  add(names, '<parcel ', parcelCode)
  add(names, '<unit ', unitCode)
  add(names, '<supply ', supervisionNo)
  add(names, '<cert ', certNo)
  add(names, '<approval ', refersTo)
  add(names, '<project ', project)
  add(names, '<holder ', holder)
  add(names, '<holder ', holderCode)
  return names
}

function add(names: string[], kind: string, name: string | undefined): void {
  if (name === undefined) return
  const tagged = kind + name
  if (!names.includes(tagged)) names.push(tagged)
}

/**
 * A row of a yearly list that says whose land it is of, and not which: it speaks of all the land of a firm. Who looks
 * around reads it, and goes no further from there.
 */
export function isOfHolder(record: Named): boolean {
  return record.kind === 'performance' && speaksOfHolder(record, identityOf(record))
}

const speaksOfHolder = ({ kind, wkb }: Named, { parcelCode }: Identity): boolean =>
  kind === 'performance' && wkb === null && parcelCode === undefined

/** The names under which records that matter to this one are kept: what asks for what it offers, and offers what it asks. */
export function namesToFind(names: readonly string[]): string[] {
  return names.map((name) => (name.startsWith('>') ? '<' : '>') + name.slice(1))
}

/**
 * A name, offered or asked for, as a whole number of 53 bits: what the index of names is made of. Two names may have the
 * same one.
 */
export const nameKey = (name: string): number => hash53(name, 0, 1)

/**
 * A whole number of 53 bits for a text, spread evenly (cyrb53 of github.com/bryc/code, public domain).
 * @param seed another one gives a number that has nothing to do with the first
 * @param from the first character that counts
 */
export function hash53(text: string, seed = 0, from = 0): number {
  let [low, high] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed]
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    low = Math.imul(low ^ code, 2_654_435_761)
    high = Math.imul(high ^ code, 1_597_334_677)
  }
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & high) + (low >>> 0)
}

export function nameKeys(names: readonly string[]): number[] {
  const keys: number[] = []
  for (const name of names) {
    const key = nameKey(name)
    if (!keys.includes(key)) keys.push(key)
  }
  return keys
}
