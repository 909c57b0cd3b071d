import { recordKinds, type RecordKind } from '../record/record.ts'
import { Refusal } from '../refusal.ts'

/** What a delivery is brought in as. */
export interface Target {
  readonly kind: RecordKind
  /** Only for kind `layer`. */
  readonly layer: string | null
}

/** `approval`, `layer:district`, … @throws Refusal TARGET_UNKNOWN listing what there is */
export function parseTarget(as: string): Target {
  const layer = /^layer:([\p{L}\p{N}][\p{L}\p{N}_-]{0,59})$/u.exec(as.trim())
  if (layer) return { kind: 'layer', layer: layer[1]!.toLowerCase().replaceAll('-', '_') }
  const kind = recordKinds.find((known) => known === as.trim() && known !== 'layer')
  if (kind) return { kind, layer: null }
  const known = recordKinds.filter((each) => each !== 'layer').join('、')
  throw new Refusal(
    'TARGET_UNKNOWN',
    { zh: `不认识导入类别“${as}”。`, en: `"${as}" is nothing a file can be imported as.` },
    {
      zh: `可用:${known}、layer:图层名（如 layer:district）。`,
      en: `Known: ${known.replaceAll('、', ', ')}, layer:NAME (such as layer:district).`,
    },
    { field: 'as' },
  )
}
