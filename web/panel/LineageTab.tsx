import { Button, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Lineage } from '../api.ts'
import { formatDay, formatParcelId } from '../format.ts'
import { useLineage } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { Area } from './Area.tsx'
import { Answer } from './Loading.tsx'

/** 沿革: where the land of this number came from and went to, with the area along each way. */
export function LineageTab({ id }: { id: number }) {
  return <Answer of={useLineage(id)}>{(lineage) => <Story lineage={lineage} />}</Answer>
}

const eventKinds = ['created', 'redrawn', 'split', 'merged', 'retired', 'restored'] as const

function Story({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const parents = lineage.edges.filter(({ to, from }) => to === lineage.parcelId && from !== to)
  const children = lineage.edges.filter(({ from, to }) => from === lineage.parcelId && from !== to)
  const events = lineage.events.toSorted((a, b) => a.buildId - b.buildId || a.eventNo - b.eventNo)
  return (
    <>
      <p>
        <Tag className={lineage.state === 'current' ? 'tag-good' : 'tag-note'}>
          {t(`lineage.${lineage.state}`)}
        </Tag>
        {lineage.successors.length > 0 && (
          <>
            {t('lineage.successors')}{' '}
            {lineage.successors.map((id) => (
              <ParcelLink key={id} id={id} />
            ))}
          </>
        )}
      </p>
      <div className="kin">
        <Kin
          title={t('lineage.parents')}
          edges={parents.map(({ from, planarM2 }) => ({ id: from, planarM2 }))}
          none={t('lineage.noParents')}
        />
        <div className="kin-self num">{formatParcelId(lineage.parcelId)}</div>
        <Kin
          title={t('lineage.children')}
          edges={children.map(({ to, planarM2 }) => ({ id: to, planarM2 }))}
          none={t('lineage.noChildren')}
        />
      </div>
      <h3>{t('lineage.events')}</h3>
      <ol className="timeline">
        {events.map(({ buildId, eventNo, kind, on, parcelId }) => (
          <li key={`${buildId}-${eventNo}`} className="timeline-entry">
            <div className="timeline-head">
              <b>{t(`event.${eventKinds.find((known) => known === kind) ?? 'redrawn'}`)}</b>
              <time className="num" dateTime={on}>
                {formatDay(on, lang)}
              </time>
            </div>
            {parcelId !== lineage.parcelId && <ParcelLink id={parcelId} />}
          </li>
        ))}
      </ol>
    </>
  )
}

function Kin({
  title,
  edges,
  none,
}: {
  title: string
  edges: { id: number; planarM2: number }[]
  none: string
}) {
  return (
    <section>
      <h4>{title}</h4>
      {edges.length === 0 ? (
        <span className="muted">{none}</span>
      ) : (
        <ul className="plain">
          {edges.map(({ id, planarM2 }) => (
            <li key={id}>
              <ParcelLink id={id} /> <Area m2={planarM2} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function ParcelLink({ id }: { id: number }) {
  return (
    <Button type="link" size="small" className="num" onClick={() => changeView({ parcel: id })}>
      {formatParcelId(id)}
    </Button>
  )
}
