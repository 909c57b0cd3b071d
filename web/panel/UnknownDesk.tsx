import { Table } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Unknowns } from '../api.ts'
import { formatCount, formatMu, inLanguage } from '../format.ts'
import { useUnknowns } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { StrategyChip } from './Chip.tsx'
import { Answer } from './Loading.tsx'

type Row = Unknowns['rows'][number]

/** 待查事实: what the city does not know and should, by the land it would settle. */
export function UnknownDesk() {
  const { t } = useTranslation()
  const { lang } = useView()
  const unknowns = useUnknowns()
  return (
    <div className="desk" role="region" aria-label={t('decision.desk.unknowns')} tabIndex={0}>
      <Answer of={unknowns}>
        {({ parcels, planarM2, rows }) => (
          <>
            <p>
              {t('decision.unknownsSum', {
                parcels: formatCount(parcels, lang),
                mu: formatMu(planarM2, lang),
              })}
            </p>
            <Table<Row>
              size="small"
              rowKey="name"
              dataSource={rows}
              pagination={false}
              locale={{ emptyText: t('decision.emptyUnknowns') }}
              columns={[
                {
                  title: t('decision.fact'),
                  render: (_, { label, name }) => (
                    <>
                      <b>{inLanguage(label, lang)}</b> <span className="muted code">{name}</span>
                    </>
                  ),
                },
                {
                  title: t('decision.land'),
                  align: 'right',
                  render: (_, row) => <span className="num nowrap">{formatMu(row.planarM2, lang)}</span>,
                },
                {
                  title: t('decision.parcels'),
                  align: 'right',
                  render: (_, row) => <span className="num">{formatCount(row.parcels, lang)}</span>,
                },
                {
                  title: t('decision.now'),
                  render: (_, { now }) => (
                    <span className="chips">
                      {now.map(({ strategy, parcels: count }) => (
                        <span key={strategy} className="nowrap">
                          <StrategyChip code={strategy} />{' '}
                          <span className="num">{formatCount(count, lang)}</span>
                        </span>
                      ))}
                    </span>
                  ),
                },
                {
                  title: t('strategy.couldGive'),
                  render: (_, { couldGive }) => (
                    <span className="chips">
                      {couldGive.map((code) => (
                        <StrategyChip key={code} code={code} />
                      ))}
                    </span>
                  ),
                },
              ]}
            />
          </>
        )}
      </Answer>
    </div>
  )
}
