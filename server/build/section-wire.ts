import type { LandRecord } from '../record/record.ts'
import type { IsoDate } from '../units.ts'
import type { City } from './city.ts'
import type { KnownRegisters } from './registers.ts'

/**
 * What goes to a worker and comes back: text for what is said, one buffer for all shapes, which is handed over rather
 * than copied. Copying objects between threads costs several times as much.
 */
export interface SectionTask {
  readonly text: string
  readonly shapes: ArrayBuffer
}

interface TaskText {
  readonly asOf: IsoDate
  readonly known: KnownRegisters
  readonly owned: readonly number[]
  readonly records: readonly (Omit<LandRecord, 'wkb'> & { readonly wkb: Slot })[]
}

/** Where a shape lies in the buffer; null: there is none. */
type Slot = readonly [start: number, end: number] | null

export function packTask(
  task: Omit<TaskText, 'records'> & { readonly records: readonly LandRecord[] },
): SectionTask {
  const shapes = new ShapeWriter()
  const text: TaskText = {
    ...task,
    records: task.records.map((record) => ({ ...record, wkb: shapes.add(record.wkb) })),
  }
  return { text: JSON.stringify(text), shapes: shapes.buffer() }
}

export function unpackTask({ text, shapes }: SectionTask) {
  const task = JSON.parse(text) as TaskText
  const records = task.records.map(
    (record) => ({ ...record, wkb: shapeAt(shapes, record.wkb) }) as LandRecord,
  )
  return { ...task, records }
}

/** A city's answers with records by number; shapes in the buffer. */
export interface SectionAnswer {
  readonly text: string
  readonly shapes: ArrayBuffer
}

export function packAnswer(city: City): SectionAnswer {
  const shapes = new ShapeWriter()
  const { leastConserved, districtCodes, districtNames } = city.faces
  const text = {
    districtCodes,
    districtNames,
    leastConserved: leastConserved && {
      record: leastConserved.record.recordId,
      errorM2: leastConserved.errorM2,
    },
    ownParcels: city.ownParcels!,
    parcels: city.parcels.map(({ source, wkb, ...parcel }) => ({
      ...parcel,
      source: source.recordId,
      wkb: shapes.add(wkb),
    })),
    attributes: city.attributes,
    // the shape of common land was needed by the finders alone
    links: city.links.map((links) =>
      links.map((link) => ({ ...link, record: link.record.recordId, extent: undefined })),
    ),
    findings: city.findings.map(({ records, wkb, ...finding }) => ({
      ...finding,
      records: records.map(({ recordId }) => recordId),
      wkb: shapes.add(wkb),
    })),
    pieces: city.ledger.pieces.map(({ records, wkb, ...piece }) => ({
      ...piece,
      records: records.map(({ recordId }) => recordId),
      wkb: shapes.add(wkb),
    })),
  }
  return { text: JSON.stringify(text), shapes: shapes.buffer() }
}
type AnswerText = {
  readonly districtCodes: readonly string[]
  readonly districtNames: readonly string[]
  readonly leastConserved: { readonly record: number; readonly errorM2: number } | null
  readonly ownParcels: number
  readonly parcels: readonly (Omit<City['parcels'][number], 'source' | 'wkb'> & {
    source: number
    wkb: Slot
  })[]
  readonly attributes: City['attributes']
  readonly links: readonly (readonly (Omit<City['links'][number][number], 'record' | 'extent'> & {
    record: number
  })[])[]
  readonly findings: readonly (Omit<City['findings'][number], 'records' | 'wkb'> & {
    records: readonly number[]
    wkb: Slot
  })[]
  readonly pieces: readonly (Omit<City['ledger']['pieces'][number], 'records' | 'wkb'> & {
    records: readonly number[]
    wkb: Slot
  })[]
}

/** What a section says, of the records of the caller. */
export type SectionCity = Pick<City, 'parcels' | 'attributes' | 'links' | 'findings'> & {
  readonly ownParcels: number
  readonly pieces: City['ledger']['pieces']
  readonly faces: Pick<City['faces'], 'districtCodes' | 'districtNames' | 'leastConserved'>
}

/** @param recordOf the record of a number */
export function unpackAnswer(
  { text, shapes }: SectionAnswer,
  recordOf: (recordId: number) => LandRecord,
): SectionCity {
  const said = JSON.parse(text) as AnswerText
  const all = (ids: readonly number[]): LandRecord[] => ids.map(recordOf)
  const { leastConserved, districtCodes, districtNames } = said
  return {
    ownParcels: said.ownParcels,
    parcels: said.parcels.map((parcel) => ({
      ...parcel,
      source: recordOf(parcel.source),
      wkb: shapeAt(shapes, parcel.wkb)!,
    })),
    attributes: said.attributes,
    links: said.links.map((links) => links.map((link) => ({ ...link, record: recordOf(link.record) }))),
    findings: said.findings.map((finding) => ({
      ...finding,
      records: all(finding.records),
      wkb: shapeAt(shapes, finding.wkb),
    })),
    pieces: said.pieces.map((piece) => ({
      ...piece,
      records: all(piece.records),
      wkb: shapeAt(shapes, piece.wkb),
    })),
    faces: {
      districtCodes,
      districtNames,
      leastConserved: leastConserved && {
        record: recordOf(leastConserved.record),
        errorM2: leastConserved.errorM2,
      },
    },
  }
}

function shapeAt(shapes: ArrayBuffer, slot: Slot): Uint8Array | null {
  return slot && new Uint8Array(shapes, slot[0], slot[1] - slot[0])
}

class ShapeWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  add(wkb: Uint8Array | null): Slot {
    if (wkb === null) return null
    const start = this.#length
    this.#parts.push(wkb)
    this.#length += wkb.length
    return [start, this.#length]
  }

  buffer(): ArrayBuffer {
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const part of this.#parts) {
      bytes.set(part, at)
      at += part.length
    }
    return bytes.buffer
  }
}
