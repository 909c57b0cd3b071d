import { describe, expect, it, test } from 'vitest'
import { emptyFilter, exportQuery, filterAsCql2, parcelQuery, toggled, without } from '../../web/filter.ts'
import { parseView, serialiseView } from '../../web/view-url.ts'
import { changed, firstView, type View } from '../../web/view.ts'

const busy: View = {
  page: 'map',
  lang: 'en',
  camera: { lon: 113.13105, lat: 27.82755, zoom: 14.25 },
  colour: 'use',
  filter: {
    ...emptyFilter,
    strategy: ['C4', 'C5'],
    district: ['430211'],
    flag: ['P101'],
    q: '湘 & co',
    minMu: 30,
    maxMu: 99.5,
    cql: "stage = 'supplied' AND area_planar_m2 > 2",
  },
  sort: '-area',
  listFollowsMap: true,
  parcel: 43021100000123,
  tab: 'dossier',
  layers: ['district', 'farmland'],
  drawn: [
    [113.1, 27.8],
    [113.12345678, 27.8],
    [113.12, 27.81],
  ],
  purpose: 'approval',
  place: { lon: 113.1234567, lat: 27.8 },
  cell: { district: 'total', account: 'remainder' },
  finding: 7,
  bookPage: 4,
  unit: 'ha',
  raised: 'P404',
  book: 'batches',
  asOf: '2025-03-31',
  batchFigure: { doc: '湘政地〔2020〕1号', figure: 'clean' },
  onlyOpen: true,
  landState: 'unknown',
  clock: 'lapseCandidate',
  rateYear: 2024,
  trial: {
    base: 'a'.repeat(64),
    set: { idle_fee_after: 9, 'min_supply_m2.IND': 2500.5, buyback_cutoff: '2025-01-01' },
    when: { C5: "chain.stage = 'supplied' AND as_of > DATE('2024-01-01')" },
  },
  labTab: 'movers',
  move: { from: 'C8', to: 'C5' },
  desk: 'overrides',
  office: '自然资源局·开发利用',
  light: 'red',
  overrideState: 'in_force',
  claims: { field: 'holder', pair: 'registration|supply', district: '430211', state: 'reopened' },
}

describe('the view lives in the URL', () => {
  test('the first view needs no query at all', () => {
    expect(serialiseView(firstView)).toBe('')
    expect(parseView('')).toEqual(firstView)
  })

  test('every part of a view survives the trip through the URL', () => {
    expect(parseView(`?${serialiseView(busy)}`)).toEqual(busy)
  })

  test('a part that is wrong is left out, the rest is kept', () => {
    const view = parseView(
      '?page=nowhere&said=A1&pair=registration&in=天元&claim=lost&lang=fr&at=999,27,12&parcel=12x&min=-4&drawn=1 2,3 4&strategy=C4,,%3Cscript%3E&tab=strategy&place=113,97',
    )
    expect(view).toEqual({ ...firstView, filter: { ...emptyFilter, strategy: ['C4'] }, tab: 'strategy' })
  })

  test.each([
    'asOf=2025-02-30',
    'asOf=2025-3-1',
    'asOf=yesterday',
    'book=accounts',
    'figure=clean',
    'figure=approved:x',
    'state=lapsed',
    'clock=clean',
    'year=25',
  ])('a day, year or account there is not is left out: %s', (query) => {
    expect(parseView(query)).toEqual(firstView)
  })

  test('another parcel leaves behind the finding and the flag shown of the one before', () => {
    expect(changed(busy, { parcel: 43021100000124, tab: 'strategy' })).toEqual({
      ...busy,
      parcel: 43021100000124,
      tab: 'strategy',
      finding: null,
      raised: null,
    })
    expect(changed(busy, { parcel: 43021100000124, finding: 8 })).toMatchObject({ finding: 8, raised: null })
    expect(changed(busy, { tab: 'strategy' })).toMatchObject({
      parcel: busy.parcel,
      finding: 7,
      raised: 'P404',
    })
  })

  test('no layers is another view than the usual layers', () => {
    expect(parseView(serialiseView({ ...firstView, layers: [] })).layers).toEqual([])
    expect(parseView('').layers).toEqual(['district'])
  })
})

describe('a change of the view', () => {
  test('another choice of the books starts from their first page; a page of them is a choice of its own', () => {
    expect(changed(busy, { landState: null }).bookPage).toBe(1)
    expect(changed(busy, { asOf: '2025-04-01' }).bookPage).toBe(1)
    expect(changed(busy, { bookPage: 5 }).bookPage).toBe(5)
    expect(changed(busy, { unit: 'mu' }).bookPage).toBe(4)
  })

  test('deadlines and the lab speak of now, whatever day the link or the page before names', () => {
    expect(changed(busy, { page: 'deadlines' }).asOf).toBeNull()
    expect(changed(busy, { page: 'ledger' }).asOf).toBe('2025-03-31')
    expect(parseView('page=lab&asOf=2025-03-31').asOf).toBeNull()
  })
})

describe('the filter as a question', () => {
  test('30 亩 is asked for as 20,000 m², because 1 亩 is 2000/3 m²', () => {
    expect(parcelQuery({ ...emptyFilter, minMu: 30, strategy: ['C4', 'C5'] })).toEqual({
      strategy: 'C4,C5',
      min_m2: '20000',
    })
  })

  test('blank text asks nothing', () => {
    expect(parcelQuery({ ...emptyFilter, q: '  ', cql: ' ' })).toEqual({})
  })

  test('the same filter reads as CQL2, with quotes doubled', () => {
    expect(
      filterAsCql2({ ...emptyFilter, stage: ['approved', "o'k"], flag: ['P101', 'P503'], maxMu: 3 }),
    ).toBe(
      "stage IN ('approved', 'o''k') AND (has_flag('P101') OR has_flag('P503')) AND area_planar_m2 <= 2000",
    )
  })

  test('an export is asked for with the words and the box of the list, as they are', () => {
    expect(exportQuery(emptyFilter)).toEqual({})
    expect(exportQuery({ ...emptyFilter, q: ' 50%_路 ', minMu: 3 }, [113, 27.5, 113.1234567, 28])).toEqual({
      filter: 'area_planar_m2 >= 2000',
      q: '50%_路',
      bbox: '113.000000,27.500000,113.123457,28.000000',
    })
  })

  test('a drawn area closes its ring', () => {
    expect(
      filterAsCql2(emptyFilter, [
        [113, 27],
        [114, 27],
        [114, 28],
      ]),
    ).toBe('S_INTERSECTS(geom, POLYGON((113 27, 114 27, 114 28, 113 27)))')
  })
})

describe('a click on a class', () => {
  it.each([
    [[], 'C4', false, ['C4']],
    [['C4'], 'C4', false, []], // the only one again: back to all
    [['C4', 'C5'], 'C4', false, ['C4']],
    [['C4'], 'C5', true, ['C4', 'C5']],
    [['C4', 'C5'], 'C5', true, ['C4']],
  ])('%j, then %s (adding: %s) gives %j', (chosen, key, adding, after) => {
    expect(toggled(chosen, key, adding)).toEqual(after)
  })

  test('a legend counts without its own choice, so that the other classes stay in sight', () => {
    expect(without(busy.filter, 'strategy')).toEqual({ ...busy.filter, strategy: [] })
  })
})
