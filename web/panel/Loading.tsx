import { Skeleton } from 'antd'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiUnreachable } from '../api.ts'
import { ProblemNotice } from './ProblemNotice.tsx'

/** The three states of a question: asking, refused, answered; an answer that could not be renewed says so and stays. */
export function Answer<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation()
  const retry = () => void of.refetch()
  if (of.data !== undefined) {
    // that nothing answers is said once over the whole page
    const isOutdated = of.isRefetchError && !(of.error instanceof ApiUnreachable)
    return (
      <>
        {isOutdated && <ProblemNotice error={of.error} onRetry={retry} />}
        {children(of.data)}
      </>
    )
  }
  if (of.error) return <ProblemNotice error={of.error} onRetry={retry} />
  return (
    <div role="status" aria-label={t('loading')} className="loading">
      <Skeleton active title={false} paragraph={{ rows: 5 }} />
    </div>
  )
}
