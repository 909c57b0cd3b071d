import { Button, Segmented, Table, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { OverridePage } from '../api.ts'
import { formatDay, inLanguage } from '../format.ts'
import { useOverrides } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { overrideStates, type OverrideState } from '../view.ts'
import { StrategyChip } from './Chip.tsx'
import { Answer } from './Loading.tsx'
import { EndOverride } from './OverrideCard.tsx'
import { ParcelLink } from './ParcelLink.tsx'

type Row = OverridePage['rows'][number]

/** 人工改定: those that were opened again first, and every other on request. None is ever hidden. */
export function OverrideDesk() {
  const { t } = useTranslation()
  const { lang, overrideState } = useView()
  const pages = useOverrides(overrideState)
  return (
    <div className="desk" role="region" aria-label={t('decision.desk.overrides')} tabIndex={0}>
      <Segmented<OverrideState>
        aria-label={t('decision.override')}
        value={overrideState}
        onChange={(next) => changeView({ overrideState: next })}
        options={overrideStates.map((value) => ({ value, label: t(`decision.state.${value}`) }))}
      />
      <Answer of={pages}>
        {({ pages: loaded }) => (
          <>
            <Table<Row>
              size="small"
              rowKey="overrideId"
              dataSource={loaded.flatMap((page) => page.rows)}
              pagination={false}
              scroll={{ x: 'max-content' }}
              locale={{ emptyText: t('decision.emptyOverrides') }}
              columns={[
                {
                  title: t('decision.parcel'),
                  render: (_, { parcelId }) => <ParcelLink id={parcelId} code={null} tab="strategy" onMap />,
                },
                {
                  title: t('decision.change'),
                  render: (_, row) => (
                    <span className="nowrap">
                      <StrategyChip code={row.ruledStrategy} /> → <StrategyChip code={row.strategy} />{' '}
                      <Tag>{t(`decision.state.${row.needsAttention ? 'attention' : row.state}`)}</Tag>
                    </span>
                  ),
                },
                {
                  title: t('decision.reason'),
                  render: (_, { reason, document }) => (
                    <>
                      {reason}
                      <div className="muted">{document}</div>
                    </>
                  ),
                },
                {
                  title: t('decision.by'),
                  render: (_, { by, setOn, expiresOn }) => (
                    <span className="nowrap">
                      {by}
                      <div className="muted num">
                        {formatDay(setOn, lang)} – {formatDay(expiresOn, lang)}
                      </div>
                    </span>
                  ),
                },
                {
                  title: t('decision.why'),
                  render: (_, { end, parcelId, needsAttention }) =>
                    end && (
                      <>
                        {inLanguage(end.text, lang)}{' '}
                        <span className="muted num">{formatDay(end.on, lang)}</span>
                        {needsAttention && (
                          <div>
                            <EndOverride parcel={parcelId} label={t('decision.aside')} />
                          </div>
                        )}
                      </>
                    ),
                },
              ]}
            />
            {pages.hasNextPage && (
              <Button onClick={() => void pages.fetchNextPage()} loading={pages.isFetchingNextPage}>
                {t('decision.more')}
              </Button>
            )}
          </>
        )}
      </Answer>
    </div>
  )
}
