import '../delivery.css'
import { Alert, App, Button, Popconfirm, Table, Tag } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { deliveredFileUrl, issuesFileUrl, startBuild, undoDelivery, type Delivery } from '../api.ts'
import { layerName } from '../catalog.ts'
import { formatCount, formatMoment } from '../format.ts'
import { useCatalog, useDeliveries } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { DeliveryFindings } from './DeliveryFindings.tsx'
import { DeliveryIntake } from './DeliveryIntake.tsx'
import { DeliveryRepairs } from './DeliveryRepairs.tsx'
import { RecentJobs } from './RecentJobs.tsx'
import { knownKind } from './record-kind.ts'
import { wayOfKnowing } from './crs-known-by.ts'
import { JobProgress, useJob } from './JobProgress.tsx'
import { ProblemNotice } from './ProblemNotice.tsx'
import { SourceProfiles } from './SourceProfiles.tsx'
import { useTellProblem } from './use-tell-problem.tsx'

/** 数据交付: files in, every row accounted for; a delivery can be taken back whole. */
export function DeliveriesPanel() {
  const { t } = useTranslation()
  const { lang } = useView()
  const deliveries = useDeliveries()
  const catalog = useCatalog()
  const client = useQueryClient()
  const { message } = App.useApp()
  const tellProblem = useTellProblem()
  const rebuild = useJob(() => void client.invalidateQueries())

  const optional = lang === 'zh' ? wideOnly : widestOnly // English headings leave no room for it
  const notShown = deliveries.data?.filter((delivery) => delivery.notShown !== null).length ?? 0

  const undo = async (id: number) => {
    try {
      await undoDelivery(id, { lang })
      void message.success(t('delivery.undone'))
      await client.invalidateQueries({ queryKey: ['deliveries'] })
    } catch (error) {
      tellProblem(error)
    }
  }
  return (
    <section className="deliveries" aria-label={t('page.deliveries')}>
      <div className="deliveries-new">
        <h2>{t('delivery.new')}</h2>
        <DeliveryIntake onDone={() => void client.invalidateQueries()} />
        <h2>{t('build.title')}</h2>
        <p className="muted">{t('build.hint')}</p>
        {notShown > 0 && (
          <Alert type="info" showIcon title={t('build.notShown', { number: formatCount(notShown, lang) })} />
        )}
        <Button
          type="primary"
          loading={rebuild.running}
          onClick={() => void rebuild.follow(startBuild({ lang }), { lang })}
        >
          {t('build.start')}
        </Button>
        <JobProgress state={rebuild} />
      </div>
      <div className="deliveries-list">
        <h2>{t('delivery.list')}</h2>
        {deliveries.error && (
          <ProblemNotice error={deliveries.error} onRetry={() => void deliveries.refetch()} />
        )}
        <Table<Delivery>
          size="small"
          rowKey="deliveryId"
          loading={deliveries.isPending}
          dataSource={deliveries.data ?? []}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: t('delivery.empty') }}
          expandable={{ expandedRowRender: (delivery) => <Details delivery={delivery} /> }}
          columns={[
            { title: '#', dataIndex: 'deliveryId', align: 'right' },
            {
              title: t('delivery.kind'),
              render: (_, { kind, layer }) =>
                layer ? layerName(catalog, layer, lang) : t(`recordKind.${knownKind(kind)}`),
            },
            {
              title: t('delivery.file'),
              ellipsis: true,
              width: 190,
              render: (_, { fileName, proposals, notShown: change }) => (
                <>
                  {fileName} {proposals > 0 && <Tag>{t('intake.waits')}</Tag>}
                  {change && <Tag>{t(`delivery.notShown.${change}`)}</Tag>}
                </>
              ),
            },
            ...(['read', 'used', 'repaired', 'unchanged', 'refused'] as const).map((key) => ({
              title: t(`delivery.${key}`),
              ...(key === 'repaired' ? optional : key === 'unchanged' ? widestOnly : {}),
              align: 'right' as const,
              render: (_: unknown, delivery: Delivery) => (
                <span className="num" data-alarm={key === 'refused' && delivery.refused > 0}>
                  {formatCount(delivery[key], lang)}
                </span>
              ),
            })),
            {
              title: t('delivery.receivedAt'),
              ...optional,
              render: (_, { receivedAt }) => (
                <span className="num nowrap">{formatMoment(receivedAt, lang)}</span>
              ),
            },
            {
              title: t('delivery.action'),
              fixed: 'end',
              render: (_, { deliveryId, undoneAt }) =>
                undoneAt ? (
                  <Tag>{t('delivery.isUndone')}</Tag>
                ) : (
                  <Popconfirm
                    title={t('delivery.undoAsk')}
                    okText={t('delivery.undo')}
                    cancelText={t('draw.cancel')}
                    onConfirm={() => undo(deliveryId)}
                  >
                    <Button size="small" danger>
                      {t('delivery.undo')}
                    </Button>
                  </Popconfirm>
                ),
            },
          ]}
        />
        <RecentJobs />
        <SourceProfiles />
      </div>
    </section>
  )
}

/** How the file was read, and what was wrong in it. */
function Details({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const { deliveryId, crs, crsKnownBy, receivedAt } = delivery
  const known = wayOfKnowing(crsKnownBy)
  return (
    <>
      <p className="muted num">
        {t('delivery.receivedAt')} {formatMoment(receivedAt, lang)}
        {(['repaired', 'unchanged'] as const).map(
          (key) => ` · ${t(`delivery.${key}`)} ${formatCount(delivery[key], lang)}`,
        )}
        {crs && ` · ${t('delivery.crs')} ${crs}`}
        {crs && known && t('brackets', { text: t(`delivery.crsKnownBy.${known}`) })}
        {delivery.follows !== null && ` · ${t('intake.follows', { number: delivery.follows })}`}
        {delivery.missing > 0 && ` · ${t('intake.missing')} ${formatCount(delivery.missing, lang)}`}
      </p>
      <p className="actions">
        <a href={deliveredFileUrl(deliveryId)} download>
          {t('intake.original')}
        </a>
        <a href={issuesFileUrl(deliveryId, 'csv')} download>
          {t('intake.issuesCsv')}
        </a>
        <a href={issuesFileUrl(deliveryId, 'xlsx')} download>
          {t('intake.issuesXlsx')}
        </a>
        <span className="muted code">sha256 {delivery.sha256.slice(0, 16)}…</span>
      </p>
      <DeliveryRepairs delivery={deliveryId} />
      <DeliveryFindings delivery={deliveryId} />
    </>
  )
}

/** Columns a tablet held upright, or a small desktop, has no room for; the opened row tells the same. */
const wideOnly = { responsive: ['lg' as const] }
const widestOnly = { responsive: ['xxl' as const] }
