import { Skeleton } from 'antd'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from './ProblemNotice.tsx'

/** The three states of a question: asking, refused, answered. */
export function Answer<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation()
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <ProblemNotice error={of.error} onRetry={() => void of.refetch()} />
  return (
    <div role="status" aria-label={t('loading')} className="loading">
      <Skeleton active title={false} paragraph={{ rows: 5 }} />
    </div>
  )
}
