import { countyWarnings } from './district.ts'
import { normalCode, unparsed, visible, type Parsed } from './normal.ts'
import type { Message } from '../refusal.ts'

/**
 * 电子监管号. Two families share the name: `supply` stands on the head of contracts and allocation decisions of the
 * land market; `use_control` on 预审、农转征 and 规划许可 (TD/T 1084-2023).
 */
export interface SupervisionNo {
  readonly family: 'supply' | 'use_control'
  readonly countyCode: string
  readonly year: number
  /** Family supply: A 划拨, B 出让 (remembered); family use_control: two letters, YG seen. */
  readonly letters: string
  readonly serial: string
  /** Suffix of a change, `-1`. */
  readonly change: string | null
}

const supply = /^(\d{6})((?:19|20)\d{2})([A-Z])(\d{5})(?:-(\d+))?$/
const useControl = /^(\d{6})((?:19|20)\d{2})([A-Z]{2})(\d{7})$/

/** 电子监管号, 16 characters (supply) or 19 (use control). No check digit is known for either. */
export function parseSupervisionNo(raw: string): Parsed<SupervisionNo> {
  const normal = normalCode(raw)
  const match = supply.exec(normal) ?? useControl.exec(normal)
  if (!match) {
    return unparsed(
      `“${visible(raw)}”不是电子监管号（供应 16 位,如 4302112024B00005;用途管制 19 位,如 4302112024YG0009473）。`,
      `"${visible(raw)}" is not a supervision number (16 characters for supply, like 4302112024B00005; 19 for use control, like 4302112024YG0009473).`,
    )
  }
  const [, countyCode, year, letters, serial, change] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string | undefined,
  ]
  const warnings: Message[] = [...countyWarnings(countyCode)]
  return {
    ok: true,
    family: letters.length === 1 ? 'supply' : 'use_control',
    countyCode,
    year: Number(year),
    letters,
    serial,
    change: change ?? null,
    normal,
    warnings,
  }
}
