import type { Fields, RecordKind } from '../record/record.ts'
import type { Random } from './random.ts'
import type { Scene } from './scene.ts'

/** What can happen when one office copies from the paper of another. */
export type Slip = 'number_left_out' | 'wrong_number' | 'number_respelt' | 'name_respelt' | 'name_shortened'

/** How often, of papers that have something to copy. */
const often = {
  leftOut: 0.05,
  wrong: 0.02,
  numberRespelt: 0.1,
  nameRespelt: 0.15,
  blankName: 0.05,
  shortened: 0.1,
} as const

/** Which field carries the number of the paper it was made under. */
const copied: Partial<Record<RecordKind, string>> = {
  supply: 'approval_doc_no',
  registration: 'supervision_no',
  completion: 'supervision_no',
  performance: 'parcel_code',
}

/** The number a row copied from the paper it was made under, as written. */
export function copiedNumber(kind: RecordKind, fields: Fields<RecordKind>): string | undefined {
  const field = copied[kind]
  return field === undefined ? undefined : (fields as Readonly<Record<string, string>>)[field]
}

/**
 * A row as a hurried clerk copied it: the number of the paper it rests on left out, wrong or written another way, the
 * project spelt another way or left out. Its own number and its dates are never touched.
 */
export function slipping<K extends RecordKind>(
  kind: K,
  fields: Fields<K>,
  random: Random,
): { fields: Fields<K>; slips: readonly Slip[] } {
  const written: Record<string, unknown> = { ...fields }
  const slips: Slip[] = []
  const field = kind === 'performance' ? undefined : copied[kind]
  // Every chance is drawn whether or not it is used, so that one field's slip does not move another's.
  const [number, name, spelling] = [random.next(), random.next(), random.whole(0, 2)]
  const held = field === undefined ? undefined : written[field]
  if (field !== undefined && typeof held === 'string') {
    if (number < often.leftOut) {
      delete written[field]
      slips.push('number_left_out')
    } else if (number < often.leftOut + often.wrong) {
      written[field] = wrong(held)
      slips.push('wrong_number')
    } else if (number < often.leftOut + often.wrong + often.numberRespelt) {
      written[field] = respelt(held, spelling)
      slips.push('number_respelt')
    }
  }
  if (field !== undefined && kind !== 'supply' && typeof written['project'] === 'string') {
    if (name < often.blankName) delete written['project']
    else if (name < often.blankName + often.nameRespelt) {
      written['project'] = respelt(written['project'], spelling)
      slips.push('name_respelt')
    } else if (name > 1 - often.shortened) {
      // not the same to a reader who compares letters: a name that has lost a word, a firm that calls itself 有限责任公司
      written['project'] = written['project'].replace('项目', '')
      if (kind === 'completion' && typeof written['holder'] === 'string')
        written['holder'] = written['holder'].replace('有限公司', '有限责任公司')
      slips.push('name_shortened')
    }
  }
  return { fields: written as Fields<K>, slips }
}

/** A number nobody was ever given. A number that was given to another is written by `misnumbered`. */
const wrong = (number: string): string =>
  /^\d{10}[B-Z]/.test(number) ? number.replace(/[A-Z]/, 'A') : number.replace('虚', '虚误')

/** Full-width, with blanks, or in other brackets. */
function respelt(text: string, spelling: number): string {
  if (spelling === 0)
    return text.replaceAll(/[!-~]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0))
  if (spelling === 1)
    return text.replaceAll(/(?<=.{2})(.)(?=.{4})/gu, (c, _, at: number) => (at % 5 === 3 ? `${c} ` : c))
  return text.replaceAll('〔', '[').replaceAll('〕', ']').replaceAll('(', '（').replaceAll(')', '）')
}

/** A title or completion of the block that carries the number of another plot's contract. At most one, by chance. */
export function misnumber(scenes: readonly Scene[], random: Random): void {
  if (!random.chance(0.5)) return
  const copies = scenes.flatMap((scene) => {
    const copying = scene.papers.filter(({ ref, under }) => ref.kind !== 'supply' && under?.kind === 'supply')
    return copying.map((paper) => ({ scene, ref: paper.ref, under: paper.under! }))
  })
  const contracts = scenes.flatMap((scene) => scene.papers.filter(({ ref }) => ref.kind === 'supply'))
  const [copy, other] = [
    copies[random.whole(0, copies.length - 1)],
    contracts[random.whole(0, contracts.length - 1)],
  ]
  if (!copy || !other || other.ref.key === copy.under.key) return
  const at = copy.scene.records.findIndex(({ kind, key }) => kind === copy.ref.kind && key === copy.ref.key)
  const record = copy.scene.records[at]
  if (!record) return // its register is not being written
  copy.scene.records[at] = {
    ...record,
    fields: { ...record.fields, supervision_no: other.ref.doc! },
    meant: { ...record.meant, slips: [...record.meant.slips, 'wrong_number'] },
  }
}
