import { CalendarOutlined } from '@ant-design/icons'
import { Button, Empty, Segmented, Select, Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DeadlineRow } from '../../server/contract.ts'
import { calendarUrl } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatCount, formatDay, formatMu, formatParcelId, inLanguage } from '../format.ts'
import { useCatalog, useDeadlinePages } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { lights, type Light } from '../view.ts'
import { OverrideTag, StrategyChip } from './Chip.tsx'
import { DaysLeft, LightMark } from './Light.tsx'
import { Answer } from './Loading.tsx'
import { PagedRows } from './PagedRows.tsx'

const rowHeight = 58

/** The next deadline of every parcel, soonest first; of one office or one light where the reader asks. */
export function DeadlineDates() {
  const { t } = useTranslation()
  const { office, light, lang, parcel } = useView()
  const pages = useDeadlinePages()
  const head = pages.data?.pages[0]
  const counted = (wanted: Light): string =>
    head ? formatCount(head.lights.find((each) => each.light === wanted)?.parcels ?? 0, lang) : ''
  return (
    <div className="deadline-desk" aria-busy={pages.isFetching}>
      <div className="deadline-choice">
        <Segmented<Light | 'all'>
          aria-label={t('decision.lights')}
          value={light ?? 'all'}
          onChange={(next) => changeView({ light: next === 'all' ? null : next })}
          options={[
            { value: 'all', label: t('decision.anyLight') },
            ...lights.map((value) => ({
              value,
              label: (
                <>
                  <LightMark light={value} /> <span className="num">{counted(value)}</span>
                </>
              ),
            })),
          ]}
        />
        <Select<string>
          className="deadline-office"
          aria-label={t('decision.office')}
          value={office ?? ''}
          onChange={(next) => changeView({ office: next || null })}
          popupMatchSelectWidth={false}
          options={[
            { value: '', label: t('decision.anyOffice') },
            ...(head?.offices ?? []).map((each) => ({
              value: each.office,
              label: `${each.office}　${formatCount(each.parcels, lang)}`,
            })),
          ]}
        />
        <Tooltip title={office === null ? t('decision.calendarNeeds') : t('decision.calendarHint')}>
          <Button
            icon={<CalendarOutlined />}
            disabled={office === null}
            {...(office === null ? {} : { href: calendarUrl(office) })}
          >
            {t('decision.calendar')}
          </Button>
        </Tooltip>
        <output aria-live="polite" className="muted">
          {head &&
            t('decision.datesSum', {
              parcels: formatCount(head.total, lang),
              mu: formatMu(head.totalPlanarM2, lang),
            })}
        </output>
      </div>
      <Answer of={pages}>
        {({ pages: [first] }) => (
          <PagedRows
            of={pages}
            total={first!.total}
            empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('decision.emptyDates')} />}
            rowHeight={rowHeight}
            label={t('decision.desk.dates')}
            question={`${office} ${light}`}
            keyOf={(row) => row.parcelId}
            selected={parcel}
            onOpen={({ parcelId }) =>
              changeView({ page: 'map', parcel: parcelId, tab: 'strategy', camera: null })
            }
          >
            {(row) => <DeadlineLine row={row} />}
          </PagedRows>
        )}
      </Answer>
    </div>
  )
}

function DeadlineLine({ row }: { row: DeadlineRow }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  return (
    <div className="deadline-row">
      <LightMark light={row.light} />
      <div className="deadline-when">
        <time className="num" dateTime={row.due ?? undefined}>
          {formatDay(row.due, lang)}
        </time>
        <DaysLeft days={row.daysLeft} />
      </div>
      <div className="deadline-title">
        <span>{row.title ? inLanguage(row.title, lang) : t('decision.undated')}</span>
        <span className="muted">
          <StrategyChip code={row.strategy} /> {titleOf(catalog, 'strategy', row.strategy, lang)}
          <OverrideTag row={row} />
        </span>
      </div>
      <div className="deadline-land">
        <span>{row.name ?? row.holder ?? formatParcelId(row.parcelId)}</span>
        <span className="muted">
          <span className="num">{row.parcelCode ?? formatParcelId(row.parcelId)}</span> ·{' '}
          {formatMu(row.planarM2, lang)} · {titleOf(catalog, 'district', row.district, lang)}
        </span>
      </div>
      <div className="muted deadline-lead">{row.office}</div>
    </div>
  )
}
