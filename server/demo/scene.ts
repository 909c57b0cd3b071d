import type { MultiPolygon, Polygon } from '../geo/polygon.ts'
import { recordKinds, type Fields, type RecordKind } from '../record/record.ts'
import type { Message } from '../refusal.ts'
import { addYears, M2_PER_HA, type IsoDate } from '../units.ts'
import { addDays, dayBetween } from './calendar.ts'
import { batchNo, certNo, company, creditCode, location, parcelCode, person, project, singleSiteNo, supervisionNo, unitCode } from './number.ts' // prettier-ignore
import { USE_SCHEME, uses, type Block, type Plot, type Use } from './plot.ts'
import { randomFrom, type Random } from './random.ts'
import { ahead, areaM2, part, perimeterM, redrawn, shrunk, solid, type Cut, type OpenRing } from './shape.ts'
import { slipping, type Slip } from './slip.ts'
import type { RecordRef, TruthDecoy, TruthEvent, TruthFinding, TruthStrategy } from './truth.ts'

/** A row of a register or layer of the demo city. */
export interface CityRecord<K extends RecordKind = RecordKind> extends RecordRef {
  readonly kind: K
  readonly countyCode: string
  readonly fields: Fields<K>
  readonly geometry: MultiPolygon | null
  readonly areaDocumentM2: number | null
  readonly validFrom?: IsoDate | undefined
  readonly validTo?: IsoDate | undefined
  /** Whether it comes with the later deliveries. */
  readonly isLater: boolean
  /** What the scene knows and no register says; the link truth rests on it. */
  readonly meant: Meant
}

/** What a row is about, whatever was written on it. */
export interface Meant {
  /** Its ground before another office drew it anew; null: it has no shape. */
  readonly ground: Polygon | null
  /** The paper it was made under: the approval of a supply, the supply of a title, the title of a yearly result. */
  readonly under: RecordRef | null
  /** Its fields before they were copied with slips. */
  readonly said: Fields<RecordKind>
  /** What happened when it was copied. */
  readonly slips: readonly Slip[]
}

export interface SceneRemainder {
  readonly doc: string
  readonly areaM2: number
  readonly toleranceM2: number
  readonly pieces: number | null
}

/** Ground of the plan under a plot that differs from its block. */
export interface PlanPart {
  readonly shape: Polygon
  readonly use: Use
  readonly status?: 'in_force' | 'pending'
  /** Long ago unless said otherwise. */
  readonly inForceOn?: IsoDate
}

/** When a batch of the block was approved: before everything, before supplies of late, lately, or too long ago. */
export type Batch = 'old' | 'mid' | 'recent' | 'lapsing'
const batchDays: Record<Batch, readonly [IsoDate, IsoDate]> = {
  old: ['2003-01-01', '2006-12-31'],
  mid: ['2014-01-01', '2018-12-31'],
  recent: ['2023-08-01', '2025-02-28'],
  lapsing: ['2020-01-01', '2023-05-31'],
}
const batchOrder: readonly Batch[] = ['old', 'mid', 'recent', 'lapsing']

export interface SceneSetting {
  readonly seed: number
  readonly block: Block
  readonly plot: Plot
  readonly districtName: string
  /** Redraw supplies and titles by a few centimetres, as other offices do. */
  readonly redraws: boolean
  /** What is asked for; the rest is left unwritten, so that a province can be made register by register. */
  readonly wanted: Wanted
}
export type Wanted = RecordKind | 'truth' | 'everything'

/**
 * The papers of one plot, written by a case: what each register says of it, and what a base must find. Every
 * record is complete and in order unless the case says otherwise, so that only what is planted is found.
 */
export class Scene {
  readonly plot: Plot
  readonly use: Use
  readonly random: Random
  readonly records: CityRecord[] = []
  /** Every paper of the plot and the one it was made under, written or not. */
  readonly papers: { readonly ref: RecordRef; readonly under: RecordRef | null }[] = []
  readonly findings: TruthFinding[] = []
  readonly decoys: TruthDecoy[] = []
  readonly remainders: SceneRemainder[] = []
  readonly strategies: TruthStrategy[] = []
  readonly events: TruthEvent[] = []
  planParts: PlanPart[] | null = null
  /** Ground within the plot that the growth boundary leaves out. */
  readonly outsideGrowth: Polygon[] = []
  readonly #setting: SceneSetting
  readonly #written = new Map<RecordKind, number>()

  constructor(setting: SceneSetting) {
    this.#setting = setting
    this.plot = setting.plot
    this.use = setting.plot.use
    this.random = randomFrom(setting.seed, 41, setting.plot.ordinal)
  }

  /** The whole plot. */
  get whole(): Polygon {
    return this.plot.polygon
  }

  /** From one share of the area to another, along the plot. Parts that share a cut share its corners. */
  part(from: number | Cut, to: number | Cut): Polygon {
    return solid(part(this.ring, cutAt(from), cutAt(to)))
  }

  /** Outer ring of a plot that a case may cut. @throws RangeError when the plot is not convex. */
  get ring(): OpenRing {
    if (!this.plot.convex) throw new RangeError(`plot ${this.plot.ordinal} is not convex`)
    return this.plot.convex
  }

  /** Number and day of a batch; the rows of one block share it. */
  batch(batch: Batch): { doc: string; approvedOn: IsoDate } {
    const { seed, block } = this.#setting
    const which = batchOrder.indexOf(batch)
    const approvedOn = dayBetween(randomFrom(seed, 42, block.index, which), ...batchDays[batch])
    return { doc: batchNo(approvedOn, block.index * batchOrder.length + which + 1), approvedOn }
  }

  /** 报批: a row of a batch, or of a single-site approval with a number of its own when a date is given. */
  approval(
    when: Batch | IsoDate,
    fields: Blankable<Fields<'approval'>> = {},
    { shape = this.whole, doc: given }: { shape?: Polygon; doc?: string } = {},
  ): RecordRef {
    const k = this.#next('approval')
    const isBatch = (batchOrder as readonly string[]).includes(when)
    const { doc, approvedOn } = isBatch
      ? this.batch(when as Batch)
      : { doc: given ?? singleSiteNo(when, this.plot.ordinal, k), approvedOn: when }
    const plotNo = `${this.plot.indexInBlock + 1}${k === 0 ? '' : `-${k}`}`
    return this.#add('approval', { key: `${doc}|${this.plot.ordinal}|${k}`, doc }, () => ({
      shape,
      hectares: true,
      fields: withoutBlanks({
        doc_no: doc,
        approved_on: approvedOn,
        authority: isBatch ? '湖南省人民政府(虚构)' : '株洲市人民政府(虚构)',
        approval_kind: isBatch ? 'batch' : 'single',
        ...(isBatch
          ? { batch_name: `${approvedOn.slice(0, 4)}年第${this.#setting.block.index + 1}批次建设用地` }
          : {}),
        plot_no: plotNo,
        status: 'valid',
        ...this.#usePaper(),
        location: this.#location(),
        ...fields,
      }),
    }))
  }

  /** Fields of an approval whose land waits to be supplied: expropriated, clean and ready. */
  get ready(): Blankable<Fields<'approval'>> {
    return {
      compensated: true, expropriation: 'done', site_clean: true, infra_ready: true, site_used: false,
      class_unchanged: false, supply_possible: true,
    } // prettier-ignore
  }
  /** Fields of an approval whose land was taken into use long ago. */
  get taken(): Blankable<Fields<'approval'>> {
    return { compensated: true, expropriation: 'done' }
  }

  /**
   * 供应: a contract that counts its clock from the agreed start. Handed over in time and not due for anything
   * else; a field given as undefined is left blank.
   */
  supply(
    startDue: IsoDate,
    approval: RecordRef | null,
    fields: Blankable<Fields<'supply'>> = {},
    { shape, key }: { shape?: Polygon; key?: string } = {},
  ): RecordRef {
    const k = this.#next('supply')
    const paper = uses[this.use]
    const signedOn = addDays(startDue, -330)
    const number = supervisionNo(this.plot.district, signedOn, this.plot.ordinal, k)
    const name = { key: key ?? number, doc: fields.supervision_no ?? number, under: approval }
    return this.#add('supply', name, (random) => ({
      shape: shape ?? this.#drawn(random),
      ground: shape ?? this.whole,
      hectares: true,
      fields: withoutBlanks({
        supervision_no: number,
        project: this.project(k),
        holder: company(this.use, this.plot.ordinal),
        holder_code: creditCode(this.plot.district, this.plot.ordinal),
        location: this.#location(),
        ...this.#usePaper(),
        method: this.use === 'PUB' ? '划拨' : '挂牌出让',
        approval_doc_no: approval?.doc ?? undefined,
        price_wan: this.use === 'PUB' ? undefined : Math.round(this.plot.areaM2 * random.between(0.04, 0.4)),
        signed_on: signedOn,
        handover_due: addDays(startDue, -270),
        handover_on: addDays(startDue, -275),
        start_due: startDue,
        finish_due: addDays(startDue, 730),
        far_min: paper.farMin,
        far_max: paper.farMax,
        term_years: paper.termYears,
        ...fields,
      }),
    }))
  }

  /** 登记. A title of land supplied by a contract names it; without one it is the title of an old house. */
  title(
    registeredOn: IsoDate,
    supply: RecordRef | null,
    fields: Blankable<Fields<'registration'>> = {},
    more: {
      shape?: Polygon
      key?: string
      right?: string
      from?: IsoDate
      to?: IsoDate
      isLater?: boolean
    } = {},
  ): RecordRef {
    const k = this.#next('registration')
    const { district, blockIndex, indexInBlock, ordinal } = this.plot
    const code = parcelCode(district, blockIndex, indexInBlock, k, more.right)
    const isBuilt = fields.legacy_built === true || fields.right_type?.includes('房屋') === true
    return this.#add(
      'registration',
      { key: more.key ?? code, doc: fields.parcel_code ?? code, under: supply },
      (random) => ({
        shape: more.shape ?? this.#drawn(random),
        ground: more.shape ?? this.whole,
        hectares: false,
        validFrom: more.from,
        validTo: more.to,
        isLater: more.isLater,
        fields: withoutBlanks({
          parcel_code: code,
          unit_code: unitCode(code, isBuilt),
          cert_no: certNo(registeredOn, ordinal, k),
          holder: supply ? company(this.use, ordinal) : person(ordinal),
          holder_code: supply ? creditCode(district, ordinal) : undefined,
          right_type: isBuilt ? '国有建设用地使用权/房屋(构筑物)所有权' : '国有建设用地使用权',
          right_nature: this.use === 'PUB' || !supply ? '划拨' : '出让',
          ...this.#usePaper(),
          location: this.#location(),
          registered_on: registeredOn,
          term_end:
            supply && this.use !== 'PUB' ? addYears(registeredOn, uses[this.use].termYears) : undefined,
          supervision_no: supply?.doc ?? undefined,
          project: supply ? this.project(0) : undefined,
          ...fields,
        }),
      }),
    )
  }

  /** 竣工验收 of a project of this plot, its outline just inside the plot; with shape null only its paper arrived. */
  completion(
    acceptedOn: IsoDate,
    supply: RecordRef | null,
    fields: Blankable<Fields<'completion'>> = {},
    { shape }: { shape?: Polygon | null } = {},
  ): RecordRef {
    const k = this.#next('completion')
    const doc = `虚验〔${acceptedOn.slice(0, 4)}〕${this.plot.ordinal}-${k + 1}`
    const footprintM2 = Math.round(this.plot.areaM2 * 0.45)
    return this.#add('completion', { key: doc, doc, under: supply }, () => ({
      shape: shape === undefined ? this.footprint() : shape,
      hectares: null,
      fields: withoutBlanks({
        doc_no: doc,
        project: supply ? this.project(0) : undefined,
        accepted_on: acceptedOn,
        footprint_m2: footprintM2,
        yard_m2: Math.round(this.plot.areaM2 * 0.45),
        floor_area_m2: Math.round(this.plot.areaM2 * uses[this.use].farMax * 0.9),
        verify_state: 'done',
        verified_on: addDays(acceptedOn, 20),
        supervision_no: supply?.doc ?? undefined,
        holder: supply ? company(this.use, this.plot.ordinal) : undefined,
        ...fields,
      }),
    }))
  }

  /** Ground a project covers: a little smaller than a convex plot, else the plot itself. */
  footprint(): Polygon {
    return this.plot.convex ? solid(shrunk(this.plot.convex, 0.98)) : this.whole
  }

  /** 效益: one row of the yearly list, of the title it names unless said otherwise. */
  performance(fields: Fields<'performance'>, of?: RecordRef): RecordRef {
    const k = this.#next('performance')
    const key = `${fields.parcel_code ?? fields.holder_code ?? ''}|${fields.year ?? ''}|${this.plot.ordinal}|${k}`
    const named = this.records.find((r) => r.kind === 'registration' && r.doc === fields.parcel_code)
    const name = { key, doc: null, under: of ?? named ?? null }
    return this.#add('performance', name, () => ({ shape: null, hectares: null, fields }))
  }

  /** A zone of a layer. */
  zone(layer: string, shape: Polygon, fields: Fields<'layer'>): RecordRef {
    const k = this.#next('layer')
    const key = `${layer}-${this.plot.ordinal}-${k}`
    return this.#add('layer', { layer, key, doc: fields.name ?? null }, () => ({
      shape,
      hectares: null,
      fields,
    }))
  }

  project(k: number): string {
    return project(this.use, this.plot.ordinal) + (k === 0 ? '' : `${k + 1}期`)
  }

  finds(code: string, records: readonly RecordRef[], why: Message, shape: Polygon | null = null): void {
    if (!this.#wants('truth')) return
    const toleranceM2 = shape ? 0.02 + perimeterM(shape) * (this.#setting.redraws ? 0.035 : 0.0002) : 0
    this.findings.push({ code, records, areaM2: shape && areaM2(shape), toleranceM2, why })
  }

  spares(notCodes: readonly string[], records: readonly RecordRef[], why: Message): void {
    this.decoys.push({ notCodes, records, why })
  }

  /** Land that must be left over of an approval. Neighbours' redrawn borders may take a few centimetres of it. */
  leaves(approval: RecordRef, shapes: readonly Polygon[], pieces: number | null = shapes.length): void {
    if (!this.#wants('truth')) return
    for (const [i, shape] of shapes.entries()) {
      this.remainders.push({
        doc: approval.doc!,
        areaM2: areaM2(shape),
        toleranceM2: 0.02 + perimeterM(shape) * (this.#setting.redraws ? 0.035 : 0.0002),
        pieces: pieces === null ? null : i === 0 ? pieces : 0,
      })
    }
  }

  gets(record: RecordRef, strategy: string, why: Message): void {
    this.strategies.push({ record, strategy, why })
  }

  moves(event: TruthEvent): void {
    this.events.push(event)
  }

  /** What was registered, once it is true no longer: the same row again, with its last day. */
  ended(record: RecordRef, validTo: IsoDate): void {
    const before = this.records.find((r) => r.kind === record.kind && r.key === record.key)
    if (before) this.records.push({ ...before, validTo, isLater: true })
  }

  #drawn(random: Random): Polygon {
    return this.#setting.redraws && random.chance(0.6) ? redrawn(this.whole, random) : this.whole
  }

  #next(kind: RecordKind): number {
    const k = this.#written.get(kind) ?? 0
    this.#written.set(kind, k + 1)
    return k
  }

  #usePaper(): { use: string; use_scheme: string } {
    return { use: uses[this.use].name, use_scheme: USE_SCHEME }
  }

  #location(): string {
    return location(this.#setting.districtName, this.plot.blockIndex, this.plot.indexInBlock)
  }

  /** Writes a row where its register is wanted. Its own chance keeps it the same whatever else is written. */
  #add<K extends RecordKind>(
    kind: K,
    {
      layer = '',
      key,
      doc,
      under = null,
    }: { layer?: string; key: string; doc: string | null; under?: RecordRef | null },
    write: (random: Random) => Row<K>,
  ): RecordRef {
    const ref: RecordRef = { kind, layer, key, doc }
    this.papers.push({ ref, under })
    if (this.#wants(kind)) {
      const place = [this.plot.ordinal, recordKinds.indexOf(kind), this.#written.get(kind) ?? 0] as const
      const row = write(randomFrom(this.#setting.seed, 43, ...place))
      // Like their borders, papers of ordinary plots are copied with slips; what is planted stays as planted.
      const { fields, slips } = this.#setting.redraws
        ? slipping(kind, row.fields, randomFrom(this.#setting.seed, 47, ...place))
        : { fields: row.fields as Fields<K>, slips: [] }
      const { areaField, areaDocumentM2 } = documentArea(row.shape, row.hectares, row.fields as GivenArea)
      const record: CityRecord<K> = {
        ...ref,
        kind,
        countyCode: this.plot.district,
        fields: { ...areaField, ...fields },
        geometry: row.shape && [row.shape],
        areaDocumentM2,
        validFrom: row.validFrom,
        validTo: row.validTo,
        isLater: row.isLater ?? false,
        meant: { ground: row.ground ?? row.shape, under, said: row.fields, slips },
      }
      this.records.push(record as CityRecord)
    }
    return ref
  }

  #wants(what: Wanted): boolean {
    return this.#setting.wanted === 'everything' || this.#setting.wanted === what
  }
}

const cutAt = (at: number | Cut): Cut => (typeof at === 'number' ? ahead(at, 0) : at)

/** A row before its area is reckoned. */
interface Row<K extends RecordKind> {
  readonly shape: Polygon | null
  /** What was meant, where it was drawn anew. */
  readonly ground?: Polygon
  /** Whether the paper gives hectares (four decimals) or m² (two); null: it gives no area. */
  readonly hectares: boolean | null
  readonly fields: Fields<K>
  readonly validFrom?: IsoDate | undefined
  readonly validTo?: IsoDate | undefined
  readonly isLater?: boolean | undefined
}

/** Fields as a case gives them: undefined blanks what would be written otherwise. */
export type Blankable<T> = { readonly [K in keyof T]?: T[K] | undefined }

function withoutBlanks<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

interface GivenArea {
  readonly area_ha?: number
  readonly area_m2?: number
}

/** The area as the paper rounds it; a case may have written another one. */
function documentArea(
  shape: Polygon | null,
  hectares: boolean | null,
  given: GivenArea,
): { areaField: GivenArea; areaDocumentM2: number | null } {
  if (!shape || hectares === null) return { areaField: {}, areaDocumentM2: null }
  if (hectares) {
    const areaHa = given.area_ha ?? Math.round(areaM2(shape)) / M2_PER_HA
    return { areaField: { area_ha: areaHa }, areaDocumentM2: areaHa * M2_PER_HA }
  }
  const m2 = given.area_m2 ?? Math.round(areaM2(shape) * 100) / 100
  return { areaField: { area_m2: m2 }, areaDocumentM2: m2 }
}
