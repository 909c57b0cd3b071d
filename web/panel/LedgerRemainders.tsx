import { Select, Table } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Remainders } from '../api.ts'
import { titleOf } from '../catalog.ts'
import {
  formatCount,
  formatDay,
  formatIn,
  formatM2,
  formatMu,
  unknownText,
  type AreaUnit,
} from '../format.ts'
import { useCatalog, useRemainders } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import {
  clockStates,
  remainderStates,
  type ClockState,
  type RemainderState,
} from '../../server/contract/remainder-state.ts'
import { bookPages } from './book-pages.ts'
import { LedgerAnswer } from './LedgerAnswer.tsx'
import { ParcelLink } from './ParcelLink.tsx'

type Row = Remainders['rows'][number]

/** 批而未供: what remains of each approval, why, and how long the approval still stands; nearest last day first. */
export function LedgerRemainders({ unit }: { unit: AreaUnit }) {
  const { t } = useTranslation()
  const { landState, clock } = useView()
  return (
    <>
      <div className="ledger-choice">
        <Select<RemainderState | null>
          size="small"
          aria-label={t('ledger.landState')}
          value={landState}
          onChange={(next) => changeView({ landState: next })}
          popupMatchSelectWidth={false}
          options={[
            { value: null, label: t('ledger.anyState') },
            ...remainderStates.map((value) => ({ value, label: t(`batch.${value}`) })),
          ]}
        />
        <Select<ClockState | null>
          size="small"
          aria-label={t('ledger.clock')}
          value={clock}
          onChange={(next) => changeView({ clock: next })}
          popupMatchSelectWidth={false}
          options={[
            { value: null, label: t('ledger.anyClock') },
            ...clockStates.map((value) => ({ value, label: t(`clock.${value}`) })),
          ]}
        />
      </div>
      <RemainderTable unit={unit} />
    </>
  )
}

function RemainderTable({ unit }: { unit: AreaUnit }) {
  const { t } = useTranslation()
  const { lang, bookPage } = useView()
  const catalog = useCatalog()
  const answer = useRemainders()
  const area = (m2: number | null): string => (m2 === null ? unknownText : formatIn(unit, m2, lang))
  return (
    <LedgerAnswer of={answer}>
      {({ total, differenceM2, rows }) => (
        <>
          <p className="muted">
            {t('ledger.remaindersSum', {
              parcels: formatCount(total.parcels, lang),
              m2: formatM2(total.planarM2, lang),
              mu: formatMu(total.planarM2, lang),
            })}
            {differenceM2 !== null &&
              ` ${t('ledger.tiesToDistricts', { m2: formatM2(differenceM2, lang, 4) })}`}
          </p>
          <Table<Row>
            className="ledger-list"
            size="small"
            rowKey={({ parcelId, recordId }) => `${parcelId} ${recordId}`}
            loading={answer.isPlaceholderData}
            dataSource={rows}
            scroll={{ x: 'max-content' }}
            locale={{ emptyText: t('ledger.noRemainder') }}
            pagination={bookPages(bookPage, total.parcels)}
            columns={[
              {
                title: t('ledger.parcel'),
                fixed: 'start',
                rowScope: 'row',
                render: (_, { parcelId }) => <ParcelLink id={parcelId} code={null} tab="identity" onMap />,
              },
              { title: t('ledger.landState'), render: (_, { state }) => t(`batch.${state}`) },
              { title: t('ledger.clock'), render: (_, { clock }) => t(`clock.${clock.state}`) },
              {
                title: t('ledger.lastDay'),
                className: 'num',
                render: (_, { clock }) => formatDay(clock.lastDay, lang),
              },
              {
                title: t('ledger.daysLeft'),
                align: 'right',
                className: 'num',
                render: (_, { clock }) => <DaysLeft clock={clock} />,
              },
              {
                title: t('ledger.area.planar'),
                align: 'right',
                className: 'num',
                render: (_, { planarM2 }) => area(planarM2),
              },
              {
                title: t('ledger.area.document'),
                align: 'right',
                className: 'num',
                render: (_, { documentM2 }) => area(documentM2),
              },
              {
                title: t('ledger.document'),
                render: (_, { docNo, batch, plotNo }) => `${docNo ?? batch} ${plotNo ?? ''}`,
              },
              {
                title: t('ledger.district'),
                render: (_, { districtCode }) => titleOf(catalog, 'district', districtCode, lang),
              },
              {
                title: t('ledger.planUse'),
                render: (_, { plan }) =>
                  plan === null
                    ? unknownText
                    : plan.useGroup === null
                      ? (plan.useText ?? unknownText)
                      : titleOf(catalog, 'use', plan.useGroup, lang),
              },
            ]}
          />
        </>
      )}
    </LedgerAnswer>
  )
}

/** Days from the day asked about to the last day; once it has passed the number is negative. */
function DaysLeft({ clock: { state, daysLeft } }: { clock: Row['clock'] }) {
  const { lang } = useView()
  if (daysLeft === null) return <>{unknownText}</>
  return <span data-alarm={state === 'lapseCandidate'}>{formatCount(daysLeft, lang)}</span>
}
