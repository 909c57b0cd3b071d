import { Button, Input, Tag } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { decideRepairs, type Repair } from '../api.ts'
import { formatM2, inLanguage } from '../format.ts'
import { DeliveryMap, type LooseShape } from '../map/DeliveryMap.tsx'
import { useRepairs } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { JobProgress, useJob } from './JobProgress.tsx'
import { Answer } from './Loading.tsx'

/** Repairs made, and those that wait: before and after on the map, a person's yes or no with a reason. */
export function DeliveryRepairs({ delivery }: { delivery: number }) {
  const { t } = useTranslation()
  const found = useRepairs(delivery)
  return (
    <Answer of={found}>
      {({ repairs }) =>
        repairs.length === 0 ? null : (
          <section aria-label={t('intake.repairs')}>
            <h4>{t('intake.repairs')}</h4>
            <RepairList delivery={delivery} repairs={repairs} />
          </section>
        )
      }
    </Answer>
  )
}

function RepairList({ delivery, repairs }: { delivery: number; repairs: readonly Repair[] }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const client = useQueryClient()
  const [shown, setShown] = useState<number | null>(
    () => repairs.find(({ state }) => state === 'proposed')?.row ?? null,
  )
  const [by, setBy] = useState('')
  const [reason, setReason] = useState('')
  const job = useJob(() => void client.invalidateQueries())
  const decide = (row: number, accept: boolean) =>
    void job.follow(decideRepairs(delivery, { rows: [row], accept, by, reason }, { lang }), { lang })
  const waiting = repairs.filter(({ state }) => state === 'proposed')
  const chosen = repairs.find(({ row }) => row === shown)
  const shapes = useMemo(
    (): LooseShape[] =>
      chosen
        ? [
            { geometry: chosen.before as unknown, tone: 'conflict' },
            { geometry: chosen.after as unknown, tone: 'remainder' },
          ]
        : [],
    [chosen],
  )
  return (
    <>
      {waiting.length > 0 && (
        <div className="remember">
          <strong>{t('intake.waiting', { count: waiting.length })}</strong>
          <Input
            value={by}
            onChange={({ target }) => setBy(target.value)}
            placeholder={t('intake.person')}
            aria-label={t('intake.person')}
          />
          <Input
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            placeholder={t('intake.reason')}
            aria-label={t('intake.reason')}
          />
        </div>
      )}
      <ul className="plain repairs">
        {repairs.map((repair) => (
          <li key={repair.row} data-chosen={repair.row === shown}>
            <Button type="link" size="small" onClick={() => setShown(repair.row)}>
              {t('intake.seeRow', { row: repair.row })}
            </Button>
            <Tag>{t(`intake.state.${repair.state}`)}</Tag>
            <span className="num">
              {formatM2(repair.areaBeforeM2, lang)} → {formatM2(repair.areaAfterM2, lang)}
            </span>{' '}
            {inLanguage(repair.reason, lang)}
            {repair.decision && (
              <span className="muted">
                {' '}
                {t('intake.decided', { by: repair.decision.by, reason: repair.decision.reason })}
              </span>
            )}
            {repair.state === 'proposed' && (
              <span className="actions">
                <Button
                  size="small"
                  type="primary"
                  disabled={!by.trim() || !reason.trim() || job.running}
                  onClick={() => decide(repair.row, true)}
                >
                  {t('intake.accept')}
                </Button>
                <Button
                  size="small"
                  disabled={!by.trim() || !reason.trim() || job.running}
                  onClick={() => decide(repair.row, false)}
                >
                  {t('intake.reject')}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {chosen?.before && (
        <>
          <DeliveryMap shapes={shapes} label={t('intake.repairs')} />
          <p className="muted">
            <span className="swatch" data-tone="conflict" /> {t('intake.before')} ·{' '}
            <span className="swatch" data-tone="remainder" /> {t('intake.after')}
          </p>
        </>
      )}
      <JobProgress state={job} />
    </>
  )
}
