import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDay, formatMoment } from '../format.ts'
import { useView } from '../use-view.ts'
import { Answer } from './Loading.tsx'

interface OfMoment {
  readonly asOf: string
  readonly knownAt: string
}

/** An answer of the ledger under the day it answers for. */
export function LedgerAnswer<T extends OfMoment>({
  of,
  children,
}: {
  of: UseQueryResult<T>
  children: (data: T) => ReactNode
}) {
  const { t } = useTranslation()
  const { asOf, lang } = useView()
  return (
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
  )
}
