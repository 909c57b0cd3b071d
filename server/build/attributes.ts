import { looksLikeCode, type UseGroup } from '../identifier/land-use.ts'
import type { LandRecord } from '../record/record.ts'
import { landUseGroupOf } from './land-use.ts'
import { principal, type Link } from './links.ts'
import type { ParcelDraft, ParcelKind } from './parcel-draft.ts'
import { isKind } from './registers.ts'
import { stageOf, type Stage } from './stage.ts'

/** What a parcel is called and known for, apart from its shape. Null is unknown, and never guessed. */
export interface ParcelAttributes {
  readonly kind: ParcelKind
  readonly sourceRecordId: number
  /** 宗地代码 as received. */
  readonly parcelCode: string | null
  /** 不动产单元号 as received. */
  readonly unitCode: string | null
  readonly districtCode: string
  readonly stage: Stage
  readonly holder: string | null
  readonly holderCode: string | null
  readonly project: string | null
  readonly location: string | null
  readonly useText: string | null
  readonly useScheme: string | null
  readonly useCode: string | null
  readonly useGroup: UseGroup | null
  /** What the paper says of this land; null when the paper speaks of more land than this piece. */
  readonly areaDocumentM2: number | null
}

/** A piece is its whole document when surveys could not tell the difference. */
const WHOLE = 0.99

type Texts = Readonly<Record<string, unknown>>

export function attributesOf(parcel: ParcelDraft, links: readonly Link[]): ParcelAttributes {
  const { kind, source } = parcel
  const contract = kind === 'titled' ? principal(links, 'supply')?.record : undefined
  const completion = principal(links, 'completion')?.record
  const own: Texts = source.fields
  const behind: Texts = contract?.fields ?? {}
  // the title's contract answers for what registers do not keep: project, place, and use where the title is silent
  const either = (name: string): string | null => text(own, name) ?? text(behind, name)
  const used = text(own, 'use') === null && contract ? contract : source
  const useText = text(used.fields, 'use')
  const supply = kind === 'supplied' ? source : contract
  return {
    kind,
    sourceRecordId: source.recordId,
    parcelCode: kind === 'remainder' ? null : text(own, 'parcel_code'),
    unitCode: kind === 'titled' ? text(own, 'unit_code') : null,
    districtCode: parcel.districtCode,
    stage: stageOf({
      kind,
      supply: supply && isKind(supply, 'supply') ? supply.fields : undefined,
      registration: isKind(source, 'registration') ? source.fields : undefined,
      completion: completion && isKind(completion, 'completion') ? completion.fields : undefined,
    }),
    holder: text(own, 'holder'),
    holderCode: text(own, 'holder_code'),
    project: either('project') ?? text(own, 'plot_name'),
    location: either('location'),
    useText,
    useScheme: text(used.fields, 'use_scheme'),
    useCode: useText !== null && looksLikeCode(useText) ? useText : null,
    useGroup: landUseGroupOf(used),
    areaDocumentM2: isWhole(parcel) ? source.areaDocumentM2 : null,
  }
}

function isWhole({ kind, source, areaPlanarM2 }: ParcelDraft): boolean {
  return kind === 'titled' || areaPlanarM2 >= WHOLE * (source.areaPlanarM2 ?? areaPlanarM2)
}

function text(fields: LandRecord['fields'] | Texts, name: string): string | null {
  const value = (fields as Texts)[name]
  return typeof value === 'string' ? value : null
}
