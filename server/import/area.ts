import type { Message } from '../refusal.ts'
import { convert, type Quantity } from './value.ts'
import type { AreaUnit } from './field-type.ts'

/** The area a document gives, in m², and what is odd about it. Null: not known, because its unit is not. */
export interface DocumentArea {
  readonly m2: number | null
  readonly doubt?: { readonly severity: 'note' | 'may_fix_later'; readonly message: Message }
}

/** Two areas of one plot differ by far less than this; two units by far more. */
const SAME_AREA = 0.02
const units: readonly AreaUnit[] = ['ha', 'm2', 'mu']
const names: Readonly<Record<AreaUnit, Message>> = {
  ha: { zh: '公顷', en: 'hectares' },
  m2: { zh: '平方米', en: 'm²' },
  mu: { zh: '亩', en: '亩' },
}

const fits = (amount: number, unit: AreaUnit, planarM2: number | null): boolean =>
  planarM2 !== null && planarM2 > 0 && Math.abs(convert(amount, unit, 'm2') / planarM2 - 1) <= SAME_AREA

/**
 * Settles the unit of an area by the shape it belongs to. A unit that is given is kept, with a doubt where another one
 * fits the shape and this one does not (P613); one that is not given is taken from the shape, or from the habit of the format.
 * @param given from the cell, the heading or the mapping
 * @param habit unit the format uses by convention, when nothing else tells
 * @param planarM2 of the shape; null without one
 */
export function documentArea(
  { amount, unit }: Quantity,
  given: AreaUnit | null,
  habit: AreaUnit | null,
  planarM2: number | null,
): DocumentArea {
  const named = (unit as AreaUnit | null) ?? given
  if (named !== null && fits(amount, named, planarM2)) return { m2: convert(amount, named, 'm2') }
  const fitting = units.find((unit) => fits(amount, unit, planarM2))
  if (named !== null) {
    const m2 = convert(amount, named, 'm2')
    if (fitting === undefined) return { m2 }
    return {
      m2,
      doubt: {
        severity: 'may_fix_later',
        message: {
          zh: `面积 ${amount} 按${names[named].zh}与图形（${planarM2!.toFixed(2)} 平方米）不符,按${names[fitting].zh}则相符,单位疑似错误;已按所写保留。`,
          en: `The area ${amount} in ${names[named].en} does not match the shape (${planarM2!.toFixed(2)} m²), in ${names[fitting].en} it would: the unit seems wrong; kept as written.`,
        },
      },
    }
  }
  if (fitting !== undefined) {
    const m2 = convert(amount, fitting, 'm2')
    if (fitting === habit) return { m2 }
    return {
      m2,
      doubt: {
        severity: 'note',
        message: {
          zh: `面积 ${amount} 未写单位,按图形判断为${names[fitting].zh}。`,
          en: `The area ${amount} names no unit; by the shape it is in ${names[fitting].en}.`,
        },
      },
    }
  }
  if (habit !== null) {
    return {
      m2: convert(amount, habit, 'm2'),
      doubt:
        planarM2 === null
          ? {
              severity: 'note',
              message: {
                zh: `面积 ${amount} 未写单位,按该格式惯例读作${names[habit].zh}。`,
                en: `The area ${amount} names no unit; read as ${names[habit].en}, as is the habit of the format.`,
              },
            }
          : {
              severity: 'may_fix_later',
              message: {
                zh: `面积 ${amount} 按公顷、平方米、亩都与图形（${planarM2.toFixed(2)} 平方米）不符;按惯例读作${names[habit].zh}。`,
                en: `The area ${amount} matches the shape (${planarM2.toFixed(2)} m²) neither in hectares nor m² nor 亩; read as ${names[habit].en} by habit.`,
              },
            },
    }
  }
  return {
    m2: null,
    doubt: {
      severity: 'may_fix_later',
      message: {
        zh: `面积 ${amount} 未写单位,也无法由图形判断,未采用;请在映射文件 units 中说明。`,
        en: `The area ${amount} names no unit and no shape tells it, so it was not used; give it under units in a mapping file.`,
      },
    },
  }
}
