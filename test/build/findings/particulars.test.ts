import { describe, expect, test } from 'vitest'
import { makeCity } from '../../../server/build/city.ts'
import { flagOf, type FindingDraft } from '../../../server/build/findings/finding.ts'
import { makeCity as makeDemo } from '../../../server/demo/city.ts'
import { truthCodes } from '../../../server/demo/truth.ts'
import type { LandRecord } from '../../../server/record/record.ts'
import { recordsOf, type Given } from '../given.ts'

/** Papers that have nothing to do with land. */
const ofPapers = ['P604', 'P605', 'P606', 'P607', 'P608']
/** Dates by which each kind of document is known. */
const dates: Readonly<Record<string, string>> = {
  approval: 'approved_on',
  supply: 'signed_on',
  registration: 'registered_on',
  completion: 'accepted_on',
  layer: 'in_force_on',
}

describe('every finding of the demo city carries its particulars', async () => {
  const demo = makeDemo({ parcels: 500, seed: 1 })
  const rows = demo.deliveries.flatMap((delivery) => [...delivery.records()])
  const documents = rows.map(({ kind, layer, key, fields, geometry, areaDocumentM2 }): Given => ({
    kind, layer, key, fields, shape: geometry, areaDocumentM2,
  })) // prettier-ignore
  const { findings } = await makeCity(demo.asOf, recordsOf(documents))
  // what is known by figures alone (P510) has an amount and no place
  const onLand = findings.filter(({ code, detail }) => !ofPapers.includes(code) && detail.by !== 'figures')
  const shown = ({ code, records, detail }: FindingDraft) => [code, ...records.map(({ doc, key }) => doc ?? key), detail] // prettier-ignore

  test.each(truthCodes)('%s is there, with names in two languages and a severity', (code) => {
    expect(findings.some((finding) => finding.code === code)).toBe(true)
    const { title, severity } = flagOf(code)
    expect(title.zh).not.toBe('')
    expect(title.en).not.toBe('')
    expect(['block', 'high', 'mid', 'low']).toContain(severity)
  })

  test('a document it is said of, which owns it', () => {
    expect(findings.filter(({ records }) => records.length === 0).map(shown)).toEqual([])
  })

  test('land: its shape, planar and ellipsoid area, and its share of the first document', () => {
    const lacking = onLand.filter(
      ({ wkb, planarM2, ellipsoidM2, shareOfFirst }) =>
        planarM2 === null ||
        shareOfFirst === null ||
        (planarM2 >= 1 && (wkb === null || ellipsoidM2 === null)),
    )
    expect(lacking.map(shown)).toEqual([])
  })

  test('areas of two kinds that differ by what the plane stretches here', () => {
    const off = onLand.filter(
      ({ planarM2, ellipsoidM2 }) =>
        ellipsoidM2 !== null && ellipsoidM2 > 10 && Math.abs(planarM2! / ellipsoidM2 - 1.00018) > 0.0001,
    )
    expect(off.map(shown)).toEqual([])
  })

  test('the test that decided, and how wide the land is', () => {
    const tests = ['real', 'mean_width', 'area', 'as_drawn']
    expect(onLand.filter(({ detail }) => !tests.includes(detail.test as string)).map(shown)).toEqual([])
    const wrong = onLand.filter(({ noise, planarM2, detail: { test, meanWidthM } }) => {
      if (test === 'as_drawn') return noise
      if (planarM2! < 1) return !noise || test !== 'area' || meanWidthM !== null
      if (test === 'mean_width') return !noise || !(Number(meanWidthM) < 0.2)
      return noise !== (test === 'area') || !(Number(meanWidthM) >= 0.2)
    })
    expect(wrong.map(shown)).toEqual([])
  })

  test('the dates of the documents it is about', () => {
    const isSaid = ({ kind, fields }: LandRecord, detail: FindingDraft['detail']): boolean => {
      const field = dates[kind]
      const on = field && (fields as Readonly<Record<string, string>>)[field]
      return !on || JSON.stringify(detail).includes(on)
    }
    const silent = onLand.filter(({ records, detail }) => !records.every((record) => isSaid(record, detail)))
    expect(silent.map(shown)).toEqual([])
  })
})
