import { Button, DatePicker } from 'antd'
import type { UseQueryResult } from '@tanstack/react-query'
import dayjs from 'dayjs'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../api.ts'
import { formatDay, formatMoment } from '../format.ts'
import { changeView, useView } from '../use-view.ts'
import { Answer } from './Loading.tsx'

/** 截至: the day the whole ledger is looked at from; empty is now. */
export function LedgerDay() {
  const { t } = useTranslation()
  const { asOf } = useView()
  return (
    <label className="ledger-day">
      <span>{t('ledger.asOf')}</span>
      <DatePicker
        size="small"
        value={asOf === null ? null : dayjs(asOf)}
        placeholder={t('ledger.now')}
        onChange={(day) => changeView({ asOf: day ? day.format('YYYY-MM-DD') : null })}
      />
    </label>
  )
}

interface OfMoment {
  readonly asOf: string
  readonly knownAt: string
}

/** An answer of the ledger under the day it answers for; a day without a build is refused, with the way back. */
export function LedgerAnswer<T extends OfMoment>({
  of,
  children,
}: {
  of: UseQueryResult<T>
  children: (data: T) => ReactNode
}) {
  const { t } = useTranslation()
  const { asOf, lang } = useView()
  const noSuchDay = of.error instanceof ApiProblem && of.error.problem.code === 'NOT_BUILT_FOR_DAY'
  return (
    <>
      <Answer of={of}>
        {(data) => (
          <>
            <p className="answers-for num">
              {t('ledger.answersFor', {
                day: formatDay(data.asOf, lang),
                moment: formatMoment(data.knownAt, lang),
              })}
              {asOf !== null && data.asOf !== asOf && (
                <span className="muted"> {t('ledger.lastBuildBefore', { day: formatDay(asOf, lang) })}</span>
              )}
            </p>
            {children(data)}
          </>
        )}
      </Answer>
      {noSuchDay && asOf !== null && (
        <Button className="ledger-back" onClick={() => changeView({ asOf: null })}>
          {t('ledger.backToNow')}
        </Button>
      )}
    </>
  )
}
