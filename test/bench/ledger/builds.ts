import { runBuild } from '../../../server/build/run.ts'
import type { Base } from '../../../server/db/open.ts'
import { decodeMultiPolygon } from '../../../server/geo/wkb.ts'
import type { MultiPolygon } from '../../../server/geo/polygon.ts'
import type { Draft } from '../../../server/record/draft.ts'
import type { LandRecord } from '../../../server/record/record.ts'
import { loadRecords, recordDrafts } from '../../../server/record/store.ts'
import { runClassify } from '../../../server/strategy/classify.ts'
import type { IsoDate } from '../../../server/units.ts'
import type { Figures } from '../run.ts'

/** A whole build: the first of a base writes everything; asked again it computes everything and finds nothing to write. */
export async function* fullBuild(base: Base, asOf: IsoDate, what: string): AsyncGenerator<Figures> {
  const steps: string[] = []
  let [last, at] = ['', performance.now()]
  const begun = at
  const summary = await runBuild(base, {
    asOf,
    startedAt: new Date().toISOString(),
    scope: 'full',
    onProgress: (_, { en }) => {
      const name = en.replaceAll(/\d+/g, 'N')
      if (name === last) return
      if (last !== '') steps.push(`${last} ${((performance.now() - at) / 1000).toFixed(1)}`)
      ;[last, at] = [name, performance.now()]
    },
  })
  const { titled, supplied, remainder } = summary.parcels
  yield {
    what,
    seconds: (performance.now() - begun) / 1000,
    pairs: titled + supplied + remainder,
    rssMB: Math.round(process.resourceUsage().maxRSS / 1000),
    note: `parcels; closure ${summary.closureM2.toExponential(1)} m2; ${summary.written.opened} rows opened, ${summary.written.closed} closed; ${steps.join(', ')}`,
  }
}

/** Documents changed one at a time: a border moved, a date set, one taken for another. Each is analysed again at once. */
export async function* oneRecord(base: Base, asOf: IsoDate, times: number): AsyncGenerator<Figures> {
  const records = (
    await loadRecords(base.db, { asOf, kinds: ['approval', 'supply', 'registration', 'completion'] })
  ).filter(({ wkb }) => wkb !== null)
  await runClassify(base, { startedAt: new Date().toISOString() })
  const built: number[] = []
  const classified: number[] = []
  const scopes = new Map<string, number>()
  for (let n = 0; n < times; n++) {
    const record = records[Math.floor(records.length * ((n * 0.618034) % 1))]!
    await change(base, record, n)
    const begun = performance.now()
    const { scope } = await runBuild(base, { asOf, startedAt: new Date().toISOString() })
    const done = performance.now()
    await runClassify(base, { startedAt: new Date().toISOString() })
    scopes.set(scope, (scopes.get(scope) ?? 0) + 1)
    built.push(done - begun)
    classified.push(performance.now() - begun)
  }
  for (const [what, times] of [
    ['one changed record: parcels, links, findings, ledger', built],
    ['one changed record: the same, with facts and strategy', classified],
  ] as const) {
    times.sort((a, b) => a - b)
    const at = (share: number): number =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))]! / 1000
    yield {
      what: `${what}, p95 of ${times.length}`,
      seconds: at(0.95),
      note: `p50 ${at(0.5).toFixed(2)} s, longest ${at(1).toFixed(2)} s; ${[...scopes].map(([scope, n]) => `${n} ${scope}`).join(', ')}`,
    }
  }
}

async function change(base: Base, record: LandRecord, n: number): Promise<void> {
  const shape = decodeMultiPolygon(record.wkb!)
  const moved = (byM: number): MultiPolygon =>
    shape.map((rings) => rings.map((ring) => ring.map(([x, y]): [number, number] => [x + byM, y])))
  await recordDrafts(
    base,
    {
      kind: record.kind,
      layer: record.layer === '' ? null : record.layer,
      fileName: `bench-${n}.json`,
      bytes: new TextEncoder().encode(`${record.key} ${n}`),
      receivedAt: new Date().toISOString(),
    },
    [
      {
        rowNo: 1,
        key: record.key,
        doc: record.doc,
        countyCode: record.countyCode,
        fields: { ...record.fields, location: `第 ${n} 次变更` },
        raw: {},
        geometry: n % 2 === 0 ? moved(0.75) : shape,
        validFrom: null,
        validTo: null,
        areaDocumentM2: record.areaDocumentM2,
        repaired: false,
      } as unknown as Draft, // the fields of one kind, with a place every kind may have
    ],
  )
}
