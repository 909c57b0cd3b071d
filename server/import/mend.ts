import { createHash } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Database } from '../db/schema.ts'
import { planarAreaM2 } from '../geo/area.ts'
import type { MultiPolygon } from '../geo/polygon.ts'
import { encodeMultiPolygon } from '../geo/wkb.ts'
import type { Issue } from '../record/draft.ts'
import type { RepairMethod, RowRepair } from '../record/repair.ts'
import type { Message } from '../refusal.ts'
import { decidedShapes, type Decided } from './decision-store.ts'
import { mustFix, note } from './issue.ts'
import { checkShapes, type CheckedShape } from './store.ts'

/** A row with the shape it has so far. */
export interface Shaped {
  readonly rowNo: number
  readonly shape: MultiPolygon
  /** What was done to it before. */
  readonly repairs: readonly { readonly method: RepairMethod; readonly what: Message }[]
}

/** What becomes of a shape: used as it is or mended, or the row is refused. */
export type Verdict =
  | { readonly refused: Issue; readonly repair: RowRepair | null }
  | {
      readonly refused: null
      readonly shape: MultiPolygon
      readonly issues: readonly Issue[]
      readonly repair: RowRepair | null
    }

/** The hash by which a shape a person has decided on is known again, whatever file brings it. */
export const shapeHash = (shape: MultiPolygon): string =>
  createHash('sha256').update(encodeMultiPolygon(shape)).digest('hex').slice(0, 32)

/**
 * Shapes as the database judges them. A repair that hardly changes the area is made and noted; one that changes it by more
 * than 1 m² or 0.1 % is only proposed, and the row refused until a person has said yes. What a person said of the same
 * shape before still holds.
 */
export async function mendShapes(tx: Transaction<Database>, given: readonly Shaped[]): Promise<Verdict[]> {
  const checked = await checkShapes(
    tx,
    given.map(({ shape }) => shape),
  )
  const open = given.filter((_, i) => checked[i]!.state === 'needs_decision')
  const decided = await decidedShapes(
    tx,
    open.map(({ shape }) => shapeHash(shape)),
  )
  return given.map((each, i) => verdictOn(each, checked[i]!, decided))
}

function verdictOn(each: Shaped, checked: CheckedShape, decided: ReadonlyMap<string, Decided>): Verdict {
  const at = { row: each.rowNo, field: 'geometry' }
  const earlier = each.repairs.map(({ method }) => method)
  switch (checked.state) {
    case 'valid':
      return { refused: null, shape: each.shape, issues: [], repair: madeBefore(each) }
    case 'repaired': {
      const issue = note('P610', {
        ...at,
        zh: `图形${reasonZh(checked.reason)},已修复,面积变化 ${checked.changedM2.toFixed(4)} 平方米。`,
        en: `${checked.reason}; repaired, the area changed by ${checked.changedM2.toFixed(4)} m².`,
      })
      return {
        refused: null,
        shape: checked.shape,
        issues: [issue],
        repair: made(each, checked.shape, [...earlier, methodOf(checked.reason)], issue.message),
      }
    }
    case 'needs_decision': {
      const hash = shapeHash(each.shape)
      const decision = decided.get(hash)
      const change = describeChange(each.shape, checked.shape)
      if (decision?.accepted) {
        const issue = note('REPAIR_ACCEPTED', {
          ...at,
          zh: `图形${reasonZh(checked.reason)};按 ${decision.by} 的决定采用修复后的图形(${change.zh})。理由:${decision.reason}`,
          en: `${checked.reason}; the repaired shape is used as ${decision.by} decided (${change.en}). Reason: ${decision.reason}`,
        })
        return {
          refused: null,
          shape: decision.shape,
          issues: [issue],
          repair: made(each, decision.shape, [...earlier, methodOf(checked.reason)], issue.message),
        }
      }
      const rejected = decision && !decision.accepted ? decision : null
      const issue = mustFix('NEEDS_DECISION', {
        ...at,
        zh: `图形${reasonZh(checked.reason)}。修复会改变面积(${change.zh}),须由人决定:在“数据交付”页或用 terrier delivery accept 采用,或由测量单位改正后重新提供。${rejected ? `${rejected.by} 已决定不采用:${rejected.reason}。` : ''}`,
        en: `${checked.reason}. A repair would change the area (${change.en}), so a person must decide: accept it on the deliveries page or with "terrier delivery accept", or have the surveyor correct it.${rejected ? ` ${rejected.by} has said no: ${rejected.reason}.` : ''}`,
        value: `${planarAreaM2(each.shape).toFixed(2)} → ${planarAreaM2(checked.shape).toFixed(2)} m²`,
      })
      return {
        refused: issue,
        repair: {
          row: each.rowNo,
          state: 'proposed',
          methods: [...earlier, methodOf(checked.reason)],
          reason: { zh: reasonZh(checked.reason), en: checked.reason },
          areaBeforeM2: planarAreaM2(each.shape),
          areaAfterM2: planarAreaM2(checked.shape),
          shapes: {
            hash,
            before: encodeMultiPolygon(each.shape),
            after: encodeMultiPolygon(checked.shape),
          },
        },
      }
    }
    case 'invalid':
      return {
        refused: mustFix('P602', {
          ...at,
          zh: `图形无效:${reasonZh(checked.reason)},无法修复。请由测量单位改正后重新提供。`,
          en: `Invalid shape: ${checked.reason}, and no repair is possible. Have the surveyor correct it.`,
        }),
        repair: null,
      }
  }
}

const made = (
  { rowNo, shape }: Shaped,
  after: MultiPolygon,
  methods: readonly RepairMethod[],
  reason: Message,
): RowRepair => ({
  row: rowNo,
  state: 'made',
  methods: [...new Set(methods)],
  reason,
  areaBeforeM2: planarAreaM2(shape),
  areaAfterM2: planarAreaM2(after),
})

/** What was done to the rings before the database was asked. */
function madeBefore(each: Shaped): RowRepair | null {
  if (each.repairs.length === 0) return null
  const reason = {
    zh: each.repairs.map(({ what }) => what.zh).join(''),
    en: each.repairs.map(({ what }) => what.en).join(' '),
  }
  return made(
    each,
    each.shape,
    each.repairs.map(({ method }) => method),
    reason,
  )
}

function describeChange(before: MultiPolygon, after: MultiPolygon): Message {
  const [from, to] = [planarAreaM2(before), planarAreaM2(after)]
  const share = from > 0 ? `, ${(((to - from) / from) * 100).toFixed(2)} %` : ''
  return {
    zh: `${from.toFixed(2)} → ${to.toFixed(2)} 平方米${share.replace(', ', ',')}`,
    en: `${from.toFixed(2)} → ${to.toFixed(2)} m²${share}`,
  }
}

/** The engine's reason says what was wrong, and with it which method mends it. */
function methodOf(reason: string): RepairMethod {
  if (reason.startsWith('Self-intersection')) return 'bow_tie'
  if (reason.startsWith('Ring Self-intersection')) return 'self_touch'
  return 'make_valid'
}

/** The engine's reasons, `Self-intersection[x y]`, in Chinese with their place. */
function reasonZh(reason: string): string {
  const [, what = reason, where] = /^([^[]+)(?:\[([^\]]+)\])?/.exec(reason) ?? []
  return `${reasonNames[what.trim()] ?? what.trim()}${where ? `（${where}）` : ''}`
}

const reasonNames: Readonly<Record<string, string>> = {
  'Self-intersection': '边界自相交',
  'Ring Self-intersection': '边界自接触',
  'Hole lies outside shell': '内环在外环之外',
  'Nested holes': '内环互相嵌套',
  'Nested shells': '部分互相嵌套',
  'Duplicate Rings': '有重复的环',
  'Interior is disconnected': '内部被分断',
  'Too few points in geometry component': '点数不足',
}
