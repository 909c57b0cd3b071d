import { Select, Table, type TableColumnsType } from 'antd'
import { useTranslation } from 'react-i18next'
import type { SupplyRates } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatCount, formatDay, formatIn, formatNumber, unknownText, type AreaUnit } from '../format.ts'
import { useCatalog, useRates } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { LedgerAnswer } from './LedgerAnswer.tsx'

type Rate = SupplyRates['total'][number]
/** A rate of the city with those of its districts under it. */
interface Line {
  readonly key: string
  /** Null: of the whole city. */
  readonly districtCode: string | null
  readonly rate: Rate
  readonly children?: Line[]
}

/** 供地率: each with the window it was counted in; a rate without its window says nothing. */
export function LedgerRates({ unit }: { unit: AreaUnit }) {
  const { t } = useTranslation()
  const { rateYear } = useView()
  const answer = useRates()
  return (
    <LedgerAnswer of={answer}>
      {(rates) => (
        <>
          <label className="ledger-day">
            <span>{t('ledger.baseYear')}</span>
            <Select<number>
              size="small"
              aria-label={t('ledger.baseYear')}
              value={rates.year}
              onChange={(year) => changeView({ rateYear: year })}
              options={yearsFor(rates, rateYear).map((value) => ({ value, label: String(value) }))}
            />
          </label>
          <RateTable rates={rates} unit={unit} />
          <p className="muted">{t('ledger.ratesNote')}</p>
        </>
      )}
    </LedgerAnswer>
  )
}

/** The ten years up to the day answered for, and the one in the address whatever it is; latest first. */
function yearsFor({ asOf, year }: SupplyRates, chosen: number | null): number[] {
  const last = Number(asOf.slice(0, 4))
  const usual = Array.from({ length: 10 }, (_, i) => last - i)
  return [...new Set([...usual, year, ...(chosen === null ? [] : [chosen])])].toSorted((a, b) => b - a)
}

function RateTable({ rates, unit }: { rates: SupplyRates; unit: AreaUnit }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const lines = rates.total.map((rate): Line => ({
    key: rate.code,
    districtCode: null,
    rate,
    children: rates.districts.flatMap(({ districtCode, rates: own }) =>
      own
        .filter(({ code }) => code === rate.code)
        .map((each) => ({ key: `${rate.code} ${districtCode}`, districtCode, rate: each })),
    ),
  }))
  const fraction = (kind: 'planar' | 'document') => ({
    key: kind,
    title: t(`ledger.rateArea.${kind}`),
    children: [
      {
        key: `${kind}-percent`,
        title: t('ledger.percent'),
        align: 'right' as const,
        className: 'num',
        render: (_: unknown, { rate }: Line) => <b>{percent(rate[kind].percent, lang)}</b>,
      },
      ...(['partM2', 'wholeM2'] as const).map((part) => ({
        key: `${kind}-${part}`,
        title: t(`ledger.${part}`),
        align: 'right' as const,
        className: 'num',
        render: (_: unknown, { rate }: Line) => formatIn(unit, rate[kind][part], lang),
      })),
    ],
  })
  const columns: TableColumnsType<Line> = [
    {
      key: 'rate',
      title: t('ledger.rate'),
      fixed: 'start',
      rowScope: 'row',
      render: (_, { rate, districtCode }) =>
        districtCode === null ? t(`rate.${rate.code}`) : titleOf(catalog, 'district', districtCode, lang),
    },
    {
      key: 'window',
      title: t('ledger.window'),
      render: (_, { rate: { window } }) => (
        <>
          <div className="num">{years(window)}</div>
          <div className="muted num">{t('ledger.upTo', { day: formatDay(window.baseDate, lang) })}</div>
        </>
      ),
    },
    fraction('planar'),
    fraction('document'),
    {
      key: 'withoutDocument',
      title: t('ledger.withoutDocument'),
      align: 'right',
      className: 'num',
      render: (_, { rate }) => formatIn(unit, rate.withoutDocumentM2, lang),
    },
    {
      key: 'counted',
      title: t('ledger.counted'),
      align: 'right',
      className: 'num',
      render: (_, { rate }) =>
        t(rate.code === 'ULAPI1' ? 'ledger.contracts' : 'ledger.documents', {
          text: formatCount(rate.counted, lang),
        }),
    },
  ]
  return (
    <Table<Line>
      className="ledger-list"
      size="small"
      pagination={false}
      dataSource={lines}
      columns={columns}
      scroll={{ x: 'max-content' }}
    />
  )
}

const years = ({ fromYear, toYear }: Rate['window']): string =>
  fromYear === toYear ? String(fromYear) : `${fromYear}–${toYear}`

/** Of nothing there is no share: unknown, not zero. */
const percent = (value: number | null, lang: 'zh' | 'en'): string =>
  value === null ? unknownText : `${formatNumber(value, lang, 2)} %`
